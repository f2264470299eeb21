"""What an install changes beside the carrier's row, in words; and who uses which dial prefix."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from wizard.carrier.answers import Answers, StirShaken
from wizard.carrier.on_dialer.campaign_usage import PrefixKind, PrefixUse
from wizard.carrier.on_dialer.changes import PREFIX_CHANGES, ChangeKind, ChangeState
from wizard.carrier.on_dialer.tiltx import CONTAINER_ID
from wizard.carrier.profile import sent_prefix

#: beside a backup carrier that is on no dialer yet
INSTALLED_FIRST = "from your answers; it is installed first"
_WHAT: dict[ChangeKind, str] = {
    ChangeKind.CAMPAIGN_PREFIX: "The dial prefix of the campaign {record}",
    ChangeKind.MANUAL_PREFIX: "The manual dial prefix of the campaign {record}",
    ChangeKind.THREE_WAY_PREFIX: "The 3-way dial prefix of the campaign {record}",
    ChangeKind.LIST_PREFIX: "The dial prefix of the list {record}",
    ChangeKind.SERVER_TRUNKS: "The campaign {record}'s share of lines (server trunks)",
    ChangeKind.SETTINGS_CONTAINER: "The settings container {record}",
    ChangeKind.FIREWALL_RULE: "The firewall's rule “{record}”",
}
_HOW: dict[ChangeState, str] = {
    ChangeState.PLANNED: "{what} was not changed: it is still {before}.",
    ChangeState.MADE: "{what} was {before} and is {after} now.",
    ChangeState.PUT_BACK: "{what} is {before} again.",
    ChangeState.LEFT: "{what} was left alone: somebody has changed it since. Before, it was {before}.",
    ChangeState.GONE: "{what} is not there any more, so nothing was put back. Before, it was {before}.",
}
#: where nothing was there before
_HOW_NEW: dict[ChangeState, str] = {
    ChangeState.PLANNED: "{what} was not written.",
    ChangeState.MADE: "{what} was added: {after}.",
    ChangeState.PUT_BACK: "{what} was taken away again.",
    ChangeState.LEFT: "{what} was left there: somebody has changed it since. Before, there was none.",
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


def owners_words(prefix: str, carriers: Sequence[str]) -> str:
    """Whose a prefix is already."""
    what = f"{prefix} belongs" if prefix else "Numbers without a prefix belong"
    return f"{what} to {', '.join(carriers)} on this dialer."


def unserved_words(use: PrefixUse) -> str:
    """Calls that no carrier takes, and what to do about them."""
    prefix = f"with prefix {use.prefix}, which no carrier has" if use.prefix else "without a prefix, and no carrier takes that"
    if use.kind is PrefixKind.CAMPAIGN:
        return f"{use.campaign_id} dials {prefix}. Tick it above to use this one."
    return f"{use_words(use)}: {prefix}."


def change_sentences(changes: Sequence[Mapping[str, Any]], outcome: str) -> list[str]:
    """What an install that has ended changed beside the carrier, and what became of that."""
    said = [change_sentence(change) for change in changes]
    waiting = any(each["kind"] == ChangeKind.CAMPAIGN_PREFIX and each["state"] == ChangeState.PLANNED for each in changes)
    return [*said, CAMPAIGNS_WAIT] if waiting and outcome == "not_up" else said


def change_sentence(change: Mapping[str, Any]) -> str:
    """One change as the store keeps it: kind, record, before, after, state."""
    kind, state, before = ChangeKind(change["kind"]), ChangeState(change["state"]), change["before"]
    is_new = before is None and kind not in PREFIX_CHANGES
    what = _WHAT[kind].format(record=change["record"])
    return (_HOW_NEW if is_new else _HOW)[state].format(what=what, before=before or "empty", after=change["after"])


def planned_sentences(answers: Answers, dialer: Mapping[str, Any]) -> list[str]:
    """What an install would change beside the carrier, as far as a look at the dialer tells; what is so already is left out."""
    return [*_planned_prefixes(answers, dialer), *_planned_trunks(answers, dialer), *_planned_key(answers, dialer)]


def _planned_prefixes(answers: Answers, dialer: Mapping[str, Any]) -> Iterator[str]:
    now = {each["campaign_id"].lower(): sent_prefix(each["dial_prefix"]) for each in dialer.get("campaigns", ())}
    wanted = answers.numbers.dial_prefix
    for campaign in answers.routing.campaigns:
        known = now.get(campaign.lower())
        if known != wanted:
            before = "" if known is None else f" ({known or 'none'} now)"
            yield f"Sets the dial prefix of {campaign}{before} to {wanted or 'none'} once the carrier is up."


def _planned_trunks(answers: Answers, dialer: Mapping[str, Any]) -> Iterator[str]:
    now = {campaign.lower(): lines for campaign, lines in dialer.get("server_trunks", {}).items()}
    for campaign, lines in answers.routing.server_trunks:
        known = now.get(campaign.lower())
        if known != lines:
            share = f"at least {lines[:-1]}" if lines.endswith("+") else f"at most {lines}"
            yield f"Gives {campaign} {share} lines (server trunks; {known or 'no share'} now)."


def _planned_key(answers: Answers, dialer: Mapping[str, Any]) -> Iterator[str]:
    routing = answers.routing
    has_key = (dialer.get("tiltx") or {}).get("has_key", False)
    if routing.stir_shaken is StirShaken.TILTX and routing.tiltx_api_key and not has_key:
        yield f"Writes TILTX's key into a new settings container, {CONTAINER_ID}."


def use_words(use: PrefixUse) -> str:
    """Whose calls they are."""
    listed = f"{use.list_id} ({use.list_name})" if use.list_name else use.list_id
    campaign = f"{use.campaign_id} ({use.campaign_name})" if use.campaign_name else use.campaign_id
    return USES[use.kind].format(campaign=campaign, list=listed)
