"""The lab's carriers: each an Asterisk of its own, told apart by how it lets calls in."""

from __future__ import annotations

import itertools
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from .accounts import (
    ACME,
    ACME_SRTP,
    ACME_TWO,
    APART,
    BLOCKED,
    IAX_ACME,
    IAX_PERCALL,
    PERCALL,
    PERCALL_SRTP,
    Account,
)
from .carrier_config import BY_EXCHANGE, EXTRA_HEADERS, credentials_config, ip_config, registration_config
from .certificates import load_certificate
from .errors import LabError
from .host import LabHost, folder_files
from .ports import Port
from .root import Roots
from .settings import CarrierSettings, LabSettings

__all__ = [
    "ACME", "ACME_SRTP", "ACME_TWO", "APART", "BLOCKED", "IAX_ACME", "IAX_PERCALL", "PERCALL", "PERCALL_SRTP", "Account",
    "Call", "LabCarrier", "Outcome", "lab_carriers",
]  # fmt: skip

FILES = Path(__file__).parent / "rootfs" / "carrier"
CALLS_LOG = "var/log/asterisk/calls.log"
OUTGOING_LOG = "var/log/asterisk/outgoing.log"
SPOOL = "var/spool/asterisk"

_call_numbers = itertools.count(1)


@dataclass(frozen=True)
class Call:
    """One call that reached a carrier."""

    at: float
    number: str
    caller_number: str
    caller_name: str
    account: str
    from_header: str
    pai_header: str
    rpid_header: str
    #: ``UDP``, ``TCP``, ``TLS`` or ``IAX2``
    transport: str = ""
    #: name → value, of those of ``EXTRA_HEADERS`` that it had
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, line: list[str]) -> Self:
        """From the fields of a line of the log: those above, then the extra headers."""
        at, number, caller_number, caller_name, account, from_header, pai_header, rpid_header, transport, *extra = line
        headers = {name: value for name, value in zip(EXTRA_HEADERS, extra, strict=False) if value}
        return cls(
            float(at), number, caller_number, caller_name, account, from_header, pai_header, rpid_header, transport, headers
        )

    @property
    def from_name(self) -> str:
        """The display name of the From header."""
        return self.from_header.partition("<")[0].strip().strip('"')


@dataclass(frozen=True)
class Outcome:
    """What became of a call that a carrier placed, as Dial() told it."""

    dialstatus: str
    cause: int
    #: the last answer in the driver's own words, such as ``SIP 404 Not Found``
    answer: str


