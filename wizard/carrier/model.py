"""A carrier as VICIdial keeps it: one row of ``vicidial_server_carriers``, its limits, and what its own screen does to it."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum

#: vicidial.md §1.4
NO_TEMPLATE = "--NONE--"
ALL_USER_GROUPS = "---ALL---"
ALL_SERVERS = "0.0.0.0"  # noqa: S104 (VICIdial's word for "every server", nothing is bound)

#: where VICIdial puts every carrier's dialplan entry (vicidial.md §2.3)
CARRIERS_CONTEXT = "vicidial-auto-external"

#: Column → longest value in bytes (vicidial.md §8, §1.2). MySQL cuts longer ones without a word.
COLUMN_LIMITS: Mapping[str, int] = {
    "carrier_id": 15,
    "carrier_name": 50,
    "registration_string": 255,
    "template_id": 15,
    "account_entry": 65_535,
    "globals_string": 255,
    "dialplan_entry": 65_535,
    "server_ip": 15,
    "carrier_description": 255,
    "user_group": 20,
}


class Protocol(StrEnum):
    """The column's ENUM, in its own spelling."""

    SIP = "SIP"
    PJSIP = "PJSIP"
    PJSIP_WIZ = "PJSIP_WIZ"
    ZAP = "Zap"
    IAX2 = "IAX2"
    EXTERNAL = "EXTERNAL"


#: what the generator writes, in its order; it never looks at the others (vicidial.md §2.3)
GENERATED_PROTOCOLS = (Protocol.IAX2, Protocol.SIP, Protocol.PJSIP_WIZ, Protocol.PJSIP)


@dataclass(frozen=True)
class Carrier:
    """One row, columns in the spelling and order of ``render --format json``. The text columns hold the secret."""

    carrier_id: str
    carrier_name: str
    registration_string: str
    template_id: str
    account_entry: str
    protocol: Protocol
    globals_string: str
    dialplan_entry: str
    server_ip: str
    active: str
    carrier_description: str
    user_group: str

    def columns(self) -> dict[str, str]:
        """Column → value."""
        return {name: str(value) for name, value in asdict(self).items()}

    def __repr__(self) -> str:
        return f"Carrier(carrier_id={self.carrier_id!r}, protocol={self.protocol.value!r}, server_ip={self.server_ip!r})"


def heading_start(carrier_id: str) -> str:
    """How the comment begins that VICIdial writes before each carrier's part of a generated file (vicidial.md §2.3).

    The carrier's name follows; VICIdial may write it in another charset than the database's.
    """
    return f"; VICIDIAL Carrier: {carrier_id} - "


def saved_again(column: str, value: str) -> str:
    """What a column would hold after an administrator opened the carrier in VICIdial's screen and pressed Submit.

    The screen echoes values without escaping them, strips characters column by column, and pastes the rest into SQL
    (vicidial.md §1.3). A value that breaks the SQL is never saved, so it comes back as ``""``.
    """
    value = _as_the_browser_sends_it(column, value)
    for unwanted in _STRIPPED.get(column, ""):
        value = value.replace(unwanted, "")
    kept = _KEPT.get(column)
    if kept is not None:
        value = kept.sub("", value)
    if column in _PASTED_INTO_SQL:
        if "'" in value:
            return ""
        value = value.replace("\\", "")
    return value


_TEXTAREAS = frozenset({"account_entry", "dialplan_entry"})
_PASTED_INTO_SQL = frozenset(
    {"registration_string", "globals_string", "account_entry", "dialplan_entry", "carrier_description"}
)
_STRIPPED: Mapping[str, str] = {
    "registration_string": ";",
    "globals_string": ";",
    "account_entry": ";\r",
    "dialplan_entry": "\\'\r",
    "carrier_description": '\\;\r"',
}
_KEPT: Mapping[str, re.Pattern[str]] = {
    "carrier_id": re.compile(r"[^-_0-9A-Za-z]"),
    "template_id": re.compile(r"[^-_0-9A-Za-z]"),
    "carrier_name": re.compile(r"[^- .,_0-9A-Za-z]"),
    "server_ip": re.compile(r"[^.0-9]"),
    "active": re.compile(r"[^0-9NY]"),
    "user_group": re.compile(r"[^-_.0-9A-Za-z]"),
}


def _as_the_browser_sends_it(column: str, value: str) -> str:
    """What a form sends back for an unescaped value: entities decoded, quotes and line feeds lost in one-line boxes."""
    if column in _TEXTAREAS:
        end = value.lower().find("</textarea")
        value = value if end < 0 else value[:end]
        value = value.removeprefix("\n")
    else:
        value = value.split('"')[0].replace("\r", "").replace("\n", "")
    return html.unescape(value)
