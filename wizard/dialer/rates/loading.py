"""Putting a deck into table ``lcr``, taking one out, and seeing to what an import left that ended in the middle."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from wizard.carrier.findings import Finding, note, warning
from wizard.dialer.connection import Connection
from wizard.dialer.protocol import Operation, table_of
from wizard.errors import DatabaseError

from . import statements
from .reading import Parts, read_parts


class Left(StrEnum):
    """What an import left that ended in the middle."""

    #: calls see the deck from before it
    STAGED = "staged"
    #: the database itself stopped halfway: calls may see some of the old deck or of the new one
    HALF = "half"
    #: calls see the new deck
    RETIRED = "retired"


@dataclass(frozen=True)
class Loaded:
    """How many rates a deck has now, how many it had, and what was found and mended on the way."""

    count: int
    before: int
    findings: tuple[Finding, ...] = ()


def left_of(parts: Parts) -> Left | None:
    """How far the last import of a carrier got, by what is there (see :mod:`.statements`).

    In a swap the old deck goes first: while all of the new one still waits, what calls see is the old one's rest.
    """
    if parts.marked is None:
        return Left.RETIRED if parts.retired else Left.STAGED if parts.staged else None
    if parts.staged == parts.marked:
        return Left.HALF if parts.retired else Left.STAGED
    return Left.HALF if parts.staged else Left.RETIRED


def about_leftovers(decks: Iterable[Parts]) -> list[Finding]:
    """For who only looks."""
    findings = []
    for parts in decks:
        left = left_of(parts)
        if left is Left.HALF:
            findings.append(warning("rates_half", "dialer", trunk=parts.trunk))
        elif left is not None:
            findings.append(note("rates_left", "dialer", trunk=parts.trunk))
    return findings


def settle(connection: Connection) -> list[Finding]:
    """Finish or drop what earlier imports left. The lock must be held: what is under way looks just the same."""
    findings = []
    for parts in read_parts(connection):
        left = left_of(parts)
        if left is None:
            continue
        _carry_out(connection, _to_settle(parts, left))
        dropped = left is Left.STAGED
        findings.append(
            note("rates_dropped", "dialer", trunk=parts.trunk)
            if dropped
            else note("rates_finished", "dialer", trunk=parts.trunk)
        )
    return findings


def _to_settle(parts: Parts, left: Left) -> list[Operation]:
    trunk = parts.trunk
    if left is Left.STAGED:
        return [statements.drop_mark(trunk), statements.drop_staged(trunk)]
    if left is Left.RETIRED:
        return [statements.drop_staged(trunk), statements.drop_retired(trunk), statements.drop_mark(trunk)]
    move = statements.swap(trunk) if parts.staged == parts.marked else statements.move_rest(trunk)
    return [move, statements.drop_retired(trunk), statements.drop_mark(trunk)]


def load_rates(connection: Connection, trunk: str, rows: Iterable[tuple[int, str]], count: int) -> Loaded:
    """Give a carrier this deck in the place of the one that it has, if any. The table must be there, the lock held.

    Until the last request calls see the old deck; that one is carried out to its end even if nobody waits for it.

    :raises DatabaseError: the database refused, or kept something else; calls still see the old deck
    :raises ConnectionLostError: nobody knows how far it got; the next import, or look, does
    """
    findings = settle(connection)
    try:
        for batch in statements.stage(trunk, rows):
            _carry_out(connection, batch)
    except DatabaseError:
        connection.ask([statements.drop_staged(trunk)], stop_at_error=False)
        raise
    [reply] = connection.ask([statements.count_staged(trunk)])
    staged = int(table_of(reply).rows[0]["staged"] or 0)
    if staged != count:
        _carry_out(connection, [statements.drop_staged(trunk)])
        raise DatabaseError(detail=f"{staged} rows of {count}")
    _, swapped, _, _ = _carry_out(
        connection,
        [
            statements.put_mark(trunk, count),
            statements.swap(trunk),
            statements.drop_retired(trunk),
            statements.drop_mark(trunk),
        ],
    )
    return Loaded(count, swapped - count, tuple(findings))


def remove_rates(connection: Connection, trunk: str) -> Loaded:
    """Take a carrier's deck out; calls then go to the next cheapest, or their default. The lock must be held."""
    findings = settle(connection)
    [removed] = _carry_out(connection, [statements.drop_live(trunk)])
    return Loaded(0, removed, tuple(findings))


def _carry_out(connection: Connection, operations: Sequence[Operation]) -> list[int]:
    """Rows touched by each; stops at the first that the database refuses.

    :raises DatabaseError: it refused one
    """
    replies = connection.ask(operations)
    return [table_of(reply).touched for reply in replies]
