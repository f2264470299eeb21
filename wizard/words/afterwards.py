"""What to do once a carrier is up, in the order in which it helps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from wizard.carrier.answers import Answers, StirShaken
from wizard.carrier.on_dialer.campaigns import stored_prefix

from .changes import use_words

_SIGNERS: Mapping[StirShaken, str] = {
    StirShaken.CARRIER: "Your carrier signs them: it gives the best mark (A) only to numbers that it knows to be yours.",
    StirShaken.TILTX: "TILTX signs them: the numbers have to be in your account there.",
    StirShaken.NONE: "Nobody signs them as far as you know; ask your carrier, since unsigned calls are often marked as spam.",
}


class NextStep(NamedTuple):
    """Something to do; ``page`` says which page helps: ``call``, ``caller_ids``, ``watch`` or none."""

    title: str
    sentence: str
    page: str = ""


def next_steps(answers: Answers, uses: Sequence[Any], dialer: Mapping[str, Any]) -> list[NextStep]:
    """For a carrier that is up; ``uses`` are who dials its prefix now, ``dialer`` what was kept of the dialer."""
    return [
        NextStep("Make a first call", "One call to a phone of your own, through this carrier alone, with its whole SIP exchange.", "call"),
        NextStep("Lead a campaign to it", _campaigns(answers.numbers.dial_prefix, uses)),
        NextStep("Register your caller IDs", _caller_ids(answers, dialer), "caller_ids"),
        NextStep("Set the limits", _limits(answers, dialer)),
        NextStep("Know that the backup works", _backup(answers), "call" if answers.routing.backup_carrier else ""),
        NextStep("Have it watched", "The wizard can look every few minutes, and tell you when the carrier goes down.", "watch"),
    ]  # fmt: skip


def _campaigns(prefix: str, uses: Sequence[Any]) -> str:
    if uses:
        return f"Dials it already: {'; '.join(use_words(use) for use in uses)}."
    return (
        f"No active campaign dials it yet. In VICIdial, Admin → Campaigns, Detail: set Dial Prefix to {stored_prefix(prefix)}."
    )


def _caller_ids(answers: Answers, dialer: Mapping[str, Any]) -> str:
    numbers = [each["number"] for each in dialer.get("caller_ids", ())]
    shown = f"{', '.join(numbers[:5])}{f' and {len(numbers) - 5} more' if len(numbers) > 5 else ''}"
    known = f"In use on this dialer: {shown}. " if numbers else ""
    return f"{known}Tell your carrier which numbers you show. {_SIGNERS[answers.routing.stir_shaken]}"


def _limits(answers: Answers, dialer: Mapping[str, Any]) -> str:
    routing = answers.routing
    allowed = (
        ("calls at once", routing.max_channels, "Max VICIdial Trunks", dialer.get("channels")),
        ("new calls a second", routing.calls_per_second, "Outbound Calls Per Second", dialer.get("calls_per_second")),
    )
    return (
        " ".join(_limit(*each) for each in allowed)
        + " They are set in VICIdial under Admin → Servers, for all carriers together."
    )


def _limit(what: str, theirs: int | None, name: str, ours: object) -> str:
    if theirs is None:
        return f"Ask your carrier how many {what} it allows; the dialer's {name} is {ours or 'not known'}."
    too_many = str(ours).isdigit() and int(str(ours)) > theirs
    return (
        f"The carrier allows {theirs} {what}; the dialer's {name} is {ours or 'not known'}{': lower it' if too_many else ''}."
    )


def _backup(answers: Answers) -> str:
    backups = ", ".join(answers.routing.backup_carrier)
    if not backups:
        return "There is none: if this carrier fails, its calls fail. A second carrier can be named on the step “Routing”."
    return f"Calls go on to {backups}. A test call can try each of them in turn."
