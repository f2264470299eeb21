"""Campaigns that are to use a carrier: whether their calls will really come to it, and whom they leave."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from wizard.carrier.answers import Answers
from wizard.carrier.findings import Finding, error, note, warning
from wizard.carrier.profile import Campaign, DialerProfile, sent_prefix

from .campaign_usage import carriers_taking

#: how many names a sentence lists
_MOST_NAMES = 10


def stored_prefix(prefix: str) -> str:
    """What a campaign has to hold so that VICIdial dials this prefix: an X for none (vicidial.md §3.1)."""
    return prefix or "X"


def chosen_campaigns(answers: Answers, dialer: DialerProfile) -> list[Campaign]:
    """The campaigns that were asked for, as far as the dialer has them; VICIdial doesn't tell capital letters apart."""
    wanted = {name.lower() for name in answers.routing.campaigns}
    return [campaign for campaign in dialer.campaigns if campaign.campaign_id.lower() in wanted]


def with_campaigns_moved(answers: Answers, dialer: DialerProfile) -> DialerProfile:
    """The dialer as it is to be after the install."""
    moving = chosen_campaigns(answers, dialer)
    prefix = stored_prefix(answers.numbers.dial_prefix)
    moved = [replace(each, dial_prefix=prefix) if each in moving else each for each in dialer.campaigns]
    return replace(dialer, campaigns=tuple(moved))


def check_chosen_campaigns(answers: Answers, dialer: DialerProfile) -> Iterator[Finding]:
    """About the campaigns that are to use this carrier."""
    known = {campaign.campaign_id.lower() for campaign in dialer.campaigns}
    for name in answers.routing.campaigns:
        if name.lower() not in known:
            yield error("campaign_unknown", "campaigns", campaign=name, known=known_campaigns(dialer))
    for campaign in chosen_campaigns(answers, dialer):
        yield from _about(campaign, answers.numbers.dial_prefix, dialer)


def known_campaigns(dialer: DialerProfile) -> str:
    """For a sentence that says which there are."""
    names = [campaign.campaign_id for campaign in dialer.campaigns]
    return ", ".join([*names[:_MOST_NAMES], *(["…"] if len(names) > _MOST_NAMES else [])])


def _about(campaign: Campaign, prefix: str, dialer: DialerProfile) -> Iterator[Finding]:
    name = campaign.campaign_id
    if campaign.sent_prefix == prefix:
        yield note("campaign_has_prefix", "campaigns", campaign=name, prefix=prefix)
    else:
        yield from _about_move(campaign, dialer)
    if campaign.manual_dial_prefix and sent_prefix(campaign.manual_dial_prefix) != prefix:
        yield warning("manual_other_prefix", "campaigns", campaign=name, prefix=campaign.manual_dial_prefix)
    if campaign.three_way_dial_prefix and sent_prefix(campaign.three_way_dial_prefix) != prefix:
        yield warning("three_way_other_prefix", "campaigns", campaign=name, prefix=campaign.three_way_dial_prefix)
    lists = [
        each
        for each in dialer.list_prefixes
        if each.active and each.campaign_id.lower() == name.lower() and sent_prefix(each.dial_prefix) != prefix
    ]
    if lists:
        named = ", ".join(f"{each.list_id} ({each.dial_prefix})" for each in lists[:_MOST_NAMES])
        yield warning("list_other_prefix", "campaigns", campaign=name, lists=named)


def _about_move(campaign: Campaign, dialer: DialerProfile) -> Iterator[Finding]:
    name, before = campaign.campaign_id, campaign.sent_prefix
    carriers = carriers_taking(dialer, before, omit_phone_code=campaign.omit_phone_code)
    if carriers:
        yield note("campaign_leaves_carrier", "campaigns", campaign=name, prefix=before, carriers=", ".join(carriers))
    if campaign.agents:
        yield note("campaign_has_agents", "campaigns", campaign=name, agents=campaign.agents)
