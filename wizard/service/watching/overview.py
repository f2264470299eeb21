"""What is known of a watched dialer, for pages and the command line: each carrier's time, and what was told."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from wizard.carrier.watching.states import Segment, between
from wizard.service.workspace import Workspace
from wizard.store.dialers import SavedDialer
from wizard.store.watch_history import THE_DIALER, WatchEvent
from wizard.store.watches import NotifyTarget, WatchSetting

from .rounds import MOST_BACKOFF_SECONDS

#: where a look may be late before somebody has to wonder
_LATE_SECONDS = 90.0


@dataclass(frozen=True)
class Line:
    """One carrier over a time, or the dialer itself, whose id is empty."""

    carrier_id: str
    segments: tuple[Segment, ...]
    #: its newest stretch, where that is still going on
    now: Segment | None


@dataclass(frozen=True)
class WatchOverview:
    """``begin`` and ``end`` are seconds since 1970."""

    dialer: SavedDialer
    setting: WatchSetting
    begin: float
    end: float
    lines: tuple[Line, ...]
    events: tuple[WatchEvent, ...]
    targets: tuple[NotifyTarget, ...]
    #: when somebody last looked; None: never
    looked_at: float | None
    #: whether the watch is on and nobody has looked for longer than can be
    is_late: bool


def watch_overview(
    workspace: Workspace,
    dialer: SavedDialer,
    hours: float = 24,
    *,
    most_events: int = 20,
    wall: Callable[[], float] = time.time,
) -> WatchOverview:
    """All of it, from the store alone: no dialer is asked."""
    end = wall()
    begin = end - hours * 3600
    history = workspace.watch_history
    setting = workspace.watches.setting(dialer.id)
    remembered = history.remembered(dialer.id)
    newest = {carrier_id: each.segment for carrier_id, each in remembered.items() if each.segment is not None}
    seen = history.segments(dialer.id, begin)
    names = sorted({*seen, *newest})
    own = newest.get(THE_DIALER)
    looked_at = own.until if own else None
    # While it can't be reached it is asked seldom.
    patience = _LATE_SECONDS + (MOST_BACKOFF_SECONDS if own and own.state != "up" else setting.interval_seconds)
    return WatchOverview(
        dialer=dialer,
        setting=setting,
        begin=begin,
        end=end,
        lines=tuple(Line(name, tuple(between(seen.get(name, ()), begin, end)), newest.get(name)) for name in names),
        events=tuple(history.events(dialer.id, most_events)),
        targets=tuple(workspace.watches.targets_of(dialer.id)),
        looked_at=looked_at,
        is_late=setting.is_on and (looked_at is None or end - looked_at > patience),
    )
