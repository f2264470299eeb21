"""The way to a dialer, hop by hop: what its alias means, and which jump hosts lie between.

What was saved is what the user wrote; it is resolved each time, so a changed ``~/.ssh/config`` counts at once.
"""

from __future__ import annotations

import getpass
import os
import re
from dataclasses import dataclass, replace
from pathlib import Path

from wizard.errors import SshConfigError

from .ssh_config import HostOptions, Tokens, jump_of, options_for

SSH_PORT = 22
#: the keys that ssh tries where its configuration names none (ssh_config(5), IdentityFile)
_USUAL_KEYS = ("~/.ssh/id_ed25519", "~/.ssh/id_ecdsa", "~/.ssh/id_rsa")
_JUMP = re.compile(
    r"(?:ssh://)?(?:(?P<user>[^@\s,]+)@)?(?P<host>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{1,5}))?/?"
)
#: more than anybody has; a chain that is longer leads in a circle
_MOST_HOPS = 8


@dataclass(frozen=True)
class Place:
    """A host as somebody wrote it: an alias, a name or an address; what is empty or 0 is left to ``~/.ssh/config``."""

    host: str
    user: str = ""
    port: int = 0


@dataclass(frozen=True)
class Hop:
    """One SSH server on the way, resolved: what is connected to, and as whom."""

    host: str
    port: int
    user: str
    #: what it was called
    alias: str
    #: private keys that the configuration names, else those that ssh tries by itself
    key_paths: tuple[str, ...] = ()
    #: whether only those may be used, and none else of the agent's
    identities_only: bool = False
    #: the agent's socket; empty: no agent
    agent: str = ""
    #: the name that it has in known_hosts, where that is another one
    host_key_alias: str = ""
    #: the address of the hop before, with all before that; empty where it is reached directly
    before: str = ""
    is_jump: bool = False

    @property
    def address(self) -> str:
        """Tells hosts apart: host and port, and the way there, since behind two jump hosts may be two networks alike."""
        own = f"{self.host.lower()}:{self.port}"
        return f"{own} via {self.before}" if self.before else own

    @property
    def shown(self) -> str:
        """``user@host`` and the port where it is not 22."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.user}@{host}" + ("" if self.port == SSH_PORT else f":{self.port}")


def parse_jump(text: str) -> list[Place] | None:
    """``[user@]host[:port]`` several times with commas between, as ssh's ``-J`` has it; None for something else."""
    places = []
    for part in filter(None, re.split(r"[\s,]+", text.strip())):
        match = _JUMP.fullmatch(part)
        if match is None or int(match["port"] or SSH_PORT) not in range(1, 65_536):
            return None
        places.append(Place(match["host"].strip("[]"), match["user"] or "", int(match["port"] or 0)))
    return places


def resolve_route(place: Place, jump: str = "", config: Path | None = None) -> tuple[Hop, ...]:
    """The hops to a place, the place itself last. ``jump`` is what the user said, and beats the configuration.

    :raises SshConfigError: the configuration can't be followed
    """
    hops: list[Hop] = []
    for hop in _chain(place, jump, config, most=_MOST_HOPS):
        hops.append(replace(hop, before=hops[-1].address if hops else "", is_jump=True))
    return (*hops[:-1], replace(hops[-1], is_jump=False))


def _chain(place: Place, jump: str, config: Path | None, most: int) -> list[Hop]:
    options = options_for(place.host, place.user, config)
    hop = _hop(place, options)
    tokens = Tokens(place.host, hop.host, hop.port, hop.user)
    wanted = jump or tokens.expand(jump_of(options))
    places = [] if wanted.lower() == "none" else parse_jump(wanted)
    if places is None:
        raise SshConfigError(host=place.host, path=options.path, option="ProxyJump", reason="jump")
    # As ssh does: with “Host *” the jump host itself is reached directly.
    if not places or (not jump and places[0].host == place.host):
        return [hop]
    if most == 0:
        raise SshConfigError(host=place.host, path=options.path, option="ProxyJump", reason="circle")
    first, *others = places
    between = [_hop(other, options_for(other.host, other.user, config)) for other in others]
    return [*_chain(first, "", config, most - 1), *between, hop]


def _hop(place: Place, options: HostOptions) -> Hop:
    raw = Tokens(place.host, place.host, place.port or SSH_PORT, place.user)
    host = raw.expand(options.get("hostname")) or place.host
    port = place.port or _port(options)
    user = place.user or options.get("user") or getpass.getuser()
    tokens = Tokens(place.host, host, port, user)
    files = () if "identityfile" in options.uncertain else options.identity_files
    return Hop(
        host=host,
        port=port,
        user=user,
        alias=place.host,
        key_paths=tuple(tokens.expand(path) for path in files if path.lower() != "none") or _USUAL_KEYS,
        identities_only=options.values.get("identitiesonly", "").lower() == "yes",
        agent=_agent(tokens.expand(options.values.get("identityagent", ""))),
        host_key_alias=options.values.get("hostkeyalias", ""),
    )


def _port(options: HostOptions) -> int:
    said = options.get("port") or str(SSH_PORT)
    if not said.isdigit() or int(said) not in range(1, 65_536):
        raise SshConfigError(host=options.host, path=options.path, option="Port", reason="value")
    return int(said)


def _agent(said: str) -> str:
    if said.lower() == "none":
        return ""
    if said in ("", "SSH_AUTH_SOCK"):
        return os.environ.get("SSH_AUTH_SOCK", "")
    return str(Path(os.path.expandvars(said)).expanduser())
