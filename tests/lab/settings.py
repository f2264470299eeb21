"""Where the lab lives and which addresses and ports it uses; every value can be set in the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]

#: VICIdial writes this port into every dialplan entry (vicidial.md §3.5), so the lab can't move it.
FASTAGI_PORT = 4577


@dataclass(frozen=True)
class CarrierSettings:
    """One lab carrier: its name is also its host name inside the dialer."""

    name: str
    address: str
    rtp_start: int


@dataclass(frozen=True)
class LabSettings:
    """Everything about a lab that a machine may need to change."""

    directory: Path
    suite: str
    #: the suite of the host with the newer Asterisk
    newer_suite: str
    mirror: str | None
    generator: Path | None
    schema: Path | None
    #: how often the lab's cron looks, and how long the generator sleeps where VICIdial's sleeps a second
    tick: float
    generator_sleep: float
    dialer_address: str
    newer_address: str
    ssh_port: int
    sip_port: int
    sip_tls_port: int
    #: these two are also the newer host's
    pjsip_port: int
    iax_port: int
    pjsip_tls_port: int
    carrier_sip_port: int
    carrier_tls_port: int
    carrier_iax_port: int
    by_registration: CarrierSettings
    by_credentials: CarrierSettings
    by_ip: CarrierSettings
    backup: CarrierSettings

    @property
    def carriers(self) -> tuple[CarrierSettings, ...]:
        return (self.by_registration, self.by_credentials, self.by_ip, self.backup)

    @property
    def hosts_lines(self) -> str:
        """The carriers' names, as /etc/hosts has them."""
        return "\n".join(f"{carrier.address} {carrier.name}" for carrier in self.carriers)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> LabSettings:
        """Read ``LAB_*`` variables; docs/lab.md lists them."""

        def number(name: str, default: int) -> int:
            return int(environ.get(name, default))

        def path(name: str) -> Path | None:
            return Path(environ[name]).resolve() if environ.get(name) else None

        def carrier(name: str, address: str, rtp_start: int) -> CarrierSettings:
            variable = f"LAB_{name.upper()}_ADDRESS"
            return CarrierSettings(f"{name}.carrier.test", environ.get(variable, address), rtp_start)

        return cls(
            directory=path("LAB_DIR") or CHECKOUT / ".lab",
            suite=environ.get("LAB_SUITE", "bullseye"),
            newer_suite=environ.get("LAB_NEWER_SUITE", "sid"),
            mirror=environ.get("LAB_MIRROR") or None,
            generator=path("LAB_GENERATOR"),
            schema=path("LAB_SCHEMA"),
            tick=float(environ.get("LAB_TICK", "60")),
            generator_sleep=float(environ.get("LAB_GENERATOR_SLEEP", "1")),
            dialer_address=environ.get("LAB_DIALER_ADDRESS", "127.0.0.10"),
            newer_address=environ.get("LAB_NEWER_ADDRESS", "127.0.0.11"),
            ssh_port=number("LAB_SSH_PORT", 22),
            sip_port=number("LAB_SIP_PORT", 5060),
            sip_tls_port=number("LAB_SIP_TLS_PORT", 5063),
            pjsip_port=number("LAB_PJSIP_PORT", 5061),
            iax_port=number("LAB_IAX_PORT", 4569),
            pjsip_tls_port=number("LAB_PJSIP_TLS_PORT", 5062),
            carrier_sip_port=number("LAB_CARRIER_SIP_PORT", 5060),
            carrier_tls_port=number("LAB_CARRIER_TLS_PORT", 5061),
            carrier_iax_port=number("LAB_CARRIER_IAX_PORT", 4569),
            by_registration=carrier("registration", "127.0.0.20", 21000),
            by_credentials=carrier("credentials", "127.0.0.21", 22000),
            by_ip=carrier("ip", "127.0.0.22", 23000),
            backup=carrier("backup", "127.0.0.23", 24000),
        )
