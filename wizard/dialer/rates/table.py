"""Whether a dialer has table ``lcr`` as VICIdial's script wants it; made where the database lets somebody make it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from wizard.carrier.findings import Finding, error, warning
from wizard.carrier.rates.trunk import LONGEST
from wizard.carrier.rates.values import RATE_LENGTH
from wizard.dialer import astguiclient
from wizard.dialer.connection import Connection
from wizard.dialer.protocol import Operation, Table, database_complaint, sql, table_of
from wizard.errors import DatabaseError, RatesTableError

from . import statements

_NO_SUCH_TABLE = 1146
#: column → kinds that do, and what they must be able to hold
_WHOLE_NUMBER = re.compile(r"(?:medium|big)?int\b")
_TEXT = re.compile(r"(?:var)?char\(([0-9]+)\)|text")


@dataclass(frozen=True)
class TableState:
    """``findings`` hold what stands in the way of an import (errors) and what slows calls down (warnings)."""

    exists: bool
    findings: tuple[Finding, ...] = ()

    @property
    def lacks_index(self) -> bool:
        return any(finding.code == "lcr_index" for finding in self.findings)


def look_at_table(connection: Connection) -> TableState:
    """The database must be open.

    :raises DatabaseError: the database refuses to say
    """
    columns, indexes = connection.ask([statements.show_columns(), statements.show_index()], stop_at_error=False)
    try:
        described = table_of(columns)
    except DatabaseError as refused:
        if refused.number == _NO_SUCH_TABLE:
            return TableState(exists=False, findings=(error("lcr_missing", "dialer", statement=statements.CREATE),))
        raise
    return TableState(exists=True, findings=(*_about_columns(described), *_about_indexes(table_of(indexes))))


def prepare_table(connection: Connection, config: dict[str, str]) -> TableState:
    """Make the table, or its index, if need be and if anybody may: VICIdial's user, or its user for own tables.

    It may sign in to the database anew, so it comes before the lock.

    :raises RatesTableError: nobody may, or the table is not as it has to be; with the statement to run
    """
    state = look_at_table(connection)
    if not state.exists:
        _run_as_anybody(connection, config, statements.CREATE)
    elif state.lacks_index:
        _add_index(connection, config)
    else:
        return _fit(state)
    return _fit(look_at_table(connection))


def _fit(state: TableState) -> TableState:
    for finding in state.findings:
        if finding.code == "lcr_columns":
            raise RatesTableError(reason="columns", statement="RENAME TABLE lcr TO lcr_before")
        if finding.code == "lcr_unique":
            raise RatesTableError(reason="unique", statement=f"ALTER TABLE lcr DROP INDEX {finding.values['index']}")
    return state


def _add_index(connection: Connection, config: dict[str, str]) -> None:
    """Calls work without it, only slower."""
    try:
        _run_as_anybody(connection, config, statements.ADD_INDEX)
    except RatesTableError:
        return


def _run_as_anybody(connection: Connection, config: dict[str, str], statement: str) -> None:
    [reply] = connection.ask([sql(statement)], stop_at_error=False)
    if reply.status == "ok":
        return
    complaint = database_complaint(reply)
    custom = astguiclient.custom_login(config)
    if custom is not None:
        own: list[Operation] = [custom, sql(statement), astguiclient.database_login(config)]
        login, reply, back = connection.ask(own, stop_at_error=False)
        if back.status != "ok":
            raise DatabaseError(detail=database_complaint(back))
        if login.status == reply.status == "ok":
            return
    raise RatesTableError(reason="missing", statement=statement, detail=complaint)


def _about_columns(described: Table) -> Sequence[Finding]:
    kinds = {str(row["Field"]).lower(): str(row["Type"]).lower() for row in described.rows}
    fits = {
        "npanxx": bool(_WHOLE_NUMBER.match(kinds.get("npanxx", ""))),
        "rate": _holds(kinds.get("rate", ""), RATE_LENGTH),
        "carrier_string": _holds(kinds.get("carrier_string", ""), LONGEST),
    }
    wrong = [f"{column} ({kinds.get(column, 'missing')})" for column, does in fits.items() if not does]
    return [error("lcr_columns", "dialer", columns=", ".join(wrong))] if wrong else []


def _holds(kind: str, length: int) -> bool:
    match = _TEXT.match(kind)
    return match is not None and int(match[1] or 65_535) >= length


def _about_indexes(indexes: Table) -> Sequence[Finding]:
    by_name: dict[str, list[str]] = {}
    unique = {str(row["Key_name"]) for row in indexes.rows if row["Non_unique"] == "0"}
    for row in sorted(indexes.rows, key=lambda each: int(each["Seq_in_index"] or 0)):
        by_name.setdefault(str(row["Key_name"]), []).append(str(row["Column_name"]).lower())
    findings = [
        error("lcr_unique", "dialer", index=name)
        for name, columns in by_name.items()
        if name in unique and columns == ["npanxx"]
    ]
    if not any(columns[0] == "npanxx" for columns in by_name.values()):
        findings.append(warning("lcr_index", "dialer", statement=statements.ADD_INDEX))
    return findings
