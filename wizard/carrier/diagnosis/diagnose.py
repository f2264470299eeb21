"""From what was seen of a carrier to why it does not work."""

from __future__ import annotations

from .case import Case
from .cause import Cause, Certainty
from .observations import Observations
from .rules import RULES

_ORDER = list(Certainty)


def diagnose(observations: Observations) -> tuple[Cause, ...]:
    """Every cause that the observations speak for, surest first; none for a carrier that works.

    Among those equally sure, what keeps others from mattering comes first: a driver that isn't loaded before a host that
    doesn't answer, and that before a call that failed.
    """
    case = Case(observations)
    found = []
    for place, rule in enumerate(RULES):
        sighting = rule.sees(case)
        if sighting is not None:
            cause = Cause(rule.code, sighting.certainty, sighting.evidence, rule.symptoms)
            found.append(((_ORDER.index(cause.certainty), rule.rank, place), cause))
    return tuple(cause for _, cause in sorted(found, key=lambda each: each[0]))
