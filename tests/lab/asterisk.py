"""What the lab's two dialer-like hosts share: loading entries, what Asterisk says about them, and calls that come in."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass

from .errors import LabError
from .host import LabHost
from .settings import LabSettings

CONFIG = "etc/asterisk"
LOG = "var/log/asterisk/messages"
INBOUND_LOG = "var/log/asterisk/inbound.log"

#: what VICIdial generates that holds carriers, and the command that makes Asterisk read it; one reload of PJSIP reads its
#: entries, its wizard's and its registrations
RELOADS = {
    "extensions-vicidial.conf": "dialplan reload",
    "sip-vicidial.conf": "sip reload",
    "pjsip-vicidial.conf": "module reload res_pjsip.so",
    "pjsip_wizard-vicidial.conf": "module reload res_pjsip.so",
    "iax-vicidial.conf": "iax2 reload",
}
#: about settings of the whole process, whatever an entry says
SAID_AT_EVERY_RELOAD = (
    "is not reloadable, maintaining previous values",
    "Ignoring bindaddr on reload",
    "Ignoring bindport on reload",
    "No IAX provisioning configuration found, IAX provisioning disabled.",
)


@dataclass(frozen=True)
class InboundCall:
    """A call that reached the context ``trunkinbound``."""

    number: str
    caller_number: str
    #: whom Asterisk took the caller for: chan_sip's peer, PJSIP's endpoint, or IAX2's user
    peer: str
    #: the channel's driver: ``SIP``, ``PJSIP`` or ``IAX2``
    driver: str


class AsteriskHost(LabHost, ABC):
    """A host that is called as a dialer is, and that takes what VICIdial generates."""

    #: how much of the log was there at the last :meth:`load`
    _log_read = 0

    def __init__(self, name: str, settings: LabSettings) -> None:
        super().__init__(name, settings.directory)
        self.settings = settings

    @property
    @abstractmethod
    def address(self) -> str:
        """Where it listens."""

    @property
    def pjsip_address(self) -> str:
        """Where PJSIP takes calls, over UDP: address and port."""
        return f"{self.address}:{self.settings.pjsip_port}"

    @property
    def iax_address(self) -> str:
        return f"{self.address}:{self.settings.iax_port}"

    def read(self, path: str) -> str:
        return (self.root / path.lstrip("/")).read_text(errors="replace")

    def load(self, files: Mapping[str, str]) -> None:
        """Put texts in the place of generated files and have Asterisk read them; :meth:`complaints` starts anew."""
        self._log_read = len(self._log())
        for name, text in files.items():
            (self.root / CONFIG / name).write_text(text)
        for command in dict.fromkeys(RELOADS[name] for name in files):
            if "No such command" in self.asterisk(command):
                raise LabError(f"{self.name}: Asterisk knows no `{command}`")

    def complaints(self) -> list[str]:
        """What Asterisk has logged since the last :meth:`load`: notices, warnings and errors, a line each."""
        deadline = time.monotonic() + 3
        log = self._log()
        # Asterisk's logger is a thread of its own, so what a reload has to say may come after it.
        while time.monotonic() < deadline:
            time.sleep(0.2)
            longer = self._log()
            if len(longer) == len(log):
                break
            log = longer
        start = self._log_read if self._log_read <= len(log) else 0
        lines = log[start:].decode(errors="replace").splitlines()
        return [line for line in lines if line and not line.endswith(SAID_AT_EVERY_RELOAD)]

    def forget_complaints(self) -> None:
        (self.root / LOG).write_bytes(b"")
        self._log_read = 0

    def inbound_calls(self) -> list[InboundCall]:
        """The calls that came in since the last reset, oldest first."""
        log = self.root / INBOUND_LOG
        lines = log.read_text(errors="replace").splitlines() if log.exists() else []
        return [InboundCall(*line.split("|")) for line in lines]

    def forget_inbound_calls(self) -> None:
        (self.root / INBOUND_LOG).unlink(missing_ok=True)

    def _log(self) -> bytes:
        path = self.root / LOG
        return path.read_bytes() if path.exists() else b""
