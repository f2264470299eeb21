"""From looks to stretches of time, and to what is worth a notice."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from wizard.carrier.watching.flaps import Damping
from wizard.carrier.watching.states import Notice, Seen, Segment, Subject, WatchState, after_seen, between, judged, share_of

UP, DOWN, NOT_YET = Seen(WatchState.UP, "registered"), Seen(WatchState.DOWN, "peer_unreachable"), Seen(WatchState.NOT_YET)
UNSEEN, BUSY, CANNOT_TELL = Seen(WatchState.UNSEEN, "cannot_connect"), Seen(WatchState.BUSY), Seen(WatchState.CANNOT_TELL)
ALL = [UP, DOWN, NOT_YET, UNSEEN, BUSY, CANNOT_TELL]
ALLOWANCE = 180.0
DAMPING = Damping(looks=3, seconds=120, quiet_seconds=900)
#: (what was seen, seconds since the look before; clocks may be set back)
LOOKS = st.lists(st.tuples(st.sampled_from(ALL), st.floats(-30, 600)), min_size=1, max_size=80)


def history(looks: list[tuple[Seen, float]]) -> tuple[list[Segment], list[tuple[float, Seen]]]:
    segments: list[Segment] = []
    at, times = 1000.0, []
    for seen, pause in looks:
        at += pause
        segments[-1:] = after_seen(segments[-1] if segments else None, seen, at, ALLOWANCE)
        times.append((segments[-1].until, seen))
    return segments, times


def notices(looks: list[tuple[Seen, float]]) -> list[tuple[float, Notice]]:
    subject, at, told = Subject(), 0.0, []
    for seen, pause in looks:
        at += pause
        subject, notice = judged(subject, seen, at, DAMPING)
        if notice is not None:
            told.append((at, notice))
    return told


def test_looks_that_say_the_same_are_one_stretch_of_time() -> None:
    segments, _ = history([(UP, 0), *[(UP, 60)] * 100, (DOWN, 60), (DOWN, 60)])

    assert segments == [
        Segment(1000, 7060, WatchState.UP, "registered"),
        Segment(7060, 7120, WatchState.DOWN, "peer_unreachable"),
    ]


def test_time_in_which_nobody_looked_is_no_state_at_all() -> None:
    segments, _ = history([(UP, 0), (UP, 60), (UP, 3600), (UP, 60)])

    assert [(each.begun, each.until) for each in segments] == [(1000, 1060), (4660, 4720)]


@given(looks=LOOKS)
def test_stretches_never_overlap_and_stand_in_order(looks: list[tuple[Seen, float]]) -> None:
    segments, _ = history(looks)

    assert all(each.begun <= each.until for each in segments)
    assert all(earlier.until <= later.begun for earlier, later in itertools.pairwise(segments))


@given(looks=LOOKS)
def test_each_look_is_in_a_stretch_that_says_what_it_said(looks: list[tuple[Seen, float]]) -> None:
    segments, times = history(looks)

    for at, seen in times:
        assert any(each.begun <= at <= each.until and Seen(each.state, each.reason) == seen for each in segments)


@given(looks=LOOKS)
def test_there_is_a_new_stretch_for_a_change_or_a_gap_and_for_nothing_else(looks: list[tuple[Seen, float]]) -> None:
    segments, times = history(looks)
    changes = sum(earlier[1] != later[1] or later[0] - earlier[0] > ALLOWANCE for earlier, later in itertools.pairwise(times))

    assert len(segments) == changes + 1


@given(looks=LOOKS, begin=st.floats(0, 20_000), length=st.floats(0, 20_000))
def test_a_part_of_the_history_lies_in_its_time(looks: list[tuple[Seen, float]], begin: float, length: float) -> None:
    segments, _ = history(looks)
    parts = between(segments, begin, begin + length)

    assert all(begin <= each.begun <= each.until <= begin + length for each in parts)
    share = share_of(parts, WatchState.UP)
    assert share is None or 0 <= share <= 1


def test_a_carrier_that_goes_down_and_comes_back_is_told_with_since_when() -> None:
    told = notices([(UP, 60), *[(DOWN, 60)] * 5, *[(UP, 60)] * 5])

    assert told == [(240, Notice(is_up=False, since=120)), (540, Notice(is_up=True, since=420))]


def test_a_dialer_that_is_not_reached_says_nothing_of_its_carriers() -> None:
    assert notices([(UP, 60), *[(UNSEEN, 60)] * 50, *[(UP, 60)] * 5]) == []


def test_a_registration_that_stays_on_its_way_is_down_after_a_while() -> None:
    told = notices([(UP, 60), *[(NOT_YET, 60)] * 10])

    assert told == [(360, Notice(is_up=False, since=120))]


def test_a_registration_that_goes_through_in_time_is_no_news() -> None:
    assert notices([(UP, 60), (NOT_YET, 60), (UP, 60), (NOT_YET, 60), (DOWN, 60), (UP, 60)] * 5) == []


def test_what_is_seen_while_an_install_is_at_work_is_not_judged_and_what_was_counted_before_is_forgotten() -> None:
    assert notices([(UP, 60), (DOWN, 60), (DOWN, 60), *[(BUSY, 60)] * 5, (DOWN, 60), (DOWN, 60), (UP, 60)]) == []


def test_a_carrier_that_never_was_up_is_told_once() -> None:
    assert notices([(DOWN, 60)] * 30) == [(180, Notice(is_up=False, since=60))]


@given(looks=LOOKS)
def test_notices_begin_with_down_and_take_turns(looks: list[tuple[Seen, float]]) -> None:
    said = [notice.is_up for _, notice in notices(looks)]

    assert said == [number % 2 == 1 for number in range(len(said))]


@given(looks=st.lists(st.tuples(st.sampled_from([UNSEEN, BUSY, CANNOT_TELL]), st.floats(1, 600)), max_size=80))
def test_nothing_is_told_of_what_nobody_saw(looks: list[tuple[Seen, float]]) -> None:
    assert notices(looks) == []
