"""Switching carriers, recorded in the store; the same for command line and web."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from wizard.carrier.on_dialer.changes import ChangeState
from wizard.carrier.switching.plan import SwitchPlan, SwitchRequest
from wizard.dialer.pace import Clock
from wizard.dialer.switch_journal import SwitchCheckpoint, SwitchOutcome, SwitchPhase, Watch
from wizard.dialer.switcher import Switcher, move_back
from wizard.dialer.target import DialerTarget
from wizard.errors import InstallInProgressError, NoSwitchError, RefusedError, StoppedError, WizardError
from wizard.store.switches import Switch, SwitchStore
from wizard.words.findings import finding_json
from wizard.words.switches import plan_document

from .dialers import Connect
from .jobs import error_json
from .locks import DialerLock, lock_dialer
from .proofs import with_call_proof
from .workspace import Workspace

Tell = Callable[[SwitchPhase], None]
ShowPlan = Callable[[SwitchPlan], None]
_UNSEEN_ENDS = (SwitchOutcome.INTERRUPTED, SwitchOutcome.BACK_FAILED)


@dataclass
class SwitchJob:
    """Work on a dialer that was given its lock: run it once, in any thread."""

    switch_id: str
    lock: DialerLock
    work: Callable[[], Switch]

    def run(self) -> Switch:
        try:
            return self.work()
        finally:
            self.lock.release()


class StoredSwitchJournal:
    """The journal of one switch, in the store."""

    def __init__(self, switches: SwitchStore, switch_id: str, tell: Tell | None = None, show: ShowPlan | None = None) -> None:
        self._switches, self._id, self._tell, self._show = switches, switch_id, tell, show
        self.begun: set[SwitchPhase] = set()

    def begin(self, phase: SwitchPhase) -> None:
        self.begun.add(phase)
        self._switches.record(self._id, phase, "begun")

    def done(self, phase: SwitchPhase) -> None:
        self._switches.record(self._id, phase, "done")
        if self._tell:
            self._tell(phase)

    def planned(self, plan: SwitchPlan) -> None:
        self._switches.remember_plan(self._id, plan_document(plan))
        if self._show:
            self._show(plan)

    def keep(self, checkpoint: SwitchCheckpoint) -> None:
        self._switches.keep_checkpoint(self._id, checkpoint)

    def watch(self, watch: Watch) -> None:
        self._switches.watch(self._id, watch)

    def back_requested(self) -> bool:
        return self._switches.back_requested(self._id)


@dataclass(frozen=True)
class SwitchOn:
    """A dialer that carriers are switched on, and the way to it."""

    workspace: Workspace
    connect: Connect
    target: DialerTarget
    dialer_name: str
    dialer_id: str | None = None
    tell: Tell | None = None
    show: ShowPlan | None = None


def begin_switch(on: SwitchOn, request: SwitchRequest, watch_seconds: float) -> SwitchJob:
    """Take the dialer's lock and open the journal; the switch happens in :meth:`SwitchJob.run`.

    A test call that was answered through the new carrier's entry as it is now is its proof.

    :raises InstallInProgressError: somebody is at work on this dialer
    """
    lock = lock_dialer(on.workspace.folder, on.target)
    try:
        switch = on.workspace.switches.start(
            dialer_name=on.dialer_name,
            target=on.target,
            from_carrier=request.from_carrier,
            to_carrier=request.to_carrier,
            watch_seconds=watch_seconds,
            dialer_id=on.dialer_id,
        )
    except BaseException:
        lock.release()
        raise
    proved = with_call_proof(on.workspace, on.target, request)
    return SwitchJob(switch.id, lock, lambda: _run_switch(on, proved, switch))


def _run_switch(on: SwitchOn, request: SwitchRequest, switch: Switch) -> Switch:
    switches = on.workspace.switches
    journal = StoredSwitchJournal(switches, switch.id, on.tell, on.show)
    switcher = Switcher(
        on.connect,
        request,
        journal,
        watch_seconds=switch.watch_seconds,
        earlier_session=_unfinished_session(switches, switch.target),
    )
    try:
        result = switcher.run()
    except BaseException as fault:
        # Whether something was written, only the journal knows.
        written = SwitchPhase.MOVED in journal.begun
        outcome = SwitchOutcome.INTERRUPTED if written else SwitchOutcome.REFUSED
        switches.finish(switch.id, outcome, _fault_json(fault))
        if not isinstance(fault, WizardError):
            raise
    else:
        switches.finish(switch.id, result.outcome, _fault_json(result.cause) if result.cause else {})
        if result.outcome in (SwitchOutcome.MOVED, SwitchOutcome.UNCHANGED):
            _settle_earlier(switches, switch)
    return switches.get(switch.id)


def _unfinished_session(switches: SwitchStore, target: DialerTarget) -> int | None:
    """The database session of the last switch on a dialer, where nobody saw its end."""
    earlier = (each for each in switches.of_dialer(target) if each.checkpoint is not None)
    last = next(earlier, None)
    is_open = last is not None and last.outcome in _UNSEEN_ENDS
    return last.checkpoint.session if last and last.checkpoint and is_open else None


def _settle_earlier(switches: SwitchStore, switch: Switch) -> None:
    """A switch that broke off in the middle was finished by this one; it can be undone all the same."""
    for each in switches.of_dialer(switch.target):
        if each.outcome == SwitchOutcome.INTERRUPTED and _is_same(each, switch.from_carrier, switch.to_carrier):
            switches.finish(each.id, SwitchOutcome.MOVED)


def begin_move_back(on: SwitchOn, switch: Switch) -> SwitchJob:
    """Take the dialer's lock for moving one switch's campaigns back.

    :raises NoSwitchError: nothing of it is left
    :raises InstallInProgressError: somebody is at work on this dialer
    """
    checkpoint = switch.checkpoint
    if checkpoint is None or not switch.can_move_back:
        raise NoSwitchError(from_carrier=switch.from_carrier, to_carrier=switch.to_carrier)
    lock = lock_dialer(on.workspace.folder, switch.target)
    on.workspace.switches.resume(switch.id)
    return SwitchJob(switch.id, lock, lambda: _run_back(on, switch, checkpoint))


def _run_back(on: SwitchOn, switch: Switch, checkpoint: SwitchCheckpoint) -> Switch:
    switches = on.workspace.switches
    journal = StoredSwitchJournal(switches, switch.id, on.tell)
    try:
        move_back(on.connect, checkpoint, journal, Clock(), ends_session=switch.outcome in _UNSEEN_ENDS)
    except BaseException as fault:
        # Where it has not even begun, what was true before still is.
        begun = SwitchPhase.MOVED_BACK in journal.begun
        outcome = SwitchOutcome.BACK_FAILED.value if begun else switch.outcome
        switches.finish(switch.id, outcome, {**_fault_json(fault), "during": "undo"})
        if not isinstance(fault, WizardError):
            raise
    else:
        switches.finish(switch.id, SwitchOutcome.MOVED_BACK)
    return switches.get(switch.id)


def switches_between(workspace: Workspace, target: DialerTarget, from_carrier: str, to_carrier: str) -> list[Switch]:
    """Those from one carrier to the other on a dialer, the newest first.

    :raises NoSwitchError: there was never one that moved something
    """
    known = [
        switch
        for switch in workspace.switches.of_dialer(target)
        if _is_same(switch, from_carrier, to_carrier) and (switch.is_running or switch.changes)
    ]
    if not known:
        raise NoSwitchError(from_carrier=from_carrier, to_carrier=to_carrier)
    return known


def _is_same(switch: Switch, from_carrier: str, to_carrier: str) -> bool:
    asked = from_carrier.lower(), to_carrier.lower()
    return (switch.from_carrier.lower(), switch.to_carrier.lower()) == asked


def find_interrupted_switches(workspace: Workspace) -> list[Switch]:
    """Switches that nobody works on any more although they never ended: the wizard died. They are marked as such."""
    found = []
    for switch in workspace.switches.running():
        try:
            lock = lock_dialer(workspace.folder, switch.target, patience=0)
        except InstallInProgressError:
            continue
        # It may have ended between our question and its letting go of the lock.
        if workspace.switches.get(switch.id).is_running:
            left = any(change.state is ChangeState.MADE for change in switch.changes)
            workspace.switches.finish(switch.id, SwitchOutcome.INTERRUPTED if left else SwitchOutcome.REFUSED, _DIED)
            found.append(workspace.switches.get(switch.id))
        lock.release()
    return found


#: what is known of a wizard that died
_DIED = {"code": "switch_interrupted", "values": {}}


def _fault_json(fault: BaseException) -> dict[str, object]:
    """What said may hold a secret, so of what is not ours only its kind is kept."""
    if isinstance(fault, RefusedError):
        return {**error_json(fault), "findings": [finding_json(finding) for finding in fault.findings]}
    if isinstance(fault, WizardError):
        return error_json(fault)
    stopped = isinstance(fault, KeyboardInterrupt)
    return error_json(StoppedError() if stopped else WizardError(detail=type(fault).__name__))
