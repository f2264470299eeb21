"""The lab's dialer: what is on its disk, and what tests ask of it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pymysql

from .asterisk import AsteriskHost
from .certificates import load_certificate, public_part
from .credentials import LabCredentials
from .host import folder_files
from .ports import Port
from .root import Roots
from .settings import FASTAGI_PORT, LabSettings

FILES = Path(__file__).parent / "rootfs" / "dialer"
GENERATOR = "usr/share/astguiclient/ADMIN_keepalive_ALL.pl"
GENERATED_FILES = (
    "extensions-vicidial.conf",
    "sip-vicidial.conf",
    "pjsip-vicidial.conf",
    "pjsip_wizard-vicidial.conf",
    "iax-vicidial.conf",
    "voicemail.conf",
    "musiconhold-vicidial.conf",
    "meetme-vicidial.conf",
)


class LabDialer(AsteriskHost):
    """One VICIdial server at the dialer's address."""

    def __init__(self, settings: LabSettings, credentials: LabCredentials, public_keys: str) -> None:
        super().__init__("dialer", settings)
        self.credentials = credentials
        self._public_keys = public_keys

    @property
    def address(self) -> str:
        return self.settings.dialer_address

    @property
    def sip_address(self) -> str:
        """Where chan_sip takes calls, over UDP: address and port."""
        return f"{self.address}:{self.settings.sip_port}"

    @property
    def pjsip_tls_address(self) -> str:
        """Where PJSIP takes calls over TLS, once ``enable-transports`` was asked for."""
        return f"{self.address}:{self.settings.pjsip_tls_port}"

    @property
    def ports(self) -> list[Port]:
        settings, address = self.settings, self.settings.dialer_address
        return [
            Port(address, settings.ssh_port, "tcp", "the dialer's SSH server", "LAB_SSH_PORT"),
            Port(address, settings.sip_port, "udp", "the dialer's chan_sip", "LAB_SIP_PORT"),
            Port(address, settings.pjsip_port, "udp", "the dialer's PJSIP", "LAB_PJSIP_PORT"),
            Port(address, settings.iax_port, "udp", "the dialer's IAX2", "LAB_IAX_PORT"),
            Port(address, settings.sip_port, "tcp", "the dialer's chan_sip, where a test wants TCP", "LAB_SIP_PORT"),
            Port(address, settings.sip_tls_port, "tcp", "the dialer's chan_sip, where a test wants TLS", "LAB_SIP_TLS_PORT"),
            Port(address, settings.pjsip_port, "tcp", "the dialer's PJSIP, where a test wants TCP", "LAB_PJSIP_PORT"),
            Port(address, settings.pjsip_tls_port, "tcp", "the dialer's PJSIP, where a test wants TLS", "LAB_PJSIP_TLS_PORT"),
            Port("127.0.0.1", FASTAGI_PORT, "tcp", "the dialer's FastAGI listener", ""),
        ]

    def boot(self, roots: Roots) -> None:
        self.start(roots.main, self._files())

    def wait_until_ready(self) -> None:
        self.wait_until("/run/lab-ready", 60)

    def control(self, service: str) -> None:
        """Start, stop or reset a service, or change what a test needs otherwise; see rootfs/dialer/lab/control."""
        self.run("/lab/control", service)

    def reset(self) -> None:
        """Rows, generated files, services and Asterisk as they were when the lab started."""
        self.control("reset")
        self.forget_complaints()
        self.forget_inbound_calls()

    def query(self, statement: str, *values: object) -> list[dict[str, Any]]:
        """Run SQL as the database's root and return the rows."""
        connection = pymysql.connect(
            unix_socket=f"{self.root}/run/mysqld/mysqld.sock",
            user="root",
            database="asterisk",
            charset="utf8",
            autocommit=True,
            cursorclass=pymysql.cursors.DictCursor,
        )
        with connection, connection.cursor() as cursor:
            cursor.execute(statement, values)
            return list(cursor.fetchall())

    def generated(self) -> dict[str, str]:
        """The generated files: name → SHA-256 of their bytes."""
        folder = self.root / "etc/asterisk"
        return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in GENERATED_FILES}

    def _files(self) -> dict[str, tuple[str, int]]:
        settings = self.settings
        values = {
            "DIALER_ADDRESS": settings.dialer_address,
            "SERVER_IP": settings.dialer_address,
            "SSH_PORT": settings.ssh_port,
            "SIP_PORT": settings.sip_port,
            "SIP_TLS_PORT": settings.sip_tls_port,
            "PJSIP_PORT": settings.pjsip_port,
            "PJSIP_TLS_PORT": settings.pjsip_tls_port,
            "IAX_PORT": settings.iax_port,
            "FASTAGI_PORT": FASTAGI_PORT,
            "TICK": settings.tick,
            "GENERATOR_SLEEP": settings.generator_sleep,
            "CONF_SECRET": self.credentials.conf_secret,
            "HOSTS": settings.hosts_lines,
        }
        files = folder_files(FILES, values)
        files["etc/sudoers.d/lab"] = (files["etc/sudoers.d/lab"][0], 0o440)
        files["root/.ssh/authorized_keys"] = (self._public_keys, 0o600)
        files["lab/passwords"] = (self.credentials.passwords, 0o600)
        files["var/spool/cron/crontabs/root"] = (files["lab/crontab"][0], 0o600)
        files["usr/sbin/cron"] = (files.pop("lab/clock.py")[0], 0o755)
        own = load_certificate(settings.directory, self.name, self.address)
        theirs = [load_certificate(settings.directory, carrier.name, carrier.address) for carrier in settings.carriers]
        files["lab/transports/dialer.pem"] = (own, 0o600)
        files["lab/transports/carriers.pem"] = ("".join(map(public_part, theirs)), 0o644)
        files[GENERATOR] = self._generator(files.pop("lab/conf_generator.py")[0])
        # beside the script that imports it, and beside the listener
        files["usr/share/astguiclient/lab_common.py"] = files["lab/lab_common.py"]
        return files

    def _generator(self, stand_in: str) -> tuple[str, int]:
        """Our stand-in, or the executable that LAB_GENERATOR names."""
        chosen = self.settings.generator
        return (stand_in if chosen is None else chosen.read_text(errors="surrogateescape"), 0o755)
