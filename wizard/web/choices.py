"""What a dialer has to choose from, for the question about routing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wizard.carrier.answers import Answers

from .pages import DialerChoices


def routing_choices(answers: Answers, dialer: Mapping[str, Any]) -> DialerChoices:
    """The campaigns and the other carriers of a dialer that was looked at (:func:`wizard.service.dialers.summary_of`)."""
    prefix, own = answers.numbers.dial_prefix, answers.carrier.carrier_id.lower()
    campaigns = [each for each in dialer.get("campaigns", ()) if each["active"]]
    carriers = {each["carrier_id"]: each for each in dialer.get("carriers", ())}
    return DialerChoices(
        campaigns=[(each["campaign_id"], _campaign_label(each), prefix in each["prefixes"]) for each in campaigns],
        backups=[
            (each["carrier_id"], carriers.get(each["carrier_id"], {}).get("carrier_name", ""))
            for each in dialer.get("backups", ())
            if each["is_active"] and each["carrier_id"].lower() != own
        ],
    )


def _campaign_label(campaign: Mapping[str, Any]) -> str:
    prefixes = ", ".join(prefix or "none" for prefix in campaign["prefixes"])
    return f"{campaign['campaign_name']} (dials prefix {prefixes})"
