"""What a switch of carriers writes down, before and after each act; the store keeps it, the screen shows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol, Self

from wizard.carrier.on_dialer.changes import Change
from wizard.carrier.switching.plan import SwitchPlan
from wizard.carrier.switching.share import NO_CALLS, Share
from wizard.errors import WizardError


class SwitchPhase(StrEnum):
    """The durable facts of a switch, in their order."""

    CHECKED = "checked"
    MOVED = "moved"
    PROVED = "proved"
    WATCHED = "watched"
    MOVED_BACK = "moved_back"


class SwitchOutcome(StrEnum):
    """How a switch ended."""

    MOVED = "moved"
    #: there was nothing to move
    UNCHANGED = "unchanged"
    MOVED_BACK = "moved_back"
    BACK_FAILED = "back_failed"
    REFUSED = "refused"
    #: nobody saw its end
    INTERRUPTED = "interrupted"


@dataclass(frozen=True)
class SwitchCheckpoint:
    """All that moving back needs; no secret."""

    from_carrier: str
    to_carrier: str
    server_ip: str
    client_address: str
    #: number of the database session that held the lock
    session: int
    changes: tuple[Change, ...] = ()

    def with_changes(self, changes: Iterable[Change]) -> Self:
        """The same with some changes in another state."""
        newer = {(change.kind, change.record): change for change in changes}
        return replace(self, changes=tuple(newer.get((each.kind, each.record), each) for each in self.changes))


class WatchState(StrEnum):
    """How far the watch over the carrier log is."""

    WATCHING = "watching"
    #: time is up, and the new carrier does as well as the old one
    GOOD = "good"
    #: time is up, and there were too few calls to say
    TOO_FEW = "too_few"
    #: it refuses more
    WORSE = "worse"
    #: the dialer couldn't be asked to the end
    LOST = "lost"
    #: this dialer's log can't be watched, or nobody wanted to
    NOT_WATCHED = "not_watched"
    #: somebody wanted the campaigns back
    STOPPED = "stopped"


@dataclass(frozen=True)
class Watch:
    """What the carrier log has said so far."""

    state: WatchState
    #: the old carrier's calls in the window before, the new one's since
    old: Share = NO_CALLS
    new: Share = NO_CALLS


@dataclass(frozen=True)
class SwitchResult:
    """What is true now."""

    outcome: SwitchOutcome
    #: why it was not done, or was undone
    cause: WizardError | None = None


class SwitchJournal(Protocol):
    """Where a switch records itself. Each call must be durable when it returns."""

    def begin(self, phase: SwitchPhase) -> None:
        """The act is about to happen; from now on it may have happened."""

    def done(self, phase: SwitchPhase) -> None:
        """The act has happened."""

    def planned(self, plan: SwitchPlan) -> None:
        """For the screen: what is to move, and why."""

    def keep(self, checkpoint: SwitchCheckpoint) -> None:
        """The way back; kept before anything is written."""

    def watch(self, watch: Watch) -> None:
        """For the screen: no act."""

    def back_requested(self) -> bool:
        """Whether the user wants the campaigns back now."""
