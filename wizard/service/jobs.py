"""What installs, undos and acts have in common: a job with its dialer's lock, and how it ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from wizard.dialer.journal import WRITING_PHASES, Observation
from wizard.dialer.outcome import InstallResult, Outcome
from wizard.dialer.undo import UndoReport
from wizard.errors import DriftError, RefusedError, RollbackFailedError, StoppedError, StoreError, WizardError
from wizard.store.installs import Install, InstallStore
from wizard.words.findings import finding_json

from .kept import cause_kept
from .locks import DialerLock
from .other_servers import problem_json
from .stored_journal import StoredJournal

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


@dataclass(frozen=True)
class Ending:
    """How a run ended, before the store has it."""

    outcome: str
    error: Mapping[str, Any] = field(default_factory=dict)
    result: InstallResult | None = None
    #: what Asterisk said last
    observation: Observation | None = None
    #: a fault of the wizard's own, or a signal, to be raised again once the ending is in the store
    fault: BaseException | None = None

    @property
    def left_nothing(self) -> bool:
        """Whether nothing of it is on the dialer."""
        return self.outcome in (Outcome.REFUSED.value, Outcome.ROLLED_BACK.value)


def ending_of(work: Callable[[], InstallResult], journal: StoredJournal) -> Ending:
    """Run it, whatever comes of it."""
    try:
        result = work()
    except RefusedError as refused:
        findings = [finding_json(finding) for finding in refused.findings]
        return Ending(Outcome.REFUSED.value, {"code": refused.code, "findings": findings})
    except WizardError as error:
        return Ending(Outcome.REFUSED.value, error_json(error))
    except BaseException as fault:  # noqa: BLE001 (raised again by whoever keeps the ending)
        # Whether something was written, only the journal knows.
        written = not WRITING_PHASES.isdisjoint(journal.begun)
        outcome = INTERRUPTED if written else Outcome.REFUSED.value
        return Ending(outcome, error_json(of_ours(fault)), fault=fault)
    said = error_json(result.cause) if result.cause else {}
    if result.is_unchanged:
        said["also"] = {"code": "unchanged", "values": {}}
    return Ending(result.outcome.value, said | differences(result.undone), result, result.observation)


def keep_ending(installs: InstallStore, install_id: str, ending: Ending) -> Install:
    """Write it down; a fault goes on from here.

    Where it can't be written down any more it is said all the same, since the dialer is as it is. What was not written down is
    found unfinished by the next start, and its undo is harmless to repeat.
    """
    try:
        ended = _kept(installs, install_id, ending)
    except StoreError:
        ended = replace(installs.get(install_id), outcome=ending.outcome, error=ending.error)
        if ending.observation is not None:
            judgement, states = ending.observation.judgement, ending.observation.states
            ended = replace(ended, verdict=judgement.verdict.value, reason=judgement.reason, states=states)
    if ending.fault is not None:
        raise ending.fault
    return ended


def _kept(installs: InstallStore, install_id: str, ending: Ending) -> Install:
    if ending.observation is not None:
        installs.observe(install_id, ending.observation)
    if ending.result is not None and ending.result.causes:
        installs.remember_causes(install_id, list(map(cause_kept, ending.result.causes)))
    installs.finish(install_id, ending.outcome, ending.error)
    if ending.left_nothing and ending.fault is None:
        # There is nothing left to undo, so nothing left that holds the secret.
        installs.forget_checkpoint(install_id)
    return installs.get(install_id)


def of_ours(fault: BaseException) -> WizardError:
    """A fault as one that has words; what it said may hold a secret, so only its kind is kept."""
    if isinstance(fault, WizardError):
        return fault
    return StoppedError() if isinstance(fault, KeyboardInterrupt) else WizardError(detail=type(fault).__name__)


def error_json(error: WizardError) -> dict[str, object]:
    """An error as the store keeps it: code and safe values."""
    kept: dict[str, object] = problem_json(error)
    if isinstance(error, RollbackFailedError):
        kept["steps"] = error.steps
    if isinstance(error, DriftError) and error.diff:
        kept["diff"] = [list(line) for line in error.diff]
    return kept


def differences(report: UndoReport | None) -> dict[str, object]:
    """What is not as before although the carrier is gone: something else changed in the meantime."""
    if report is None:
        return {}
    if report.template_left:
        return {"also": {"code": "template_left", "values": {}}}
    if report.same_files:
        return {}
    return {"also": {"code": "files_differ", "values": {"files": ", ".join(report.changed_files)}}}
