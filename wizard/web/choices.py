"""What a dialer has to choose from, and what is known of it, beside the questions about numbers and routing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wizard.carrier.answers import Answers, NumberAnswers
from wizard.carrier.checks import check_step
from wizard.carrier.dialing.numbers import routes
from wizard.carrier.dialing.patterns import Pattern, PatternError, parse_pattern
from wizard.carrier.dialing.special_numbers import SpecialKind, Taken, special_numbers
from wizard.carrier.findings import errors_of
from wizard.carrier.model import ALL_SERVERS
from wizard.carrier.on_dialer.campaign_usage import PrefixKind, PrefixUse, usage_of
from wizard.service.dialer_numbers import free_prefixes_of
from wizard.service.dialers import lacks_for_tiltx, uses_of
from wizard.words.caller_ids import EMERGENCY_ADVICE, SPECIAL_NUMBERS, TAKEN
from wizard.words.changes import INSTALLED_FIRST, owners_words, unserved_words, use_words
from wizard.words.findings import sentence

from .pages import DialerChoices, NumberChoices

_MOST_PREFIXES = 5


def number_choices(answers: Answers, dialer: Mapping[str, Any]) -> NumberChoices:
    """What the prefix and the destinations mean on a dialer, empty where none was looked at."""
    numbers, own = answers.numbers, answers.carrier.carrier_id.lower()
    is_wrong = bool(errors_of(check_step("numbers", answers)))
    special = [] if is_wrong else special_numbers(numbers)
    emergency = any(each.taken is not Taken.NONE for each in special if each.kind is SpecialKind.EMERGENCY)
    uses = uses_of(dialer)
    owners = [] if is_wrong else _owners(numbers, own, dialer)
    elsewhere = {use.prefix for use in uses if any(each.lower() != own for each in use.carriers)}
    free = [each for each in free_prefixes_of(dialer, numbers.destinations) if each not in elsewhere]
    return NumberChoices(
        free_prefixes=[each for each in free if not (owners and each == numbers.dial_prefix)][:_MOST_PREFIXES],
        uses=[use_words(use) for use in usage_of(uses, numbers.dial_prefix).here if use.active],
        special=[(SPECIAL_NUMBERS[each.kind], TAKEN[each.taken]) for each in special],
        advice=EMERGENCY_ADVICE[emergency] if special else "",
        owners=owners_words(numbers.dial_prefix, owners) if owners else "",
    )


def _owners(numbers: NumberAnswers, own: str, dialer: Mapping[str, Any]) -> list[str]:
    """Other carriers of this dialer whose patterns take some of these numbers."""
    ours = [parse_pattern(route.pattern) for route in routes(numbers)]
    return [
        each["carrier_id"]
        for each in dialer.get("carriers", ())
        if each["active"] == "Y"
        and each["carrier_id"].lower() != own
        and each["server_ip"] in (dialer["server_ip"], ALL_SERVERS)
        if any(_overlaps(written, ours) for written in each.get("patterns", ()))
    ]


def _overlaps(written: str, ours: Sequence[Pattern]) -> bool:
    try:
        theirs = parse_pattern(written)
    except PatternError:
        return False  # Asterisk can't read it either
    return any(each.overlaps(theirs) for each in ours)


def routing_choices(answers: Answers, dialer: Mapping[str, Any], companions: Sequence[str] = ()) -> DialerChoices:
    """The campaigns and the other carriers of a dialer that was looked at (:func:`wizard.service.dialers.summary_of`).

    ``companions`` are carriers whose answers are complete, and that could be installed with this one.
    """
    prefix, own = answers.numbers.dial_prefix, answers.carrier.carrier_id.lower()
    campaigns = [each for each in dialer.get("campaigns", ()) if each["active"]]
    names = {each["carrier_id"]: each["carrier_name"] for each in dialer.get("carriers", ())}
    usage = usage_of(uses_of(dialer), prefix)
    return DialerChoices(
        campaigns=[(each["campaign_id"], _campaign_label(each), prefix in each["prefixes"]) for each in campaigns],
        backups=[
            (each["carrier_id"], names.get(each["carrier_id"], ""))
            for each in dialer.get("backups", ())
            if each["is_active"] and each["carrier_id"].lower() != own
        ]
        + [(each, INSTALLED_FIRST) for each in companions if each.lower() not in map(str.lower, names) and each.lower() != own],
        unserved=[unserved_words(use) for use in usage.nowhere if use.active and not _is_ticked(use, answers)],
        tiltx=[sentence(finding) for finding in lacks_for_tiltx(dialer) or ()],
    )


def _is_ticked(use: PrefixUse, answers: Answers) -> bool:
    """Whether the install moves it here."""
    chosen = {campaign.lower() for campaign in answers.routing.campaigns}
    return use.kind is PrefixKind.CAMPAIGN and use.campaign_id.lower() in chosen


def _campaign_label(campaign: Mapping[str, Any]) -> str:
    prefixes = ", ".join(prefix or "none" for prefix in campaign["prefixes"])
    return f"{campaign['campaign_name']} (dials prefix {prefixes})"
