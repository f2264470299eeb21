"""A carrier's row that was there before, and what becomes of it: changed or taken off, and put back, compare and set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wizard.carrier.model import ALL_SERVERS, GENERATED_PROTOCOLS, Carrier
from wizard.secret import Secret

from .protocol import Cell, Operation, sql
from .rows import carrier_of_row

#: a whole row as the table has it: column → cell, with columns that newer versions of VICIdial added
Row = Mapping[str, Cell]
_TABLE = "vicidial_server_carriers"


@dataclass(frozen=True)
class RowChange:
    """One row before and after; None where there is none. It holds the SIP secret."""

    before: Row | None
    after: Row | None

    def __repr__(self) -> str:
        return f"RowChange({self.carrier_id!r})"

    @property
    def carrier_id(self) -> str:
        return str((self.after or self.before or {}).get("carrier_id"))

    @property
    def event(self) -> str:
        """The word of VICIdial's admin log (vicidial.md §1.6)."""
        return "ADD" if self.before is None else "DELETE" if self.after is None else "MODIFY"

    @property
    def changes_row(self) -> bool:
        return self.before != self.after

    @property
    def changed_columns(self) -> list[str]:
        """Where both are there: the columns that differ."""
        before, after = self.before or {}, self.after or {}
        return [column for column in {**before, **after} if before.get(column) != after.get(column)]

    @property
    def servers(self) -> list[str]:
        """The server_ip of both rows: what has to rebuild."""
        return list(dict.fromkeys(row["server_ip"] or "" for row in (self.before, self.after) if row is not None))

    @property
    def undone(self) -> RowChange:
        """The way back."""
        return RowChange(self.after, self.before)

    def write(self) -> Operation:
        """Touches one row; none where it is not, to the byte, as it was before. A row that came meanwhile is an error."""
        if self.before is None:
            return sql(f"INSERT INTO {_TABLE} SET {_assignments(self.after or {})}", *_values(self.after or {}))
        # BINARY: the collation would take "ACME" for "acme"; <=> also compares NULL.
        unchanged = " AND ".join(f"BINARY {_quoted(column)}<=>?" for column in self.before)
        if self.after is None:
            return sql(f"DELETE FROM {_TABLE} WHERE {unchanged}", *_values(self.before))  # noqa: S608
        changed = {column: self.after[column] for column in self.changed_columns}
        values = [*_values(changed), *_values(self.before)]
        return sql(f"UPDATE {_TABLE} SET {_assignments(changed)} WHERE {unchanged}", *values)  # noqa: S608


def generated_carrier(row: Row | None, server_ip: str) -> Carrier | None:
    """The row as a carrier where this server's generator writes it into its files (vicidial.md §2.3)."""
    if row is None:
        return None
    carrier = carrier_of_row(dict(row))
    is_written = carrier.active == "Y" and carrier.server_ip in (server_ip, ALL_SERVERS)
    return carrier if is_written and carrier.protocol in GENERATED_PROTOCOLS else None


def _assignments(row: Row) -> str:
    return ", ".join(f"{_quoted(column)}=?" for column in row)


def _quoted(column: str) -> str:
    return f"`{column.replace('`', '``')}`"


def _values(row: Row) -> list[Secret | None]:
    return [None if cell is None else Secret(cell) for cell in row.values()]
