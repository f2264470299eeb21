"""The watch, in words: states, events, notifications, and how a carrier's time went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from wizard.carrier.watching.states import Segment, WatchState, share_of

from .causes import CAUSES
from .errors import words_for
from .verdicts import REASONS

STATES: dict[WatchState, str] = {
    WatchState.UP: "Up",
    WatchState.DOWN: "Down",
    WatchState.NOT_YET: "Not yet up",
    WatchState.CANNOT_TELL: "Cannot tell",
    WatchState.UNSEEN: "Dialer not seen",
    WatchState.BUSY: "Wizard at work",
}
#: the dialer's own line: it is not a carrier, and may be well where it is not seen
DIALER_STATES: dict[WatchState, str] = {WatchState.UP: "Seen", WatchState.DOWN: "Not seen"}
#: what a state means, for those who look at the timeline first
MEANINGS: dict[WatchState, str] = {
    WatchState.UP: "registered, or it answers",
    WatchState.DOWN: "it doesn't answer, or refuses us",
    WatchState.NOT_YET: "Asterisk is still asking",
    WatchState.CANNOT_TELL: "Asterisk doesn't watch it",
    WatchState.UNSEEN: "nobody could look, so nobody knows",
    WatchState.BUSY: "an install, say: nothing is judged meanwhile",
}
_PROBLEMS: dict[str, str] = {
    "url": "its URL can't be used",
    "connection": "nothing answers there",
    "refused": "it was not taken",
    "vault": "its URL can't be read, since the key file is missing or another one",
    "removed": "it was removed",
}
#: what is sent so that somebody sees that it arrives
TEST_TITLE = "A test from Carrier Wizard"
TEST_BODY = "If you can read this, you will be told when a carrier goes down or comes back."
NOT_RUNNING = (
    "Nobody is looking just now. The watch runs with the web wizard (carrier-wizard serve) or by itself (carrier-wizard watch)."
)


class Event(Protocol):
    """As the store keeps it."""

    @property
    def dialer_name(self) -> str: ...
    @property
    def carrier_id(self) -> str: ...
    @property
    def at(self) -> float: ...
    @property
    def is_up(self) -> bool: ...
    @property
    def since(self) -> float: ...
    @property
    def reason(self) -> str: ...
    @property
    def details(self) -> Mapping[str, str]: ...
    @property
    def cause(self) -> str: ...
    @property
    def dialer_id(self) -> str: ...


def moment(at: float) -> str:
    """``2026-11-24 03:05 UTC``, in this computer's own time."""
    return datetime.fromtimestamp(at).astimezone().strftime("%Y-%m-%d %H:%M %Z").strip()


def duration(seconds: float) -> str:
    """``40 seconds``, ``12 minutes``, ``3 hours 5 minutes``, ``2 days 4 hours``."""
    whole = round(seconds)
    if whole < 60:
        return _count(whole, "second")
    minutes = whole // 60
    if minutes < 60:
        return _count(minutes, "minute")
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return _both((hours, "hour"), (minutes, "minute"))
    days, hours = divmod(hours, 24)
    return _both((days, "day"), (hours, "hour"))


def reason_words(state: WatchState, reason: str, details: Mapping[str, str] | None = None) -> str:
    """Why, in a sentence; nothing where the state says it all."""
    if reason in REASONS and state is not WatchState.UNSEEN:
        return REASONS[reason].happened
    if not reason:
        return ""
    words = words_for(reason, details or {})
    return words.happened if details else f"{words.title}."


#: of carriers in one title
_MOST_NAMES = 5


def event_title(event: Event) -> str:
    """``ACME is down on main``; a dialer's own is another thing than its carriers'."""
    if event.carrier_id:
        return f"{event.carrier_id} is {'up again' if event.is_up else 'down'} on {event.dialer_name}"
    return f"{event.dialer_name} can be looked at again" if event.is_up else f"{event.dialer_name} can't be looked at"


def event_reason(event: Event) -> str:
    """Why, in a sentence or two."""
    if not event.carrier_id:
        if event.is_up:
            return "What its carriers are can be seen again."
        return f"{reason_words(WatchState.DOWN, event.reason, event.details)} Whether its carriers are up, nobody can tell meanwhile."
    return reason_words(WatchState.UP if event.is_up else WatchState.DOWN, event.reason)


