"""When a carrier refuses more numbers than the one before: the rule, and how often chance alone would trip it."""

from __future__ import annotations

import random

import pytest

from wizard.carrier.switching.share import LEAST_CALLS, NO_CALLS, Share, chance, is_worse


@pytest.mark.parametrize(
    ("old", "new", "worse"),
    [
        (Share(200, 10), Share(10, 10), True),
        (Share(200, 10), Share(9, 9), False),
        (Share(200, 10), Share(100, 5), False),
        (Share(200, 10), Share(100, 30), True),
        # Certain, and too small to matter.
        (Share(900, 9), Share(900, 36), False),
        (Share(200, 0), Share(20, 2), False),
        # Nothing to compare with: ten of a hundred are usual.
        (NO_CALLS, Share(40, 6), False),
        (NO_CALLS, Share(40, 20), True),
        (Share(5, 5), Share(40, 20), False),
        # An old carrier that was bad itself.
        (Share(200, 150), Share(50, 40), False),
        (NO_CALLS, Share(5000, 2500), True),
        (Share(1000, 50), Share(5000, 2500), True),
    ],
)
def test_the_rule(old: Share, new: Share, worse: bool) -> None:
    assert is_worse(old, new) is worse


def test_the_exact_test_is_fishers() -> None:
    """Fisher's tea: of four and four, all four right is 1 in 70, three or more 17 in 70; scaled to where the test applies."""
    assert chance(Share(10, 0), Share(10, 10)) == pytest.approx(1 / 184_756, abs=1e-9)
    assert chance(Share(10, 1), Share(10, 9)) == pytest.approx(101 / 184_756, abs=1e-9)
    assert chance(NO_CALLS, Share(10, 10)) == pytest.approx(1e-10)


@pytest.mark.parametrize("probability", [0.02, 0.08, 0.2])
@pytest.mark.parametrize("old_calls", [0, 50, 400])
def test_chance_alone_hardly_ever_sends_a_carrier_back(probability: float, old_calls: int) -> None:
    """A watch looks after every five calls, sixty times."""
    dice = random.Random(f"{probability} {old_calls}")
    # Without calls to compare with, ten of a hundred is all that can be promised.
    probability = min(probability, 0.1) if old_calls < LEAST_CALLS else probability

    alarms = sum(_watch(dice, _share(dice, old_calls, probability), probability) for _ in range(300))

    assert alarms <= 6


@pytest.mark.parametrize("old_calls", [0, 50, 400])
def test_a_carrier_that_refuses_everything_is_found_after_ten_calls(old_calls: int) -> None:
    old = _share(random.Random(7), old_calls, 0.08)
    assert [is_worse(old, Share(calls, calls)) for calls in range(12)].index(True) == LEAST_CALLS


def _share(dice: random.Random, calls: int, probability: float) -> Share:
    return Share(calls, sum(dice.random() < probability for _ in range(calls)))


def _watch(dice: random.Random, old: Share, probability: float) -> bool:
    """Whether some look in a watch of 300 calls takes it for worse."""
    new = NO_CALLS
    for _ in range(60):
        new += _share(dice, 5, probability)
        if is_worse(old, new):
            return True
    return False
