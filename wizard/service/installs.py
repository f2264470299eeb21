"""Installing a carrier, recorded in the store; the same for command line and web."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from wizard.carrier.answers import Answers
from wizard.carrier.findings import Finding
from wizard.dialer.installer import Installer
from wizard.dialer.journal import Phase
from wizard.dialer.outcome import InstallPlan, InstallResult, Outcome
from wizard.dialer.row_editor import ActPlan, RowEditor
from wizard.dialer.target import DialerTarget
from wizard.errors import StoreError
from wizard.store.installs import Install

from .backups import BackupPlan, Backups
from .dialers import Connect
from .jobs import Ending, Job, ending_of, keep_ending
from .locks import DialerLock, lock_dialer
from .other_servers import OtherServers, Reach, reach_as_saved
from .stored_journal import StoredJournal
from .workspace import Workspace

Tell = Callable[[str, Phase], None]
Warn = Callable[[Sequence[Finding]], None]


def begin_install(
    workspace: Workspace,
    connect: Connect,
    target: DialerTarget,
    plan: InstallPlan,
    *,
    dialer_name: str,
    dialer_id: str | None = None,
    draft_id: str | None = None,
    tell: Tell | None = None,
    warn: Warn | None = None,
    reach: Reach | None = None,
    first: Sequence[BackupPlan] = (),
) -> Job:
    """Take the dialer's lock and open the journal; the install happens in :meth:`Job.run`.

    ``first`` are backup carriers that are installed before, and taken off again where this carrier doesn't stay. ``reach``
    leads to the other servers that are saved, where the entry is for all of them.

    :raises InstallInProgressError: somebody is at work on this dialer
    """

    def start() -> Install:
        return workspace.installs.start(
            answers=plan.answers,
            dialer_name=dialer_name,
            target=target,
            wait_seconds=plan.wait_seconds,
            keep=plan.keep,
            dialer_id=dialer_id,
            draft_id=draft_id,
            act="replace" if plan.replaces else "install",
        )

    lock, install = _begin(workspace, target, start)
    run = _Run(workspace, connect, reach or reach_as_saved(workspace), tell)
    if not first:
        return Job(install.id, lock, lambda: run.kept(install, plan.answers, run.install(install, plan, warn)))

    def with_backups() -> Install:
        backups = Backups(workspace, connect, install, first, tell, run.reach, lambda each: run.part(install, each))
        return run.kept(install, plan.answers, backups.run(plan.answers, lambda: run.install(install, plan, warn)))

    return Job(install.id, lock, with_backups)


def begin_act(
    workspace: Workspace,
    connect: Connect,
    target: DialerTarget,
    plan: ActPlan,
    *,
    dialer_name: str,
    dialer_id: str | None = None,
    tell: Tell | None = None,
) -> Job:
    """The same for what is done to a carrier that is there: switched off or on, or deleted.

    :raises InstallInProgressError: somebody is at work on this dialer
    """

    def start() -> Install:
        return workspace.installs.start(
            answers=Answers().with_values(carrier_id=plan.carrier_id),
            dialer_name=dialer_name,
            target=target,
            wait_seconds=plan.wait_seconds,
            keep=False,
            dialer_id=dialer_id,
            act=plan.act.value,
        )

    lock, install = _begin(workspace, target, start)
    run = _Run(workspace, connect, reach_as_saved(workspace), tell)
    return Job(install.id, lock, lambda: keep_ending(workspace.installs, install.id, run.act(install, plan)))


def _begin(workspace: Workspace, target: DialerTarget, start: Callable[[], Install]) -> tuple[DialerLock, Install]:
    lock = lock_dialer(workspace.folder, target)
    with lock.released_on_failure():
        return lock, start()


@dataclass(frozen=True)
class _Run:
    """What happens on one dialer in one run."""

    workspace: Workspace
    connect: Connect
    reach: Reach
    tell: Tell | None

    def install(self, install: Install, plan: InstallPlan, warn: Warn | None = None, stopped_with: str = "") -> Ending:
        journal = StoredJournal(self.workspace.installs, install.id, self.tell, warn, stopped_with=stopped_with)
        others = OtherServers(self.workspace, install.id, self.reach, journal, plan.wait_seconds)
        return self._ended(
            install, journal, others, lambda: Installer(self.connect, plan, journal, follow_others=others.after_install).run()
        )

    def act(self, install: Install, plan: ActPlan) -> Ending:
        journal = StoredJournal(self.workspace.installs, install.id, self.tell)
        others = OtherServers(self.workspace, install.id, self.reach, journal, plan.wait_seconds)
        ending = self._ended(install, journal, others, lambda: RowEditor(self.connect, plan, journal).run())
        checkpoint = self.workspace.installs.checkpoint(install.id)
        if ending.outcome == Outcome.DONE.value and checkpoint is not None:
            others.after_undo(self.connect, checkpoint)
        return ending

    def part(self, main: Install, backup: BackupPlan) -> Install:
        """A backup, as an install of its own that belongs to the run."""
        install = self.workspace.installs.start(
            answers=backup.plan.answers,
            dialer_name=main.dialer_name,
            target=main.target,
            wait_seconds=backup.plan.wait_seconds,
            keep=False,
            dialer_id=main.dialer_id,
            draft_id=backup.draft_id,
            part_of=main.id,
        )
        return self.kept(install, backup.plan.answers, self.install(install, backup.plan, stopped_with=main.id))

    def kept(self, install: Install, answers: Answers, ending: Ending) -> Install:
        """The ending in the store; a password that the dialer has now is not needed here any more."""
        kept = keep_ending(self.workspace.installs, install.id, ending)
        if install.draft_id is not None and ending.outcome in (Outcome.UP.value, Outcome.NOT_UP.value):
            with contextlib.suppress(StoreError):
                self.workspace.drafts.forget_secrets(install.draft_id, answers)
        return kept

    def _ended(
        self, install: Install, journal: StoredJournal, others: OtherServers, work: Callable[[], InstallResult]
    ) -> Ending:
        ending = ending_of(work, journal)
        checkpoint, result = self.workspace.installs.checkpoint(install.id), ending.result
        if checkpoint is None or result is None:
            return ending
        with contextlib.suppress(StoreError):
            if result.undone is not None:
                others.after_undo(self.connect, checkpoint)
            elif result.cause is not None:
                others.not_seen(checkpoint)
        return ending
