"""Looking at a dialer: who it is, whether it is fit, and what a page may keep of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from wizard.carrier.answers import Answers, Transport
from wizard.carrier.dialing.backups import Backup, BackupRoute, backups_of
from wizard.carrier.drivers import SUPPORTED_PROTOCOLS, driver_of
from wizard.carrier.findings import Finding
from wizard.carrier.model import Carrier
from wizard.carrier.on_dialer.campaign_usage import PrefixKind, PrefixUse, prefix_uses
from wizard.carrier.on_dialer.number_collisions import claims_of
from wizard.carrier.on_dialer.tiltx import tiltx_lacks
from wizard.carrier.profile import Campaign, Listener, Place, Tiltx
from wizard.dialer.asterisk_output import tells_ringing
from wizard.dialer.connection import Connection
from wizard.dialer.earlier_entry import facts_with, place_entry
from wizard.dialer.facts import DialerFacts
from wizard.dialer.fitness import check_fitness
from wizard.dialer.gathering import gather_facts
from wizard.dialer.live import about_live
from wizard.dialer.preflight import check_entry
from wizard.dialer.target import DialerSecrets, DialerTarget, SshAuth, Sudo
from wizard.words.sheets import OurSide

from .dialer_numbers import numbers_summary

_NEEDED_MODULES = {module for protocol in SUPPORTED_PROTOCOLS for module in driver_of(protocol).modules} | {"res_srtp"}
Connect = Callable[[], Connection]


def missing_secret(target: DialerTarget, secrets: DialerSecrets) -> str:
    """The name of the secret that is needed and not there; a key's passphrase only shows when the key is read."""
    if target.auth is SshAuth.PASSWORD and not secrets.ssh_password:
        return "ssh_password"
    if target.sudo is Sudo.WITH_PASSWORD and not secrets.sudo_password:
        return "sudo_password"
    return ""


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
        "drivers": sorted(host.modules & {"chan_sip", "chan_pjsip", "chan_iax2"}),
        "modules": sorted(host.modules & _NEEDED_MODULES),
        "listeners": [_listener_summary(listener) for listener in host.listeners],
        "rtp_range": host.rtp_range,
        "codecs": None if host.codecs is None else sorted(host.codecs),
        "templates": [template.template_id for template in database.templates],
        "calls_per_second": database.server["outbound_calls_per_second"],
        "channels": database.server["max_vicidial_trunks"],
        "protocols": sorted(database.protocols),
        "carriers": [_carrier_summary(carrier) for carrier in database.carriers],
        "backups": [asdict(backup) for backup in backups_of(database.carriers)],
        "campaigns": [_campaign_summary(campaign) for campaign in database.campaigns],
        "list_prefixes": [asdict(each) for each in database.routing.list_prefixes],
        "prefix_uses": [asdict(use) for use in prefix_uses(facts.profile())],
        "server_trunks": {each.campaign_id: str(each) for each in database.routing.server_trunks},
        "tiltx": _tiltx_summary(database.routing.tiltx),
        **numbers_summary(facts.profile()),
        "findings": [_finding_summary(finding) for finding in check_fitness(facts)],
    }


def place_of(summary: Mapping[str, Any]) -> Place:
    """What an entry takes over from a dialer that was looked at."""
    listeners = tuple(Listener(**{**each, "transport": Transport(each["transport"])}) for each in summary.get("listeners", ()))
    return Place(
        server_ip=summary.get("server_ip"),
        listeners=listeners,
        ext_context=summary.get("ext_context", "default"),
        backups=_backups(summary.get("backups")),
        tells_ringing=tells_ringing(summary.get("asterisk_version", "")),
    )


def _backups(kept: Sequence[Mapping[str, Any]] | None) -> tuple[Backup, ...] | None:
    """As they were kept; None for a dialer that an older version looked at."""
    if kept is None:
        return None
    return tuple(Backup(**{**each, "routes": tuple(_route(route) for route in each["routes"])}) for each in kept)


def _route(kept: Mapping[str, Any]) -> BackupRoute:
    return BackupRoute(**{**kept, "before": tuple((name, arguments) for name, arguments in kept["before"])})


def our_side(summary: Mapping[str, Any]) -> OurSide:
    """What a dialer's carriers have to know of it."""
    ports = summary.get("rtp_range")
    return OurSide(
        place_of(summary),
        (ports[0], ports[1]) if ports else None,
        str(summary.get("channels", "")),
        str(summary.get("calls_per_second", "")),
    )


def _listener_summary(listener: Listener) -> dict[str, Any]:
    return {**asdict(listener), "transport": listener.transport.value}


def _carrier_summary(carrier: Carrier) -> dict[str, Any]:
    shown = ("carrier_id", "carrier_name", "protocol", "active", "server_ip")
    patterns = [claim.extension for claim in claims_of(carrier.dialplan_entry)]
    return {**{column: carrier.columns()[column] for column in shown}, "patterns": patterns}


def _campaign_summary(campaign: Campaign) -> dict[str, Any]:
    return {
        "campaign_id": campaign.campaign_id,
        "campaign_name": campaign.campaign_name,
        "active": campaign.active,
        "prefixes": sorted(campaign.prefixes),
        "dial_prefix": campaign.dial_prefix,
        "manual_dial_prefix": campaign.manual_dial_prefix,
        "three_way_dial_prefix": campaign.three_way_dial_prefix,
        "dial_timeout": campaign.dial_timeout,
        "campaign_cid": campaign.campaign_cid,
        "agents": campaign.agents,
    }


def uses_of(summary: Mapping[str, Any]) -> tuple[PrefixUse, ...]:
    """Who dialled with which prefix when the dialer was looked at; ``usage_of`` sorts it by a prefix."""
    return tuple(
        PrefixUse(**{**each, "kind": PrefixKind(each["kind"]), "carriers": tuple(each["carriers"])})
        for each in summary.get("prefix_uses", ())
    )


def lacks_for_tiltx(summary: Mapping[str, Any]) -> tuple[Finding, ...] | None:
    """What keeps a dialer that was looked at from signing by TILTX; None where nobody knows."""
    kept = summary.get("tiltx")
    if kept is None:
        return None
    return tuple(tiltx_lacks(Tiltx(kept["has_script"], kept["has_wget"], tuple(kept["missing_tables"]))))


def _tiltx_summary(tiltx: Tiltx) -> dict[str, Any]:
    """Whether there is a key, never which."""
    return {
        "has_script": tiltx.has_script,
        "has_wget": tiltx.has_wget,
        "missing_tables": list(tiltx.missing_tables),
        "has_key": bool(tiltx.key),
    }


def _finding_summary(finding: Finding) -> dict[str, Any]:
    return {"code": finding.code, "severity": finding.severity.value, "values": dict(finding.values)}


def check_on_dialer(
    connect: Connect, answers: Answers, first: Sequence[Answers] = (), *, replaces: bool = False
) -> tuple[DialerFacts, Sequence[Finding]]:
    """Everything that would make an install refuse, without installing; nothing is changed.

    ``first`` are carriers that are to be there by then: backups that are installed in the same run. ``replaces`` as in
    :class:`wizard.dialer.outcome.InstallPlan`.
    """
    with connect() as connection:
        facts = facts_with(gather_facts(connection), first)
        placed = place_entry(answers, facts, replaces=replaces)
        found = [*check_fitness(facts), *about_live(facts.database.live), *check_entry(connection, answers, placed).findings]
        return facts, found
