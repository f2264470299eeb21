"""Looking at a dialer: who it is, whether it is fit, and what a page may keep of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from wizard.carrier.answers import Answers
from wizard.carrier.findings import Finding
from wizard.carrier.model import Carrier
from wizard.carrier.profile import Campaign
from wizard.carrier.render import render_carrier
from wizard.dialer.connection import Connection
from wizard.dialer.facts import DialerFacts, gather_facts
from wizard.dialer.fitness import check_fitness
from wizard.dialer.preflight import check_entry
from wizard.dialer.target import DialerSecrets, DialerTarget

Connect = Callable[[], Connection]


def connector(target: DialerTarget, secrets: DialerSecrets) -> Connect:
    """Makes unopened connections to one dialer."""
    return lambda: Connection(target, secrets)


def look_at_dialer(connect: Connect) -> DialerFacts:
    """Read everything that an install would need to know; nothing is changed.

    :raises DialerError: it can't be reached, or is no dialer
    """
    with connect() as connection:
        return gather_facts(connection)


def summary_of(facts: DialerFacts) -> dict[str, Any]:
    """What may be kept and shown: no secret, and no other carrier's entry."""
    database, host = facts.database, facts.host
    return {
        "server_ip": facts.server_ip,
        "server_id": database.server["server_id"],
        "ext_context": facts.ext_context,
        "asterisk_version": host.asterisk_version,
        "database_version": database.version,
        "schema": database.schema,
        "svn_revision": database.svn_revision,
        "drivers": sorted(host.drivers & {"chan_sip", "chan_pjsip", "chan_iax2"}),
        "protocols": sorted(database.protocols),
        "carriers": [_carrier_summary(carrier) for carrier in database.carriers],
        "campaigns": [_campaign_summary(campaign) for campaign in database.campaigns],
        "findings": [_finding_summary(finding) for finding in check_fitness(facts)],
    }


def _carrier_summary(carrier: Carrier) -> dict[str, str]:
    shown = ("carrier_id", "carrier_name", "protocol", "active")
    return {column: carrier.columns()[column] for column in shown}


def _campaign_summary(campaign: Campaign) -> dict[str, Any]:
    return {
        "campaign_id": campaign.campaign_id,
        "campaign_name": campaign.campaign_name,
        "active": campaign.active,
        "prefixes": sorted(campaign.prefixes),
    }


def _finding_summary(finding: Finding) -> dict[str, Any]:
    return {"code": finding.code, "severity": finding.severity.value, "values": dict(finding.values)}


def check_on_dialer(connect: Connect, answers: Answers) -> tuple[DialerFacts, Sequence[Finding]]:
    """Everything that would make an install refuse, without installing; nothing is changed."""
    with connect() as connection:
        facts = gather_facts(connection)
        carrier = render_carrier(answers, facts.server_ip)
        return facts, [*check_fitness(facts), *check_entry(connection, answers, carrier, facts).findings]
