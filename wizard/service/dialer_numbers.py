"""What a page may keep of a dialer's numbers: its caller IDs, its servers, and the prefixes that are free."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from wizard.carrier.answers import DESTINATIONS, NumberAnswers
from wizard.carrier.findings import Finding, Severity
from wizard.carrier.on_dialer.caller_ids import CallerId, CallerIdUse, Source, caller_ids
from wizard.carrier.on_dialer.prefixes import propose_prefixes
from wizard.carrier.profile import DialerProfile, Server

#: what a page can show; those that need a look come first
MOST_CALLER_IDS = 500
#: and of one number
_MOST_USES = 20


def numbers_summary(dialer: DialerProfile) -> dict[str, Any]:
    """``servers``, ``default_phone_code``, ``caller_ids``, ``caller_ids_left_out``, ``free_prefixes`` by destination."""
    shown = caller_ids(dialer.numbers_in_use, dialer.default_phone_code)
    return {
        "servers": [asdict(server) for server in dialer.servers],
        "default_phone_code": dialer.default_phone_code,
        "caller_ids": [_caller_id_summary(each) for each in shown[:MOST_CALLER_IDS]],
        "caller_ids_left_out": max(0, len(shown) - MOST_CALLER_IDS),
        "free_prefixes": {name: propose_prefixes(dialer, NumberAnswers(destinations=(name,)), most=9) for name in DESTINATIONS},
    }


def caller_ids_of(summary: Mapping[str, Any]) -> list[CallerId]:
    """The caller IDs of a dialer that was looked at."""
    return [
        CallerId(
            number=each["number"],
            uses=tuple(CallerIdUse(each["number"], Source(use["source"]), use["name"], use["active"]) for use in each["uses"]),
            findings=tuple(
                Finding(found["code"], found["field"], Severity(found["severity"]), found["values"])
                for found in each["findings"]
            ),
        )
        for each in summary.get("caller_ids", ())
    ]


def servers_of(summary: Mapping[str, Any]) -> list[Server]:
    """The servers of a cluster, as the dialer that was looked at knows them."""
    return [Server(**each) for each in summary.get("servers", ())]


def free_prefixes_of(summary: Mapping[str, Any], destinations: tuple[str, ...]) -> list[str]:
    """Prefixes that were free for all of these destinations; a pattern of somebody's own was not asked about."""
    kept: Mapping[str, list[str]] = summary.get("free_prefixes", {})
    lists = [kept[name] for name in destinations if name in kept]
    return [prefix for prefix in lists[0] if all(prefix in each for each in lists)] if lists else []


def _caller_id_summary(each: CallerId) -> dict[str, Any]:
    return {
        "number": each.number,
        "uses": [{"source": use.source.value, "name": use.name, "active": use.active} for use in each.uses[:_MOST_USES]],
        "findings": [
            {"code": found.code, "field": found.field, "severity": found.severity.value, "values": dict(found.values)}
            for found in each.findings
        ],
    }
