"""Rows of a dialer's tables as the domain knows them; a column that an old schema lacks is missing from its row."""

from __future__ import annotations

from collections.abc import Mapping

from wizard.carrier.profile import Campaign, Server


def server_of_row(row: Mapping[str, str]) -> Server:
    return Server(
        server_ip=row["server_ip"],
        server_id=row["server_id"],
        runs_asterisk=row["active_asterisk_server"] == "Y",
        generates=row["generate_vicidial_conf"] == "Y",
        asterisk_version=row.get("asterisk_version", ""),
        channels=_limit(row.get("max_vicidial_trunks", "")),
        calls_per_second=_limit(row.get("outbound_calls_per_second", "")),
        external_address=row.get("external_server_ip", ""),
    )


def campaign_of_row(row: Mapping[str, str]) -> Campaign:
    return Campaign(
        campaign_id=row["campaign_id"],
        campaign_name=row.get("campaign_name", ""),
        active=row["active"] == "Y",
        dial_prefix=row["dial_prefix"],
        manual_dial_prefix=row.get("manual_dial_prefix", ""),
        three_way_dial_prefix=row.get("three_way_dial_prefix", ""),
        omit_phone_code=row.get("omit_phone_code") == "Y",
        dial_timeout=_limit(row.get("dial_timeout", "")),
    )


def _limit(text: str) -> int | None:
    return int(text) if text.isdigit() else None
