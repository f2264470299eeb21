"""When a carrier that is watched is worth a word."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from wizard.carrier.watching.flaps import Damping, Flaps, after_look

DAMPING = Damping(looks=3, seconds=120, quiet_seconds=900)
LOOKS = st.lists(st.tuples(st.sampled_from([True, False, None]), st.floats(1, 600)), max_size=80)


def told(looks: list[tuple[bool | None, float]]) -> list[tuple[float, bool]]:
    flaps, at, notices = Flaps(), 0.0, []
    for is_up, pause in looks:
        at += pause
        flaps, notice = after_look(flaps, is_up, at, DAMPING)
        if notice is not None:
            notices.append((at, notice))
    return notices


def test_a_carrier_that_goes_down_and_stays_down_is_told_once() -> None:
    assert told([(True, 60), *[(False, 60)] * 20]) == [(240, False)]


def test_one_look_that_says_down_is_no_news() -> None:
    assert told([(True, 60), (False, 60), (True, 60), (False, 60), (False, 60), (True, 60)]) == []


def test_a_carrier_that_comes_back_is_told_as_soon_as_it_is_proved() -> None:
    assert told([(True, 60), *[(False, 60)] * 4, *[(True, 60)] * 20]) == [(240, False), (480, True)]


def test_a_carrier_that_flaps_is_told_down_once_in_a_flap_period_and_again_where_it_stays_down() -> None:
    flapping: list[tuple[bool | None, float]] = [*[(False, 60.0)] * 3, *[(True, 60.0)] * 3] * 2

    assert told([(True, 60), *flapping, *[(True, 60.0)] * 9]) == [(240, False), (420, True)]
    assert told([(True, 60), *flapping, *[(False, 60.0)] * 9]) == [(240, False), (420, True), (1140, False)]


def test_nothing_is_told_of_what_nobody_can_tell() -> None:
    assert told([(True, 60), *[(None, 60)] * 50]) == []


def test_the_first_state_up_is_no_news() -> None:
    assert told([(True, 60)] * 30) == []


@given(looks=LOOKS)
def test_notices_take_turns_and_begin_with_down(looks: list[tuple[bool | None, float]]) -> None:
    said = [notice for _, notice in told(looks)]

    assert said == [number % 2 == 1 for number in range(len(said))]


@given(looks=LOOKS)
def test_there_is_one_notice_of_down_in_a_flap_period(looks: list[tuple[bool | None, float]]) -> None:
    times = [at for at, is_up in told(looks) if not is_up]

    assert all(later - earlier >= DAMPING.quiet_seconds for earlier, later in itertools.pairwise(times))


@given(looks=LOOKS)
def test_a_notice_has_its_looks_behind_it(looks: list[tuple[bool | None, float]]) -> None:
    at, proved = 0.0, []
    for is_up, pause in looks:
        at += pause
        if is_up is not None:
            proved.append((at, is_up))
    for when, notice in told(looks):
        before = [is_up for seen_at, is_up in proved if seen_at <= when]
        assert before.count(notice) >= DAMPING.looks
