"""Whether a carrier refuses more numbers than the one before it, and not by chance.

VICIdial marks a lead as disconnected at every 404 and 484 (vicidial.md §9), and 403 is how many carriers refuse digits that
they don't like. The rule: campaigns go back where, of at least :data:`LEAST_CALLS` calls through the new carrier,

* the share of such answers is at least :data:`MARGIN` above the old carrier's, and
* if both carriers refused alike, a difference as large as this would come about less often than once in a thousand times:
  Fisher's exact test, one-sided.

Where the old carrier has fewer than :data:`LEAST_CALLS` calls to compare with, its share is taken to be :data:`USUAL_SHARE`,
and the test is the exact binomial one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

LEAST_CALLS = 10
MARGIN = 0.05
#: for each look; a watch looks often, so it is far below what one look would need
CHANCE = 0.001
#: what a list of average age has of numbers that are out of service, generously
USUAL_SHARE = 0.10
_ALMOST_SURE = 0.999_999


@dataclass(frozen=True)
class Share:
    """Calls that ended within a window, and how many of them with 403, 404 or 484."""

    calls: int = 0
    refused: int = 0

    @property
    def share(self) -> float:
        return self.refused / self.calls if self.calls else 0.0

    def __add__(self, other: Share) -> Share:
        return Share(self.calls + other.calls, self.refused + other.refused)


NO_CALLS = Share()


def is_worse(old: Share, new: Share) -> bool:
    """Whether the new carrier refuses more than the old one did, by the rule above."""
    if new.calls < LEAST_CALLS or new.share < expected_share(old) + MARGIN:
        return False
    return chance(old, new) < CHANCE


def expected_share(old: Share) -> float:
    """What the new carrier is held against."""
    return old.share if old.calls >= LEAST_CALLS else max(old.share, USUAL_SHARE)


def chance(old: Share, new: Share) -> float:
    """How probable it is that as many, or more, are refused although nothing has become worse."""
    if old.calls < LEAST_CALLS:
        return _binomial(new, expected_share(old))
    return _fisher(old, new)


def _fisher(old: Share, new: Share) -> float:
    """All refusals are dealt out to the calls of both at random; the new one gets as many as it has, or more."""
    refused, calls = old.refused + new.refused, old.calls + new.calls
    most = min(refused, new.calls)
    ways = sum(math.comb(refused, got) * math.comb(calls - refused, new.calls - got) for got in range(new.refused, most + 1))
    return _quotient(ways, math.comb(calls, new.calls))


def _quotient(part: int, whole: int) -> float:
    """Of integers that no float holds, to nine decimals."""
    return (part * 10**9 // whole) / 10**9


def _binomial(new: Share, probability: float) -> float:
    """Each call is refused with this probability; by logarithms, since the terms are beyond what a float holds."""
    probability = min(probability, _ALMOST_SURE)
    terms = (
        math.lgamma(new.calls + 1)
        - math.lgamma(got + 1)
        - math.lgamma(new.calls - got + 1)
        + got * math.log(probability)
        + (new.calls - got) * math.log(1 - probability)
        for got in range(new.refused, new.calls + 1)
    )
    return min(1.0, sum(map(math.exp, terms)))