class LabCarrier(LabHost):
    """A carrier host: its configuration, and the calls that it wrote down."""

    def __init__(
        self, settings: LabSettings, carrier: CarrierSettings, driver: str, config: Mapping[str, str], *, iax: bool = False
    ) -> None:
        super().__init__(carrier.name.split(".")[0], settings.directory)
        self._settings = settings
        self._carrier = carrier
        self._driver = driver
        self._config = config
        self._iax = iax

    @property
    def address(self) -> str:
        return self._carrier.address

    @property
    def host_name(self) -> str:
        """Its name, as the dialer resolves it."""
        return self._carrier.name

    @property
    def sip_address(self) -> str:
        """Where it takes calls over UDP and TCP: address and port."""
        return f"{self.address}:{self._settings.carrier_sip_port}"

    @property
    def tls_address(self) -> str:
        return f"{self.address}:{self._settings.carrier_tls_port}"

    @property
    def ports(self) -> list[Port]:
        settings, used_for = self._settings, f"{self.name} carrier"
        ports = [
            Port(self.address, settings.carrier_sip_port, "udp", used_for, "LAB_CARRIER_SIP_PORT"),
            Port(self.address, settings.carrier_sip_port, "tcp", used_for, "LAB_CARRIER_SIP_PORT"),
            Port(self.address, settings.carrier_tls_port, "tcp", used_for, "LAB_CARRIER_TLS_PORT"),
        ]
        if self._iax:
            ports.append(Port(self.address, settings.carrier_iax_port, "udp", used_for, "LAB_CARRIER_IAX_PORT"))
        return ports

    def boot(self, roots: Roots) -> None:
        values = {
            "IAX_ACCOUNTS": "",
            **self._config,
            "ADDRESS": self.address,
            "SIP_PORT": self._settings.carrier_sip_port,
            "TLS_PORT": self._settings.carrier_tls_port,
            "IAX_PORT": self._settings.carrier_iax_port,
            "RTP_START": self._carrier.rtp_start,
            "RTP_END": self._carrier.rtp_start + 998,
            "REALM": self.host_name,
            "HOST": self.name,
        }
        files = folder_files(FILES, values)
        files["etc/asterisk/carrier.pem"] = (load_certificate(self._settings.directory, self.host_name, self.address), 0o600)
        self.start(roots.main, files)

    def wait_until_ready(self) -> None:
        self.wait_until("/run/asterisk/asterisk.ctl", 30)
        self.asterisk("core waitfullybooted")

    def calls(self) -> list[Call]:
        """The calls since the last :meth:`forget_calls`, oldest first."""
        return [Call.read(line) for line in self._lines(CALLS_LOG)]

    def forget_calls(self) -> None:
        for log in (CALLS_LOG, OUTGOING_LOG):
            (self.root / log).unlink(missing_ok=True)

    def call(
        self,
        digits: str,
        *,
        to: str = "",
        account: Account | None = None,
        iax: bool = False,
        transport: str = "",
        srtp: bool = False,
        caller_id: str = "2125559999",
        within: int = 5,
    ) -> Outcome:
        """Call a dialer, hang up a second after it answered, and tell what it said.

        ``to`` is an address and port; without it the call goes where the account registered from. Over IAX2 an account and an
        address together are a call that signs in; SIP carriers never do. ``transport`` (``tcp``, ``tls``) and ``srtp`` are for
        the carriers with PJSIP.
        """
        target = self._iax_target(digits, to, account) if iax else self._sip_target(digits, to, account, transport, srtp)
        code = f"{self.name}-{next(_call_numbers)}-{time.monotonic_ns()}"
        file = self.root / SPOOL / "tmp" / code
        file.parent.mkdir(exist_ok=True)
        # In a call file a semicolon begins a comment.
        escaped = target.replace(";", "\\;")
        file.write_text(
            f'Channel: Local/call@out\nCallerID: "Lab" <{caller_id}>\nMaxRetries: 0\nWaitTime: 60\nApplication: Wait\n'
            f"Data: 60\nSetvar: TARGET={escaped}\nSetvar: WITHIN={within}\nSetvar: CALL={code}\n"
        )
        file.rename(self.root / SPOOL / "outgoing" / code)
        return self._outcome(code, within + 5)

    def _sip_target(self, digits: str, to: str, account: Account | None, transport: str, srtp: bool) -> str:
        user = "" if account is None else account.from_user or account.username
        if self._driver == "chan_sip":
            return f"SIP/{user}/{digits}" if user else f"SIP/{digits}@{to}"
        if user:
            # where it registered from, with the user that it registered
            return f"PJSIP/{user}"
        parameter = f";transport={transport}" if transport else ""
        endpoint = "outgoing-srtp" if srtp else "outgoing"
        return f"PJSIP/{endpoint}/sip:{digits}@{to}{parameter}"

    @staticmethod
    def _iax_target(digits: str, to: str, account: Account | None) -> str:
        if account is None:
            return f"IAX2/{to}/{digits}"
        return f"IAX2/{account.username}:{account.secret}@{to}/{digits}" if to else f"IAX2/{account.username}/{digits}"

    def _outcome(self, code: str, seconds: float) -> Outcome:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for written, dialstatus, cause, answer in self._lines(OUTGOING_LOG):
                if written == code:
                    return Outcome(dialstatus, int(cause or 0), answer)
            time.sleep(0.05)
        raise LabError(f"{self.name}: a call did not end within {seconds:.0f} s")

    def _lines(self, path: str) -> list[list[str]]:
        """The lines of a file that the dialplan writes, split into their fields."""
        log = self.root / path
        lines = log.read_text(errors="replace").splitlines() if log.exists() else []
        return [line.split("|") for line in lines]


def lab_carriers(settings: LabSettings) -> dict[str, LabCarrier]:
    """All of them, by the way they let calls in."""
    dialers = (settings.dialer_address, settings.newer_address)
    return {
        "registration": LabCarrier(settings, settings.by_registration, "chan_sip", registration_config(), iax=True),
        "credentials": LabCarrier(settings, settings.by_credentials, "chan_pjsip", credentials_config()),
        "ip": LabCarrier(settings, settings.by_ip, "chan_pjsip", ip_config(dialers), iax=True),
        "backup": LabCarrier(settings, settings.backup, "chan_pjsip", ip_config(dialers, BY_EXCHANGE), iax=True),
    }
