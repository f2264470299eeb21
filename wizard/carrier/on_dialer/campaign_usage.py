"""Which campaigns, lists, and manual and 3-way calls lead to which carrier, by their dial prefixes (vicidial.md §3)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from wizard.carrier.dialing.dialplan_reading import read_dialplan
from wizard.carrier.dialing.patterns import Pattern, PatternError, parse_pattern
from wizard.carrier.model import ALL_SERVERS, GENERATED_PROTOCOLS, Carrier
from wizard.carrier.profile import Campaign, DialerProfile, sent_prefix

#: what follows the prefix where the campaign omits the phone code, and where it doesn't
_EXAMPLES = {True: "2125550100", False: "12125550100"}
_NORTH_AMERICAN = re.compile(r"1?[2-9][0-9]{2}[2-9][0-9]{6}")


class PrefixKind(StrEnum):
    """Whose dial prefix it is."""

    CAMPAIGN = "campaign"
    MANUAL = "manual"
    THREE_WAY = "three_way"
    LIST = "list"


@dataclass(frozen=True)
class PrefixUse:
    """A dial prefix that somebody set, and where it leads."""

    kind: PrefixKind
    campaign_id: str
    campaign_name: str
    #: whether campaign, and list, are switched on
    active: bool
    #: as it is dialled: empty for none
    prefix: str
    #: carriers of this dialer that take such calls, the one that gets them first; none: they fail
    carriers: tuple[str, ...]
    #: of a list's own prefix
    list_id: str = ""
    list_name: str = ""


@dataclass(frozen=True)
class CampaignUsage:
    """All uses, parted by where they lead."""

    prefix: str
    #: those with this prefix
    here: tuple[PrefixUse, ...]
    #: those that lead to some other carrier
    elsewhere: tuple[PrefixUse, ...]
    #: those that no carrier takes
    nowhere: tuple[PrefixUse, ...]


def campaign_usage(dialer: DialerProfile, prefix: str) -> CampaignUsage:
    """Who uses a dial prefix on this dialer, who another carrier's, and who none at all."""
    return usage_of(prefix_uses(dialer), prefix)


def usage_of(uses: Iterable[PrefixUse], prefix: str) -> CampaignUsage:
    """The same, from uses that were read before."""
    listed = list(uses)
    others = [use for use in listed if use.prefix != prefix]
    return CampaignUsage(
        prefix,
        here=tuple(use for use in listed if use.prefix == prefix),
        elsewhere=tuple(use for use in others if use.carriers),
        nowhere=tuple(use for use in others if not use.carriers),
    )


def prefix_uses(dialer: DialerProfile) -> tuple[PrefixUse, ...]:
    """Every dial prefix that a campaign or a list of this dialer has, campaign by campaign."""
    return tuple(use for campaign in dialer.campaigns for use in _uses_of(campaign, dialer))


def _uses_of(campaign: Campaign, dialer: DialerProfile) -> Iterator[PrefixUse]:
    def use(kind: PrefixKind, stored: str, *, active: bool, list_id: str = "", list_name: str = "") -> PrefixUse:
        prefix = sent_prefix(stored)
        carriers = carriers_taking(dialer, prefix, omit_phone_code=campaign.omit_phone_code)
        return PrefixUse(kind, campaign.campaign_id, campaign.campaign_name, active, prefix, carriers, list_id, list_name)

    yield use(PrefixKind.CAMPAIGN, campaign.dial_prefix, active=campaign.active)
    if campaign.manual_dial_prefix:
        yield use(PrefixKind.MANUAL, campaign.manual_dial_prefix, active=campaign.active)
    if campaign.three_way_dial_prefix:
        yield use(PrefixKind.THREE_WAY, campaign.three_way_dial_prefix, active=campaign.active)
    for each in dialer.list_prefixes:
        if each.campaign_id.lower() == campaign.campaign_id.lower():
            active = campaign.active and each.active
            yield use(PrefixKind.LIST, each.dial_prefix, active=active, list_id=each.list_id, list_name=each.list_name)


def carriers_taking(dialer: DialerProfile, prefix: str, *, omit_phone_code: bool = False) -> tuple[str, ...]:
    """The carriers of this dialer that take calls with a prefix, the one that gets a North American number first.

    Where none takes such a number, those whose other patterns begin with the prefix: a carrier for calls abroad, say.
    """
    example = prefix + _EXAMPLES[omit_phone_code]
    here = [
        carrier
        for carrier in dialer.carriers
        if carrier.active == "Y"
        and carrier.protocol in GENERATED_PROTOCOLS
        and carrier.server_ip in (dialer.server_ip, ALL_SERVERS)
    ]
    taking = [(pattern.precedence(), carrier.carrier_id) for carrier in here for pattern in _taking(carrier, example)]
    if taking:
        return tuple(dict.fromkeys(carrier_id for _, carrier_id in sorted(taking)))
    return tuple(carrier.carrier_id for carrier in here if prefix and _takes_others(carrier, prefix))


def _taking(carrier: Carrier, digits: str) -> list[Pattern]:
    return [pattern for pattern in _patterns(carrier.dialplan_entry) if pattern.matches(digits)]


def _takes_others(carrier: Carrier, prefix: str) -> bool:
    examples = [pattern.example() for pattern in _patterns(carrier.dialplan_entry)]
    return any(each.startswith(prefix) and not _NORTH_AMERICAN.fullmatch(each[len(prefix) :]) for each in examples)


@lru_cache(maxsize=256)
def _patterns(dialplan_entry: str) -> tuple[Pattern, ...]:
    """Each campaign and list asks about the same few entries."""
    parsed = (_parsed(extension.pattern) for extension in read_dialplan(dialplan_entry))
    return tuple(pattern for pattern in parsed if pattern is not None)


def _parsed(extension: str) -> Pattern | None:
    try:
        return parse_pattern(extension)
    except PatternError:
        return None
