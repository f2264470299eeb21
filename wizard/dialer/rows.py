"""Rows of a dialer's tables as the domain knows them; a column that an old schema lacks is missing from its row."""

from __future__ import annotations

from collections.abc import Mapping

from wizard.carrier.model import Carrier, Protocol
from wizard.carrier.profile import ConfTemplate, Server

from .protocol import Cell

CARRIER_COLUMNS = (
    "carrier_id", "carrier_name", "registration_string", "template_id", "account_entry", "protocol", "globals_string",
    "dialplan_entry", "server_ip", "active", "carrier_description", "user_group",
)  # fmt: skip
TEMPLATE_COLUMNS = ("template_id", "template_name", "template_contents", "user_group")


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


def carrier_of_row(row: dict[str, Cell]) -> Carrier:
    """A row as a carrier; a protocol that nobody knows is one that nobody generates."""
    texts = texts_of(row)
    known = {protocol.value for protocol in Protocol}
    protocol = Protocol(texts["protocol"]) if texts["protocol"] in known else Protocol.EXTERNAL
    columns = {column: texts.get(column, "") for column in CARRIER_COLUMNS}
    return Carrier(**{**columns, "protocol": protocol})  # type: ignore[arg-type]


def template_of_row(row: dict[str, Cell]) -> ConfTemplate:
    texts = texts_of(row)
    return ConfTemplate(*(texts.get(column, "") for column in TEMPLATE_COLUMNS))


def _limit(text: str) -> int | None:
    return int(text) if text.isdigit() else None


def text_of(cell: Cell) -> str:
    return cell or ""


def texts_of(row: dict[str, Cell]) -> dict[str, str]:
    return {column: text_of(cell) for column, cell in row.items()}
