"""The records beside a carrier's row that an install changes: how each is written, read, and put back, as operations.

Every write names what the record held when it was read, so that nothing of anybody else's is overwritten (compare and set).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass

from wizard.carrier.on_dialer.changes import PREFIX_CHANGES, Change, ChangeKind
from wizard.carrier.on_dialer.tiltx import CONTAINER_TYPE

from . import operations
from .protocol import Operation, Table, sql
from .routing_facts import trunks_of_row

_CONTAINER_NOTES = "TILTX API key, by Carrier Wizard"
#: a record in VICIdial's admin log: section, event (ADD, MODIFY or DELETE), record, code, statement, notes (vicidial.md §1.6)
_LogRow = tuple[str, str, str, str, str, str]


@dataclass(frozen=True)
class Held:
    """What a record holds now."""

    is_there: bool
    value: str | None = None


class Record(ABC):
    """One record of one kind, on the server that the install is for."""

    def __init__(self, change: Change, server_ip: str) -> None:
        self._change = change
        self._id = change.record
        self._server_ip = server_ip

    @abstractmethod
    def write(self) -> Operation:
        """Make the change; touches one row, or none where the record is not as it was."""

    @abstractmethod
    def put_back(self) -> Operation:
        """Undo the change; touches one row, or none where the record is not as the change left it."""

    @abstractmethod
    def read(self) -> Operation:
        """Ask for what :meth:`held` reads."""

    @abstractmethod
    def held(self, table: Table) -> Held:
        """What the record holds, in the spelling of :class:`Change`."""

    def log(self, address: str, *, is_undo: bool) -> Operation:
        """VICIdial's admin-log row of the change, or of its undo."""
        return operations.log_row(*self._logged(is_undo=is_undo), address=address)

    @abstractmethod
    def _logged(self, *, is_undo: bool) -> _LogRow: ...


def record_of(change: Change, server_ip: str) -> Record:
    kinds: Mapping[ChangeKind, type[Record]] = {
        **dict.fromkeys(PREFIX_CHANGES, _DialPrefix),
        ChangeKind.SERVER_TRUNKS: _ServerTrunks,
        ChangeKind.SETTINGS_CONTAINER: _SettingsContainer,
    }
    return kinds[change.kind](change, server_ip)


@dataclass(frozen=True)
class _Column:
    """A column that holds a dial prefix, and how VICIdial's own screen speaks of its record."""

    table: str
    column: str
    key: str
    section: str
    code: str


_PREFIXES: Mapping[ChangeKind, _Column] = {
    **{
        kind: _Column("vicidial_campaigns", column, "campaign_id", "CAMPAIGNS", "ADMIN MODIFY CAMPAIGN DETAIL")
        for kind, column in (
            (ChangeKind.CAMPAIGN_PREFIX, "dial_prefix"),
            (ChangeKind.MANUAL_PREFIX, "manual_dial_prefix"),
            (ChangeKind.THREE_WAY_PREFIX, "three_way_dial_prefix"),
        )
    },
    ChangeKind.LIST_PREFIX: _Column("vicidial_lists", "dial_prefix", "list_id", "LISTS", "ADMIN MODIFY LIST"),
}


class _DialPrefix(Record):
    """A dial prefix of a campaign, its manual or its 3-way calls, or of a list."""

    def write(self) -> Operation:
        return self._set(self._change.revealed, self._change.before)

    def put_back(self) -> Operation:
        return self._set(self._change.before, self._change.revealed)

    def _set(self, value: str | None, instead_of: str | None) -> Operation:
        own = _PREFIXES[self._change.kind]
        # BINARY: the collation would take "x" for "X"; <=> also compares NULL.
        statement = f"UPDATE {own.table} SET {own.column}=? WHERE {own.key}=? AND BINARY {own.column}<=>?"  # noqa: S608
        return sql(statement, value, self._id, instead_of)

    def read(self) -> Operation:
        own = _PREFIXES[self._change.kind]
        return sql(f"SELECT {own.column} FROM {own.table} WHERE {own.key}=?", self._id)  # noqa: S608 (our own names)

    def held(self, table: Table) -> Held:
        column = _PREFIXES[self._change.kind].column
        return Held(is_there=True, value=table.rows[0][column]) if table.rows else Held(is_there=False)

    def _logged(self, *, is_undo: bool) -> _LogRow:
        own = _PREFIXES[self._change.kind]
        value = self._change.before if is_undo else self._change.revealed
        statement = f"UPDATE {own.table} set {own.column}='{value or ''}' where {own.key}='{self._id}'"  # noqa: S608
        return own.section, "MODIFY", self._id, own.code, statement, ""


