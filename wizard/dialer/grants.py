"""Whether the database lets its user write what a run writes, asked without writing anything.

Each question is a ``PREPARE`` of the statement's kind: the database judges the user's rights to its table and columns then,
roles and wildcards included, and carries nothing out. ``SHOW GRANTS`` would have to be understood first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from wizard.errors import UnfitError

from .protocol import AgentReply, Operation, error_number, sql


@dataclass(frozen=True, order=True)
class Grant:
    """A right to write a table."""

    table: str
    #: INSERT, UPDATE or DELETE
    verb: str


_KINDS = {
    "INSERT": "INSERT INTO {table} SET {column}=?",
    "UPDATE": "UPDATE {table} SET {column}=? WHERE {column}=?",
    "DELETE": "DELETE FROM {table} WHERE {column}=?",
}
_ALL = tuple(_KINDS)
#: table → a column that is written, and what is done to its rows; VICIdial's admin log decides nothing and is not asked about
_WRITTEN = {
    "vicidial_server_carriers": ("active", _ALL),
    "servers": ("rebuild_conf_files", ("UPDATE",)),
    "vicidial_conf_templates": ("template_id", ("INSERT", "DELETE")),
    "vicidial_campaigns": ("dial_prefix", ("UPDATE",)),
    "vicidial_lists": ("dial_prefix", ("UPDATE",)),
    "vicidial_server_trunks": ("dedicated_trunks", _ALL),
    "vicidial_settings_containers": ("container_id", ("INSERT", "DELETE")),
}
_ASKED = tuple(Grant(table, verb) for table, (_, verbs) in _WRITTEN.items() for verb in verbs)
#: what every run needs, whatever it is about
ALWAYS = frozenset(grant for grant in _ASKED if grant.table in ("vicidial_server_carriers", "servers"))
#: MySQL's numbers for a database, table, column or privilege that this user may not have
_DENIALS = (1044, 1142, 1143, 1227)
_STATEMENT = re.compile(r"(INSERT|UPDATE|DELETE)(?: IGNORE)?(?: INTO| FROM)? (\w+)")
#: what takes a write back again
_WAY_BACK = {"INSERT": "DELETE", "DELETE": "INSERT", "UPDATE": "UPDATE"}


def grant_questions() -> list[Operation]:
    """One statement for each right; each stands for itself."""
    return [_prepared(grant) for grant in _ASKED]


def read_denied(replies: Sequence[AgentReply]) -> frozenset[Grant]:
    """Those that the database denies; a table that isn't there is not denied."""
    asked = zip(_ASKED, replies, strict=True)
    return frozenset(grant for grant, reply in asked if reply.status != "ok" and error_number(reply) in _DENIALS)


def grants_for(writes: Iterable[Operation]) -> frozenset[Grant]:
    """What these statements have to be allowed, and what would take them back."""
    found = filter(None, (_STATEMENT.match(str(each.values[0])) for each in writes))
    needed = {Grant(match[2], verb) for match in found for verb in (match[1], _WAY_BACK[match[1]])}
    return frozenset(needed & set(_ASKED))


def require_grants(denied: frozenset[Grant], writes: Iterable[Operation]) -> None:
    """:raises UnfitError: the database's user may not write all of this; nothing was changed"""
    missing = denied & grants_for(writes)
    if missing:
        raise UnfitError("database_grants", grants=shown_grants(missing))


def shown_grants(grants: Iterable[Grant]) -> str:
    """``INSERT and UPDATE on servers; ...``"""
    by_table: dict[str, list[str]] = {}
    for grant in sorted(grants):
        by_table.setdefault(grant.table, []).append(grant.verb)
    return "; ".join(f"{' and '.join(verbs)} on {table}" for table, verbs in by_table.items())


def _prepared(grant: Grant) -> Operation:
    column, _ = _WRITTEN[grant.table]
    return sql(f"PREPARE carrier_wizard FROM '{_KINDS[grant.verb].format(table=grant.table, column=column)}'")
