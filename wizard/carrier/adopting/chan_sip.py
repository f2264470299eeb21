"""What a chan_sip entry answers: a register line, the trunk's peer, and peers for further addresses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from wizard.carrier.answers import TLS_PORT, Auth, CallerIdHeader, DtmfMode, Transport
from wizard.carrier.drivers.base import is_network
from wizard.carrier.model import Carrier
from wizard.secret import Secret

from .parts import Part, codecs_of, dialled_trunk, host_of, trunk_part
from .register_line import Register, first_register

_DTMF = {"rfc2833": DtmfMode.RFC4733, "inband": DtmfMode.INBAND, "info": DtmfMode.INFO, "auto": DtmfMode.AUTO}
_HEADERS = {"pai": CallerIdHeader.PAI, "yes": CallerIdHeader.RPID, "rpid": CallerIdHeader.RPID, "true": CallerIdHeader.RPID}


def trunk_of_account(carrier: Carrier, parts: Sequence[Part]) -> Part:
    return trunk_part(parts, "peer", dialled_trunk(carrier))


def read_account(carrier: Carrier, parts: Sequence[Part]) -> dict[str, Any]:
    """Answer → value, of all that the account and the register line say."""
    trunk = trunk_of_account(carrier, parts)
    register = first_register(carrier)
    doors = [part.value("host") for part in parts if part.kind == "peer" and part is not trunk]
    values: dict[str, Any] = {
        "trunk_name": trunk.name,
        **_sign_in(trunk, register),
        **_connection(trunk, register),
        "match": tuple(dict.fromkeys(host for host in doors if is_network(host) and host != trunk.value("host"))),
        "session_timers": trunk.value("session-timers").lower() != "refuse",
        "caller_id_header": _HEADERS.get(trunk.value("sendrpid").lower(), CallerIdHeader.FROM),
    }
    if codecs := codecs_of(trunk):
        values["codecs"] = codecs
    if (mode := _DTMF.get(trunk.value("dtmfmode").lower())) is not None:
        values["dtmf_mode"] = mode
    return values


def _sign_in(trunk: Part, register: Register | None) -> dict[str, Any]:
    secret = Secret(trunk.value("secret") or trunk.value("remotesecret"))
    values: dict[str, Any] = {
        "auth": Auth.CREDENTIALS if secret else Auth.IP,
        "from_user": trunk.value("fromuser"),
        "from_domain": trunk.value("fromdomain"),
    }
    if register is not None:
        values |= {
            "auth": Auth.REGISTRATION,
            "username": register.username,
            "secret": secret or register.secret,
            "auth_username": register.auth_username,
            "from_domain": values["from_domain"] or register.domain,
            "did": register.extension,
        }
        if register.expiry is not None:
            values["registration_expiry"] = register.expiry
    elif secret:
        values |= {"username": trunk.value("defaultuser") or trunk.value("fromuser"), "secret": secret}
    return values


def _connection(trunk: Part, register: Register | None) -> dict[str, Any]:
    written = trunk.value("transport").lower() or (register.transport if register else "")
    named = re.match(r"\s*(udp|tcp|tls)\b", written)
    transport = Transport(named[1]) if named else Transport.UDP
    port = _number(trunk.value("port"))
    values: dict[str, Any] = {
        "host": host_of(trunk, register.host if register else ""),
        "transport": transport,
        "port": None if port == TLS_PORT and transport is Transport.TLS else port,
        "srtp": trunk.is_on("encryption"),
        "outbound_proxy": re.sub(r"^(?:udp|tcp|tls)://", "", trunk.value("outboundproxy")),
        "qualify": not trunk.is_off("qualify"),
    }
    if context := trunk.value("context"):
        values["inbound_context"] = context
    if (frequency := _number(trunk.value("qualifyfreq"))) is not None and values["qualify"]:
        values["qualify_frequency"] = frequency
    return values


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None
