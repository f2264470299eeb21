"""The picture of a call's way, in words."""

from __future__ import annotations

from wizard.carrier.call_path import Hop, Stop

STOPS: dict[Stop, str] = {
    Stop.CAMPAIGN: "Campaign",
    Stop.DIALLED: "VICIdial dials",
    Stop.PATTERN: "Dialplan matches",
    Stop.DIGITS: "Digits sent on",
    Stop.TRUNK: "Trunk",
    Stop.CARRIER: "Carrier",
    Stop.BACKUP: "If that fails",
}
#: where nothing is known yet, or nothing was wanted
OPEN: dict[Stop, str] = {
    Stop.CAMPAIGN: "any with this prefix",
    Stop.DIALLED: "not known yet",
    Stop.PATTERN: "not known yet",
    Stop.DIGITS: "not known yet",
    Stop.TRUNK: "not named yet",
    Stop.CARRIER: "no host yet",
    Stop.BACKUP: "no backup",
}
#: stops that may stay empty
OPTIONAL = frozenset({Stop.CAMPAIGN, Stop.BACKUP})


def detail_of(hop: Hop) -> str:
    """What is said beside a stop's value."""
    return f"and {hop.detail} more" if hop.stop is Stop.PATTERN and hop.detail else hop.detail
