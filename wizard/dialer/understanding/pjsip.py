"""``pjsip show endpoint`` and so on: the tables above cut names, the parameters below don't.

A wizard's section becomes five objects, which Asterisk names after it.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from wizard.carrier.conf import Option, ReadSection
from wizard.carrier.diagnosis.observations import Understood
from wizard.dialer.asterisk_output import parameters

from .values import Ask, codecs, dtmf, last, listed, truth

#: a kind's options that Asterisk prints as they are written; others have forms that only it knows
_OPTIONS: dict[str, tuple[str, ...]] = {
    "endpoint": (
        "transport", "aors", "outbound_auth", "outbound_proxy", "from_user", "from_domain", "context", "dtmf_mode",
        "direct_media", "rtp_symmetric", "force_rport", "rewrite_contact", "identify_by", "send_pai", "send_rpid",
        "trust_id_inbound", "media_encryption", "timers",
    ),
    "aor": ("contact", "qualify_frequency", "outbound_proxy"),
    "auth": ("auth_type", "username", "password", "realm"),
    "registration": (
        "transport", "server_uri", "client_uri", "contact_user", "outbound_auth", "outbound_proxy", "expiration",
        "retry_interval", "max_retries", "line", "endpoint",
    ),
    "identify": ("endpoint",),
}  # fmt: skip


@dataclass(frozen=True)
class _Object:
    """One of Asterisk's objects, as the entry means it."""

    kind: str
    name: str
    #: where the entry says it
    section: str
    options: tuple[Option, ...]


def compare(sections: Sequence[ReadSection], ask: Ask) -> Iterator[Understood]:
    for each in _objects(sections):
        output = ask(f"pjsip show {each.kind} {each.name}")
        if "Unable to find object" in output:
            yield Understood(each.section, "type", each.kind, "")
            continue
        held = parameters(output)
        yield from _options(each, held)
        if each.kind == "endpoint":
            yield from _codecs(each, held)
        if each.kind == "identify" and held:
            yield from _matches(each, output)


def _objects(sections: Sequence[ReadSection]) -> Iterator[_Object]:
    for section in sections:
        kind = (last(section, "type") or "").lower()
        if kind == "wizard":
            yield from _of_wizard(section)
        elif kind in _OPTIONS:
            yield _Object(kind, section.name, section.name, tuple(section.options))


def _of_wizard(section: ReadSection) -> Iterator[_Object]:
    name = section.name

    def own(prefix: str, *more: Option) -> tuple[Option, ...]:
        said = (option for option in section.options if option.key.startswith(f"{prefix}/"))
        return (*more, *(Option(option.key.partition("/")[2], option.value) for option in said))

    def says(key: str) -> bool:
        return truth(last(section, key) or "") is True

    shared = [Option(key, value) for key in ("transport", "outbound_proxy") if (value := last(section, key)) is not None]
    auth = [Option("outbound_auth", f"{name}-oauth")] if says("sends_auth") else []
    hosts = [host.strip() for host in (last(section, "remote_hosts") or "").split(",") if host.strip()]
    plain = len(hosts) == 1 and last(section, "contact_pattern") is None
    yield _Object("endpoint", name, name, own("endpoint", *shared, Option("aors", name), *auth))
    yield _Object("aor", name, name, own("aor", *([Option("contact", f"sip:{hosts[0]}")] if plain else [])))
    if auth:
        yield _Object("auth", f"{name}-oauth", name, own("outbound_auth"))
    if not (says("accepts_registrations") or says("sends_line_with_registrations")):
        matches = own("identify")
        listed_hosts = [] if any(option.key == "match" for option in matches) else [Option("match", host) for host in hosts]
        yield _Object("identify", f"{name}-identify", name, (*listed_hosts, *matches))
    if says("sends_registrations") and len(hosts) == 1:
        client = (last(section, "client_uri_pattern") or "").replace("${REMOTE_HOST}", hosts[0])
        more = [Option("client_uri", client)] if client else []
        if last(section, "server_uri_pattern") is None:
            more.append(Option("server_uri", f"sip:{hosts[0]}"))
        yield _Object("registration", f"{name}-reg-0", name, own("registration", *shared, *more, *auth))


def _options(each: _Object, held: dict[str, str]) -> Iterator[Understood]:
    for key in _OPTIONS[each.kind]:
        values = [option.value for option in each.options if option.key.lower() == key]
        if not values or key not in held:
            continue
        if key == "password":
            yield from _password(each, values[-1], held[key])
        elif _plain(key, values[-1]) != _plain(key, held[key]):
            yield Understood(each.section, key, values[-1], held[key])


def _password(each: _Object, meant: str, held: str) -> Iterator[Understood]:
    """Neither is told. A version that masks it has said nothing."""
    if meant != held and not re.fullmatch(r"\*+|<.*>", held):
        yield Understood(each.section, "password", "as typed", "another")


def _plain(key: str, value: str) -> object:
    if key == "dtmf_mode":
        return dtmf(value)
    if key in _WORDS:
        return _WORDS[key](value)
    if re.fullmatch(r"\d+(\.0+)?", value):
        return int(value.partition(".")[0])
    known = truth(value)
    return value if known is None else known


def _names(value: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in value.split(",") if each.strip())


def _untouched(value: str) -> str:
    """A name may look like a number, or like a yes."""
    return value


_WORDS: dict[str, Callable[[str], object]] = {
    "aors": _names,
    "outbound_auth": _names,
    "identify_by": lambda value: frozenset(_names(value)),
    **dict.fromkeys(
        ("username", "from_user", "contact_user", "realm", "context", "from_domain", "endpoint", "transport"), _untouched
    ),
}


def _codecs(each: _Object, held: dict[str, str]) -> Iterator[Understood]:
    meant = codecs(each.options)
    if meant is not None and "allow" in held and meant != listed(held["allow"]):
        yield Understood(each.section, "allow", ", ".join(meant), ", ".join(listed(held["allow"])))


def _matches(each: _Object, output: str) -> Iterator[Understood]:
    """Asterisk holds the addresses of a name: that there are more than were written proves nothing then."""
    texts = [text for option in each.options if option.key.lower() == "match" for text in _names(option.value)]
    meant = {network for text in texts if (network := _network(text)) is not None}
    rows = re.findall(r"^\s*Match: (\S+)\s*$", output, re.MULTILINE)
    held = {network for row in rows if (network := _network(row)) is not None}
    is_plain = all(_network(text) is not None for text in texts)
    if not meant <= held or (is_plain and meant != held):
        yield Understood(each.section, "match", ", ".join(sorted(meant)), ", ".join(sorted(held)))


def _network(text: str) -> str | None:
    try:
        return str(ipaddress.ip_network(text, strict=False))
    except ValueError:
        return None
