"""Findings about an entry on a certain dialer: everything that shares its names, its files and its context."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from . import names
from .abilities import check_abilities
from .answers import NORTH_AMERICAN, Answers
from .backup_checks import check_backups
from .campaigns import check_campaigns, with_campaigns_moved
from .conf import has_open_block_comment, read_conf, section_names
from .findings import Finding, error, note, warning
from .model import ALL_SERVERS, GENERATED_PROTOCOLS, Carrier
from .numbers import Route, routes
from .patterns import Pattern, PatternError, parse_pattern
from .profile import DialerProfile, Reached
from .server_trunks import check_server_trunks
from .tiltx import check_tiltx

#: the context that carriers share, and those that Asterisk asks after it (vicidial.md §2.9)
_CARRIERS_CONTEXT = "vicidial-auto-external"
_LATER_CONTEXTS = frozenset({"vicidial-auto-server-custom", "vicidial-auto-system-setting-custom"})


def check_against_dialer(answers: Answers, carrier: Carrier, dialer: DialerProfile) -> list[Finding]:
    """Everything on this dialer that stands in the entry's way."""
    taken = list(_identity(carrier, dialer))
    if taken:
        return taken  # its own earlier self would be found everywhere
    return [
        *check_abilities(answers, carrier, dialer),
        *_names(carrier, dialer),
        *_traps(carrier, dialer),
        *_patterns(answers, carrier, dialer),
        *_server(carrier, dialer),
        *check_backups(answers, dialer),
        *_surroundings(answers, with_campaigns_moved(answers, dialer)),
        *check_campaigns(answers, dialer),
        *check_server_trunks(answers, dialer),
        *check_tiltx(answers, dialer),
    ]


def _identity(carrier: Carrier, dialer: DialerProfile) -> Iterator[Finding]:
    for existing in dialer.carriers:
        if existing.carrier_id.lower() == carrier.carrier_id.lower():
            yield error("carrier_exists", "carrier_id", existing=existing.carrier_id)


def _names(carrier: Carrier, dialer: DialerProfile) -> Iterator[Finding]:
    for name in dict.fromkeys(section_names(carrier.account_entry)):
        phone = _same_but_case(name, dialer.phones)
        if phone is not None:
            yield error("trunk_is_phone", "trunk_name", name=name, phone=phone)
        if _same_but_case(name, dialer.server_ids) is not None:
            yield error("trunk_is_server", "trunk_name", name=name)
        for other in dialer.neighbours_of(carrier):
            if _same_but_case(name, section_names(other.account_entry)) is not None:
                yield error("trunk_taken", "trunk_name", name=name, carrier=other.carrier_id)
    for name in _globals(carrier):
        for other in dialer.neighbours_of(carrier):
            if _same_but_case(name, _globals(other)) is not None:
                yield error("global_taken", "global_name", name=name, carrier=other.carrier_id)
        if names.is_reserved_global(name) or _same_but_case(name, {f"TRUNK{each}" for each in dialer.server_ids}) is not None:
            yield error("name_reserved", "global_name", name=name)


def _traps(carrier: Carrier, dialer: DialerProfile) -> Iterator[Finding]:
    """Carriers written before ours whose text would swallow it (vicidial.md §2.7)."""
    for other in dialer.neighbours_of(carrier):
        if _writing_order(other) > _writing_order(carrier):
            continue
        contexts = section_names(other.dialplan_entry)
        if contexts:
            yield error("carrier_opens_context", "carrier_id", carrier=other.carrier_id, context=contexts[-1])
        if has_open_block_comment(other.dialplan_entry):
            yield error("carrier_opens_comment", "carrier_id", carrier=other.carrier_id, column="dialplan entry")
        if other.protocol is carrier.protocol and has_open_block_comment(other.account_entry):
            yield error("carrier_opens_comment", "carrier_id", carrier=other.carrier_id, column="account entry")


def _patterns(answers: Answers, carrier: Carrier, dialer: DialerProfile) -> Iterator[Finding]:
    for route in routes(answers.numbers):
        stolen_by_carrier = False
        for other in dialer.neighbours_of(carrier):
            for extension in _extensions(other):
                finding = _compare(route, extension, other)
                if finding is not None:
                    stolen_by_carrier = stolen_by_carrier or finding.code == "pattern_taken"
                    yield finding
        winner = dialer.reached.get(route.example)
        if winner is not None and not stolen_by_carrier and _stays_first(winner, route):
            yield error("pattern_never_reached", "dial_prefix", example=route.example, winner=winner.extension)


