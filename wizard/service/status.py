"""The state of any carrier on a dialer, whoever put it there."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.carrier.diagnosis.cause import Cause
from wizard.carrier.model import Carrier
from wizard.dialer import operations
from wizard.dialer.gathering import gather_facts
from wizard.dialer.journal import Observation
from wizard.dialer.protocol import table_of
from wizard.dialer.rows import carrier_of_row
from wizard.errors import NotFoundError

from .diagnosis import see_carrier
from .dialers import Connect


@dataclass(frozen=True)
class CarrierStatus:
    """One carrier on one dialer, now."""

    carrier: Carrier
    observation: Observation
    #: why it doesn't work, surest first; none where nothing speaks for a fault
    causes: tuple[Cause, ...] = ()


def carrier_status(connect: Connect, carrier_id: str) -> CarrierStatus:
    """Judge any carrier that is on the dialer, whoever put it there.

    :raises NotFoundError: the dialer has no such carrier
    """
    with connect() as connection:
        facts = gather_facts(connection)
        [reply] = connection.ask([operations.select_carrier(carrier_id)])
        rows = table_of(reply).rows
        if not rows:
            raise NotFoundError(what="carrier", name=carrier_id)
        carrier = carrier_of_row(rows[0])
        seen = see_carrier(connection, facts, carrier)
        return CarrierStatus(carrier, seen.observation, seen.causes)
