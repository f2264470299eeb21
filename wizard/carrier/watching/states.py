"""What is seen of a carrier over time: from looks to stretches of time, and to what is worth a notice.

Pure: the caller brings the looks and their times, in seconds of any clock that he keeps to.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from .flaps import Damping, Flaps, after_look


class WatchState(StrEnum):
    """The four verdicts, and two states in which nothing is judged."""

    UP = "up"
    DOWN = "down"
    NOT_YET = "not_yet"
    CANNOT_TELL = "cannot_tell"
    #: its dialer could not be looked at, which says nothing of the carrier
    UNSEEN = "unseen"
    #: an install or its undo is at work there, so what is seen is on its way
    BUSY = "busy"


@dataclass(frozen=True)
class Seen:
    """One look: the state, and a code that says why."""

    state: WatchState
    reason: str = ""


@dataclass(frozen=True)
class Segment:
    """A stretch of time in which every look said the same; ``until`` is when that was last known to be so."""

    begun: float
    until: float
    state: WatchState
    reason: str = ""


def after_seen(last: Segment | None, seen: Seen, at: float, allowance: float) -> tuple[Segment, ...]:
    """What a look at ``at`` leaves in the place of the last segment: it alone, longer, or it and a new one.

    ``allowance``: seconds without a look after which nobody knows what was between, so that a gap stays.
    """
    # A clock that was set back must not make time run backwards.
    at = at if last is None else max(at, last.until)
    new = Segment(at, at, seen.state, seen.reason)
    if last is None:
        return (new,)
    if at - last.until > allowance:
        return (last, new)
    longer = replace(last, until=at)
    is_same = (last.state, last.reason) == (seen.state, seen.reason)
    return (longer,) if is_same else (longer, new)


def between(segments: Iterable[Segment], begin: float, end: float) -> list[Segment]:
    """The parts of them that lie in a time, oldest first; one look alone has no length."""
    cut = (replace(each, begun=max(each.begun, begin), until=min(each.until, end)) for each in segments)
    return sorted((each for each in cut if each.begun <= each.until), key=lambda each: each.begun)


def share_of(segments: Sequence[Segment], state: WatchState) -> float | None:
    """How much of the time in which it was known to be up or down it was so: 0 to 1; None where that was never known."""
    known = sum(each.until - each.begun for each in segments if each.state in (WatchState.UP, WatchState.DOWN))
    return sum(each.until - each.begun for each in segments if each.state is state) / known if known else None


@dataclass(frozen=True)
class Subject:
    """What is remembered of one carrier, or of a dialer itself, between two looks."""

    flaps: Flaps = field(default_factory=Flaps)
    #: the first look since it was last up that said otherwise
    not_up_since: float | None = None


@dataclass(frozen=True)
class Notice:
    """Something to tell: it is back, or down, and since when that is so."""

    is_up: bool
    since: float


def judged(subject: Subject, seen: Seen, at: float, damping: Damping) -> tuple[Subject, Notice | None]:
    """What is remembered after a look, and what is to be told now."""
    if seen.state is WatchState.BUSY:
        return _begun_anew(subject), None
    not_up_since = _not_up_since(subject, seen.state, at)
    flaps, told = after_look(subject.flaps, _proves(seen.state, at, not_up_since, damping), at, damping)
    after = Subject(flaps, not_up_since)
    if told is None:
        return after, None
    since = flaps.since if told or not_up_since is None else not_up_since
    return after, Notice(told, since)


def _begun_anew(subject: Subject) -> Subject:
    """A reload makes carriers ask and register again: what was counted before it proves nothing after it."""
    is_down = subject.flaps.settled is False
    return Subject(replace(subject.flaps, looks=0), subject.not_up_since if is_down else None)


def _not_up_since(subject: Subject, state: WatchState, at: float) -> float | None:
    if state is WatchState.UP:
        return None
    if state in (WatchState.DOWN, WatchState.NOT_YET) and subject.not_up_since is None:
        return at
    return subject.not_up_since


def _proves(state: WatchState, at: float, not_up_since: float | None, damping: Damping) -> bool | None:
    """True up, False down, None neither. What is on its way for long is not coming.

    A registration that nobody answers is “sent” most of the time in chan_sip's table (vicidial.md §9).
    """
    if state is WatchState.UP:
        return True
    if state is WatchState.DOWN:
        return False
    if state is WatchState.NOT_YET and not_up_since is not None:
        return False if at - not_up_since >= damping.seconds else None
    return None
