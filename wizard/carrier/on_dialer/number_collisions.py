"""Numbers that somebody on the dialer has already: other carriers, phones, and what Asterisk runs today (vicidial.md §2.9)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from wizard.carrier.answers import NumberAnswers
from wizard.carrier.conf import read_conf
from wizard.carrier.dialing.dialplan_reading import read_dialplan
from wizard.carrier.dialing.numbers import Route, routes
from wizard.carrier.dialing.patterns import Pattern, PatternError, parse_pattern
from wizard.carrier.findings import Finding, error, warning
from wizard.carrier.model import CARRIERS_CONTEXT, Carrier
from wizard.carrier.profile import DialerProfile, Reached

#: those that Asterisk asks after the one that carriers share (vicidial.md §2.9)
_LATER_CONTEXTS = frozenset({"vicidial-auto-server-custom", "vicidial-auto-system-setting-custom"})


@dataclass(frozen=True)
class Claim:
    """A pattern of a carrier's."""

    extension: str
    #: None where Asterisk would refuse it too
    pattern: Pattern | None
    #: whether it has no first step, as where somebody wrote n throughout. No call begins there; but Asterisk looks for each
    #: step anew, so a call that began in a less exact pattern goes on in this one (tests/real/test_dead_patterns.py)
    is_dead: bool


def check_collisions(numbers: NumberAnswers, neighbours: Iterable[Carrier], dialer: DialerProfile) -> Iterator[Finding]:
    """Everybody who has, or would lose, some of these numbers; it doesn't matter who is written first."""
    claims = [(other.carrier_id, claim) for other in neighbours for claim in claims_of(other.dialplan_entry)]
    for route in routes(numbers):
        ours = parse_pattern(route.pattern)
        findings = [finding for carrier_id, claim in claims if (finding := _compare(route, ours, claim, carrier_id))]
        yield from findings
        winner = dialer.reached.get(route.example)
        taken = any(finding.code == "pattern_taken" for finding in findings)
        if winner is not None and not taken and _stays_first(winner, route):
            yield error("pattern_never_reached", "dial_prefix", example=route.example, winner=winner.extension)
        # A phone's own number wins over every carrier.
        for number in sorted(each for each in dialer.phone_numbers if ours.matches(each)):
            yield warning("phone_has_number", "dial_prefix", number=number, pattern=route.pattern)


def _compare(route: Route, ours: Pattern, claim: Claim, carrier_id: str) -> Finding | None:
    theirs = claim.pattern
    if claim.extension == route.pattern or theirs == ours:
        # Even a dead one would get mixed up with ours, step by step.
        return error("pattern_taken", "dial_prefix", pattern=claim.extension, carrier=carrier_id)
    if theirs is None or not theirs.overlaps(ours):
        return None
    values = {"pattern": route.pattern, "other": claim.extension, "carrier": carrier_id}
    if ours.precedence() < theirs.precedence():
        return None if claim.is_dead else error("pattern_takes_numbers", "dial_prefix", **values)
    if claim.is_dead:
        return error("pattern_breaks_in", "dial_prefix", **values)
    return warning("pattern_shares_numbers", "dial_prefix", **values)


def _stays_first(winner: Reached, route: Route) -> bool:
    """Whether what runs today would still run once the route is there."""
    if winner.context in _LATER_CONTEXTS:
        return False
    if winner.context != CARRIERS_CONTEXT:
        return True
    theirs = _parsed(winner.extension)
    return theirs is None or theirs.precedence() <= parse_pattern(route.pattern).precedence()


@lru_cache(maxsize=1024)
def claims_of(dialplan_entry: str) -> tuple[Claim, ...]:
    """The patterns of a dialplan entry, each once."""
    # What follows a [context] line of its own is somewhere else; a same => line adds to a pattern that stands already.
    lines = [option.value for option in read_conf(dialplan_entry)[0].options if option.key == "exten"]
    # _9NXX/2125550100 is for that caller only, and takes the number from everybody else's pattern all the same.
    extensions = dict.fromkeys(line.split(",")[0].split("/")[0].strip() for line in lines)
    dead = {extension.pattern for extension in read_dialplan(dialplan_entry) if not extension.steps}
    return tuple(Claim(extension, _parsed(extension), extension in dead) for extension in extensions)


def _parsed(extension: str) -> Pattern | None:
    try:
        return parse_pattern(extension)
    except PatternError:
        return None
