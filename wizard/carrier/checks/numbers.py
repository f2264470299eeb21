"""Which numbers go to the carrier, and in what shape."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

from wizard.carrier.answers import DESTINATIONS, NORTH_AMERICAN, Answers, NumberAnswers, NumberFormat
from wizard.carrier.dialing.digits import MOST_ADDED, can_be_added, parse_rule
from wizard.carrier.dialing.internal_numbers import check_internal_numbers
from wizard.carrier.dialing.numbers import routes
from wizard.carrier.dialing.patterns import PatternError, parse_pattern
from wizard.carrier.drivers import driver_of
from wizard.carrier.findings import Finding, error, note, warning

from .headers import check_headers
from .values import named_characters

_PATTERN_CHARACTERS = re.compile(r"_?[0-9XZNxzn\[\]\-.!*#+]+")
_MOST_DESTINATIONS = 20
#: what people dial
_DIALLED = frozenset("0123456789*#+")
#: what neither Asterisk's dialplan nor a SIP display name takes for something else
_CALLER_NAME = re.compile(r"[A-Za-z0-9 ._+&/-]{1,60}")
#: of what North American networks show of a name
LONGEST_CALLER_NAME = 15


def check_numbers(answers: Answers) -> Iterator[Finding]:
    numbers = answers.numbers
    yield from _check_caller_name(numbers.caller_id_name)
    yield from check_headers(numbers.extra_headers)
    if not can_be_added(numbers.tech_prefix):
        yield error("tech_prefix_characters", "tech_prefix", most=MOST_ADDED)
    refused = [*_check_dial_prefix(numbers.dial_prefix), *_check_destinations(numbers.destinations)]
    yield from refused
    if refused:
        return
    for one, other in combinations(routes(numbers), 2):
        if one.destination != other.destination and parse_pattern(one.pattern).overlaps(parse_pattern(other.pattern)):
            yield error("destinations_overlap", "destinations", one=one.destination, other=other.destination)
    yield from check_internal_numbers(numbers)
    yield from _check_digits(numbers)
    yield from _check_plus(numbers)
    yield from driver_of(answers.carrier.protocol).check_numbers(answers)
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
        pattern = parse_pattern(f"_{destination.removeprefix('_')}")
    except PatternError:
        yield error("destination_pattern", "destinations", destination=destination)
        return
    if any(place - _DIALLED for place in pattern.places):
        # In Dial() a slash, comma, bracket or & would mean something else.
        yield error("destination_set", "destinations", destination=destination)


def _check_digits(numbers: NumberAnswers) -> Iterator[Finding]:
    """What goes before the number, and what comes off it."""
    added = [numbers.tech_prefix]
    for destination, text in numbers.destination_digits:
        rule = parse_rule(text)
        if destination not in numbers.destinations:
            yield error("digits_for_nothing", "destination_digits", destination=destination)
        elif rule is None:
            yield error("digit_rule", "destination_digits", rule=text[:40], destination=destination)
        else:
            added.append(rule.add)
            yield from _check_strip(numbers, destination)
    if any("#" in each for each in added):
        # Both drivers write it so (failover.md §5); some carriers decode it, some don't.
        yield warning("hash_is_encoded", "tech_prefix" if "#" in numbers.tech_prefix else "destination_digits")
    if "+" in numbers.tech_prefix:
        yield note("plus_in_tech_prefix", "tech_prefix")


def _check_strip(numbers: NumberAnswers, destination: str) -> Iterator[Finding]:
    for route in routes(numbers):
        pattern = parse_pattern(route.pattern)
        if route.destination == destination and route.dial_string.strip >= len(pattern.places) + (pattern.tail == "."):
            yield error("strips_everything", "destination_digits", destination=destination)
            return


def _check_caller_name(name: str) -> Iterator[Finding]:
    if not name:
        return
    if not _CALLER_NAME.fullmatch(name) or name != name.strip():
        yield error("caller_name_characters", "caller_id_name")
    elif len(name) > LONGEST_CALLER_NAME:
        yield note("caller_name_long", "caller_id_name", most=LONGEST_CALLER_NAME)


def _check_plus(numbers: NumberAnswers) -> Iterator[Finding]:
    """A + before digits that no country's number begins with, or before a +."""
    for route in routes(numbers):
        sent = route.dial_string.apply(route.example).removeprefix(numbers.tech_prefix)
        if route.destination not in DESTINATIONS and re.match(r"\+[0+]", sent):
            yield warning("plus_before_access_code", "destinations", destination=route.destination, sent=sent)
