"""Names that an entry gives to Asterisk, and names that are taken (vicidial.md §8)."""

from __future__ import annotations

import re

from .answers import CarrierAnswers

_SAFE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")

#: sections that Asterisk or VICIdial own
_RESERVED_SECTIONS = frozenset(
    {
        "general",
        "global",
        "globals",
        "authentication",
        "default",
        "astloop",
        "astblind",
        "astplay",
        "sip",
        "pjsip",
        "iax2",
        "system",
    }
)
#: variables of VICIdial's own [globals]; case did not count before Asterisk 12
_RESERVED_GLOBALS = frozenset(
    [
        "console",
        "trunk",
        "trunkx",
        "trunkiax",
        "trunkiax1",
        "trunkbinfone",
        "siptrunk",
        "lcrtrunk",
        "trunkloop",
        "trunkblind",
        "trunkplay",
    ]
)
#: where VICIdial takes calls in
INBOUND_CONTEXT = "trunkinbound"
#: contexts of VICIdial's own from which calls go out (help page, vicidial.md §8); menus are called default---agent and the like
_OUTBOUND_CONTEXT_STARTS = ("vicidial", "default")
_RESERVED_CONTEXTS = frozenset({"loopback-no-log", "monitor", "monitor_exit", "general", "globals"})


def trunk_name(carrier: CarrierAnswers) -> str:
    """The section that stands for the carrier in Asterisk: the one that was asked for, or one made from the carrier id.

    VICIdial's scripts cut a channel's name at the first hyphen, so there is none in it; a digit may not come first.
    """
    if carrier.trunk_name:
        return carrier.trunk_name
    name = re.sub(r"[^a-z0-9_]", "_", carrier.carrier_id.lower())
    return name if name[:1].isalpha() else f"c_{name}"


def global_name(carrier: CarrierAnswers) -> str:
    """The variable that the dialplan entry dials."""
    return carrier.global_name or f"{trunk_name(carrier).upper()}_TRUNK"


def handler_name(carrier: CarrierAnswers) -> str:
    """The extension that is run on outgoing channels."""
    return f"{trunk_name(carrier)}_out"


def unfit_section(name: str) -> str | None:
    """Why a name can't be a trunk's section, as a code, or None where it can."""
    lowered = name.lower()
    if not _SAFE_NAME.fullmatch(name):
        return "characters"
    if lowered in _RESERVED_SECTIONS or lowered.startswith("transport"):
        return "reserved"
    # VICIdial takes channels whose name holds these for Local and consultation channels.
    if "local" in lowered or "cxfer" in lowered:
        return "looks_internal"
    return None


def is_reserved_global(name: str) -> bool:
    return name.lower() in _RESERVED_GLOBALS


def could_be_a_channels(name: str) -> bool:
    """Channels have variables of their own, EXTEN and CAMPDTO among them, which would hide a global one."""
    return not name.upper().endswith("TRUNK")


def is_outbound_context(name: str) -> bool:
    """Whether calls that come in to this context could go out again: a trunk must not be a door."""
    return name.lower().startswith(_OUTBOUND_CONTEXT_STARTS)


def is_reserved_context(name: str) -> bool:
    return name.lower() in _RESERVED_CONTEXTS
