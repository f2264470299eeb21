"""The tables of a dialer in memory that an install changes beside the carriers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from wizard.dialer.protocol import AgentReply
from wizard.dialer.routing_facts import _TABLES

Row = dict[str, str | None]


def table(*rows: Mapping[str, str | None]) -> AgentReply:
    columns = list(rows[0]) if rows else ["nothing"]
    cells = [row[column] for row in rows for column in columns]
    return AgentReply("ok", (str(len(rows)), str(len(columns)), *columns, *cells))


def campaign(campaign_id: str, dial_prefix: str | None, **changed: str) -> Row:
    row: Row = {
        "campaign_id": campaign_id, "campaign_name": campaign_id.title(), "active": "Y", "dial_prefix": dial_prefix,
        "manual_dial_prefix": "", "three_way_dial_prefix": "", "omit_phone_code": "N", "dial_timeout": "26",
        "campaign_cid": "5551239999",
    }  # fmt: skip
    return {**row, **changed}


@dataclass
class FakeTables:
    """Campaigns, lists, agents, server trunks and settings containers."""

    campaigns: dict[str, Row] = field(default_factory=lambda: {"SALES": campaign("SALES", "9")})
    #: lists with a prefix of their own
    lists: list[Row] = field(default_factory=list)
    #: campaign → agents
    agents: dict[str, int] = field(default_factory=dict)
    trunks: list[Row] = field(default_factory=list)
    #: container → its entry
    containers: dict[str, str] = field(default_factory=dict)
    tables: frozenset[str] = frozenset(_TABLES)
    lists_have_prefix: bool = True
    #: campaign → calls under way
    live_calls: dict[str, int] = field(default_factory=dict)
    #: VICIdial's carrier log, the newest row last: (digits, SIP code)
    carrier_log: list[tuple[str, int]] = field(default_factory=list)
    #: what ``ls`` finds of TILTX's script and wget
    tiltx_files: tuple[str, ...] = ()

    @property
    def records(self) -> tuple[object, ...]:
        """What an undo has to bring back."""
        return (
            {name: dict(row) for name, row in self.campaigns.items()},
            [dict(row) for row in self.trunks],
            dict(self.containers),
        )

    def log_statements(self) -> dict[str, Callable[[str, Sequence[str]], AgentReply]]:
        """Calls under way, and those that have ended: all of them by now, none before a moment."""
        columns = ("uniqueid", "call_date", "sip_hangup_cause")
        return {
            "SELECT campaign_id, COUNT(*) AS calls": lambda *_: table(
                *({"campaign_id": name, "calls": str(count)} for name, count in self.live_calls.items())
            ),
            "SHOW COLUMNS FROM vicidial_carrier_log": lambda *_: table(*({"Field": name} for name in columns)),
            "SHOW INDEX FROM vicidial_carrier_log": lambda *_: table({"Column_name": "call_date", "Seq_in_index": "1"}),
            "SHOW INDEX FROM vicidial_dial_log": lambda *_: table({"Column_name": "caller_code", "Seq_in_index": "1"}),
            "SELECT NOW()": lambda *_: table({"now": "2026-01-01 12:00:00"}),
            "SELECT c.uniqueid": lambda statement, _: table(*(self._logged() if "call_date >= ?" in statement else [])),
        }

    def _logged(self) -> list[Row]:
        return [
            {
                "uniqueid": str(number), "call_date": "2026-01-01 12:00:01", "channel": f"Local/{digits}@default-1;2",
                "dialstatus": "CHANUNAVAIL", "hangup_cause": "1", "sip_hangup_cause": str(code), "extension": None,
            }
            for number, (digits, code) in enumerate(self.carrier_log)
        ]  # fmt: skip

    def record_statements(self) -> dict[str, Callable[[str, Sequence[str]], AgentReply]]:
        return {
            "SELECT table_name": lambda *_: table(*({"name": name} for name in sorted(self.tables))),
            "SELECT column_name": lambda *_: table(*([{"name": "dial_prefix"}] if self.lists_have_prefix else [])),
            "SELECT list_id": lambda *_: table(*self.lists),
            "SELECT campaign_id, COUNT": lambda *_: table(
                *({"campaign_id": name, "agents": str(count)} for name, count in self.agents.items())
            ),
            "SELECT campaign_id, dedicated_trunks": lambda _, values: table(
                *(row for row in self.trunks if len(values) < 2 or row["campaign_id"] == values[1])
            ),
            "SELECT container_entry": lambda _, values: table(
                *({"container_entry": entry} for name, entry in self.containers.items() if name == values[0])
            ),
            "SELECT campaign_id": lambda *_: table(*self.campaigns.values()),
            "SELECT dial_prefix": lambda _, values: table(
                *({"dial_prefix": row["dial_prefix"]} for name, row in self.campaigns.items() if name == values[0])
            ),
            "UPDATE vicidial_campaigns": self._set_prefix,
            "INSERT INTO vicidial_server_trunks": self._add_trunks,
            "UPDATE vicidial_server_trunks": self._set_trunks,
            "DELETE FROM vicidial_server_trunks": self._delete_trunks,
            "INSERT IGNORE INTO vicidial_settings_containers": self._add_container,
            "DELETE FROM vicidial_settings_containers": self._delete_container,
        }

    def _set_prefix(self, statement: str, values: Sequence[str]) -> AgentReply:
        assert "BINARY dial_prefix<=>?" in statement
        after, name, before = values
        row = self.campaigns.get(name)
        if row is None or row["dial_prefix"] != before:
            return _touched(0)
        row["dial_prefix"] = after
        return _touched(1)

    def _add_trunks(self, statement: str, values: Sequence[str]) -> AgentReply:
        assert "WHERE NOT EXISTS" in statement
        _, name, lines, restriction, *_ = values
        if any(row["campaign_id"] == name for row in self.trunks):
            return _touched(0)
        self.trunks.append({"campaign_id": name, "dedicated_trunks": lines, "trunk_restriction": restriction})
        return _touched(1)

    def _set_trunks(self, statement: str, values: Sequence[str]) -> AgentReply:
        lines, restriction, _, *wanted = values
        for row in self.trunks:
            if list(row.values()) == wanted:
                row |= {"dedicated_trunks": lines, "trunk_restriction": restriction}
                return _touched(1)
        return _touched(0)

    def _delete_trunks(self, statement: str, values: Sequence[str]) -> AgentReply:
        gone = [row for row in self.trunks if list(row.values()) == list(values[1:])]
        self.trunks = [row for row in self.trunks if row not in gone]
        return _touched(len(gone))

    def _add_container(self, statement: str, values: Sequence[str]) -> AgentReply:
        row = dict(zip(re.findall(r"(\w+)=\?", statement), values, strict=True))
        if row["container_id"] in self.containers:
            return _touched(0)
        self.containers[row["container_id"]] = row["container_entry"]
        return _touched(1)

    def _delete_container(self, statement: str, values: Sequence[str]) -> AgentReply:
        name, entry = values
        if self.containers.get(name) != entry:
            return _touched(0)
        del self.containers[name]
        return _touched(1)


def _touched(rows: int) -> AgentReply:
    return AgentReply("ok", (str(rows), "0"))
