"""What Asterisk says it understood of an entry, held against the answers, field by field."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from wizard.carrier.answers import Answers, Auth, CallerIdHeader, DtmfMode, Transport
from wizard.carrier.drivers.base import is_network
from wizard.carrier.model import Protocol
from wizard.carrier.names import global_name, trunk_name
from wizard.dialer.asterisk_output import parameters

Ask = Callable[[str], str]


@dataclass(frozen=True)
class Difference:
    """Something that Asterisk understood otherwise than it was meant."""

    what: str
    meant: object
    understood: object


def differences(ask: Ask, answers: Answers) -> list[Difference]:
    """All that differs, of the trunk, its registration, and its variable; the dialplan is held against it elsewhere."""
    holders = {
        Protocol.SIP: _chan_sip,
        Protocol.PJSIP: _pjsip,
        Protocol.PJSIP_WIZ: _pjsip,
        Protocol.IAX2: _iax2,
    }
    return [each for each in holders[answers.carrier.protocol](ask, answers) if each.meant != each.understood]


def unknown_variable(ask: Ask, answers: Answers) -> list[Difference]:
    name, trunk = global_name(answers.carrier), trunk_name(answers.carrier)
    prefix = {Protocol.SIP: "SIP/", Protocol.IAX2: "IAX2/"}.get(answers.carrier.protocol, "")
    found = re.search(rf"^\s+{name}=(.*)$", ask("dialplan show globals"), re.MULTILINE)
    understood = found[1] if found else None
    return [] if understood == f"{prefix}{trunk}" else [Difference(name, f"{prefix}{trunk}", understood)]


def _codecs(answers: Answers) -> str:
    return "(" + "|".join(codec.value for codec in answers.audio.codecs) + ")"


def _fields(output: str) -> Mapping[str, str]:
    """``  * Name       : acme`` → its name and value."""
    return {key.strip(" *"): value.strip() for key, _, value in (line.partition(":") for line in output.splitlines())}


def _chan_sip(ask: Ask, answers: Answers) -> Iterator[Difference]:
    sign_in, connection, audio = answers.sign_in, answers.connection, answers.audio
    name = trunk_name(answers.carrier)
    peer = _fields(ask(f"sip show peer {name}"))
    port = connection.port_in_use or 5060
    proxy = connection.outbound_proxy
    meant = {
        "Name": name,
        "ToHost": connection.host,
        "Addr->IP": f"{connection.host}:{port}",
        "Prim.Transp.": connection.transport.value.upper(),
        "Dynamic": "No",
        "Secret": "<Not set>" if sign_in.auth is Auth.IP else "<Set>",
        "Def. Username": "" if sign_in.auth is Auth.IP else sign_in.auth_username or sign_in.username,
        "FromUser": sign_in.from_user or None,
        "FromDomain": f"{sign_in.from_domain} Port 5060" if sign_in.from_domain else None,
        "Insecure": "port,invite",
        "Context": connection.inbound_context,
        "Codecs": _codecs(answers),
        "DTMFmode": {DtmfMode.RFC4733: "rfc2833"}.get(audio.dtmf_mode, audio.dtmf_mode.value),
        "Force rport": "Yes",
        "Symmetric RTP": "Yes",
        "DirectMedia": "No",
        "Encryption": "Yes" if connection.srtp else "No",
        "Sess-Timers": "Accept" if audio.session_timers else "Refuse",
        "Trust RPID": "No",
        "Send RPID": "No" if answers.numbers.caller_id_header is CallerIdHeader.FROM else "Yes",
        "Qualify Freq": f"{(connection.qualify_frequency if connection.qualify else 60) * 1000} ms",
    }
    if proxy:
        meant["Outb. proxy"] = f"{proxy.partition(':')[0]}"
    for key, value in meant.items():
        yield Difference(key, value, peer.get(key, "").split(":")[0] if key == "Outb. proxy" else peer.get(key))
    yield Difference("watched", connection.qualify, peer.get("Status") != "Unmonitored")
    for number, address in enumerate((each for each in connection.match if each != connection.host), 1):
        door = _fields(ask(f"sip show peer {name}_in{number}"))
        yield Difference("match", f"{address.removesuffix('/32')}:5060", door.get("Addr->IP"))
        yield Difference("match's context", connection.inbound_context, door.get("Context"))
        yield Difference("match's insecurity", "port,invite", door.get("Insecure"))
    registry = ask("sip show registry")
    user = sign_in.username + (f"@{sign_in.from_domain}" if sign_in.from_domain else "")
    row = rf"^{re.escape(f'{connection.host}:{port}')}\s+[YN]\s+{re.escape(user[:12])}\s"
    registers = re.search(row, registry, re.MULTILINE) is not None
    yield Difference("registers", sign_in.auth is Auth.REGISTRATION, registers)


def _pjsip(ask: Ask, answers: Answers) -> Iterator[Difference]:
    name = trunk_name(answers.carrier)
    is_wizard = answers.carrier.protocol is Protocol.PJSIP_WIZ
    auth_name = f"{name}-oauth" if is_wizard else name
    yield from _endpoint(ask(f"pjsip show endpoint {name}"), auth_name, answers)
    yield from _aor(ask(f"pjsip show aor {name}"), answers)
    yield from _identify(ask(f"pjsip show identify {name}-identify" if is_wizard else f"pjsip show identify {name}"), answers)
    sign_in = answers.sign_in
    if sign_in.auth is not Auth.IP:
        auth = parameters(ask(f"pjsip show auth {auth_name}"))
        meant = {
            "auth_type": "userpass",
            "username": sign_in.auth_username or sign_in.username,
            "password": sign_in.secret.reveal(),
            "realm": sign_in.realm,
        }
        yield from (Difference(f"auth/{key}", value, auth.get(key)) for key, value in meant.items())
    registration = ask(f"pjsip show registration {name}-reg-0" if is_wizard else f"pjsip show registration {name}")
    yield Difference("registers", sign_in.auth is Auth.REGISTRATION, "Unable to find" not in registration)
    if sign_in.auth is Auth.REGISTRATION:
        yield from _registration(parameters(registration), name, auth_name, answers)


def _uri(answers: Answers) -> str:
    connection = answers.connection
    port = f":{connection.port_in_use}" if connection.port_in_use else ""
    return f"sip:{connection.host}{port}"


def _proxy(answers: Answers) -> str:
    proxy = answers.connection.outbound_proxy
    return f"sip:{proxy};lr" if proxy else ""


def _endpoint(output: str, auth_name: str, answers: Answers) -> Iterator[Difference]:
    sign_in, connection = answers.sign_in, answers.connection
    header = answers.numbers.caller_id_header
    understood = parameters(output)
    transports = {Transport.UDP: "transport-udp", Transport.TCP: "transport-tcp", Transport.TLS: "transport-tls"}
    meant = {
        "transport": transports[connection.transport],
        "aors": trunk_name(answers.carrier),
        "auth": "",
        "outbound_auth": "" if sign_in.auth is Auth.IP else auth_name,
        "outbound_proxy": _proxy(answers),
        "from_user": sign_in.from_user,
        "from_domain": sign_in.from_domain,
        "context": connection.inbound_context,
        "allow": _codecs(answers),
        "identify_by": "ip",
        "dtmf_mode": answers.audio.dtmf_mode.value,
        "direct_media": "false",
        "rtp_symmetric": "true",
        "force_rport": "true",
        "rewrite_contact": "false",
        "send_pai": str(header is CallerIdHeader.PAI).lower(),
        "send_rpid": str(header is CallerIdHeader.RPID).lower(),
        "trust_id_inbound": "false",
        "media_encryption": "sdes" if connection.srtp else "no",
        "timers": "yes" if answers.audio.session_timers else "no",
    }
    for key, value in meant.items():
        yield Difference(f"endpoint/{key}", value, understood.get(key))


def _aor(output: str, answers: Answers) -> Iterator[Difference]:
    understood = parameters(output)
    connection = answers.connection
    yield Difference("aor/contact", _uri(answers), understood.get("contact"))
    frequency = connection.qualify_frequency if connection.qualify else 0
    yield Difference("aor/qualify_frequency", str(frequency), understood.get("qualify_frequency"))


def _identify(output: str, answers: Answers) -> Iterator[Difference]:
    connection = answers.connection
    meant = [each if "/" in each else f"{each}/32" for each in (connection.host, *connection.match) if is_network(each)]
    found = re.findall(r"Match: ([0-9./]+)", output)
    yield Difference("identify/match", sorted(set(meant)), sorted(set(found)))


def _registration(understood: Mapping[str, str], name: str, auth_name: str, answers: Answers) -> Iterator[Difference]:
    sign_in = answers.sign_in
    # An access list guards the mark, and a name can't stand in one.
    marked = all(map(is_network, (answers.connection.host, *answers.connection.match)))
    meant = {
        "server_uri": _uri(answers),
        "contact_user": sign_in.did,
        "outbound_auth": auth_name,
        "outbound_proxy": _proxy(answers),
        "expiration": str(sign_in.registration_expiry),
        "retry_interval": str(sign_in.registration_retry),
        "max_retries": "4294967295",
        "line": str(marked).lower(),
        "endpoint": name if marked else "",
    }
    for key, value in meant.items():
        yield Difference(f"registration/{key}", value, understood.get(key))
    for key in ("forbidden_retry_interval", "fatal_retry_interval"):
        waits = int(understood.get(key, "0"))
        yield Difference(f"{key} is longer", True, waits > sign_in.registration_retry)
    user = re.match(r"sip:(.*)@", understood.get("client_uri", ""))
    decoded = re.sub(r"%([0-9A-Fa-f]{2})", lambda match: chr(int(match[1], 16)), user[1]) if user else None
    yield Difference("registration/client_uri's user", sign_in.username, decoded)


def _iax2(ask: Ask, answers: Answers) -> Iterator[Difference]:
    sign_in, connection = answers.sign_in, answers.connection
    name = trunk_name(answers.carrier)
    peer = _fields(ask(f"iax2 show peer {name}"))
    port = connection.port or 4569
    meant = {
        "Name": name,
        "Addr->IP": f"{connection.host} Port {port}",
        "Dynamic": "No",
        "Secret": "<Not set>" if sign_in.auth is Auth.IP else "<Set>",
        "Username": "" if sign_in.auth is Auth.IP else sign_in.username,
        "Codec Order": _codecs(answers),
        "Trunk": "No",
        "Encryption": "No",
    }
    for key, value in meant.items():
        yield Difference(key, value, peer.get(key))
    if connection.qualify:
        often = f"every {connection.qualify_frequency * 1000}ms when OK"
        yield Difference("Qualify", often, peer.get("Qualify", "").partition(",")[0])
    yield Difference("watched", connection.qualify, peer.get("Status") != "Unmonitored")
    user = re.search(
        rf"^{re.escape(name[:16])}\s+(?:-no secret-)?\s+\d+\s+(\S+)\s+(Yes|No)\s", ask("iax2 show users"), re.MULTILINE
    )
    yield Difference("user's context", connection.inbound_context[:15], user[1] if user else None)
    yield Difference("user has an access list", "Yes", user[2] if user else None)
    row = rf"^{re.escape(f'{connection.host}:{port}')}\s+[YN]\s+{re.escape(sign_in.username[:10])}\s"
    registers = re.search(row, ask("iax2 show registry"), re.MULTILINE) is not None
    yield Difference("registers", sign_in.auth is Auth.REGISTRATION, registers)
