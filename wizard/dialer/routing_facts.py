"""What decides which campaign's calls go where, beside the campaigns: lists, agents, server trunks, and TILTX's belongings.

Small tables only, and each may be missing in an old schema.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from wizard.carrier.on_dialer.tiltx import CONTAINER_ID, SCRIPT, TABLES, read_key
from wizard.carrier.profile import NO_LEAST_COST, NO_TILTX, Campaign, LeastCost, ListPrefix, ServerTrunks, Tiltx
from wizard.secret import Secret

from .protocol import AgentReply, Cell, Operation, printed, run, sql, table_of

#: where VICIdial's script looks for it
_WGET_PLACES = ("/bin/wget", "/usr/bin/wget", "/usr/local/bin/wget")
_LISTS, _AGENTS, _TRUNKS = "vicidial_lists", "vicidial_live_agents", "vicidial_server_trunks"
_CONTAINERS = "vicidial_settings_containers"
_RATES, _LCR_SCRIPT = "lcr", "agi-LCR-Route.agi"
#: asked for by name: old schemas lack some
_TABLES = (_LISTS, _AGENTS, _TRUNKS, _RATES, *TABLES)


@dataclass(frozen=True)
class RoutingFacts:
    """Everything of it that was read."""

    list_prefixes: tuple[ListPrefix, ...] = ()
    #: campaign, in small letters → agents that are signed in
    agents: Mapping[str, int] = field(default_factory=dict)
    server_trunks: tuple[ServerTrunks, ...] = ()
    tiltx: Tiltx = NO_TILTX
    least_cost: LeastCost = NO_LEAST_COST


def what_is_there(agi_path: str) -> list[Operation]:
    """Which of the tables, the script and wget the dialer has, and whether lists have a prefix of their own (schema 1662)."""
    names = ", ".join("?" * len(_TABLES))
    return [
        sql(
            "SELECT table_name AS name FROM information_schema.tables"  # noqa: S608 (only question marks)
            f" WHERE table_schema=DATABASE() AND table_name IN ({names})",
            *_TABLES,
        ),
        sql(
            "SELECT column_name AS name FROM information_schema.columns"
            " WHERE table_schema=DATABASE() AND table_name=? AND column_name='dial_prefix'",
            _LISTS,
        ),
        run("ls", f"{agi_path}/{SCRIPT}", f"{agi_path}/{_LCR_SCRIPT}", *_WGET_PLACES),
    ]


@dataclass(frozen=True)
class Inventory:
    """The answers to :func:`what_is_there`."""

    tables: frozenset[str]
    lists_have_prefix: bool
    files: frozenset[str]


def read_inventory(replies: Sequence[AgentReply]) -> Inventory:
    tables, columns, listed = replies
    return Inventory(
        frozenset(_text(row["name"]) for row in table_of(tables).rows),
        bool(table_of(columns).rows),
        frozenset(printed(listed).split()),
    )


def routing_queries(server_ip: str, there: Inventory) -> dict[str, Operation]:
    """Table → what to ask of it; a table that is not there is not asked."""
    queries = {
        # Nobody asks for leads here: a dialer has some hundred lists at most.
        _LISTS: sql(
            "SELECT list_id, list_name, campaign_id, active, dial_prefix FROM vicidial_lists WHERE dial_prefix<>''"
            " ORDER BY list_id"
        ),
        # One row for each agent who is signed in.
        _AGENTS: sql("SELECT campaign_id, COUNT(*) AS agents FROM vicidial_live_agents GROUP BY campaign_id"),
        _TRUNKS: sql(
            "SELECT campaign_id, dedicated_trunks, trunk_restriction FROM vicidial_server_trunks WHERE server_ip=?"
            " ORDER BY campaign_id",
            server_ip,
        ),
        _CONTAINERS: sql("SELECT container_entry FROM vicidial_settings_containers WHERE container_id=?", CONTAINER_ID),
    }
    asked = there.tables if there.lists_have_prefix else there.tables - {_LISTS}
    return {table: query for table, query in queries.items() if table in asked}


def read_routing(replies: Mapping[str, AgentReply], there: Inventory) -> RoutingFacts:
    """Table → its reply."""
    rows = {table: table_of(reply).rows for table, reply in replies.items()}
    return RoutingFacts(
        list_prefixes=tuple(map(_list_prefix, rows.get(_LISTS, ()))),
        agents={_text(row["campaign_id"]).lower(): int(row["agents"] or 0) for row in rows.get(_AGENTS, ())},
        server_trunks=tuple(map(trunks_of_row, rows.get(_TRUNKS, ()))),
        tiltx=Tiltx(
            has_script=any(name.endswith(SCRIPT) for name in there.files),
            has_wget=not there.files.isdisjoint(_WGET_PLACES),
            missing_tables=tuple(table for table in TABLES if table not in there.tables),
            key=next((Secret(read_key(_text(row["container_entry"]))) for row in rows.get(_CONTAINERS, ())), None),
        ),
        least_cost=LeastCost(
            has_script=any(name.endswith(_LCR_SCRIPT) for name in there.files), has_table=_RATES in there.tables
        ),
    )


def _list_prefix(row: Mapping[str, Cell]) -> ListPrefix:
    return ListPrefix(
        list_id=_text(row["list_id"]),
        list_name=_text(row["list_name"]),
        campaign_id=_text(row["campaign_id"]),
        active=row["active"] == "Y",
        dial_prefix=_text(row["dial_prefix"]),
    )


def trunks_of_row(row: Mapping[str, Cell]) -> ServerTrunks:
    lines = _text(row["dedicated_trunks"])
    return ServerTrunks(
        _text(row["campaign_id"]), int(lines) if lines.isdigit() else 0, row["trunk_restriction"] == "OVERFLOW_ALLOWED"
    )


def campaign_of_row(row: Mapping[str, Cell], agents: Mapping[str, int]) -> Campaign:
    """A row of ``vicidial_campaigns``, without the columns that an old schema lacks."""
    timeout = _text(row.get("dial_timeout"))
    return Campaign(
        campaign_id=_text(row["campaign_id"]),
        campaign_name=_text(row.get("campaign_name")),
        active=row["active"] == "Y",
        dial_prefix=_text(row["dial_prefix"]),
        manual_dial_prefix=_text(row.get("manual_dial_prefix")),
        three_way_dial_prefix=_text(row.get("three_way_dial_prefix")),
        omit_phone_code=row.get("omit_phone_code") == "Y",
        prefix_is_null=row["dial_prefix"] is None,
        dial_timeout=int(timeout) if timeout.isdigit() else None,
        campaign_cid=_text(row.get("campaign_cid")),
        agents=agents.get(_text(row["campaign_id"]).lower(), 0),
    )


def _text(cell: Cell) -> str:
    return cell or ""
