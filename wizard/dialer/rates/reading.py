"""What table ``lcr`` holds: decks, and the rates of one number."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from wizard.dialer.connection import Connection
from wizard.dialer.protocol import Cell, asterisk, printed, table_of

from . import statements


@dataclass(frozen=True)
class Parts:
    """A carrier's rows. Rates are texts, in the order that VICIdial's script sorts by."""

    trunk: str
    count: int = 0
    lowest: str = ""
    highest: str = ""
    #: rates that don't sort as numbers do
    odd: int = 0
    staged: int = 0
    retired: int = 0
    #: how many rows the deck has that is on its way in, where that was written down
    marked: int | None = None


@dataclass(frozen=True)
class Rate:
    """What one carrier asks."""

    trunk: str
    rate: str


def read_parts(connection: Connection) -> list[Parts]:
    """Per carrier what is there, leftovers included.

    :raises DatabaseError: there is no such table, or it can't be read
    """
    [reply] = connection.ask([statements.select_decks()], stop_at_error=False)
    by_trunk: dict[str, dict[int, dict[str, Cell]]] = defaultdict(dict)
    for row in table_of(reply).rows:
        by_trunk[row["trunk"] or ""][int(row["part"] or 0)] = row
    return [_parts(trunk, rows) for trunk, rows in by_trunk.items()]


def _parts(trunk: str, rows: dict[int, dict[str, Cell]]) -> Parts:
    def count(part: int) -> int:
        return int(rows[part]["count"] or 0) if part in rows else 0

    live, mark = rows.get(0, {}), rows.get(statements.MARK // statements.END_OF_LIVE)
    return Parts(
        trunk=trunk,
        count=count(0),
        lowest=live.get("lowest") or "",
        highest=live.get("highest") or "",
        odd=int(live.get("odd") or 0),
        staged=count(statements.STAGED // statements.END_OF_LIVE),
        retired=count(statements.RETIRED // statements.END_OF_LIVE),
        marked=int(mark["highest"] or 0) if mark else None,
    )


def read_rates(connection: Connection, npanxx: int) -> list[Rate]:
    """All rates of a number, in the order in which VICIdial's script sees them: it takes the first."""
    [reply] = connection.ask([statements.select_rates(npanxx)], stop_at_error=False)
    return [Rate(row["carrier_string"] or "", row["rate"] or "") for row in table_of(reply).rows]


def default_trunk(connection: Connection) -> str:
    """Asterisk's variable that a call without a rate is left with; empty where there is none, or Asterisk is silent."""
    [reply] = connection.ask([asterisk("dialplan show globals")], stop_at_error=False)
    lines = (line.strip().partition("=") for line in printed(reply).splitlines())
    return next((value for name, sign, value in lines if sign and name.strip() == "LCRTRUNK"), "")
