"""Findings about answers, each naming the field it is about.

An answer passes only if the entry made of it loads in Asterisk as meant and survives being saved again in VICIdial's own
screen (vicidial.md §1.3 and §8).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

from . import chan_sip, names
from .answers import AUTO, DESTINATIONS, NORTH_AMERICAN, Answers, Auth, NumberFormat
from .conf import unfit_for_value
from .findings import Finding, error, note, warning
from .internal_numbers import check_internal_numbers
from .model import ALL_SERVERS, COLUMN_LIMITS, Protocol, saved_again
from .numbers import routes
from .patterns import PatternError, parse_pattern

_HOST_LABEL = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)")
_USERNAME = re.compile(r"[A-Za-z0-9._+-]+")
_PATTERN_CHARACTERS = re.compile(r"_?[0-9XZNxzn\[\]\-.!*#+]+")
#: VICIdial's screen drops ``;``, breaks its SQL at a quote and eats a backslash (vicidial.md §1.3)
_REFUSED_IN_ACCOUNT = ";'\\"
#: the one-line box ends at a double quote, and the register line has separators that nothing can quote
_REFUSED_IN_REGISTRATION = _REFUSED_IN_ACCOUNT + '"' + chan_sip.REGISTER_SEPARATORS
#: what carriers issue is far shorter; what is longer was pasted by mistake
_LONGEST_USERNAME = 80
_LONGEST_SECRET = 128
_MOST_DESTINATIONS = 20
#: below this some carriers stop answering (symptoms.md 5)
_BRISK_QUALIFY = 15


def check_answers(answers: Answers) -> list[Finding]:
    """Everything that can be said without a dialer, in the order of the questions."""
    return [finding for step in _CHECKS for finding in check_step(step, answers)]


def check_step(step: str, answers: Answers) -> list[Finding]:
    """The findings about one step's answers; other steps' answers may still be missing."""
    return list(_CHECKS[step](answers))


def _check_carrier(answers: Answers) -> Iterator[Finding]:
    carrier = answers.carrier
    yield from _check_carrier_id(carrier.carrier_id)
    yield from _check_column("carrier_name", carrier.carrier_name)
    yield from _check_column("carrier_description", carrier.carrier_description)
    yield from _check_column("user_group", carrier.user_group)
    if not carrier.user_group:
        yield error("required", "user_group")
    if carrier.protocol is not Protocol.SIP:
        yield error("not_supported", "protocol", value=carrier.protocol.value)
    if carrier.server_ip not in (AUTO, ALL_SERVERS) and not _is_ipv4(carrier.server_ip):
        yield error("server_ip", "server_ip")
    if carrier.server_ip == ALL_SERVERS and answers.sign_in.auth is Auth.REGISTRATION:
        yield warning("registers_everywhere", "server_ip")
    secret = answers.sign_in.secret.reveal()
    for name, text in (("carrier_name", carrier.carrier_name), ("carrier_description", carrier.carrier_description)):
        if len(secret) > 3 and secret in text:
            yield error("secret_in_comment", name)


def _check_carrier_id(carrier_id: str) -> Iterator[Finding]:
    if not carrier_id:
        yield error("required", "carrier_id")
    elif len(carrier_id) < 2:
        yield error("too_short", "carrier_id", least=2)
    else:
        yield from _check_column("carrier_id", carrier_id)
        reason = names.unfit_section(names.trunk_name(carrier_id))
        if reason in ("reserved", "looks_internal") and len(carrier_id) <= COLUMN_LIMITS["carrier_id"]:
            yield error(f"name_{reason}", "carrier_id", name=names.trunk_name(carrier_id))


def _check_sign_in(answers: Answers) -> Iterator[Finding]:
    sign_in = answers.sign_in
    if sign_in.auth is None:
        yield error("required", "auth")
        return
    if sign_in.auth is Auth.IP:
        for name, value in (("username", sign_in.username), ("secret", sign_in.secret)):
            if value:
                yield warning("not_used_by_ip", name)
    else:
        yield from _check_username(sign_in.username)
        yield from _check_secret(sign_in.secret.reveal(), sign_in.auth)
    if sign_in.did:
        if sign_in.auth is not Auth.REGISTRATION:
            yield warning("did_needs_registration", "did")
        elif not re.fullmatch(r"[0-9]{2,20}", sign_in.did):
            yield error("did_digits", "did")


def _check_username(username: str) -> Iterator[Finding]:
    if not username:
        yield error("required", "username")
    elif len(username) > _LONGEST_USERNAME:
        yield error("longer_than_any", "username", most=_LONGEST_USERNAME)
    elif "@" in username:
        yield error("username_has_domain", "username")
    elif not _USERNAME.fullmatch(username):
        yield error("username_characters", "username", characters=_named_characters(re.sub(r"[A-Za-z0-9._+-]", "", username)))


def _check_secret(secret: str, auth: Auth) -> Iterator[Finding]:
    if not secret:
        yield error("required", "secret")
        return
    if len(secret) > _LONGEST_SECRET:
        yield error("longer_than_any", "secret", most=_LONGEST_SECRET)
        return
    reason = unfit_for_value(secret)
    if reason in ("outer_blank", "line_break", "unprintable"):
        yield error(f"secret_{reason}", "secret")
        return
    refused = _REFUSED_IN_REGISTRATION if auth is Auth.REGISTRATION else _REFUSED_IN_ACCOUNT
    found = "".join(character for character in refused if character in secret)
    if found:
        yield error("secret_characters", "secret", characters=_named_characters(found))
    elif saved_again("account_entry", secret) != secret:
        yield error("secret_html", "secret")


def _check_connection(answers: Answers) -> Iterator[Finding]:
    connection = answers.connection
    yield from _check_host(connection.host)
    if connection.port is not None and not 1 <= connection.port <= 65_535:
        yield error("port_range", "port")
    context = connection.inbound_context
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{0,78}", context):
        yield error("context_characters", "inbound_context")
    elif names.is_outbound_context(context):
        yield error("context_is_a_door", "inbound_context", context=context)
    elif names.is_reserved_context(context):
        yield error("context_reserved", "inbound_context", context=context)
    elif context != names.INBOUND_CONTEXT:
        yield warning("context_unusual", "inbound_context", context=context, usual=names.INBOUND_CONTEXT)
    if connection.qualify and not 5 <= connection.qualify_frequency <= 3600:
        yield error("qualify_frequency_range", "qualify_frequency", least=5, most=3600)
    elif connection.qualify and connection.qualify_frequency < _BRISK_QUALIFY:
        yield warning("qualify_frequency_brisk", "qualify_frequency", seconds=_BRISK_QUALIFY)
    if not connection.qualify:
        yield warning("qualify_off", "qualify")


def _check_host(host: str) -> Iterator[Finding]:
    if not host:
        yield error("required", "host")
    elif re.match(r"(sips?:|[a-z]+://)", host, re.IGNORECASE):
        yield error("host_is_uri", "host")
    elif host.count(":") > 1 or host.startswith("["):
        yield error("host_ipv6", "host")
    elif re.fullmatch(r".+:[0-9]*", host):
        yield error("host_has_port", "host")
    elif re.fullmatch(r"[0-9.]+", host):
        yield from _check_address(host)
    else:
        yield from _check_host_name(host)


def _check_address(address: str) -> Iterator[Finding]:
    try:
        parsed = ipaddress.IPv4Address(address)
    except ValueError:
        yield error("host_not_an_address", "host")
        return
    # 0.0.0.0 and 255.255.255.255 are reserved and unspecified; 240.0.0.0/4 is nobody's.
    if parsed.is_unspecified or parsed.is_multicast or parsed.is_reserved:
        yield error("host_special", "host")


def _check_host_name(host: str) -> Iterator[Finding]:
    if host.lower() == "dynamic":
        yield error("host_dynamic", "host")
    elif len(host) > 253 or not all(_HOST_LABEL.fullmatch(label) for label in host.removesuffix(".").split(".")):
        yield error("host_characters", "host")
    elif re.fullmatch(r"[0-9]+|0x[0-9A-Fa-f]*", host.removesuffix(".").split(".")[-1]):
        # A resolver takes 0x7f.1 for an address, and nobody for a name.
        yield error("host_not_an_address", "host")
    elif "." not in host:
        yield warning("host_without_dot", "host")


def _check_audio(answers: Answers) -> Iterator[Finding]:
    codecs = answers.audio.codecs
    if not codecs:
        yield error("required", "codecs")
    if len(set(codecs)) != len(codecs):
        yield error("repeated", "codecs")


def _check_numbers(answers: Answers) -> Iterator[Finding]:
    numbers = answers.numbers
    refused = [*_check_dial_prefix(numbers.dial_prefix), *_check_destinations(numbers.destinations)]
    yield from refused
    if refused:
        return
    for one, other in combinations(routes(numbers), 2):
        if one.destination != other.destination and parse_pattern(one.pattern).overlaps(parse_pattern(other.pattern)):
            yield error("destinations_overlap", "destinations", one=one.destination, other=other.destination)
    yield from check_internal_numbers(numbers)
    is_north_american = not NORTH_AMERICAN.isdisjoint(numbers.destinations)
    if numbers.caller_id_format is NumberFormat.PLUS_E164 and not is_north_american:
        yield note("caller_id_with_country_code", "caller_id_format")


def _check_destinations(destinations: Sequence[str]) -> Iterator[Finding]:
    if not destinations:
        yield error("required", "destinations")
    elif len(destinations) > _MOST_DESTINATIONS:
        yield error("too_many", "destinations", most=_MOST_DESTINATIONS)
    elif len(set(destinations)) != len(destinations):
        yield error("repeated", "destinations")
    else:
        for destination in destinations:
            yield from _check_destination(destination)


def _check_dial_prefix(prefix: str) -> Iterator[Finding]:
    if len(prefix) > 20:
        yield error("too_long", "dial_prefix", most=20)
    elif re.search(r"[xX]", prefix):
        yield error("prefix_means_none", "dial_prefix")
    elif re.search(r"[^0-9A-Za-z]", prefix):
        yield error("prefix_dropped", "dial_prefix", characters=_named_characters(re.sub(r"[0-9A-Za-z]", "", prefix)))
    elif re.search(r"[^0-9]", prefix):
        yield error("prefix_letters", "dial_prefix")


def _check_destination(destination: str) -> Iterator[Finding]:
    if destination in DESTINATIONS:
        return
    if not _PATTERN_CHARACTERS.fullmatch(destination):
        yield error("destination_unknown", "destinations", destination=destination)
        return
    try:
        parse_pattern(f"_{destination.removeprefix('_')}")
    except PatternError:
        yield error("destination_pattern", "destinations", destination=destination)


def _check_column(name: str, value: str) -> Iterator[Finding]:
    """A value that goes into a column of its own name as it is."""
    limit = COLUMN_LIMITS[name]
    if not value.isascii() or unfit_for_value(value) in ("line_break", "unprintable"):
        yield error("not_ascii", name)
    elif len(value) > limit:
        yield error("too_long", name, most=limit)
    elif value != value.strip():
        yield error("outer_blank", name)
    else:
        kept = saved_again(name, value)
        if kept != value:
            lost = "".join(sorted({character for character in value if character not in kept})) or value
            yield error("column_characters", name, characters=_named_characters(lost))


def _named_characters(characters: str) -> str:
    """Characters for a sentence, each once."""
    return " ".join("blank" if character == " " else character for character in dict.fromkeys(characters))


def _is_ipv4(text: str) -> bool:
    try:
        return str(ipaddress.IPv4Address(text)) == text
    except ValueError:
        return False


_CHECKS: dict[str, Callable[[Answers], Iterator[Finding]]] = {
    "carrier": _check_carrier,
    "sign_in": _check_sign_in,
    "connection": _check_connection,
    "audio": _check_audio,
    "numbers": _check_numbers,
}
