"""Which numbers a dialer shows to those it calls, and at which it is called: small tables, each read up to a limit."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from wizard.carrier.on_dialer.caller_ids import CallerIdUse, NumbersInUse, Source
from wizard.errors import DatabaseError

from .protocol import AgentReply, Cell, Operation, sql, table_of

#: more rows than anybody reads, and far fewer than would be felt
MOST_ROWS = 5_000
#: an unknown column, a missing table, a table that our user may not read: this VICIdial has no such numbers for us
_NOT_THERE = (1054, 1146, 1142, 1143)

Row = dict[str, Cell]


def number_queries() -> list[Operation]:
    """Where VICIdial takes a caller ID from (vicidial.md §3.4), and last the inbound DIDs."""
    return [sql(f"{statement} LIMIT {MOST_ROWS + 1}") for statement in (*_USES, _DIDS)]


def read_numbers(replies: Sequence[AgentReply]) -> NumbersInUse:
    """The answers to :func:`number_queries`.

    :raises DatabaseError: the database refused for another reason than not having it
    """
    *about_uses, about_dids = (_rows(reply) for reply in replies)
    uses = [_USES[statement](row) for statement, rows in zip(_USES, about_uses, strict=True) for row in rows or ()]
    dids = about_dids or []
    return NumbersInUse(
        uses=tuple(use for use in uses if use.number),
        dids=frozenset(_text(row, "did_pattern") for row in dids),
        all_read=all(len(rows or ()) <= MOST_ROWS for rows in about_uses),
        all_dids_read=about_dids is not None and len(dids) <= MOST_ROWS,
    )


def _rows(reply: AgentReply) -> Sequence[Row] | None:
    """None where this dialer has no such thing."""
    try:
        return table_of(reply).rows
    except DatabaseError as refusal:
        if refusal.number in _NOT_THERE:
            return None
        raise


def _text(row: Row, column: str) -> str:
    return (row[column] or "").strip()


def _of_campaign(row: Row) -> CallerIdUse:
    return CallerIdUse(_text(row, "campaign_cid"), Source.CAMPAIGN, _text(row, "campaign_id"), active=row["active"] == "Y")


def _of_list(row: Row) -> CallerIdUse:
    number = _text(row, "campaign_cid_override")
    return CallerIdUse(number, Source.LIST, _text(row, "list_id"), active=row["active"] == "Y")


def _of_group(row: Row) -> CallerIdUse:
    """Area codes belong to a campaign, or to a CID group that campaigns and lists name."""
    return CallerIdUse(_text(row, "outbound_cid"), Source.AREA_CODES, _text(row, "campaign_id"), active=row["active"] == "Y")


_USES: dict[str, Callable[[Row], CallerIdUse]] = {
    "SELECT campaign_cid, campaign_id, active FROM vicidial_campaigns ORDER BY campaign_id": _of_campaign,
    "SELECT campaign_cid_override, list_id, active FROM vicidial_lists WHERE campaign_cid_override<>''": _of_list,
    "SELECT outbound_cid, campaign_id, active FROM vicidial_campaign_cid_areacodes": _of_group,
}
_DIDS = "SELECT did_pattern FROM vicidial_inbound_dids"
