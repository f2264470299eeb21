"""One look at one dialer, and what it leaves in the store."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from wizard.carrier.watching.flaps import Damping
from wizard.carrier.watching.states import Notice, Seen, WatchState, after_seen, judged
from wizard.dialer.lookout import LookedAt, Lookout
from wizard.dialer.verdict import Judgement
from wizard.errors import StoppedError, WizardError
from wizard.service.dialers import Connect
from wizard.service.locks import is_at_work
from wizard.service.other_servers import problem_json
from wizard.service.status import carrier_status
from wizard.service.workspace import Workspace
from wizard.store.dialers import SavedDialer
from wizard.store.watch_history import THE_DIALER, Change, NewEvent, Remembered

#: a dialer that can't be looked at is asked less and less often, and never less often than this
MOST_BACKOFF_SECONDS = 900.0
#: outages of this many carriers at once are looked into; what fells more has its cause elsewhere
_MOST_CAUSES = 3
_LEAST_ALLOWANCE = 180.0


def usual_damping(interval: float) -> Damping:
    """Three looks in a row; down again is told a quarter of an hour later at the earliest."""
    return Damping(looks=3, seconds=2 * interval, quiet_seconds=900.0)


@dataclass(frozen=True)
class Round:
    """What one look found. ``problem`` is why the dialer could not be looked at."""

    dialer: SavedDialer
    at: float
    problem: WizardError | None
    is_busy: bool
    carriers: Mapping[str, Judgement] = field(default_factory=dict)
    events: tuple[NewEvent, ...] = ()


@dataclass(frozen=True)
class Watching:
    """What every look at a dialer needs. ``connect`` leads to it as it is saved now, and raises what is in the way."""

    workspace: Workspace
    dialer: SavedDialer
    connect: Connect
    interval: float
    #: seconds since 1970
    wall: Callable[[], float]
    damping: Callable[[float], Damping] = usual_damping
    #: whether the watch itself ends: a look that is broken off for that says nothing
    is_ending: Callable[[], bool] = lambda: False

    def look(self, lookout: Lookout) -> Round:
        """Look, and keep what was seen.

        :raises StoreError: it can't be kept
        :raises StoppedError: the watch ends
        """
        looked, problem = self._looked(lookout)
        if self.is_ending():
            raise StoppedError
        at = self.wall()
        seen = _seen(looked, problem)
        before = self.workspace.watch_history.remembered(self.dialer.id)
        if problem is not None:
            unseen = Seen(WatchState.UNSEEN, problem.code)
            seen |= {carrier_id: unseen for carrier_id in before if carrier_id != THE_DIALER}
        changes, notices = [], {}
        for carrier_id, each in seen.items():
            change, notice = self._change(carrier_id, before.get(carrier_id, Remembered()), each, at)
            changes.append(change)
            if notice is not None:
                notices[carrier_id] = notice
        events = self._events(notices, seen, problem, at)
        self._keep(changes, events, [carrier_id for carrier_id in before if carrier_id not in seen])
        judgements = looked.carriers if looked else {}
        return Round(self.dialer, at, problem, looked is not None and looked.is_busy, judgements, tuple(events))

    def _looked(self, lookout: Lookout) -> tuple[LookedAt | None, WizardError | None]:
        folder, target = self.workspace.folder, self.dialer.target
        was_at_work = is_at_work(folder, target)
        try:
            looked = lookout.look()
        except WizardError as problem:
            return None, problem
        is_busy = looked.is_busy or was_at_work or is_at_work(folder, target)
        return LookedAt(is_busy, looked.carriers, looked.states), None

    def _change(self, carrier_id: str, before: Remembered, seen: Seen, at: float) -> tuple[Change, Notice | None]:
        segments = after_seen(before.segment, seen, at, self._allowance(before))
        at = segments[-1].until
        subject, notice = judged(before.subject, seen, at, self.damping(self.interval))
        return Change(carrier_id, before, subject, segments), notice

    def _allowance(self, before: Remembered) -> float:
        """While a dialer can't be looked at, looks are far apart, and nothing is lost between them."""
        unseen = before.segment is not None and before.segment.state in (WatchState.UNSEEN, WatchState.DOWN)
        return max(2.5 * self.interval, _LEAST_ALLOWANCE, 2 * MOST_BACKOFF_SECONDS if unseen else 0)

    def _events(
        self, notices: Mapping[str, Notice], seen: Mapping[str, Seen], problem: WizardError | None, at: float
    ) -> list[NewEvent]:
        details = problem_json(problem)["values"] if problem is not None else {}
        causes = self._causes([name for name, notice in notices.items() if not notice.is_up and name != THE_DIALER])
        return [
            NewEvent(
                carrier_id,
                at,
                notice.is_up,
                notice.since,
                seen[carrier_id].reason,
                details if carrier_id == THE_DIALER and not notice.is_up else {},
                causes.get(carrier_id, ""),
            )
            for carrier_id, notice in notices.items()
        ]

    def _causes(self, carriers: list[str]) -> dict[str, str]:
        """Carrier id → the code of the surest cause; a message without one is better than none."""
        found: dict[str, str] = {}
        for carrier_id in carriers[:_MOST_CAUSES]:
            # Whatever stands in its way must not keep the outage from being told.
            with contextlib.suppress(Exception):
                causes = carrier_status(self.connect, carrier_id).causes
                found |= {carrier_id: causes[0].code} if causes else {}
        return found

    def _keep(self, changes: list[Change], events: list[NewEvent], gone: list[str]) -> None:
        # One that was removed meanwhile leaves nothing behind.
        self.workspace.dialers.get(self.dialer.id)
        targets = [target.id for target in self.workspace.watches.targets_of(self.dialer.id)] if events else []
        self.workspace.watch_history.keep_look(self.dialer.id, self.dialer.name, changes, events, targets, gone)


def _seen(looked: LookedAt | None, problem: WizardError | None) -> dict[str, Seen]:
    """Carrier id → what this look says of it; the dialer itself among them."""
    if looked is None:
        return {THE_DIALER: Seen(WatchState.DOWN, problem.code if problem is not None else "")}
    seen = {THE_DIALER: Seen(WatchState.UP)}
    for carrier_id, judgement in looked.carriers.items():
        busy = Seen(WatchState.BUSY)
        seen[carrier_id] = busy if looked.is_busy else Seen(WatchState(judgement.verdict.value), judgement.reason)
    return seen
