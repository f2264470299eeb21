"""Causes and test calls as the store keeps them: codes and what was seen; words come when they are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from wizard.carrier.diagnosis.cause import Cause, Certainty, Evidence
from wizard.carrier.diagnosis.observations import Address, CallSeen, Message
from wizard.carrier.signalling.ladder import Ladder, ladder_of
from wizard.words.causes import CAUSES

from .calls import TestCall

#: messages that are kept of one call: a call has about ten
MOST_MESSAGES = 200


@dataclass(frozen=True)
class KeptCall:
    """A test call as it was."""

    carrier_id: str
    digits: str
    seen: CallSeen
    ladder: Ladder
    no_ladder: str
    causes: tuple[Cause, ...]
    #: of the entry that it went through: :func:`wizard.carrier.entry_mark.entry_mark`
    entry: str


def cause_kept(cause: Cause) -> dict[str, Any]:
    evidence = [[each.observation, each.value] for each in cause.evidence]
    return {"code": cause.code, "certainty": cause.certainty.value, "evidence": evidence, "symptoms": list(cause.symptoms)}


def causes_read(kept: Sequence[Mapping[str, Any]]) -> tuple[Cause, ...]:
    """Without those that a later version has no words for."""
    return tuple(
        Cause(
            each["code"],
            Certainty(each["certainty"]),
            tuple(Evidence(name, value) for name, value in each["evidence"]),
            tuple(each["symptoms"]),
        )
        for each in kept
        if each["code"] in CAUSES
    )


def call_kept(call: TestCall) -> dict[str, Any]:
    """Its messages have been masked where they were caught."""
    seen = asdict(call.result.seen)
    return {
        "carrier_id": call.carrier_id,
        "digits": call.digits,
        "entry": call.entry,
        "seen": {**seen, "messages": seen["messages"][:MOST_MESSAGES]},
        "no_ladder": call.result.no_ladder,
        "causes": list(map(cause_kept, call.causes)),
    }


def call_read(kept: Mapping[str, Any]) -> KeptCall:
    known = {each.name for each in fields(CallSeen)}
    values = {name: value for name, value in kept["seen"].items() if name in known}
    messages = tuple(map(_message, values.pop("messages")))
    log_lines = tuple(values.pop("log_lines"))
    return KeptCall(
        carrier_id=kept["carrier_id"],
        digits=kept["digits"],
        seen=CallSeen(**values, messages=messages, log_lines=log_lines),
        ladder=ladder_of(messages),
        no_ladder=kept["no_ladder"],
        causes=causes_read(kept["causes"]),
        entry=kept["entry"],
    )


def _message(kept: Mapping[str, Any]) -> Message:
    return Message(**{**kept, "near": Address(**kept["near"]), "far": Address(**kept["far"])})
