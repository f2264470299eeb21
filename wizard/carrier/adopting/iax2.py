"""What an IAX2 entry answers: a register line, a peer for calls out, and a user for calls in."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from typing import Any

from wizard.carrier.answers import Auth
from wizard.carrier.drivers.base import is_network
from wizard.carrier.model import Carrier
from wizard.secret import Secret

from .parts import Part, codecs_of, dialled_trunk, host_of, parts_by_kind, trunk_part
from .register_line import first_register


def trunk_of_account(carrier: Carrier, parts: Sequence[Part]) -> Part:
    return trunk_part(parts, "peer", dialled_trunk(carrier))


def read_account(carrier: Carrier, parts: Sequence[Part]) -> dict[str, Any]:
    """Answer → value, of all that the account and the register line say."""
    trunk = trunk_of_account(carrier, parts)
    users = parts_by_kind(parts, "user")
    door = users[-1] if users else trunk
    register = first_register(carrier)
    secret = Secret(trunk.value("secret"))
    host = host_of(trunk, register.host if register else "")
    values: dict[str, Any] = {
        "trunk_name": trunk.name,
        "host": host,
        "port": _number(trunk.value("port")),
        "auth": Auth.CREDENTIALS if secret else Auth.IP,
        "match": _permitted(door, host),
        "qualify": not trunk.is_off("qualify") and trunk.value("qualify") != "",
    }
    if register is not None:
        values |= {"auth": Auth.REGISTRATION, "username": register.username, "secret": secret or register.secret}
        if not trunk.value("port"):
            values["port"] = register.port
    elif secret:
        values |= {"username": trunk.value("username"), "secret": secret}
    if context := door.value("context"):
        values["inbound_context"] = context
    if codecs := codecs_of(trunk):
        values["codecs"] = codecs
    if milliseconds := _number(trunk.value("qualifyfreqok")):
        values["qualify_frequency"] = milliseconds // 1000
    return values


def _permitted(door: Part, host: str) -> tuple[str, ...]:
    listed = [each.strip() for each in door.values("permit") if is_network(each.strip())]
    plain = (str(ipaddress.ip_network(each, strict=False)).removesuffix("/32") for each in listed)
    return tuple(each for each in dict.fromkeys(plain) if each != host)


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None
