"""Register lines: ``register => [peer?][transport://]user[@domain][:secret[:authuser]]@host[:port][/extension][~expiry]``.

chan_sip's grammar (channels/sip/config_parser.c); chan_iax2 knows ``user[:secret]@host[:port]`` of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from wizard.carrier.conf import read_conf
from wizard.carrier.model import Carrier, Protocol
from wizard.secret import Secret

_WHERE = re.compile(r"(?P<host>[^:/~]+)(?::(?P<port>\d+))?(?:/(?P<extension>[^~]*))?(?:~(?P<expiry>\d+))?")


@dataclass(frozen=True)
class Register:
    """One register line; ``expiry`` and ``port`` are None where it doesn't say."""

    username: str
    host: str
    port: int | None = None
    #: the section whose password and proxy it uses
    peer: str = ""
    transport: str = "udp"
    domain: str = ""
    secret: Secret = field(default_factory=lambda: Secret(""))
    auth_username: str = ""
    extension: str = ""
    expiry: int | None = None


@dataclass(frozen=True)
class RegisterLine:
    """A line of a registration string, and what it says; None where it can't be read."""

    at: int
    register: Register | None


def register_lines(carrier: Carrier) -> list[RegisterLine]:
    """The register lines of a registration string, in order."""
    read = read_iax2_register if carrier.protocol is Protocol.IAX2 else read_register
    options = read_conf(carrier.registration_string)[0].options
    return [RegisterLine(option.at, read(option.value)) for option in options if option.key.lower() == "register"]


def first_register(carrier: Carrier) -> Register | None:
    return next((line.register for line in register_lines(carrier) if line.register), None)


def read_iax2_register(value: str) -> Register | None:
    """``user[:secret]@host[:port]``, where no other sign parts anything (channels/chan_iax2.c)."""
    account, at, where = value.rpartition("@")
    username, _, secret = account.partition(":")
    host, colon, port = where.strip().partition(":")
    if not at or not username or not host or (colon and not port.isdigit()):
        return None
    return Register(username, host, int(port) if port else None, secret=Secret(secret))


def read_register(value: str) -> Register | None:
    """What follows ``register =>``; None where it isn't of the grammar."""
    account, at, where = value.rpartition("@")
    place = _WHERE.fullmatch(where.strip())
    if not at or place is None:
        return None
    peer, question, rest = account.partition("?")
    if not question:
        peer, rest = "", account
    if ":" in peer:
        return None  # a password with a question mark, most likely, and Asterisk takes it apart there
    transport, slashes, named = rest.partition("://")
    if not slashes or transport.lower() not in ("udp", "tcp", "tls"):
        transport, named = "udp", rest
    user, *secrets = named.split(":", 2)
    username, _, domain = user.partition("@")
    if not username:
        return None
    return Register(
        username=username,
        host=place["host"],
        port=int(place["port"]) if place["port"] else None,
        peer=peer,
        transport=transport.lower(),
        domain=domain,
        secret=Secret(secrets[0] if secrets else ""),
        auth_username=secrets[1] if len(secrets) > 1 else "",
        extension=place["extension"] or "",
        expiry=int(place["expiry"]) if place["expiry"] else None,
    )