class _ServerTrunks(Record):
    """The table has no unique key: the row is found by all that it holds."""

    _WHERE = "server_ip=? AND campaign_id=? AND dedicated_trunks=? AND trunk_restriction=?"

    def write(self) -> Operation:
        after = self._columns(str(self._change.after))
        if self._change.before is not None:
            return self._update(self._change.before, str(self._change.after))
        return sql(
            "INSERT INTO vicidial_server_trunks (server_ip, campaign_id, dedicated_trunks, trunk_restriction)"
            " SELECT ?, ?, ?, ? FROM DUAL WHERE NOT EXISTS"
            " (SELECT 1 FROM vicidial_server_trunks AS other WHERE other.server_ip=? AND other.campaign_id=?)",
            self._server_ip, self._id, *after, self._server_ip, self._id,
        )  # fmt: skip

    def put_back(self) -> Operation:
        after = str(self._change.after)
        if self._change.before is not None:
            return self._update(after, self._change.before)
        statement = f"DELETE FROM vicidial_server_trunks WHERE {self._WHERE} LIMIT 1"  # noqa: S608
        return sql(statement, self._server_ip, self._id, *self._columns(after))

    def read(self) -> Operation:
        return sql(
            "SELECT campaign_id, dedicated_trunks, trunk_restriction FROM vicidial_server_trunks"
            " WHERE server_ip=? AND campaign_id=?",
            self._server_ip,
            self._id,
        )

    def held(self, table: Table) -> Held:
        # Several rows: somebody added one, so whatever they hold is theirs to mend.
        values = [str(trunks_of_row(row)) for row in table.rows]
        return Held(is_there=bool(values), value=" ".join(values) or None)

    def _update(self, before: str, after: str) -> Operation:
        statement = f"UPDATE vicidial_server_trunks SET dedicated_trunks=?, trunk_restriction=? WHERE {self._WHERE} LIMIT 1"  # noqa: S608
        return sql(statement, *self._columns(after), self._server_ip, self._id, *self._columns(before))

    @staticmethod
    def _columns(value: str) -> tuple[str, str]:
        """``20+`` → lines and ENUM (vicidial.md §1.7)."""
        return value.removesuffix("+"), "OVERFLOW_ALLOWED" if value.endswith("+") else "MAXIMUM_LIMIT"

    def _logged(self, *, is_undo: bool) -> _LogRow:
        before, after = self._change.before, str(self._change.after)
        event = "MODIFY" if before is not None else "DELETE" if is_undo else "ADD"
        value = (before or "") if is_undo else after
        where = f"server_ip='{self._server_ip}' and campaign_id='{self._id}'"
        lines, restriction = self._columns(value)
        statement = {
            "ADD": f"INSERT INTO vicidial_server_trunks set {where.replace(' and ', ',')},dedicated_trunks='{lines}',"
            f"trunk_restriction='{restriction}'",
            "MODIFY": f"UPDATE vicidial_server_trunks set dedicated_trunks='{lines}',trunk_restriction='{restriction}'"  # noqa: S608
            f" where {where}",
            "DELETE": f"DELETE from vicidial_server_trunks where {where}",  # noqa: S608
        }[event]
        section = "SERVERS_TRUNK" if event == "ADD" else "SERVERTRUNKS"
        return section, event, self._server_ip, f"ADMIN {event} SERVER TRUNK", statement, f"campaign: {self._id}"


class _SettingsContainer(Record):
    """Only ever a new one: what is there is not touched."""

    def write(self) -> Operation:
        return sql(
            # A container that came meanwhile is left alone; without IGNORE it would be an error, as for a carrier's row.
            "INSERT IGNORE INTO vicidial_settings_containers SET container_id=?, container_notes=?, container_type=?,"
            " container_entry=?",
            self._id,
            _CONTAINER_NOTES,
            CONTAINER_TYPE,
            self._change.after,
        )

    def put_back(self) -> Operation:
        statement = "DELETE FROM vicidial_settings_containers WHERE container_id=? AND BINARY container_entry=?"
        return sql(statement, self._id, self._change.after)

    def read(self) -> Operation:
        return sql("SELECT container_entry FROM vicidial_settings_containers WHERE container_id=?", self._id)

    def held(self, table: Table) -> Held:
        return Held(is_there=True, value=table.rows[0]["container_entry"] or "") if table.rows else Held(is_there=False)

    def _logged(self, *, is_undo: bool) -> _LogRow:
        event = "DELETE" if is_undo else "ADD"
        statement = (
            f"DELETE from vicidial_settings_containers where container_id='{self._id}'"  # noqa: S608
            if is_undo
            else f"INSERT INTO vicidial_settings_containers SET container_id='{self._id}',container_type='{CONTAINER_TYPE}',"
            "container_entry='***'"
        )
        return "CONTAINERS", event, self._id, f"ADMIN {event} CONTAINER", statement, ""
