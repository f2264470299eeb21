"""What the watch shows: each carrier's time as a drawing and in words, what was told, and who is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from wizard.carrier.watching.states import Segment, WatchState
from wizard.service.watching.overview import Line, WatchOverview
from wizard.store.watch_history import WatchEvent
from wizard.store.watches import NotifyTarget
from wizard.words.errors import Words
from wizard.words.watching import (
    MEANINGS,
    NOT_RUNNING,
    STATES,
    delivery_words,
    event_reason,
    event_title,
    moment,
    reason_words,
    state_words,
    summary_words,
)

from .pages import Page

#: hours → how they are called
SPANS = {24: "24 hours", 168: "7 days"}
#: seconds → how often that is
INTERVALS = {
    30: "every 30 seconds",
    60: "every minute",
    120: "every 2 minutes",
    300: "every 5 minutes",
    900: "every 15 minutes",
}
_VARIANTS = {WatchState.UP: "success", WatchState.DOWN: "danger", WatchState.NOT_YET: "warning"}
#: how wide a drawing is, in its own units, and the least that can be seen of an outage
WIDTH, _LEAST_WIDTH = 1000.0, 3.0
_MOST_CHANGES = 40
_NEWEST_EVENTS = 4


@dataclass(frozen=True)
class Bar:
    """A stretch of time in a drawing; what is not up stands higher, so that it is no matter of colour."""

    state: str
    x: float
    width: float


@dataclass(frozen=True)
class ShownLine:
    """One carrier, or the dialer itself."""

    name: str
    state: str
    variant: str
    reason: str
    since: str
    bars: Sequence[Bar]
    #: what the drawing shows
    summary: str
    #: (from, to, state, reason), newest first
    changes: Sequence[tuple[str, str, str, str]]


@dataclass(frozen=True)
class ShownEvent:
    at: str
    title: str
    reason: str
    is_up: bool
    #: (who, how far)
    told: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class WatchNow(Page):
    """The part that is asked for again every half a minute."""

    template: ClassVar[str] = "dialers/_watch_now.html"
    dialer_id: str
    hours: int
    is_on: bool
    looked_at: str
    #: a sentence where nobody looks although the watch is on
    late: str
    lines: Sequence[ShownLine]
    events: Sequence[ShownEvent]
    older_events: Sequence[ShownEvent]
    meanings: Sequence[tuple[str, str, str]]
    spans: tuple[tuple[int, str], ...] = tuple(SPANS.items())


@dataclass(frozen=True)
class WatchPart(Page):
    """The section on a dialer's page: the part above, and what is set."""

    template: ClassVar[str] = "dialers/_watch.html"
    dialer_id: str
    dialer_name: str
    now: WatchNow
    is_on: bool
    interval: int
    intervals: Sequence[tuple[int, str]]
    targets: Sequence[NotifyTarget]
    #: a password that is not kept, so that the watch ends with the wizard
    is_password_kept: bool
    problem: Words | None = None
    #: what just happened, and whether that is good
    said: str = ""
    is_good: bool = True
    typed_name: str = ""


@dataclass(frozen=True)
class WatchPage(Page):
    """The same as a page of its own."""

    template: ClassVar[str] = "dialers/watch.html"
    watch: WatchPart


def watch_now(seen: WatchOverview, hours: int) -> WatchNow:
    names = {target.id: target.name for target in seen.targets}
    events = [_event(event, names) for event in seen.events]
    return WatchNow(
        dialer_id=seen.dialer.id,
        hours=hours,
        is_on=seen.setting.is_on,
        looked_at=moment(seen.looked_at) if seen.looked_at is not None else "",
        late=NOT_RUNNING if seen.is_late else "",
        lines=[_line(line, seen, hours) for line in seen.lines],
        events=events[:_NEWEST_EVENTS],
        older_events=events[_NEWEST_EVENTS:],
        meanings=[(state.value, STATES[state], MEANINGS[state]) for state in WatchState],
    )


def intervals(chosen: int) -> list[tuple[int, str]]:
    """The choices, with what was set on the command line among them."""
    return sorted({**INTERVALS, chosen: INTERVALS.get(chosen, f"every {chosen} seconds")}.items())


def _line(line: Line, seen: WatchOverview, hours: int) -> ShownLine:
    now, is_dialer = line.now, not line.carrier_id
    return ShownLine(
        name=line.carrier_id or "The dialer itself",
        state=state_words(now.state, is_dialer=is_dialer) if now else "",
        variant=_VARIANTS.get(now.state, "secondary") if now else "secondary",
        reason=reason_words(now.state, now.reason) if now else "",
        since=moment(now.begun) if now else "",
        bars=_bars(line.segments, seen.begin, seen.end),
        summary=summary_words(line.segments, SPANS[hours], is_dialer=is_dialer),
        changes=[_change(each, is_dialer) for each in reversed(line.segments[-_MOST_CHANGES:])],
    )


def _bars(segments: Sequence[Segment], begin: float, end: float) -> list[Bar]:
    scale = WIDTH / (end - begin)
    bars: list[Bar] = []
    for each in segments:
        x, width = (each.begun - begin) * scale, (each.until - each.begun) * scale
        if bars and bars[-1].state == each.state.value and x - (bars[-1].x + bars[-1].width) < 0.5:
            bars[-1] = Bar(each.state.value, bars[-1].x, round(x + width - bars[-1].x, 2))
        elif each.state is WatchState.DOWN or width >= 0.5:
            # An outage of a minute has to be seen in a week too.
            least = _LEAST_WIDTH if each.state is WatchState.DOWN else 0.0
            bars.append(Bar(each.state.value, round(min(x, WIDTH - least), 2), round(max(width, least), 2)))
    return bars


def _change(segment: Segment, is_dialer: bool) -> tuple[str, str, str, str]:
    state = state_words(segment.state, is_dialer=is_dialer)
    return moment(segment.begun), moment(segment.until), state, reason_words(segment.state, segment.reason)


def _event(event: WatchEvent, names: dict[str, str]) -> ShownEvent:
    told = [
        (names.get(each.target_id, "somebody who was removed since"), delivery_words(each.state, each.attempts, each.problem))
        for each in event.deliveries
    ]
    return ShownEvent(moment(event.at), event_title(event), event_reason(event), event.is_up, told)