def event_body(event: Event, link: str) -> str:
    """A message, line by line; ``link`` is where the wizard's pages are, or nothing."""
    lines = [event_reason(event), f"Since {moment(event.since)}."]
    if event.carrier_id and not event.is_up:
        words = CAUSES.get(event.cause)
        if words is not None:
            lines += [f"Probable cause: {words.happened}", f"Next: {words.try_next}"]
        elif event.reason in REASONS:
            lines.append(f"Next: {REASONS[event.reason].try_next}")
    elif not event.is_up:
        lines.append(f"Next: {words_for(event.reason, event.details).try_next}")
    lines += ["", f"Carrier: {event.carrier_id}"] if event.carrier_id else [""]
    lines += [f"Dialer: {event.dialer_name}", f"Told: {moment(event.at)}"]
    if link:
        lines.append(f"{link.rstrip('/')}/dialers/{event.dialer_id}#watch")
    return "\n".join(lines)


def events_title(events: Sequence[Event]) -> str:
    """Of what is told at once: ``3 down, 1 up again on main: ACME, OTHER, LAST, MORE``."""
    if len(events) == 1:
        return event_title(events[0])
    down, up = sum(not each.is_up for each in events), sum(each.is_up for each in events)
    counts = [f"{down} down" if down else "", f"{up} up again" if up else ""]
    dialers = ", ".join(dict.fromkeys(each.dialer_name for each in events))
    names = list(dict.fromkeys(each.carrier_id or each.dialer_name for each in events))
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return f"{', '.join(filter(None, counts))} on {dialers}: {', '.join(names[:_MOST_NAMES])}{more}"


def events_body(events: Sequence[Event], link: str) -> str:
    """One after the other, each under its own title."""
    if len(events) == 1:
        return event_body(events[0], link)
    return "\n\n".join(f"{event_title(each)}\n{event_body(each, link)}" for each in events)


def problem_words(problem: str) -> str:
    """Why a notification was not taken."""
    code, _, number = problem.partition(":")
    if code == "http":
        return f"the other side answered {number}"
    return _PROBLEMS.get(code, _PROBLEMS["refused"])


def delivery_words(state: str, attempts: int, problem: str) -> str:
    """``told``, ``not told yet: nothing answers there (3 attempts)``."""
    if state == "sent":
        return "told"
    tried = f" ({_count(attempts, 'attempt')})" if attempts else ""
    why = f": {problem_words(problem)}" if problem else ""
    return f"{'not told, given up' if state == 'given_up' else 'not told yet'}{why}{tried}"


def state_words(state: WatchState, *, is_dialer: bool = False) -> str:
    return DIALER_STATES.get(state, STATES[state]) if is_dialer else STATES[state]


def summary_words(segments: Sequence[Segment], hours: str, *, is_dialer: bool = False) -> str:
    """How a carrier's time went, in a sentence: what the timeline shows, for who can't see it."""
    if not segments:
        return f"Nobody looked in the last {hours}."
    last = segments[-1]
    share = share_of(segments, WatchState.UP)
    up, down = ("seen", "not seen") if is_dialer else ("up", "down")
    parts = [] if share is None else [f"{up} {_percent(share)} of the time in which somebody looked"]
    outages = [each for each in segments if each.state is WatchState.DOWN]
    if outages:
        lasted = sum(each.until - each.begun for each in outages)
        parts.append(f"{down} for {duration(lasted)} in {_count(len(outages), 'stretch', 'stretches')}")
    unseen = sum(each.until - each.begun for each in segments if each.state is WatchState.UNSEEN)
    if unseen:
        parts.append(f"not seen for {duration(unseen)}")
    parts.append(f"at {moment(last.until)}: {state_words(last.state, is_dialer=is_dialer).lower()}")
    return f"In the last {hours}: {'; '.join(parts)}."


def _percent(share: float) -> str:
    """Never 100 % where there was an outage."""
    if share >= 1:
        return "100 %"
    return f"{min(share * 100, 99.9):.1f} %"


def _both(first: tuple[int, str], second: tuple[int, str]) -> str:
    return " ".join(_count(*each) for each in (first, second) if each[0])


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
