"""Installing, rolling back and looking at a carrier, recorded in the store; the same for command line and web."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from wizard.carrier.findings import Finding
from wizard.carrier.model import ALL_SERVERS, Carrier
from wizard.dialer import operations
from wizard.dialer.facts import gather_facts
from wizard.dialer.installer import Installer
from wizard.dialer.journal import Checkpoint, Observation, Phase
from wizard.dialer.look import look_at
from wizard.dialer.outcome import InstallPlan, InstallResult, Outcome
from wizard.dialer.pace import Clock
from wizard.dialer.protocol import table_of
from wizard.dialer.rows import carrier_of_row
from wizard.dialer.target import DialerTarget
from wizard.dialer.undo import UndoReport
from wizard.dialer.undo import undo as undo_install
from wizard.dialer.verdict import Judgement, Verdict
from wizard.dialer.watch import WATCHED_PROTOCOLS
from wizard.errors import (
    InstallInProgressError,
    NotFoundError,
    NothingToUndoError,
    RefusedError,
    RollbackFailedError,
    StoppedError,
    WizardError,
)
from wizard.store.installs import Install, InstallStore
from wizard.words.findings import finding_json

from .dialers import Connect
from .locks import DialerLock, lock_dialer
from .other_servers import OtherServers, Reach, problem_json, reach_as_saved
from .workspace import Workspace

#: a run that ended without saying how: the wizard died in the middle
INTERRUPTED = "interrupted"


class StoredJournal:
    """The journal of one install, in the store."""

    def __init__(
        self,
        installs: InstallStore,
        install_id: str,
        tell: Callable[[str, Phase], None] | None = None,
        warn: Callable[[Sequence[Finding]], None] | None = None,
    ) -> None:
        self._installs = installs
        self._id = install_id
        self._tell = tell
        self._warn = warn
        self._last: Observation | None = None
        self.begun: set[Phase] = set()

    def begin(self, phase: Phase) -> None:
        self.begun.add(phase)
        self._installs.record(self._id, phase, "begun")
        if self._tell:
            self._tell("begun", phase)

    def done(self, phase: Phase, detail: str = "") -> None:
        self._installs.record(self._id, phase, "done", detail)
        if phase is Phase.ROW_WRITTEN:
            self._installs.supersede_earlier(self._installs.get(self._id))
        if self._tell:
            self._tell("done", phase)

    def found(self, findings: Sequence[Finding]) -> None:
        if findings and self._warn:
            self._warn(findings)

    def keep(self, checkpoint: Checkpoint) -> None:
        self._installs.keep_checkpoint(self._id, checkpoint)

    def observe(self, observation: Observation) -> None:
        if observation != self._last:
            self._last = observation
            self._installs.observe(self._id, observation)

    def expect_rebuild(self, seconds: float) -> None:
        self._installs.expect_rebuild(self._id, seconds)

    def stop_requested(self) -> bool:
        return self._installs.stop_requested(self._id)


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
) -> Job:
    """Take the dialer's lock and open the journal; the install happens in :meth:`Job.run`.

    ``reach`` leads to the other servers that are saved, where the entry is for all of them.

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
    return Job(install.id, lock, lambda: _run_install(workspace, connect, plan, install, journal, others))


def _run_install(
    workspace: Workspace, connect: Connect, plan: InstallPlan, install: Install, journal: StoredJournal, others: OtherServers
) -> Install:
    installs = workspace.installs
    try:
        result = Installer(connect, plan, journal, follow_others=others.after_install).run()
    except RefusedError as refused:
        findings = [finding_json(finding) for finding in refused.findings]
        installs.finish(install.id, Outcome.REFUSED.value, {"code": refused.code, "findings": findings})
        installs.forget_checkpoint(install.id)
    except WizardError as error:
        installs.finish(install.id, Outcome.REFUSED.value, error_json(error))
        installs.forget_checkpoint(install.id)
    except BaseException as fault:
        # Whether something was written, only the journal knows.
        written = Phase.ROW_WRITTEN in journal.begun
        installs.finish(install.id, INTERRUPTED if written else Outcome.REFUSED.value, error_json(_of_ours(fault)))
        raise
    else:
        _after(others, connect, installs.checkpoint(install.id), result)
        _finish(workspace, install, plan, result)
    return installs.get(install.id)


