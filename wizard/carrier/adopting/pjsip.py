"""What a PJSIP entry answers, in sections or by PJSIP's own wizard."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from wizard.carrier.answers import TLS_PORT, Auth, CallerIdHeader, DtmfMode, Transport
from wizard.carrier.model import Carrier, Protocol
from wizard.carrier.profile import Place
from wizard.secret import Secret

from .parts import Part, codecs_of, dialled_trunk, parts_by_kind, trunk_part

_DTMF = {"rfc4733": DtmfMode.RFC4733, "inband": DtmfMode.INBAND, "info": DtmfMode.INFO, "auto": DtmfMode.AUTO}
#: ``sip:user@host:port;parameter``
_URI = re.compile(r"<?sips?:(?:(?P<user>[^@]*)@)?(?P<host>[^:;>]+)(?::(?P<port>\d+))?(?P<parameters>[^>]*)>?")
_TRANSPORT = re.compile(r"transport=(udp|tcp|tls)", re.IGNORECASE)


def trunk_of_account(carrier: Carrier, parts: Sequence[Part]) -> Part:
    kind = "wizard" if carrier.protocol is Protocol.PJSIP_WIZ else "endpoint"
    return trunk_part(parts, kind, dialled_trunk(carrier))


@dataclass(frozen=True)
class _Account:
    """The options of one trunk by the kind of section, however they are written."""

    endpoint: Part
    aor: Part
    auth: Part
    identify: Part
    registration: Part
    wizard: Part


def read_account(carrier: Carrier, parts: Sequence[Part], place: Place) -> dict[str, Any]:
    """Answer → value, of all that the account says: VICIdial writes no register line for PJSIP (vicidial.md §2.3)."""
    trunk = trunk_of_account(carrier, parts)
    account = _by_prefix(trunk) if trunk.kind == "wizard" else _by_section(trunk, parts)
    host, port, named = _where(account)
    transport = _transport(account, place) or named
    values: dict[str, Any] = {
        "trunk_name": trunk.name,
        **_sign_in(account),
        "host": host,
        "port": None if port == TLS_PORT and transport is Transport.TLS else port,
        "transport": transport,
        "srtp": account.endpoint.value("media_encryption").lower() == "sdes",
        "outbound_proxy": _proxy(account),
        "match": _match(account, host),
        "session_timers": not account.endpoint.is_off("timers"),
        "caller_id_header": _header(account.endpoint),
        **_watched(account.aor),
    }
    if context := account.endpoint.value("context"):
        values["inbound_context"] = context
    if codecs := codecs_of(account.endpoint):
        values["codecs"] = codecs
    if (mode := _DTMF.get(account.endpoint.value("dtmf_mode").lower())) is not None:
        values["dtmf_mode"] = mode
    return values


def _by_section(endpoint: Part, parts: Sequence[Part]) -> _Account:
    """The sections that the endpoint names, or that name it."""
    aor, auth = (_named(parts, kind, endpoint.value(key)) for kind, key in (("aor", "aors"), ("auth", "outbound_auth")))
    identified = [each for each in parts_by_kind(parts, "identify") if each.value("endpoint") == endpoint.name]
    registrations = parts_by_kind(parts, "registration")
    registration = (registrations or [_nothing("registration")])[-1]
    if not auth.options:
        auth = _named(parts, "auth", registration.value("outbound_auth"))
    return _Account(
        endpoint, aor, auth, (identified or [_nothing("identify")])[-1], registration, _nothing("wizard")
    )  # fmt: skip


def _named(parts: Sequence[Part], kind: str, name: str) -> Part:
    return next((each for each in parts_by_kind(parts, kind) if each.name == name), _nothing(kind))


def _nothing(kind: str) -> Part:
    return Part("", kind, ())


def _by_prefix(wizard: Part) -> _Account:
    """PJSIP's own wizard has ``endpoint/context`` and so on in one section."""

    def part(kind: str) -> Part:
        own = [each for each in wizard.options if each.key.startswith(f"{kind}/")]
        return Part(wizard.name, kind, tuple(type(each)(each.key.partition("/")[2], each.value, at=each.at) for each in own))

    return _Account(part("endpoint"), part("aor"), part("outbound_auth"), part("identify"), part("registration"), wizard)


def _sign_in(account: _Account) -> dict[str, Any]:
    auth, registration = account.auth, account.registration
    client = registration.value("client_uri") or account.wizard.value("client_uri_pattern")
    registers = bool(registration.value("server_uri")) or account.wizard.is_on("sends_registrations")
    signs = bool(auth.value("password")) and (not account.wizard.options or account.wizard.is_on("sends_auth"))
    values: dict[str, Any] = {
        "auth": Auth.REGISTRATION if registers else Auth.CREDENTIALS if signs else Auth.IP,
        "from_user": account.endpoint.value("from_user"),
        "from_domain": account.endpoint.value("from_domain"),
        "realm": auth.value("realm"),
    }
    if signs or registers:
        values |= {"username": auth.value("username"), "secret": Secret(auth.value("password"))}
    if registers:
        uri = _URI.fullmatch(client.replace("${REMOTE_HOST}", "host"))
        username = unquote(uri["user"]) if uri and uri["user"] else values["username"]
        signed = values["username"]
        values |= {
            "username": username,
            "auth_username": signed if signed != username else "",
            "did": registration.value("contact_user"),
        }
        for answer, key in (("registration_expiry", "expiration"), ("registration_retry", "retry_interval")):
            if (seconds := _number(registration.value(key))) is not None:
                values[answer] = seconds
    return values


def _where(account: _Account) -> tuple[str, int | None, Transport]:
    """Host, port, and the transport that a URI names."""
    hosts = account.wizard.value("remote_hosts").split(",")[0].strip()
    text = f"sip:{hosts}" if hosts else account.aor.value("contact") or account.registration.value("server_uri")
    uri = _URI.fullmatch(text)
    if uri is None:
        return "", None, Transport.UDP
    named = _TRANSPORT.search(uri["parameters"])
    transport = Transport(named[1].lower()) if named else Transport.UDP
    return uri["host"], int(uri["port"]) if uri["port"] else None, transport


def _transport(account: _Account, place: Place) -> Transport | None:
    """By the dialer's own name of it, or what that name looks like; None where nothing is named."""
    name = account.endpoint.value("transport") or account.wizard.value("transport") or account.registration.value("transport")
    for each in place.listeners_of("chan_pjsip"):
        if name and each.name == name:
            return each.transport
    found = re.search(r"tls|tcp|udp", name.lower())
    return Transport(found[0]) if found else None


def _proxy(account: _Account) -> str:
    text = account.endpoint.value("outbound_proxy") or account.wizard.value("outbound_proxy")
    uri = _URI.fullmatch(text)
    if uri is None:
        return ""
    return uri["host"] + (f":{uri['port']}" if uri["port"] else "")


def _match(account: _Account, host: str) -> tuple[str, ...]:
    listed = [word.strip() for value in account.identify.values("match") for word in value.split(",")]
    return tuple(each for each in dict.fromkeys(listed) if each and each != host)


def _header(endpoint: Part) -> CallerIdHeader:
    if endpoint.is_on("send_pai"):
        return CallerIdHeader.PAI
    return CallerIdHeader.RPID if endpoint.is_on("send_rpid") else CallerIdHeader.FROM


def _watched(aor: Part) -> dict[str, Any]:
    seconds = _number(aor.value("qualify_frequency"))
    # Nothing said is never asked: that is PJSIP's default.
    return {"qualify": True, "qualify_frequency": seconds} if seconds else {"qualify": False}


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None
