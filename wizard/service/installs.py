"""Installing, rolling back and looking at a carrier, recorded in the store; the same for command line and web."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from wizard.carrier.answers import Answers
from wizard.carrier.findings import Finding, error, errors_of
from wizard.dialer.installer import Installer
from wizard.dialer.journal import BestEffort, Checkpoint, Observation, Phase
from wizard.dialer.outcome import InstallPlan, InstallResult, Outcome
from wizard.dialer.pace import Clock
from wizard.dialer.target import DialerTarget
from wizard.dialer.undo import UndoReport
from wizard.dialer.undo import undo as undo_install
from wizard.dialer.verdict import Judgement, Verdict
from wizard.errors import (
    BackupInUseError,
    BackupNotUpError,
    InstallInProgressError,
    NothingToUndoError,
    RefusedError,
    RollbackFailedError,
    StoppedError,
    StoreError,
    WizardError,
)
from wizard.store.installs import Install, InstallStore
from wizard.words.findings import finding_json

from .dialers import Connect, check_on_dialer
from .locks import DialerLock, lock_dialer
from .other_servers import OtherServers, Reach, problem_json, reach_as_saved
from .stored_journal import StoredJournal
from .workspace import Workspace

#: a run that ended without saying how: the wizard died in the middle
INTERRUPTED = "interrupted"


@dataclass
class Job:
    """Work on a dialer that was given its lock: run it once, in any thread."""

    install_id: str
    lock: DialerLock
    work: Callable[[], Install]

    def run(self) -> Install:
        try:
            return self.work()
        finally:
            self.lock.release()


def begin_install(
    workspace: Workspace,
    connect: Connect,
    target: DialerTarget,
    plan: InstallPlan,
    *,
    dialer_name: str,
    dialer_id: str | None = None,
    draft_id: str | None = None,
    tell: Callable[[str, Phase], None] | None = None,
    warn: Callable[[Sequence[Finding]], None] | None = None,
    reach: Reach | None = None,
    first: Sequence[BackupPlan] = (),
) -> Job:
    """Take the dialer's lock and open the journal; the install happens in :meth:`Job.run`.

    ``first`` are backup carriers that are installed before, and taken off again where this carrier doesn't stay. ``reach``
    leads to the other servers that are saved, where the entry is for all of them.

    :raises InstallInProgressError: somebody is at work on this dialer
    """
    lock = lock_dialer(workspace.folder, target)
    try:
        install = workspace.installs.start(
            answers=plan.answers,
            dialer_name=dialer_name,
            target=target,
            wait_seconds=plan.wait_seconds,
            keep=plan.keep,
            dialer_id=dialer_id,
            draft_id=draft_id,
        )
    except BaseException:
        lock.release()
        raise
    journal = StoredJournal(workspace.installs, install.id, tell, warn)
    others = OtherServers(workspace, install.id, reach or reach_as_saved(workspace), journal, plan.wait_seconds)

    def install_it() -> Install:
        return _run_install(workspace, connect, plan, install, journal, others)

    if not first:
        return Job(install.id, lock, install_it)
    backups = Backups(workspace, connect, install, first, tell, reach or reach_as_saved(workspace))
    return Job(install.id, lock, lambda: backups.run(plan.answers, install_it))


def _run_install(
    workspace: Workspace, connect: Connect, plan: InstallPlan, install: Install, journal: StoredJournal, others: OtherServers
) -> Install:
    installs = workspace.installs
    try:
        result = Installer(connect, plan, journal, follow_others=others.after_install).run()
    except RefusedError as refused:
        findings = [finding_json(finding) for finding in refused.findings]
        return _end(installs, install.id, Outcome.REFUSED.value, {"code": refused.code, "findings": findings}, forget=True)
    except WizardError as error:
        return _end(installs, install.id, Outcome.REFUSED.value, error_json(error), forget=True)
    except BaseException as fault:
        # Whether something was written, only the journal knows.
        written = Phase.ROW_WRITTEN in journal.begun
        _end(installs, install.id, INTERRUPTED if written else Outcome.REFUSED.value, error_json(_of_ours(fault)))
        raise
    with contextlib.suppress(StoreError):
        _after(others, connect, installs.checkpoint(install.id), result)
    return _finish(workspace, install, plan, result)


def _end(
    installs: InstallStore,
    install_id: str,
    outcome: str,
    error: Mapping[str, Any] | None = None,
    *,
    observation: Observation | None = None,
    forget: bool = False,
) -> Install:
    """How it ended. Where that can't be written down any more it is said all the same: the dialer is as it is.

    What was not written down is found unfinished by the next start, and its undo is harmless to repeat.
    """
    try:
        if observation is not None:
            installs.observe(install_id, observation)
        installs.finish(install_id, outcome, error)
        if forget:
            installs.forget_checkpoint(install_id)
    except StoreError:
        ended = replace(installs.get(install_id), outcome=outcome, error=error or {})
        if observation is None:
            return ended
        judgement = observation.judgement
        return replace(ended, verdict=judgement.verdict.value, reason=judgement.reason, states=observation.states)
    return installs.get(install_id)


def _after(others: OtherServers, connect: Connect, checkpoint: Checkpoint | None, result: InstallResult) -> None:
    """What is known of the other servers once it is clear how it ends."""
    if checkpoint is None:
        return
    if result.undone is not None:
        others.after_undo(connect, checkpoint)
    elif result.cause is not None:
        others.not_seen(checkpoint)


def _finish(workspace: Workspace, install: Install, plan: InstallPlan, result: InstallResult) -> Install:
    error = error_json(result.cause) if result.cause else {}
    ended = _end(
        workspace.installs,
        install.id,
        result.outcome.value,
        error | _differences(result.undone),
        observation=result.observation,
        forget=result.outcome is Outcome.ROLLED_BACK,
    )
    if install.draft_id is not None and result.outcome in (Outcome.UP, Outcome.NOT_UP):
        with contextlib.suppress(StoreError):
            workspace.drafts.forget_secrets(install.draft_id, plan.answers)
    return ended


@dataclass(frozen=True)
class BackupPlan:
    """A carrier that is installed before the one whose backup it is."""

    plan: InstallPlan
    draft_id: str | None = None


@dataclass(frozen=True)
class Backups:
    """The backups of one run: there before their carrier is, and gone again where that one doesn't stay."""

    workspace: Workspace
    connect: Connect
    main: Install
    first: Sequence[BackupPlan]
    tell: Callable[[str, Phase], None] | None
    reach: Reach

    @property
    def _undoing(self) -> _Undoing:
        return _Undoing(self.workspace, self.connect, self.tell, self.reach)

    def run(self, answers: Answers, install_main: Callable[[], Install]) -> Install:
        installs = self.workspace.installs
        made: list[Install] = []
        try:
            self._check(answers)
            for each in self.first:
                made.append(self._install(each))
                if not made[-1].is_standing:
                    raise BackupNotUpError(backup=made[-1].carrier_id)
        except BaseException as fault:
            findings = {"findings": list(map(finding_json, fault.findings))} if isinstance(fault, RefusedError) else {}
            installs.finish(self.main.id, Outcome.REFUSED.value, {**error_json(_of_ours(fault)), **findings})
            self._undoing.take_off(self.main, [installs.get(each.id) for each in made if installs.get(each.id).can_roll_back])
            if not isinstance(fault, WizardError):
                raise
            return installs.get(self.main.id)
        done = install_main()
        if not (done.is_standing or done.can_roll_back):
            self._undoing.take_off(self.main, [installs.get(each.id) for each in made if installs.get(each.id).can_roll_back])
        return installs.get(self.main.id)

    def _check(self, answers: Answers) -> None:
        """Everything about all of them, before anything of any is written.

        :raises RefusedError: something stands in the way of one of them
        """
        asked = {name.lower() for name in answers.routing.backup_carrier}
        for each in self.first:
            backup = each.plan.answers.carrier.carrier_id
            if backup.lower() not in asked:
                raise RefusedError([error("backup_not_asked", "backup_carrier", backup=backup)])
        plans = [*(each.plan.answers for each in self.first), answers]
        for position, planned in enumerate(plans):
            _, findings = check_on_dialer(self.connect, planned, plans[:position])
            if errors_of(findings):
                raise RefusedError(list(findings))

    def _install(self, backup: BackupPlan) -> Install:
        installs, main = self.workspace.installs, self.main
        install = installs.start(
            answers=backup.plan.answers,
            dialer_name=main.dialer_name,
            target=main.target,
            wait_seconds=backup.plan.wait_seconds,
            keep=False,
            dialer_id=main.dialer_id,
            draft_id=backup.draft_id,
            part_of=main.id,
        )
        journal = StoredJournal(installs, install.id, self.tell, stopped_with=main.id)
        others = OtherServers(self.workspace, install.id, self.reach, journal, backup.plan.wait_seconds)
        return _run_install(self.workspace, self.connect, backup.plan, install, journal, others)