def _after(others: OtherServers, connect: Connect, checkpoint: Checkpoint | None, result: InstallResult) -> None:
    """What is known of the other servers once it is clear how it ends."""
    if checkpoint is None:
        return
    if result.undone is not None:
        others.after_undo(connect, checkpoint)
    elif result.cause is not None:
        others.not_seen(checkpoint)


def _finish(workspace: Workspace, install: Install, plan: InstallPlan, result: InstallResult) -> None:
    installs = workspace.installs
    installs.observe(install.id, result.observation)
    error = error_json(result.cause) if result.cause else {}
    installs.finish(install.id, result.outcome.value, error | _differences(result.undone))
    if result.outcome is Outcome.ROLLED_BACK:
        installs.forget_checkpoint(install.id)
    if install.draft_id is not None and result.outcome in (Outcome.UP, Outcome.NOT_UP):
        workspace.drafts.forget_secrets(install.draft_id, plan.answers)


def begin_rollback(
    workspace: Workspace,
    connect: Connect,
    install: Install,
    tell: Callable[[str, Phase], None] | None = None,
    reach: Reach | None = None,
) -> Job:
    """Take the dialer's lock for the undo of one install.

    :raises NothingToUndoError: this install left nothing, or is still at work
    :raises InstallInProgressError: somebody is at work on this dialer
    """
    checkpoint = workspace.installs.checkpoint(install.id)
    if checkpoint is None or not install.can_roll_back:
        raise NothingToUndoError(install_id=install.id)
    lock = lock_dialer(workspace.folder, install.target)
    workspace.installs.resume(install.id)
    journal = StoredJournal(workspace.installs, install.id, tell)
    others = OtherServers(workspace, install.id, reach or reach_as_saved(workspace), journal)
    return Job(install.id, lock, lambda: _run_rollback(workspace, connect, install, checkpoint, journal, others))


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
        report = undo_install(connect, checkpoint, journal, Clock())
    except BaseException as failure:
        # Where the undo has not even begun, what was true before still is.
        begun = Phase.ROLLING_BACK in journal.begun
        outcome = Outcome.ROLLBACK_FAILED.value if begun else install.outcome
        left = {} if begun else {"steps": install.error["steps"]} if "steps" in install.error else {}
        installs.finish(install.id, outcome, {**left, **error_json(_of_ours(failure)), "during": "undo"})
        if not isinstance(failure, WizardError):
            raise
    else:
        installs.observe(install.id, Observation(Judgement(Verdict.DOWN, "removed", final=True)))
        others.after_undo(connect, checkpoint)
        installs.finish(install.id, Outcome.ROLLED_BACK.value, _differences(report))
        installs.forget_checkpoint(install.id)
    return installs.get(install.id)


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
            found.append(workspace.installs.get(install.id))
        lock.release()
    return found


@dataclass(frozen=True)
class CarrierStatus:
    """One carrier on one dialer, now."""

    carrier: Carrier
    observation: Observation


def carrier_status(connect: Connect, carrier_id: str) -> CarrierStatus:
    """Judge any carrier that is on the dialer, whoever put it there.

    :raises NotFoundError: the dialer has no such carrier
    """
    with connect() as connection:
        facts = gather_facts(connection)
        [reply] = connection.ask([operations.select_carrier(carrier_id)])
        rows = table_of(reply).rows
        if not rows:
            raise NotFoundError(what="carrier", name=carrier_id)
        carrier = carrier_of_row(rows[0])
        known = _judged_by_row(carrier, facts.server_ip)
        if known is not None:
            return CarrierStatus(carrier, Observation(known))
        look = look_at(connection, carrier, facts.ext_context, [])
        observation = look.observation
        if not look.in_files and observation.judgement.reason != "no_section":
            observation = Observation(Judgement(Verdict.DOWN, "not_generated"), observation.states)
        return CarrierStatus(carrier, observation)


def _judged_by_row(carrier: Carrier, server_ip: str) -> Judgement | None:
    """What the row alone tells, without asking Asterisk."""
    if carrier.active != "Y":
        return Judgement(Verdict.DOWN, "inactive")
    if carrier.protocol not in WATCHED_PROTOCOLS:
        return Judgement(Verdict.CANNOT_TELL, "protocol_not_supported")
    if carrier.server_ip not in (server_ip, ALL_SERVERS):
        return Judgement(Verdict.DOWN, "other_server")
    return None


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
