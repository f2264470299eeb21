"""Who is at work on a server while something is to be changed there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from wizard.carrier.findings import Finding, note

from .protocol import AgentReply, Operation, sql, table_of

_QUESTION = (
    "SELECT (SELECT COUNT(*) FROM vicidial_live_agents WHERE server_ip=?) AS agents,"
    " (SELECT COUNT(*) FROM vicidial_auto_calls WHERE server_ip=?) AS calls"
)


@dataclass(frozen=True)
class Live:
    """Agents who are signed in on a server, and calls that VICIdial has under way there."""

    agents: int = 0
    calls: int = 0


def live_question(server_ip: str) -> Operation:
    """Two small tables: a row for each agent who is signed in, and for each call."""
    return sql(_QUESTION, server_ip, server_ip)


def read_live(reply: AgentReply) -> Live | None:
    """None where this dialer has no such tables."""
    if reply.status != "ok":
        return None
    [row] = table_of(reply).rows
    return Live(int(row["agents"] or 0), int(row["calls"] or 0))


def about_live(live: Live | None) -> Iterator[Finding]:
    """For whoever is about to press the button; it stands in nobody's way."""
    if live is not None and (live.agents or live.calls):
        yield note("live_on_dialer", "dialer", agents=live.agents, calls=live.calls)