def begin_rollback(
    workspace: Workspace,
    connect: Connect,
    install: Install,
    tell: Callable[[str, Phase], None] | None = None,
    reach: Reach | None = None,
) -> Job:
    """Take the dialer's lock for the undo of one install, and of the backups that came with it.

    :raises NothingToUndoError: this install left nothing, or is still at work
    :raises BackupInUseError: it is the backup of a carrier that stands
    :raises InstallInProgressError: somebody is at work on this dialer
    """
    installs = workspace.installs
    main = installs.get(install.part_of) if install.part_of else None
    if main is not None and main.is_standing:
        raise BackupInUseError(backup=install.carrier_id, carrier=main.carrier_id, install_id=main.id)
    checkpoint = installs.checkpoint(install.id)
    is_there = checkpoint is not None and install.can_roll_back
    parts = [each for each in installs.parts_of(install.id) if each.can_roll_back]
    if not is_there and not (parts and not install.is_running):
        raise NothingToUndoError(install_id=install.id)
    lock = lock_dialer(workspace.folder, install.target)
    undoing = _Undoing(workspace, connect, tell, reach or reach_as_saved(workspace))
    installs.resume(install.id)
    return Job(install.id, lock, lambda: undoing.run(install, checkpoint if is_there else None, parts))


@dataclass(frozen=True)
class _Undoing:
    """The undo of an install and of what came with it: the carrier first, since it dials the others."""

    workspace: Workspace
    connect: Connect
    tell: Callable[[str, Phase], None] | None
    reach: Reach

    def run(self, install: Install, checkpoint: Checkpoint | None, parts: Sequence[Install]) -> Install:
        installs = self.workspace.installs
        undone = self.undo(install, checkpoint) if checkpoint else _end(installs, install.id, Outcome.ROLLED_BACK.value)
        if undone.outcome != Outcome.ROLLED_BACK.value or not parts:
            return undone
        self.take_off(install, parts)
        return installs.get(install.id)

    def undo(self, install: Install, checkpoint: Checkpoint) -> Install:
        """One install, whose journal is open."""
        journal = StoredJournal(self.workspace.installs, install.id, self.tell)
        others = OtherServers(self.workspace, install.id, self.reach, journal)
        return _run_rollback(self.workspace, self.connect, install, checkpoint, journal, others)

    def take_off(self, main: Install, parts: Sequence[Install]) -> None:
        """The backups of a carrier that is gone, the last first; what became of them is said beside it."""
        installs = self.workspace.installs
        gone = []
        for part in reversed(parts):
            checkpoint = installs.checkpoint(part.id)
            installs.resume(part.id)
            undone = self.undo(part, checkpoint) if checkpoint is not None else part
            gone.append(undone.outcome == Outcome.ROLLED_BACK.value)
        if gone:
            code = "backup_taken_off" if all(gone) else "backup_left"
            installs.add_also(main.id, code, {"backups": ", ".join(part.carrier_id for part in parts)})


