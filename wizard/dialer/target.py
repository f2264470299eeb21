"""Which dialer, and how to get in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

from wizard.secret import Secret

DEFAULT_SSH_PORT = 22


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
    """Everything about a dialer's SSH access that is no secret."""

    host: str
    user: str = "root"
    port: int = DEFAULT_SSH_PORT
    auth: SshAuth = SshAuth.AGENT
    key_path: str = ""
    sudo: Sudo = Sudo.NO
    #: the confirmed host key as ``type base64``; empty before the first time
    host_key: str = ""

    @property
    def address(self) -> str:
        """``user@host`` and the port where it is not 22."""
        port = "" if self.port == DEFAULT_SSH_PORT else f":{self.port}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.user}@{host}{port}"

    @property
    def key(self) -> str:
        """What makes two targets the same dialer, for locks."""
        return f"{self.host.lower()}:{self.port}"


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
    return DialerTarget(host=match["host"].strip("[]"), user=match["user"], port=port)
