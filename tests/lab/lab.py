"""The whole lab: built once, started in seconds, reset in about one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from .asterisk22 import LabAsterisk22
from .carriers import LabCarrier, lab_carriers
from .credentials import key_path, load_credentials
from .dialer import LabDialer
from .ports import require_free
from .root import build_roots, require_builder
from .settings import LabSettings


class Lab:
    """The dialer, a newer Asterisk, and the carriers."""

    def __init__(self, settings: LabSettings | None = None) -> None:
        self.settings = settings or LabSettings.from_environment()
        self.credentials = load_credentials(self.settings.directory)
        self.key = key_path(self.settings.directory, self.credentials)
        self.key_with_passphrase = key_path(self.settings.directory, self.credentials, with_passphrase=True)
        public_keys = "".join(key.with_suffix(".pub").read_text() for key in (self.key, self.key_with_passphrase))
        self.dialer = LabDialer(self.settings, self.credentials, public_keys)
        self.asterisk22 = LabAsterisk22(self.settings)
        self.carriers: dict[str, LabCarrier] = lab_carriers(self.settings)

    @property
    def hosts(self) -> list[LabDialer | LabAsterisk22 | LabCarrier]:
        return [self.dialer, self.asterisk22, *self.carriers.values()]

    @property
    def is_running(self) -> bool:
        return all(host.is_running for host in self.hosts)

    def build(self) -> None:
        """Build the roots that the hosts boot from, unless they are there; starts nothing."""
        require_builder()
        build_roots(self.settings)

    def up(self) -> None:
        """Build what is missing and start what is not running."""
        require_builder()
        roots = build_roots(self.settings)
        stopped = [host for host in self.hosts if not host.is_running]
        require_free(port for host in stopped for port in host.ports)
        for host in stopped:
            host.boot(roots)
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda host: host.wait_until_ready(), stopped))

    def down(self) -> None:
        for host in self.hosts:
            host.stop()

    def reset(self) -> None:
        """A clean dialer, a clean newer Asterisk, and carriers that remember no calls."""
        self.dialer.reset()
        # Most tests don't need it: those that do say that it isn't there.
        if self.asterisk22.is_running:
            self.asterisk22.reset()
        for carrier in self.carriers.values():
            carrier.forget_calls()
