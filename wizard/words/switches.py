"""Switching carriers, in words: what moves, what stays and why, what the carrier log says, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from wizard.carrier.on_dialer.changes import Change, ChangeKind
from wizard.carrier.switching.plan import Kept, Move, Proof, SwitchPlan, Taken, Unmoved, Use
from wizard.carrier.switching.share import LEAST_CALLS, MARGIN, USUAL_SHARE, Share, expected_share
from wizard.dialer.carrier_log import WINDOW_MINUTES
from wizard.dialer.switch_journal import SwitchOutcome, SwitchPhase, Watch, WatchState

from .changes import change_sentence
from .errors import words_for
from .findings import finding_json
from .simulation import WAYS

_USES: dict[ChangeKind, str] = {
    ChangeKind.CAMPAIGN_PREFIX: "Campaign {campaign}",
    ChangeKind.MANUAL_PREFIX: "Calls that agents of {campaign} dial themselves",
    ChangeKind.THREE_WAY_PREFIX: "3-way calls and transfers of {campaign}",
    ChangeKind.LIST_PREFIX: "List {record} of {campaign}",
}
_KEPT: dict[Kept, str] = {
    Kept.INACTIVE_CAMPAIGN: "the campaign is switched off; name it to have it moved too",
    Kept.INACTIVE_LIST: "the list is switched off; set its prefix in VICIdial before you use it again",
    Kept.NOT_CHOSEN: "it was not chosen",
    Kept.THERE_ALREADY: "its calls go to {carrier} already",
    Kept.OTHER_CARRIER: "its calls go to {carrier}",
    Kept.ONLY_BACKUP: "its calls go to {carrier}, and to the old carrier only if that fails",
    Kept.NO_CARRIER: "no carrier takes its calls",
}
OUTCOMES: dict[str, str] = {
    "": "Switching",
    SwitchOutcome.MOVED: "Moved",
    SwitchOutcome.UNCHANGED: "Nothing to move",
    SwitchOutcome.MOVED_BACK: "Moved back",
    SwitchOutcome.BACK_FAILED: "Moving back is not finished",
    SwitchOutcome.REFUSED: "Not moved; nothing was changed",
    SwitchOutcome.INTERRUPTED: "Interrupted",
}
PHASES: dict[SwitchPhase, str] = {
    SwitchPhase.CHECKED: "Checked: every number arrives",
    SwitchPhase.MOVED: "Campaigns moved",
    SwitchPhase.PROVED: "Proved: the new digits lead to the new carrier",
    SwitchPhase.WATCHED: "Carrier log watched",
    SwitchPhase.MOVED_BACK: "Campaigns moved back",
}
_MEANS: dict[str, str] = {
    "": "Each step is recorded before it happens, so that it can be taken back whatever comes.",
    SwitchOutcome.MOVED: "These campaigns dial through {to} now. {old} is still on the dialer, ready to take them back.",
    SwitchOutcome.UNCHANGED: "No campaign that was asked for dials through {old}.",
    SwitchOutcome.MOVED_BACK: "The campaigns dial through {old} again.",
    SwitchOutcome.BACK_FAILED: "Some campaigns may still dial through {to}.",
    SwitchOutcome.REFUSED: "Something stands in the way.",
    SwitchOutcome.INTERRUPTED: "The wizard ended in the middle, so some campaigns may dial through {to}, and nobody watches them.",
}
_NEXT: dict[str, str] = {
    "": "",
    SwitchOutcome.MOVED: "Agents who are signed in dial by hand with the old prefix until they sign in again. Keep {old} for some days; once you are sure, switch it off or delete it in VICIdial (Admin → Carriers).",
    SwitchOutcome.UNCHANGED: "",
    SwitchOutcome.MOVED_BACK: "Leads that were marked as disconnected (ADC) meanwhile may be good numbers: reset them before you dial the list again.",
    SwitchOutcome.BACK_FAILED: "Move them back again, or set the dial prefixes below in VICIdial (Admin → Campaigns, Detail).",
    SwitchOutcome.REFUSED: "",
    SwitchOutcome.INTERRUPTED: "Move them back, or start the same switch again: it moves what is left.",
}
_WATCHED: dict[WatchState, str] = {
    WatchState.WATCHING: "Watching VICIdial's carrier log.",
    WatchState.GOOD: "VICIdial's carrier log was watched, and the new carrier does as well as the old one.",
    WatchState.TOO_FEW: "VICIdial's carrier log was watched, and too few calls ended to tell ({least} are needed). Look at it yourself in an hour.",
    WatchState.WORSE: "VICIdial's carrier log shows that the new carrier refuses more numbers.",
    WatchState.LOST: "VICIdial's carrier log could not be read to the end of the watch. Look at it yourself.",
    WatchState.NOT_WATCHED: "VICIdial's carrier log was not watched. Look at it yourself.",
    WatchState.STOPPED: "The watch was ended early.",
}
RULE = (
    f"They go back by themselves where at least {LEAST_CALLS} calls ended through the new carrier, its share of 403, 404 and 484 is at "
    f"least {MARGIN * 100:.0f} percentage points above the old carrier's in the {WINDOW_MINUTES} minutes before, and chance alone would bring that less than once "
    f"in a thousand times. With fewer than {LEAST_CALLS} old calls, {USUAL_SHARE:.0%} are taken for the old carrier's share."
)
STOPPED = "Somebody asked for the campaigns back, or ended the wizard while it watched."
HOW_TO_CALL = (
    "On a phone that is registered on this dialer, dial {digits} with a number of your own in the place of the last ten digits. You "
    "should hear it ring, and the other side should hear you."
)


def use_sentence(use: Use) -> str:
    """Whose calls they are."""
    return _USES[use.kind].format(campaign=use.campaign_id, record=use.record)


def kept_sentence(unmoved: Unmoved) -> str:
    return f"{use_sentence(unmoved.use)} stays: {_KEPT[unmoved.why].format(carrier=unmoved.carrier_id)}."


def plan_document(plan: SwitchPlan) -> dict[str, Any]:
    """The plan as ``--json`` prints it, and as the store keeps it for its page."""
    return {
        "campaigns": [
            {"campaign_id": name, "agents": plan.live[name][0], "live_calls": plan.live[name][1]} for name in plan.campaigns
        ],
        "moves": [_move_document(move) for move in plan.moves],
        "not_moved": [
            {
                "kind": each.use.kind.value,
                "record": each.use.record,
                "campaign_id": each.use.campaign_id,
                "why": each.why.value,
                "carrier_id": each.carrier_id or None,
                "message": kept_sentence(each),
            }
            for each in plan.unmoved
        ],
        "call_to_try": plan.try_digits or None,
        "findings": [finding_json(finding) for finding in plan.findings],
    }


def _move_document(move: Move) -> dict[str, Any]:
    return {
        "kind": move.use.kind.value,
        "record": move.use.record,
        "campaign_id": move.use.campaign_id,
        "before": move.use.stored,
        "after": move.after,
        "message": move_sentence(move),
        "numbers": [_proof_document(proof) for proof in move.proofs],
    }


def _proof_document(proof: Proof) -> dict[str, Any]:
    return {
        "number": proof.number,
        "way": WAYS[proof.way],
        "before": {"sent": proof.sent_before, **_taken_document(proof.before)},
        "after": {"sent": proof.sent_after, **_taken_document(proof.after)},
    }


def _taken_document(taken: Taken) -> dict[str, Any]:
    return {"carrier_id": taken.carrier_id or None, "receives": taken.receives}


def move_sentence(move: Move) -> str:
    """``Campaign SALES: prefix 9 becomes 8.``"""
    after = "none (X)" if move.after == "X" else move.after
    return f"{use_sentence(move.use)}: prefix {move.use.prefix or 'none'} becomes {after}."


def changes_sentences(changes: Sequence[Change]) -> list[str]:
    """What became of each record."""
    return [change_sentence(change_json(change)) for change in changes]


def change_json(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind.value,
        "record": change.record,
        "before": change.before,
        "after": change.revealed,
        "state": change.state.value,
    }


class Ended(Protocol):
    """A switch, as far as its words go by it."""

    @property
    def outcome(self) -> str: ...
    @property
    def from_carrier(self) -> str: ...
    @property
    def to_carrier(self) -> str: ...
    @property
    def error(self) -> Mapping[str, Any]: ...


def reason_sentences(switch: Ended) -> list[str]:
    """Why it was not done, or was taken back; nothing where all went as it should."""
    code = switch.error.get("code")
    if not code or code == "switch_interrupted":
        return []
    if code == "stopped":
        return [STOPPED]
    if "findings" in switch.error:
        return [each["message"] for each in switch.error["findings"] if each["severity"] == "error"]
    words = words_for(code, switch.error.get("values", {}))
    return [words.happened, words.try_next]


def means_sentence(switch: Ended) -> str:
    return _MEANS[switch.outcome].format(old=switch.from_carrier, to=switch.to_carrier)


def next_sentence(switch: Ended) -> str:
    return _NEXT[switch.outcome].format(old=switch.from_carrier, to=switch.to_carrier)


def message_of(switch: Ended) -> str:
    """How it ended, why, and what to do."""
    parts = [f"{OUTCOMES[switch.outcome]}.", *reason_sentences(switch), means_sentence(switch), next_sentence(switch)]
    return " ".join(part for part in parts if part)


def watch_sentence(watch: Watch) -> str:
    """What the log says, with its numbers."""
    said = _WATCHED[watch.state].format(least=LEAST_CALLS)
    if not (watch.old.calls or watch.new.calls):
        return said
    return f"{said} {share_sentence('New', watch.new)} {share_sentence('Old', watch.old)}"


def share_sentence(which: str, share: Share) -> str:
    return f"{which} carrier: {share.refused} of {share.calls} calls ended with 403, 404 or 484 ({share.share:.0%})."


def watch_document(watch: Watch) -> dict[str, Any]:
    return {
        "state": watch.state.value,
        "new": {"calls": watch.new.calls, "refused": watch.new.refused},
        "old": {"calls": watch.old.calls, "refused": watch.old.refused},
        "held_against": round(expected_share(watch.old), 4),
        "message": watch_sentence(watch),
        "rule": RULE,
    }


def plan_sentences(plan: SwitchPlan) -> list[str]:
    """What will happen, for the command line."""
    lines = [move_sentence(move) for move in plan.moves]
    for name in plan.campaigns:
        agents, calls = plan.live[name]
        lines.append(f"{name}: {agents} agents signed in, {calls} calls under way.")
    lines += [kept_sentence(each) for each in plan.unmoved]
    followed = sum(len(move.proofs) for move in plan.moves)
    if followed:
        lines.append(f"{followed} numbers were followed, before and after.")
    return lines
