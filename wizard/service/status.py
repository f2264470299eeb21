"""The state of any carrier on a dialer, whoever put it there."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.carrier.model import ALL_SERVERS, Carrier
from wizard.dialer import operations
from wizard.dialer.gathering import gather_facts
from wizard.dialer.journal import Observation
from wizard.dialer.look import look_at
from wizard.dialer.protocol import table_of
from wizard.dialer.rows import carrier_of_row
from wizard.dialer.verdict import Judgement, Verdict
from wizard.dialer.watch import WATCHED_PROTOCOLS
from wizard.errors import NotFoundError

from .dialers import Connect


@dataclass(frozen=True)
class CarrierStatus:
    """One carrier on one dialer, now."""

    carrier: Carrier
    observation: Observation


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
        known = _judged_by_row(carrier, facts.server_ip)
        if known is not None:
            return CarrierStatus(carrier, Observation(known))
        look = look_at(connection, carrier, facts.ext_context, [])
        observation = look.observation
        if not look.in_files and observation.judgement.reason != "no_section":
            observation = Observation(Judgement(Verdict.DOWN, "not_generated"), observation.states)
        return CarrierStatus(carrier, observation)


def _judged_by_row(carrier: Carrier, server_ip: str) -> Judgement | None:
    """What the row alone tells, without asking Asterisk."""
    if carrier.active != "Y":
        return Judgement(Verdict.DOWN, "inactive")
    if carrier.protocol not in WATCHED_PROTOCOLS:
        return Judgement(Verdict.CANNOT_TELL, "protocol_not_supported")
    if carrier.server_ip not in (server_ip, ALL_SERVERS):
        return Judgement(Verdict.DOWN, "other_server")
    return None
