"""A second dialer, as far as Asterisk goes: a newer one, with PJSIP and IAX2 and without chan_sip, to hold entries against."""

from __future__ import annotations

from pathlib import Path

from .asterisk import CONFIG, RELOADS, AsteriskHost
from .host import folder_files
from .ports import Port
from .root import Roots
from .settings import LabSettings

ROOTFS = Path(__file__).parent / "rootfs"
#: what it has of the dialer's own files
SHARED = ("hosts", "asterisk/iax.conf", "asterisk/logger.conf", "asterisk/manager.conf", "asterisk/modules.conf",
          "asterisk/pjsip.conf", "asterisk/pjsip_wizard.conf", "asterisk/rtp.conf")  # fmt: skip
#: what it has of VICIdial's generated files: chan_sip's is of no use here
GENERATED_FILES = tuple(name for name in RELOADS if name != "sip-vicidial.conf")
NOTHING_GENERATED = "; END OF FILE\n"


class LabAsterisk22(AsteriskHost):
    """Asterisk 22 at an address of its own: no database, no SSH, no generator."""

    def __init__(self, settings: LabSettings) -> None:
        super().__init__("asterisk22", settings)

    @property
    def address(self) -> str:
        return self.settings.newer_address

    @property
    def ports(self) -> list[Port]:
        settings, address = self.settings, self.address
        return [
            Port(address, settings.pjsip_port, "udp", "the newer Asterisk's PJSIP", "LAB_PJSIP_PORT"),
            Port(address, settings.iax_port, "udp", "the newer Asterisk's IAX2", "LAB_IAX_PORT"),
        ]

    def boot(self, roots: Roots) -> None:
        self.start(roots.newer, self._files())

    def wait_until_ready(self) -> None:
        self.wait_until("/run/asterisk/asterisk.ctl", 30)
        self.asterisk("core waitfullybooted")

    def reset(self) -> None:
        """No entry, no call, nothing logged."""
        self.asterisk("channel request hangup all")
        folder = self.root / CONFIG
        changed = [name for name in GENERATED_FILES if (folder / name).read_text() != NOTHING_GENERATED]
        self.load(dict.fromkeys(changed, NOTHING_GENERATED))
        self.forget_complaints()
        self.forget_inbound_calls()

    def _files(self) -> dict[str, tuple[str, int]]:
        settings = self.settings
        values = {
            "DIALER_ADDRESS": self.address,
            "PJSIP_PORT": settings.pjsip_port,
            "IAX_PORT": settings.iax_port,
            "HOSTS": settings.hosts_lines,
        }
        shared = folder_files(ROOTFS / "dialer/etc", values)
        files = {f"etc/{name}": shared[name] for name in SHARED}
        files |= {f"{CONFIG}/{name}": (NOTHING_GENERATED, 0o644) for name in GENERATED_FILES}
        return files | folder_files(ROOTFS / "asterisk22", values)
