"""Rules that let a carrier in, put into the dialer's firewall and taken out again; each is looked for before and after.

A rule bears the carrier's name as its comment (firewalld's have none), so nothing of anybody else's is ever touched.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from wizard.carrier.firewall.opening import FIREWALLD, Opening, find_handle, opening_of
from wizard.carrier.on_dialer.changes import Change, ChangeKind, ChangeState
from wizard.errors import FirewallClosedError

from .changes import WayBack
from .connection import Connection
from .protocol import AgentReply, program_result, run

W = TypeVar("W", bound=WayBack)
#: firewall-cmd starts an interpreter each time
_SECONDS = 20
#: firewall-cmd's status where there is no firewalld to ask: what it held until its end is gone, what lasts is not
_NOT_RUNNING = 252
#: what a rule makes of what it matches
OPEN = "open"


def rule_changes(openings: Sequence[Opening]) -> tuple[Change, ...]:
    """As changes of an install, none of them made yet."""
    return tuple(Change(ChangeKind.FIREWALL_RULE, opening.text, None, OPEN) for opening in openings)


def open_firewall(
    connection: Connection, checkpoint: W, carrier_id: str, changes: Sequence[Change], keep: Callable[[W], None]
) -> None:
    """Make the rules, and see that they are there. ``keep`` is told before: one of which nobody knows counts as made.

    A rule that is there already is nobody's change: it stays as it is, and an undo leaves it there.

    :raises FirewallClosedError: the firewall's own program refused
    """
    openings = {change: opening_of(change.record) for change in changes}
    there = _find(connection, carrier_id, list(openings.values()))
    missing = [change for change, opening in openings.items() if there[opening] is None]
    keep(checkpoint.with_changes(replace(change, state=ChangeState.MADE) for change in missing))
    made = [run(*openings[change].make(carrier_id), seconds=_SECONDS) for change in missing]
    complaints = [_complaint(reply) for reply in connection.ask(made, stop_at_error=False)]
    after = _find(connection, carrier_id, [openings[change] for change in missing])
    if lacking := [opening for opening, handle in after.items() if handle is None]:
        raise FirewallClosedError(rule=lacking[0].text, detail=next(filter(None, complaints), ""))


def close_firewall(connection: Connection, carrier_id: str, changes: Sequence[Change]) -> list[Change]:
    """Take away those that may have been made; harmless to repeat.

    :raises FirewallClosedError: one of them is still there
    """
    wanted = {change: opening_of(change.record) for change in changes if change.state is ChangeState.MADE}
    there = _find(connection, carrier_id, list(wanted.values()))
    removals = [
        run(*opening.remove(carrier_id, handle), seconds=_SECONDS) for opening, handle in there.items() if handle is not None
    ]
    complaints = [_complaint(reply) for reply in connection.ask(removals, stop_at_error=False)] if removals else []
    after = _find(connection, carrier_id, [opening for opening, handle in there.items() if handle is not None])
    if left := [opening for opening, handle in after.items() if handle is not None]:
        raise FirewallClosedError(rule=left[0].text, detail=next(filter(None, complaints), ""))
    return [replace(change, state=ChangeState.PUT_BACK) if change in wanted else change for change in changes]


def _find(connection: Connection, carrier_id: str, openings: Sequence[Opening]) -> dict[Opening, str | None]:
    """What is there of each: nft's number of it, "" where it has none, None where it is not there."""
    if not openings:
        return {}
    replies = connection.ask([run(*each.query(carrier_id), seconds=_SECONDS) for each in openings], stop_at_error=False)
    return {opening: _found(opening, carrier_id, reply) for opening, reply in zip(openings, replies, strict=True)}


def _found(opening: Opening, carrier_id: str, reply: AgentReply) -> str | None:
    """:raises FirewallClosedError: the program can't tell"""
    if reply.status != "ok":
        # A program that isn't there any more has no rules any more.
        return None
    result = program_result(reply, "firewall")
    if opening.means == "nft" and result.status == 0:
        return find_handle(result.output, opening.mark(carrier_id))
    if result.status == 0:
        return ""
    is_gone = result.status == 1 and (opening.means != "nft" or "No such file" in result.errors)
    if is_gone or (opening.means == FIREWALLD and result.status == _NOT_RUNNING):
        return None
    raise FirewallClosedError(rule=opening.text, detail=_complaint(reply))


def _complaint(reply: AgentReply) -> str:
    if reply.status != "ok":
        return (reply.values[0] or "").strip() if reply.values else reply.status
    result = program_result(reply, "firewall")
    return (result.errors or result.output).strip() if result.status else ""
