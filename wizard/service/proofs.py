"""Checks, test calls and looks at a carrier, recorded in the store; the same for command line and web."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Generic, TypeVar

from wizard.carrier.answers import Answers
from wizard.carrier.switching.plan import SwitchRequest
from wizard.dialer.target import DialerTarget
from wizard.errors import RefusedError, WizardError
from wizard.store.proofs import Proof, ProofKind, ProofOutcome, ProofStore
from wizard.words.findings import finding_json
from wizard.words.outlook import told

from .calls import TestCall, make_test_calls
from .checking import Checked, Tell, check_carrier
from .dialers import Connect
from .jobs import error_json, of_ours
from .kept import call_kept, cause_kept
from .status import CarrierStatus, carrier_status
from .workspace import Workspace

Made = TypeVar("Made")


@dataclass(frozen=True)
class ProofOn:
    """A dialer that carriers are tried on, and the way to it."""

    workspace: Workspace
    connect: Connect
    target: DialerTarget
    dialer_name: str
    dialer_id: str | None = None


@dataclass(frozen=True)
class CallAsked:
    """What somebody wants to call."""

    carrier_id: str
    number: str
    caller_id: str = ""
    each_leg: bool = False
    #: over TLS, have the driver write what it says for as long as the call lasts
    debug_log: bool = False
    #: the carrier that campaigns are to leave, where a switch asked for the call
    switch_from: str = ""


@dataclass(frozen=True)
class ProofJob(Generic[Made]):
    """Work that is written down: run it once, in any thread."""

    proofs: ProofStore
    proof: Proof
    work: Callable[[], Made]
    read: Callable[[Made], tuple[ProofOutcome, Mapping[str, Any]]]

    def make(self) -> Made:
        """Do it, and write down what came of it.

        :raises WizardError: as the work; that it failed is written down by then
        """
        try:
            made = self.work()
            outcome, result = self.read(made)
            self.proofs.keep(self.proof.id, result)
            self.proofs.finish(self.proof.id, outcome)
        except BaseException as fault:
            self.proofs.finish(self.proof.id, ProofOutcome.FAILED, _fault_json(fault))
            raise
        return made

    def run(self) -> None:
        """The same for the background: what went wrong is on the page."""
        with contextlib.suppress(WizardError):
            self.make()


def begin_check(
    on: ProofOn,
    answers: Answers,
    first: Sequence[Answers] = (),
    *,
    replaces: bool = False,
    draft_id: str | None = None,
    proof_id: str | None = None,
    tell: Tell | None = None,
) -> ProofJob[Checked]:
    """A check of answers. ``first``, ``replaces`` and ``tell`` as for :func:`check_carrier`.

    :raises SentBeforeError: this form was sent before
    """

    def check() -> Checked:
        return check_carrier(on.connect, answers, first, replaces=replaces, tell=tell)

    proof = _start(on, ProofKind.CHECK, answers.carrier.carrier_id, {"replaces": replaces}, proof_id, draft_id)
    return ProofJob(on.workspace.proofs, proof, check, _of_check)


def begin_test_calls(
    on: ProofOn, asked: CallAsked, proof_id: str | None = None, *, tell: Tell | None = None
) -> ProofJob[list[TestCall]]:
    """A test call, and those of its backups.

    :raises SentBeforeError: this form was sent before: a double click calls once
    """
    proof = _start(on, ProofKind.TEST_CALL, asked.carrier_id, asdict(asked), proof_id)

    def call() -> list[TestCall]:
        return make_test_calls(
            on.workspace,
            on.connect,
            on.target,
            asked.carrier_id,
            asked.number,
            asked.caller_id,
            each_leg=asked.each_leg,
            debug_log=asked.debug_log,
            tell=tell,
        )

    return ProofJob(on.workspace.proofs, proof, call, _of_calls)


def begin_look(on: ProofOn, carrier_id: str, proof_id: str | None = None) -> ProofJob[CarrierStatus]:
    """A look at a carrier that is there, whoever put it there.

    :raises SentBeforeError: this form was sent before
    """
    proof = _start(on, ProofKind.LOOK, carrier_id, {}, proof_id)
    return ProofJob(on.workspace.proofs, proof, lambda: carrier_status(on.connect, carrier_id), _of_look)


def _start(
    on: ProofOn,
    kind: ProofKind,
    carrier_id: str,
    asked: Mapping[str, Any],
    proof_id: str | None,
    draft_id: str | None = None,
) -> Proof:
    return on.workspace.proofs.start(
        kind,
        dialer_name=on.dialer_name,
        target=on.target,
        carrier_id=carrier_id,
        dialer_id=on.dialer_id,
        draft_id=draft_id,
        asked=asked,
        proof_id=proof_id,
    )


def _of_check(checked: Checked) -> tuple[ProofOutcome, Mapping[str, Any]]:
    """The carrier's row, which holds the password, is left out."""
    seen = checked.seen
    answers = [each for each in (seen.door, seen.sign_in.last if seen.sign_in else None) if each and each.seen_as]
    result = {
        "findings": [finding_json(finding) for finding in checked.findings],
        "told": [[subject, sentence] for subject, sentence in told(seen)],
        "seen_as": answers[0].seen_as.host if answers and answers[0].seen_as else "",
        "causes": list(map(cause_kept, checked.causes)),
    }
    return (ProofOutcome.CLEAR if checked.is_clear else ProofOutcome.IN_THE_WAY), result


