"""Undoing an install, with what came with it; the same for command line, web and recovery."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from wizard.dialer.journal import BestEffort, Checkpoint, Observation, Phase
from wizard.dialer.outcome import Outcome
from wizard.dialer.pace import Clock
from wizard.dialer.undo import undo as undo_install
from wizard.dialer.verdict import Judgement, Verdict
from wizard.errors import BackupInUseError, LaterRunError, NothingToUndoError, StoreError
from wizard.store.installs import Install

from .dialers import Connect
from .jobs import Ending, Job, differences, error_json, keep_ending, of_ours
from .locks import lock_dialer
from .other_servers import OtherServers, Reach, reach_as_saved
from .stored_journal import StoredJournal
from .workspace import Workspace


def begin_rollback(
    workspace: Workspace,
    connect: Connect,
    install: Install,
    tell: Callable[[str, Phase], None] | None = None,
    reach: Reach | None = None,
) -> Job:
    """Take the dialer's lock for the undo of one install, and of the backups that came with it.

    :raises NothingToUndoError: this install left nothing, or is still at work
    :raises BackupInUseError: it is the backup of a carrier that is there
    :raises LaterRunError: a later run of the carrier stands on it
    :raises InstallInProgressError: somebody is at work on this dialer
    :raises StoreError: it can't be written down
    """
    installs = workspace.installs
    main = installs.get(install.part_of) if install.part_of else None
    if main is not None and main.can_roll_back:
        raise BackupInUseError(backup=install.carrier_id, carrier=main.carrier_id, install_id=main.id)
    checkpoint = installs.checkpoint(install.id)
    is_there = checkpoint is not None and install.can_roll_back
    parts = standing_parts(workspace, install)
    if not is_there and not (parts and not install.is_running):
        raise NothingToUndoError(install_id=install.id)
    for each in [install] * is_there + parts:
        later = installs.later_than(each)
        if later is not None:
            raise LaterRunError(carrier=later.carrier_id, act=later.act, install_id=later.id)
    undoing = Undoing(workspace, connect, tell, reach or reach_as_saved(workspace))
    lock = lock_dialer(workspace.folder, install.target)
    with lock.released_on_failure():
        installs.resume(install.id)
    return Job(install.id, lock, lambda: undoing.run(install, checkpoint if is_there else None, parts))


def standing_parts(workspace: Workspace, install: Install) -> list[Install]:
    """What came with an install, and is on the dialer."""
    return [each for each in workspace.installs.parts_of(install.id) if each.can_roll_back]


@dataclass(frozen=True)
class Undoing:
    """The undo of an install and of what came with it: the carrier first, since it dials the others."""

    workspace: Workspace
    connect: Connect
    tell: Callable[[str, Phase], None] | None
    reach: Reach

    def run(self, install: Install, checkpoint: Checkpoint | None, parts: Sequence[Install]) -> Install:
        """The whole ends when the last part has: whoever dies in between has left it open."""
        ending = self._undo(install, checkpoint) if checkpoint is not None else Ending(Outcome.ROLLED_BACK.value)
        if ending.outcome == Outcome.ROLLED_BACK.value:
            ending = self.take_off(ending, parts)
        return keep_ending(self.workspace.installs, install.id, ending)

    def take_off(self, ending: Ending, parts: Sequence[Install]) -> Ending:
        """The backups of a carrier that is gone, the last first; the ending says beside it what became of them."""
        left = [part for part in reversed(parts) if not self._is_taken_off(part)]
        if not parts:
            return ending
        also = {
            "code": "backup_left" if left else "backup_taken_off",
            "values": {"backups": ", ".join(part.carrier_id for part in parts)},
        }
        return replace(ending, error={**ending.error, "also": also})

    def _is_taken_off(self, part: Install) -> bool:
        installs = self.workspace.installs
        checkpoint = installs.checkpoint(part.id)
        if checkpoint is None:
            return False
        installs.resume(part.id)
        try:
            undone = keep_ending(installs, part.id, self._undo(part, checkpoint))
        except (Exception, KeyboardInterrupt):  # noqa: BLE001 (it is in the store; the other parts must go all the same)
            return False
        return undone.outcome == Outcome.ROLLED_BACK.value

    def _undo(self, install: Install, checkpoint: Checkpoint) -> Ending:
        """One install, whose journal is open."""
        installs = self.workspace.installs
        journal = StoredJournal(installs, install.id, self.tell)
        try:
            report = undo_install(self.connect, checkpoint, BestEffort(journal), Clock())
        except BaseException as failure:  # noqa: BLE001 (raised again by whoever keeps the ending)
            return _not_undone(install, failure, begun=Phase.ROLLING_BACK in journal.begun)
        with contextlib.suppress(StoreError):
            OtherServers(self.workspace, install.id, self.reach, journal).after_undo(self.connect, checkpoint)
        return Ending(Outcome.ROLLED_BACK.value, differences(report), observation=Observation(_judged(checkpoint)))


def _judged(checkpoint: Checkpoint) -> Judgement:
    """What is to be said of the carrier after an undo."""
    if checkpoint.row is None:
        return Judgement(Verdict.DOWN, "removed", final=True)
    return Judgement(Verdict.CANNOT_TELL, "put_back", final=True)


def _not_undone(install: Install, failure: BaseException, *, begun: bool) -> Ending:
    """Where the undo has not even begun, what was true before still is."""
    outcome = Outcome.ROLLBACK_FAILED.value if begun else install.outcome
    left = {} if begun else {"steps": install.error["steps"]} if "steps" in install.error else {}
    fault = None if failure is (known := of_ours(failure)) else failure
    return Ending(outcome, {**left, **error_json(known), "during": "undo"}, fault=fault)
