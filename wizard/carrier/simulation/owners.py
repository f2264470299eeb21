"""Whose an extension is: a carrier's, one of VICIdial's own, or somebody's who wrote it by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from wizard.carrier.conf import section_names
from wizard.carrier.dialing.dialplan_reading import Step, read_dialplan
from wizard.carrier.model import ALL_SERVERS, CARRIERS_CONTEXT, GENERATED_PROTOCOLS, Carrier

from .destinations import Destination
from .loaded import LoadedExtension
from .resolution import Match


class Part(StrEnum):
    """The part of a dialer that an extension belongs to."""

    CARRIER = "carrier"
    #: what VICIdial generates beside the carriers
    VICIDIAL = "vicidial"
    PHONES = "phones"
    SERVER_CUSTOM = "server_custom"
    SYSTEM_CUSTOM = "system_custom"
    #: files that people write, VICIdial's sample among them
    BY_HAND = "by_hand"


_PARTS = {
    CARRIERS_CONTEXT: Part.VICIDIAL,
    "vicidial-auto": Part.VICIDIAL,
    "vicidial-auto-internal": Part.VICIDIAL,
    "vicidial-auto-phones": Part.PHONES,
    "vicidial-auto-server-custom": Part.SERVER_CUSTOM,
    "vicidial-auto-system-setting-custom": Part.SYSTEM_CUSTOM,
}


@dataclass(frozen=True)
class Owner:
    """Who wrote an extension; ``carrier_id`` where a carrier did."""

    part: Part
    carrier_id: str = ""


def written_carriers(carriers: Sequence[Carrier], server_ip: str) -> list[Carrier]:
    """The carriers that VICIdial writes on a dialer, in its order (vicidial.md §2.3)."""
    here = [
        carrier
        for carrier in carriers
        if carrier.active == "Y" and carrier.protocol in GENERATED_PROTOCOLS and carrier.server_ip in (server_ip, ALL_SERVERS)
    ]
    return sorted(here, key=lambda each: (GENERATED_PROTOCOLS.index(each.protocol), each.carrier_id.lower()))


def owner_of(match: Match, carriers: Sequence[Carrier]) -> Owner:
    """The first carrier that wrote a line of it that is loaded; else the part of the dialer that has the context."""
    writer = next(iter(_writers(match, carriers)), None)
    if writer is not None:
        return Owner(Part.CARRIER, writer)
    return Owner(_PARTS.get(match.context, Part.BY_HAND))


def part_of(match: Match, carriers: Sequence[Carrier]) -> tuple[str, ...]:
    """The carriers, besides the first, that wrote the same pattern: their lines are dead, or spliced in behind."""
    return tuple(_writers(match, carriers))[1:]


def _writers(match: Match, carriers: Sequence[Carrier]) -> Iterator[str]:
    """Carriers that wrote this pattern, in their order, from the first one whose line 1 it is that is loaded."""
    if match.context != CARRIERS_CONTEXT:
        return
    is_loaded = False
    for carrier in carriers:
        own = _own_steps(match.extension, carrier)
        if own is None:
            continue
        first = min(match.extension.steps)
        is_loaded = is_loaded or _same(own.get(first), match.extension.steps[first])
        if is_loaded:
            yield carrier.carrier_id


def _own_steps(extension: LoadedExtension, carrier: Carrier) -> dict[int, Step] | None:
    """What a carrier's entry says for the pattern, or for another spelling of it."""
    for read in read_dialplan(carrier.dialplan_entry):
        own = LoadedExtension(read.pattern, dict(enumerate(read.steps, 1)))
        if own.steps and own.order()[:2] == extension.order()[:2]:
            return dict(own.steps)
    return None


def _same(own: Step | None, loaded: Step) -> bool:
    return own is not None and (own.application.lower(), own.arguments) == (loaded.application.lower(), loaded.arguments)


def trunk_carrier(destination: Destination, carriers: Sequence[Carrier]) -> Carrier | None:
    """The carrier whose account has the trunk: of the same driver, where several have one of that name."""
    named = [carrier for carrier in carriers if destination.trunk in section_names(carrier.account_entry)]
    alike = [carrier for carrier in named if carrier.protocol.value.startswith(destination.technology)]
    return next(iter(alike or named), None)