def _of_calls(calls: list[TestCall]) -> tuple[ProofOutcome, Mapping[str, Any]]:
    """The first call is the one through the carrier itself."""
    outcome = ProofOutcome.ANSWERED if calls[0].result.seen.answered else ProofOutcome.NOT_ANSWERED
    return outcome, {"calls": list(map(call_kept, calls))}


def _of_look(status: CarrierStatus) -> tuple[ProofOutcome, Mapping[str, Any]]:
    observation = status.observation
    return ProofOutcome.SEEN, {
        "verdict": observation.judgement.verdict.value,
        "reason": observation.judgement.reason,
        "states": dict(observation.states),
        "understood": [asdict(each) for each in observation.understood or ()],
        "causes": list(map(cause_kept, status.causes)),
    }


def _fault_json(fault: BaseException) -> dict[str, object]:
    """What a fault says may hold a secret, so of what is not ours only its kind is kept."""
    if isinstance(fault, RefusedError):
        return {"code": fault.code, "values": {}, "findings": [finding_json(finding) for finding in fault.findings]}
    return error_json(of_ours(fault))


def call_proof(workspace: Workspace, target: DialerTarget, carrier_id: str) -> tuple[Proof, str] | None:
    """The newest test call, with its entry's mark, where it was answered and no run has written the carrier since.

    Somebody else may have changed the entry all the same: the mark is to be held against what is on the dialer.
    """
    proof = workspace.proofs.last(target, carrier_id, ProofKind.TEST_CALL)
    if proof is None or proof.outcome != ProofOutcome.ANSWERED:
        return None
    if _written_since(workspace, target, carrier_id, proof.at):
        return None
    return proof, proof.result["calls"][0]["entry"]


def with_call_proof(workspace: Workspace, target: DialerTarget, request: SwitchRequest) -> SwitchRequest:
    """A switch's request, with the test call that speaks for the new carrier, if there is one."""
    found = call_proof(workspace, target, request.to_carrier)
    return replace(request, proved_entry=found[1]) if found else request


def _written_since(workspace: Workspace, target: DialerTarget, carrier_id: str, at: str) -> bool:
    return any(
        install.carrier_id.lower() == carrier_id.lower()
        and install.target.key == target.key
        and install.outcome != "refused"
        and (install.is_running or install.ended_at > at)
        for install in workspace.installs.all()
    )
