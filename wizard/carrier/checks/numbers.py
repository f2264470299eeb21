"""Which numbers go to the carrier, and in what shape."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

from wizard.carrier.answers import DESTINATIONS, NORTH_AMERICAN, Answers, NumberFormat
from wizard.carrier.findings import Finding, error, note
from wizard.carrier.internal_numbers import check_internal_numbers
from wizard.carrier.numbers import routes
from wizard.carrier.patterns import PatternError, parse_pattern

from .values import named_characters

_PATTERN_CHARACTERS = re.compile(r"_?[0-9XZNxzn\[\]\-.!*#+]+")
_MOST_DESTINATIONS = 20


def check_numbers(answers: Answers) -> Iterator[Finding]:
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
        yield error("prefix_dropped", "dial_prefix", characters=named_characters(re.sub(r"[0-9A-Za-z]", "", prefix)))
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
