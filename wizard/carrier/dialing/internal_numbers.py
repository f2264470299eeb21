"""Numbers that are not a carrier's: those that VICIdial keeps for itself, and those that save lives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from wizard.carrier.answers import NumberAnswers
from wizard.carrier.findings import Finding, error, note, warning

from .numbers import Route, routes
from .patterns import Pattern, parse_pattern

#: patterns of VICIdial's own default context, which is asked before the carriers', however exact those are (vicidial.md §2.9)
_ASKED_FIRST = (
    "_90009.", "_990009.", "_998009.", "_99909*.", "_99809*.", "_9118XXXXXXXX", "_9119XXXXXXXX", "_999XXXXXXX", "_999XX11112",
    "_881NXXNXXXXXX", "_851XXXXX", "_8305888888888888.", "_85026666666666.",
)  # fmt: skip
#: those that stand among the carriers'
_BESIDE = ("_98009.",)
#: North America, most of the world by GSM, and the rest of the English-speaking world
EMERGENCY_NUMBERS = ("911", "112", "999", "000", "111")
#: VICIdial's conferences, voicemail boxes and transfers have at most this many digits
_INTERNAL_DIGITS = 7


def check_internal_numbers(answers: NumberAnswers) -> Iterator[Finding]:
    """Findings about patterns that reach, or are kept from, numbers that are not the carrier's."""
    for route in routes(answers):
        pattern = parse_pattern(route.pattern)
        if not answers.dial_prefix and (pattern.tail or len(pattern.places) <= _INTERNAL_DIGITS):
            yield error("prefix_swallows_internal", "dial_prefix")
        reached = _emergency_number(pattern, answers.dial_prefix)
        if reached is not None:
            yield warning("reaches_emergency", "destinations", pattern=route.pattern, number=reached)
    yield from _kept_by_vicidial(list(routes(answers)))


def _emergency_number(pattern: Pattern, prefix: str) -> str | None:
    numbers = (spelling for number in EMERGENCY_NUMBERS for spelling in (number, prefix + number))
    return next((number for number in numbers if pattern.matches(number)), None)


def _kept_by_vicidial(own_routes: Sequence[Route]) -> Iterator[Finding]:
    kept = {route: _keepers(parse_pattern(route.pattern)) for route in own_routes}
    # Abroad these are numbers that nobody has, or hardly anybody.
    at_home = [each for route in own_routes if route.destination != "international" for each in kept[route]]
    abroad = [each for route in own_routes for each in kept[route]]
    if at_home:
        yield warning("kept_by_vicidial", "destinations", own=", ".join(dict.fromkeys(at_home)))
    elif abroad:
        yield note("kept_by_vicidial", "destinations", own=", ".join(dict.fromkeys(abroad)))


def _keepers(pattern: Pattern) -> list[str]:
    """VICIdial's own patterns that have some of a pattern's numbers."""
    first = [own for own in _ASKED_FIRST if parse_pattern(own).overlaps(pattern)]
    return first + [own for own in _BESIDE if _wins(parse_pattern(own), pattern)]


def _wins(own: Pattern, pattern: Pattern) -> bool:
    return own.overlaps(pattern) and own.precedence() <= pattern.precedence()
