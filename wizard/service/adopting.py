"""A carrier that is on a dialer already, read back into answers."""

from __future__ import annotations

from collections.abc import Sequence

from wizard.carrier.adopting.adopt import Adoption, adopt
from wizard.carrier.answers import STEPS
from wizard.carrier.drivers import SUPPORTED_PROTOCOLS
from wizard.carrier.findings import error
from wizard.carrier.model import Carrier
from wizard.dialer.facts import DialerFacts
from wizard.dialer.gathering import gather_facts
from wizard.errors import NotFoundError, RefusedError
from wizard.store.drafts import AdoptedFrom, Draft, DraftStore

from .dialers import Connect


def adopt_carrier(connect: Connect, carrier_id: str) -> Adoption:
    """Read a carrier's row, whoever wrote it; nothing is changed.

    :raises NotFoundError: the dialer has no such carrier
    :raises RefusedError: VICIdial writes nothing for its protocol
    :raises DialerError: it can't be reached, or is no dialer
    """
    with connect() as connection:
        facts = gather_facts(connection)
    carrier = _carrier(facts.database.carriers, carrier_id)
    if carrier.protocol not in SUPPORTED_PROTOCOLS:
        raise RefusedError([error("not_supported", "protocol", value=carrier.protocol.value)])
    return adopt(carrier, facts.place, facts.database.templates, _prefixes(facts))


def draft_of(drafts: DraftStore, dialer_id: str, adoption: Adoption) -> Draft:
    """A draft of what was read, with all steps answered, that remembers what could not be placed."""
    source = AdoptedFrom(adoption.answers.carrier.carrier_id, adoption.is_whole, tuple(adoption.findings()))
    return drafts.create(adoption.answers, dialer_id, saved=["dialer", *STEPS], adopted=source)


def _carrier(carriers: Sequence[Carrier], carrier_id: str) -> Carrier:
    """MySQL doesn't mind capital letters (vicidial.md §1.2)."""
    found = next((each for each in carriers if each.carrier_id.lower() == carrier_id.lower()), None)
    if found is None:
        raise NotFoundError(what="carrier", name=carrier_id)
    return found


def _prefixes(facts: DialerFacts) -> set[str]:
    """What campaigns dial: of several ways to part a pattern, the one with such a prefix is meant."""
    return {prefix for campaign in facts.database.campaigns if campaign.active for prefix in campaign.prefixes}