def _run_rollback(
    workspace: Workspace,
    connect: Connect,
    install: Install,
    checkpoint: Checkpoint,
    journal: StoredJournal,
    others: OtherServers,
) -> Install:
    installs = workspace.installs
    try:
        report = undo_install(connect, checkpoint, BestEffort(journal), Clock())
    except BaseException as failure:
        # Where the undo has not even begun, what was true before still is.
        begun = Phase.ROLLING_BACK in journal.begun
        outcome = Outcome.ROLLBACK_FAILED.value if begun else install.outcome
        left = {} if begun else {"steps": install.error["steps"]} if "steps" in install.error else {}
        ended = _end(installs, install.id, outcome, {**left, **error_json(_of_ours(failure)), "during": "undo"})
        if not isinstance(failure, WizardError):
            raise
        return ended
    with contextlib.suppress(StoreError):
        others.after_undo(connect, checkpoint)
    removed = Observation(Judgement(Verdict.DOWN, "removed", final=True))
    return _end(installs, install.id, Outcome.ROLLED_BACK.value, _differences(report), observation=removed, forget=True)


def _of_ours(fault: BaseException) -> WizardError:
    """A fault as one that has words; what it said may hold a secret, so only its kind is kept."""
    if isinstance(fault, WizardError):
        return fault
    return StoppedError() if isinstance(fault, KeyboardInterrupt) else WizardError(detail=type(fault).__name__)


def find_interrupted(workspace: Workspace) -> list[Install]:
    """Installs that nobody works on any more although they never ended: the wizard died. They are marked as such."""
    found = []
    for install in workspace.installs.running():
        try:
            lock = lock_dialer(workspace.folder, install.target)
        except InstallInProgressError:
            continue
        # It may have ended between our question and its letting go of the lock.
        if workspace.installs.get(install.id).is_running:
            workspace.installs.finish(install.id, INTERRUPTED)
            parts = [each.carrier_id for each in workspace.installs.parts_of(install.id) if each.can_roll_back]
            if parts:
                workspace.installs.add_also(install.id, "backup_left", {"backups": ", ".join(parts)})
            found.append(workspace.installs.get(install.id))
        lock.release()
    return found


def _differences(report: UndoReport | None) -> dict[str, object]:
    """What is not as before although the carrier is gone: something else changed in the meantime."""
    if report is None:
        return {}
    if report.template_left:
        return {"also": {"code": "template_left", "values": {}}}
    if report.same_files:
        return {}
    return {"also": {"code": "files_differ", "values": {"files": ", ".join(report.changed_files)}}}


def error_json(error: WizardError) -> dict[str, object]:
    """An error as the store keeps it: code and safe values."""
    kept: dict[str, object] = problem_json(error)
    if isinstance(error, RollbackFailedError):
        kept["steps"] = error.steps
    return kept
