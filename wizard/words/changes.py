"""What an install changes beside the carrier's row, in words; and who uses which dial prefix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wizard.carrier.on_dialer.campaign_usage import PrefixKind, PrefixUse
from wizard.carrier.on_dialer.changes import ChangeKind, ChangeState

_WHAT: dict[ChangeKind, str] = {
    ChangeKind.CAMPAIGN_PREFIX: "The dial prefix of the campaign {record}",
    ChangeKind.SERVER_TRUNKS: "The campaign {record}'s share of lines (server trunks)",
    ChangeKind.SETTINGS_CONTAINER: "The settings container {record}",
}
_HOW: dict[ChangeState, str] = {
    ChangeState.PLANNED: "{what} was not changed: it is still {before}.",
    ChangeState.MADE: "{what} was {before} and is {after} now.",
    ChangeState.PUT_BACK: "{what} is {before} again.",
    ChangeState.LEFT: "{what} was left alone: somebody has changed it since. Before the install it was {before}.",
    ChangeState.GONE: "{what} is not there any more, so nothing was put back. Before the install it was {before}.",
}
#: where nothing was there before
_HOW_NEW: dict[ChangeState, str] = {
    ChangeState.PLANNED: "{what} was not written.",
    ChangeState.MADE: "{what} was added: {after}.",
    ChangeState.PUT_BACK: "{what} was taken away again.",
    ChangeState.LEFT: "{what} was left there: somebody has changed it since. Before the install there was none.",
    ChangeState.GONE: "{what} is not there any more.",
}
CAMPAIGNS_WAIT = (
    "Campaigns are given the dial prefix only once the carrier is up. Make a test call; if it goes well, set the prefix in VICIdial "
    "(Admin → Campaigns, Detail)."
)
USES: dict[PrefixKind, str] = {
    PrefixKind.CAMPAIGN: "Campaign {campaign}",
    PrefixKind.MANUAL: "Calls that agents of {campaign} dial themselves",
    PrefixKind.THREE_WAY: "3-way calls and transfers of {campaign}",
    PrefixKind.LIST: "List {list} of {campaign}",
}


def change_sentences(changes: Sequence[Mapping[str, Any]], outcome: str) -> list[str]:
    """What an install that has ended changed beside the carrier, and what became of that."""
    said = [change_sentence(change) for change in changes]
    waiting = any(each["kind"] == ChangeKind.CAMPAIGN_PREFIX and each["state"] == ChangeState.PLANNED for each in changes)
    return [*said, CAMPAIGNS_WAIT] if waiting and outcome == "not_up" else said


def change_sentence(change: Mapping[str, Any]) -> str:
    """One change as the store keeps it: kind, record, before, after, state."""
    kind, state, before = ChangeKind(change["kind"]), ChangeState(change["state"]), change["before"]
    is_new = before is None and kind is not ChangeKind.CAMPAIGN_PREFIX
    what = _WHAT[kind].format(record=change["record"])
    return (_HOW_NEW if is_new else _HOW)[state].format(what=what, before=before or "empty", after=change["after"])


def use_words(use: PrefixUse) -> str:
    """Whose calls they are."""
    listed = f"{use.list_id} ({use.list_name})" if use.list_name else use.list_id
    campaign = f"{use.campaign_id} ({use.campaign_name})" if use.campaign_name else use.campaign_id
    return USES[use.kind].format(campaign=campaign, list=listed)
