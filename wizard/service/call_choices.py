"""What a user can choose from before a test call, and what to know before it rings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wizard.carrier.findings import Finding
from wizard.carrier.model import CARRIERS_CONTEXT, Carrier
from wizard.carrier.on_dialer.number_collisions import claims_of
from wizard.carrier.simulation.owners import written_carriers
from wizard.carrier.simulation.paths import call_path
from wizard.carrier.simulation.previewing import entry_dialplan
from wizard.carrier.simulation.sending import caller_id_of
from wizard.dialer.ears import is_encrypted
from wizard.dialer.gathering import gather_facts
from wizard.dialer.live import about_live
from wizard.errors import NotFoundError

from .dialers import Connect


@dataclass(frozen=True)
class CallChoices:
    """``carrier_id`` as the dialer has it; ``backups``: carriers that get a call where this one fails."""

    carrier_id: str
    is_active: bool
    caller_ids: tuple[str, ...]
    backups: tuple[str, ...]
    live: tuple[Finding, ...]
    #: over TLS there is no ladder but from the driver's own debug output
    is_encrypted: bool = False


def call_choices(connect: Connect, carrier_id: str) -> CallChoices:
    """Ask the dialer; nothing is changed, and nobody is called.

    :raises NotFoundError: the dialer has no such carrier
    """
    with connect() as connection:
        facts = gather_facts(connection)
    carrier = next((each for each in facts.database.carriers if each.carrier_id.lower() == carrier_id.lower()), None)
    if carrier is None:
        raise NotFoundError(what="carrier", name=carrier_id)
    used = (caller_id_of(campaign) for campaign in facts.database.campaigns if campaign.active)
    return CallChoices(
        carrier.carrier_id,
        carrier.active == "Y",
        tuple(dict.fromkeys(filter(None, used))),
        _backups(carrier, written_carriers(facts.database.carriers, facts.server_ip)),
        tuple(about_live(facts.database.live)),
        is_encrypted(carrier),
    )


def _backups(carrier: Carrier, written: Sequence[Carrier]) -> tuple[str, ...]:
    """By the entries as they are written; what is loaded is only asked for once there is a number."""
    dialplan = entry_dialplan(*written)
    patterns = [claim.pattern for claim in claims_of(carrier.dialplan_entry)]
    found: dict[str, None] = {}
    for pattern in filter(None, patterns):
        path = call_path(dialplan, CARRIERS_CONTEXT, pattern.example(), "2125550199", written)
        found.update(dict.fromkeys(receipt.carrier_id for receipt in path.receipts if receipt.carrier_id))
    return tuple(name for name in found if name.lower() != carrier.carrier_id.lower())
