"""Findings about an entry on a certain dialer: everything that shares its names, its files and its context."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from wizard.carrier import names
from wizard.carrier.answers import Answers
from wizard.carrier.conf import read_conf, section_names
from wizard.carrier.findings import Finding, error, note
from wizard.carrier.model import Carrier
from wizard.carrier.profile import DialerProfile

from .abilities import check_abilities
from .backup_checks import check_backups
from .campaign_fit import check_campaigns
from .campaigns import check_chosen_campaigns, with_campaigns_moved
from .capacity import check_capacity
from .least_cost import check_least_cost
from .number_collisions import check_collisions
from .placement import check_placement
from .prefixes import IN_THE_WAY, propose_prefixes
from .server_trunks import check_server_trunks
from .shown_numbers import check_shown_numbers
from .tiltx import check_tiltx
from .traps import check_traps


def check_against_dialer(answers: Answers, carrier: Carrier, dialer: DialerProfile) -> list[Finding]:
    """Everything on this dialer that stands in the entry's way."""
    taken = list(_identity(carrier, dialer))
    if taken:
        return taken  # its own earlier self would be found everywhere
    return [
        *check_abilities(answers, carrier, dialer),
        *_names(carrier, dialer),
        *check_traps(carrier, dialer),
        *_numbers(answers, carrier, dialer),
        *check_placement(answers, carrier, dialer),
        *check_backups(answers, dialer),
        *_surroundings(answers, carrier, with_campaigns_moved(answers, dialer)),
        *check_chosen_campaigns(answers, dialer),
        *check_server_trunks(answers, dialer),
        *check_tiltx(answers, dialer),
        *check_least_cost(answers, dialer),
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


def _numbers(answers: Answers, carrier: Carrier, dialer: DialerProfile) -> Iterator[Finding]:
    """What stands in the way of the numbers, with the prefixes that nothing stands in the way of."""
    numbers = answers.numbers
    findings = list(check_collisions(numbers, dialer.neighbours_of(carrier), dialer))
    wants_another = any(finding.code in IN_THE_WAY for finding in findings)
    free = propose_prefixes(dialer, numbers, carrier.carrier_id, carrier.server_ip) if wants_another else []
    for finding in findings:
        yield replace(finding, values={**finding.values, "free": " or ".join(free)}) if finding.code in IN_THE_WAY else finding


def _surroundings(answers: Answers, carrier: Carrier, dialer: DialerProfile) -> Iterator[Finding]:
    yield from check_campaigns(answers.numbers, dialer)
    yield from check_capacity(answers.routing, carrier.server_ip, dialer)
    yield from check_shown_numbers(answers, dialer)
    if not dialer.carrier_logging:
        yield note("carrier_logging_off", "server_ip")


def _globals(carrier: Carrier) -> list[str]:
    return [option.key for option in read_conf(carrier.globals_string)[0].options]


def _same_but_case(name: str, taken: Iterable[str]) -> str | None:
    return next((candidate for candidate in taken if candidate.lower() == name.lower()), None)
