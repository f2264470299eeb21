"""Where a caller ID is used, in words, and what its owner should know of signatures."""

from __future__ import annotations

from wizard.carrier.dialing.special_numbers import SpecialKind, Taken
from wizard.carrier.on_dialer.caller_ids import CallerIdUse, Source

SOURCES: dict[Source, str] = {
    Source.CAMPAIGN: "campaign {name}",
    Source.LIST: "list {name}",
    Source.AREA_CODES: "area codes of {name}",
}
ADVICE = (
    "Ask your carrier which of these numbers it knows as yours: those it can sign with A, the others with B or C at best, and what is "
    "signed low is answered less. A number that isn't yours, or can't be one, is blocked sooner or later."
)
_MOST_USES = 5

SPECIAL_NUMBERS: dict[SpecialKind, str] = {
    SpecialKind.EMERGENCY: "Emergency calls (911, 112, 999)",
    SpecialKind.TOLL_FREE: "Toll-free numbers (800, 888 and so on)",
    SpecialKind.PREMIUM: "Premium numbers (900 and 976)",
    SpecialKind.CARIBBEAN: "The Caribbean and Bermuda (242, 441, 809, 876 and so on)",
}
TAKEN: dict[Taken, str] = {
    Taken.ALL: "go to this carrier",
    Taken.SOME: "go to this carrier in part",
    Taken.NONE: "are left out",
}
EMERGENCY_ADVICE: dict[bool, str] = {
    True: "Make sure that your carrier takes emergency calls, and knows the address that your agents sit at.",
    False: "An agent who has to call for help needs another phone: tell them which.",
}


def used_by(uses: tuple[CallerIdUse, ...]) -> str:
    """Campaigns, lists and groups by name; those that are switched off are marked."""
    named = [_named(use) for use in sorted(uses, key=lambda use: not use.active)]
    more = len(named) - _MOST_USES
    return ", ".join(named[:_MOST_USES]) + (f" and {more} more" if more > 0 else "")


def _named(use: CallerIdUse) -> str:
    return SOURCES[use.source].format(name=use.name) + ("" if use.active else " (inactive)")
