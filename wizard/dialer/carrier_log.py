"""VICIdial's carrier log, read in small bites: only by its index on the time, within a window, and up to a limit.

A row says how a call's Dial() ended (vicidial.md §3.6). Which carrier it was isn't in it: the digits are, in the channel's name
of calls that VICIdial dials, and in the dial log for those that agents dial; where they lead the simulation knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from wizard.carrier.switching.share import Share
from wizard.errors import DatabaseError

from .connection import Connection
from .protocol import AgentReply, Cell, Operation, sql, table_of

#: rows that one question may bring
MOST_ROWS = 1_000
#: how far back the old carrier's calls are counted, in minutes
WINDOW_MINUTES = 60
#: a row has the time at which its script began, and may come so much later on a busy dialer
LATE_SECONDS = 5
_TABLE, _DIAL_LOG = "vicidial_carrier_log", "vicidial_dial_log"
#: SIP's answers for digits that the carrier doesn't take
_REFUSALS = frozenset({"403", "404", "484"})
#: where there is no SIP code, as over IAX2: the causes that VICIdial takes for 404 and 484
_CAUSES = frozenset({"1", "28"})
_LOCAL = re.compile(r"Local/([0-9*#A-Za-z+]+)@")


class Unwatchable(StrEnum):
    """Why the log can't be watched."""

    #: carrier_logging_active is N, or this VICIdial has no such log or no SIP codes in it
    OFF = "off"
    TOO_OLD = "too_old"
    #: the log lacks its index on the time: a question would read all of it
    NO_INDEX = "no_index"


@dataclass(frozen=True)
class CarrierLog:
    """How this dialer's log can be asked; ``unwatchable`` where it can't."""

    unwatchable: Unwatchable | None
    has_dial_log: bool = False


@dataclass(frozen=True)
class LoggedCall:
    """One call that ended."""

    uniqueid: str
    #: by the database's clock
    ended_at: str
    #: what was dialled, prefix and all: in the channel's name, and in the dial log
    digits: tuple[str, ...]
    is_refused: bool
    #: how its Dial() ended: DIALSTATUS, hangup cause, SIP code (0: none)
    end: tuple[str, int, int] = ("", 0, 0)


def log_questions() -> list[Operation]:
    """To be asked all, whatever fails: :func:`read_log` reads the answers."""
    return [sql(f"SHOW COLUMNS FROM {_TABLE}"), sql(f"SHOW INDEX FROM {_TABLE}"), sql(f"SHOW INDEX FROM {_DIAL_LOG}")]


def read_log(replies: Sequence[AgentReply], *, is_logging: bool) -> CarrierLog:
    columns, indexes, dial_indexes = replies
    if columns.status != "ok" or "sip_hangup_cause" not in {row["Field"] for row in table_of(columns).rows}:
        return CarrierLog(Unwatchable.TOO_OLD)
    if not is_logging:
        return CarrierLog(Unwatchable.OFF)
    if "call_date" not in _indexed(indexes):
        return CarrierLog(Unwatchable.NO_INDEX)
    return CarrierLog(None, has_dial_log="caller_code" in _indexed(dial_indexes))


def _indexed(reply: AgentReply) -> set[Cell]:
    """The columns with an index that begins with them."""
    rows = table_of(reply).rows if reply.status == "ok" else ()
    return {row["Column_name"] for row in rows if row["Seq_in_index"] == "1"}


def database_time(connection: Connection) -> str:
    """Now, by the clock that the log goes by."""
    [reply] = connection.ask([sql("SELECT NOW() AS now")])
    return table_of(reply).rows[0]["now"] or ""


def calls_before(connection: Connection, log: CarrierLog, moment: str, most: int = MOST_ROWS) -> list[LoggedCall]:
    """The newest calls that ended within the window before a moment, the newest first."""
    window = f"c.call_date > ? - INTERVAL {WINDOW_MINUTES} MINUTE AND c.call_date <= ? ORDER BY c.call_date DESC"
    return _calls(connection, log, window, moment, moment, most=most)


def calls_since(connection: Connection, log: CarrierLog, start: str, last: str) -> list[LoggedCall]:
    """The calls that ended at a moment or later, and not long before the last one that is known, in their order."""
    window = f"c.call_date >= ? AND c.call_date >= ? - INTERVAL {LATE_SECONDS} SECOND ORDER BY c.call_date"
    return _calls(connection, log, window, start, last)


def _calls(connection: Connection, log: CarrierLog, window: str, *values: str, most: int = MOST_ROWS) -> list[LoggedCall]:
    """:raises DatabaseError: the database refused"""
    dialled = f"(SELECT d.extension FROM {_DIAL_LOG} AS d WHERE d.caller_code=c.caller_code LIMIT 1)"  # noqa: S608
    statement = (
        "SELECT c.uniqueid, c.call_date, c.channel, c.dialstatus, c.hangup_cause, c.sip_hangup_cause,"  # noqa: S608 (our own names)
        f" {dialled if log.has_dial_log else 'NULL'} AS extension FROM {_TABLE} AS c WHERE {window} LIMIT {most}"
    )
    [reply] = connection.ask([sql(statement, *values)])
    return [_call(row) for row in table_of(reply).rows]


def _call(row: dict[str, Cell]) -> LoggedCall:
    sip, cause = row["sip_hangup_cause"] or "0", row["hangup_cause"] or "0"
    channel = _LOCAL.match(row["channel"] or "")
    digits = (channel[1] if channel else "", row["extension"] or "")
    return LoggedCall(
        uniqueid=row["uniqueid"] or "",
        ended_at=row["call_date"] or "",
        digits=tuple(filter(None, digits)),
        is_refused=sip in _REFUSALS if sip != "0" else cause in _CAUSES,
        end=(row["dialstatus"] or "", _number(cause), _number(sip)),
    )


def _number(cell: str) -> int:
    return int(cell) if cell.isdigit() else 0


@dataclass(frozen=True)
class Counter:
    """Counts a carrier's calls among all that ended."""

    #: digits → the carrier that takes them
    taker: Callable[[str], str]
    carrier_id: str
    #: of the records that were moved: other campaigns' calls say nothing about these
    prefixes: tuple[str, ...]

    def count(self, calls: Sequence[LoggedCall]) -> Share:
        own = [call for call in calls if any(map(self._is_own, call.digits))]
        return Share(len(own), sum(call.is_refused for call in own))

    def _is_own(self, digits: str) -> bool:
        return digits.startswith(self.prefixes) and self.taker(digits) == self.carrier_id


class NewCalls:
    """The calls that have ended since a moment, each given out once."""

    def __init__(self, log: CarrierLog, moment: str) -> None:
        self._log = log
        self._start = self._last = moment
        self._seen: set[str] = set()

    def read(self, connection: Connection) -> list[LoggedCall]:
        """Those that came since the last time, up to the limit; the rest comes next time.

        :raises DatabaseError: the database refused
        """
        calls = calls_since(connection, self._log, self._start, self._last)
        fresh = [call for call in calls if call.uniqueid not in self._seen]
        self._seen.update(call.uniqueid for call in fresh)
        if calls:
            self._last = calls[-1].ended_at
        if len(calls) == MOST_ROWS:
            # More came than one question brings: from here on, nothing before.
            self._start = self._last
        return fresh


def is_about_the_log(failure: Exception) -> bool:
    """Whether the log itself can't be read: a broken table, or a right that is missing."""
    return isinstance(failure, DatabaseError) and failure.is_certain and not failure.is_busy