def _compare(route: Route, extension: str, other: Carrier) -> Finding | None:
    theirs, ours = _parsed(extension), parse_pattern(route.pattern)
    values = {"pattern": route.pattern, "other": extension, "carrier": other.carrier_id}
    if extension == route.pattern or theirs == ours:
        return error("pattern_taken", "dial_prefix", pattern=extension, carrier=other.carrier_id)
    if theirs is None or not theirs.overlaps(ours):
        return None
    if ours.precedence() < theirs.precedence():
        return error("pattern_takes_numbers", "dial_prefix", **values)
    return warning("pattern_shares_numbers", "dial_prefix", **values)


def _stays_first(winner: Reached, route: Route) -> bool:
    """Whether what runs today would still run once the route is there."""
    if winner.context in _LATER_CONTEXTS:
        return False
    if winner.context != _CARRIERS_CONTEXT:
        return True
    theirs = _parsed(winner.extension)
    return theirs is None or theirs.precedence() <= parse_pattern(route.pattern).precedence()


def _surroundings(answers: Answers, dialer: DialerProfile) -> Iterator[Finding]:
    prefix = answers.numbers.dial_prefix
    if dialer.campaigns and not any(prefix in campaign.prefixes for campaign in dialer.campaigns if campaign.active):
        yield warning("campaigns_unserved", "dial_prefix", prefix=prefix)
    yield from _phone_codes(answers, dialer)
    if not dialer.carrier_logging:
        yield note("carrier_logging_off", "server_ip")


def _phone_codes(answers: Answers, dialer: DialerProfile) -> Iterator[Finding]:
    """Campaigns send 1 and ten digits, or ten digits where they omit the phone code (vicidial.md §3.1)."""
    if NORTH_AMERICAN.isdisjoint(answers.numbers.destinations):
        return
    prefix = answers.numbers.dial_prefix
    patterns = [parse_pattern(route.pattern) for route in routes(answers.numbers)]
    unserved: dict[bool, list[str]] = {True: [], False: []}
    for campaign in dialer.campaigns:
        sent = prefix + ("2125550100" if campaign.omit_phone_code else "12125550100")
        if campaign.active and prefix in campaign.prefixes and not any(pattern.matches(sent) for pattern in patterns):
            unserved[campaign.omit_phone_code].append(campaign.campaign_id)
    if unserved[True]:
        yield warning("campaigns_omit_code", "destinations", campaigns=", ".join(unserved[True]))
    if unserved[False]:
        yield warning("campaigns_send_code", "destinations", campaigns=", ".join(unserved[False]))


def _server(carrier: Carrier, dialer: DialerProfile) -> Iterator[Finding]:
    """The generator writes a carrier on the server that it names, and nowhere else (vicidial.md §2.3)."""
    if carrier.server_ip == ALL_SERVERS:
        if len(dialer.server_ids) > 1:
            yield warning("other_servers_unseen", "server_ip", server_ip=dialer.server_ip)
    elif carrier.server_ip != dialer.server_ip:
        yield error("server_ip_elsewhere", "server_ip", server_ip=carrier.server_ip, own=dialer.server_ip)


def _writing_order(carrier: Carrier) -> tuple[int, str]:
    return GENERATED_PROTOCOLS.index(carrier.protocol), carrier.carrier_id.lower()


def _globals(carrier: Carrier) -> list[str]:
    return [option.key for option in read_conf(carrier.globals_string)[0].options]


def _extensions(carrier: Carrier) -> list[str]:
    """The patterns of a carrier's dialplan entry, each once."""
    # What follows a [context] line of its own is somewhere else.
    lines = [option for option in read_conf(carrier.dialplan_entry)[0].options if option.key == "exten"]
    return list(dict.fromkeys(option.value.split(",")[0].strip() for option in lines))


def _parsed(extension: str) -> Pattern | None:
    try:
        return parse_pattern(extension)
    except PatternError:
        return None


def _same_but_case(name: str, taken: Iterable[str]) -> str | None:
    return next((candidate for candidate in taken if candidate.lower() == name.lower()), None)
