"""Which dialer, and how to get in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

from wizard.errors import SshConfigError
from wizard.secret import Secret

from .route import SSH_PORT, Hop, Place, resolve_route
from .ssh_config import options_for

DEFAULT_SSH_PORT = SSH_PORT


class SshAuth(StrEnum):
    """How to sign in to the dialer."""

    PASSWORD = "password"  # noqa: S105
    KEY = "key"
    AGENT = "agent"


class Sudo(StrEnum):
    """How to become root there."""

    NO = "no"
    WITHOUT_PASSWORD = "without_password"  # noqa: S105
    WITH_PASSWORD = "with_password"  # noqa: S105


@dataclass(frozen=True)
class DialerTarget:
    """Everything about a dialer's SSH access that is no secret, as the user wrote it."""

    #: its name or address, or an alias of ``~/.ssh/config``
    host: str
    #: empty, and port 0: as ``~/.ssh/config`` says, else the user's own name and 22, as ssh has it
    user: str = "root"
    port: int = DEFAULT_SSH_PORT
    auth: SshAuth = SshAuth.AGENT
    key_path: str = ""
    sudo: Sudo = Sudo.NO
    #: the confirmed host key as ``type base64``; empty before the first time
    host_key: str = ""
    #: jump hosts as ssh's ``-J`` has them; ``none`` for none; empty: as ``~/.ssh/config`` says
    jump: str = ""
    #: confirmed keys of the jump hosts: (their address, ``type base64``)
    jump_keys: tuple[tuple[str, str], ...] = ()

    @property
    def address(self) -> str:
        """``user@host`` and the port where it is not 22, as far as the user said; jump hosts after that."""
        port = "" if self.port in (0, DEFAULT_SSH_PORT) else f":{self.port}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        user = f"{self.user}@" if self.user else ""
        return f"{user}{host}{port}" + (f" by way of {self.jump}" if self.jump not in ("", "none") else "")

    def route(self) -> tuple[Hop, ...]:
        """What is connected to, hop by hop, the dialer last; reads ``~/.ssh/config``.

        :raises SshConfigError: it can't be followed
        """
        return resolve_route(Place(self.host, self.user, self.port), self.jump)

    @property
    def key(self) -> str:
        """What makes two targets the same dialer, for locks and host keys: an alias is what it stands for."""
        try:
            return self.route()[-1].address
        except SshConfigError:
            # Nobody gets there; but what is kept under its name can still be shown and forgotten.
            return f"{self.host.lower()}:{self.port or DEFAULT_SSH_PORT}"


@dataclass(frozen=True)
class DialerSecrets:
    """What is needed to get in and is never stored unless the user says so."""

    ssh_password: Secret = field(default_factory=lambda: Secret(""))
    key_passphrase: Secret = field(default_factory=lambda: Secret(""))
    sudo_password: Secret = field(default_factory=lambda: Secret(""))


_ADDRESS = re.compile(r"(?:(?P<user>[A-Za-z0-9._-]+)@)?(?P<host>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{1,5}))?")


def parse_address(text: str) -> DialerTarget | None:
    """``user@host[:port]`` as a target, or None where it is something else."""
    match = _ADDRESS.fullmatch(text.strip())
    if match is None or "@" not in text:
        return None
    port = int(match["port"] or DEFAULT_SSH_PORT)
    if not 1 <= port <= 65_535:
        return None
    return DialerTarget(host=match["host"].strip("[]"), user=match["user"], port=port if match["port"] else 0)


def parse_alias(text: str) -> DialerTarget | None:
    """A host alone as a target, where ``~/.ssh/config`` has an entry for it and not only for every host.

    :raises SshConfigError: the configuration can't be read
    """
    match = _ADDRESS.fullmatch(text.strip())
    if match is None or "@" in text or not options_for(match["host"]).is_mentioned:
        return None
    return DialerTarget(host=match["host"], user="", port=int(match["port"] or 0))
