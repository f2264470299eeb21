"""Changes beside the carrier's row, made and put back over a connection; each guarded by what the record held before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Protocol, Self, TypeVar

from wizard.carrier.on_dialer.changes import Change, ChangeState
from wizard.errors import DatabaseError, RecordChangedError, WizardError, WriteMismatchError

from .connection import Connection
from .protocol import AgentReply, table_of
from .records import Held, Record, record_of


class WayBack(Protocol):
    """What is kept, before anything is written, of whatever makes changes: an install's checkpoint, or a switch's."""

    @property
    def server_ip(self) -> str: ...
    @property
    def client_address(self) -> str: ...
    def with_changes(self, changes: Iterable[Change]) -> Self: ...


W = TypeVar("W", bound=WayBack)


def make_changes(connection: Connection, checkpoint: W, changes: Sequence[Change], keep: Callable[[W], None]) -> None:
    """Write, and read back. ``keep`` is told before and after: one of which nobody knows counts as made.

    :raises RecordChangedError: somebody has changed a record since it was read; it was left alone
    :raises WriteMismatchError: the database keeps something else
    :raises DatabaseError: the database refused
    """
    keep(checkpoint.with_changes(replace(change, state=ChangeState.MADE) for change in changes))
    records = [record_of(change, checkpoint.server_ip) for change in changes]
    replies = connection.ask([operation for record in records for operation in (record.write(), record.read())])
    outcomes = list(map(_outcome, changes, records, replies[::2], replies[1::2]))
    unmade = [change for change, (is_made, _) in zip(changes, outcomes, strict=True) if not is_made]
    if unmade:
        # What is there is somebody else's doing, whatever it is: an undo has to leave it alone.
        made = [replace(change, state=ChangeState.MADE) for change in changes if change not in unmade]
        keep(checkpoint.with_changes(made))
    for _, failure in outcomes:
        if failure is not None:
            raise failure
    _log(connection, records, checkpoint.client_address, is_undo=False)


def _outcome(change: Change, record: Record, written: AgentReply, read: AgentReply) -> tuple[bool, WizardError | None]:
    """Whether a change may have been made, and what is wrong with it."""
    if written.status == "skipped":
        return False, DatabaseError(detail="skipped")
    try:
        touched = table_of(written).touched
    except DatabaseError as refusal:
        return not refusal.is_certain, refusal
    if not touched:
        return False, RecordChangedError(what=change.kind.value, name=change.record)
    try:
        held = record.held(table_of(read))
    except DatabaseError as refusal:
        return True, refusal
    if not (held.is_there and held.value == change.revealed):
        return True, WriteMismatchError(columns=change.record)
    return True, None


def put_back(connection: Connection, checkpoint: WayBack, changes: Sequence[Change]) -> list[Change]:
    """Undo those that may have been made, each only if its record still holds what the change made of it.

    :raises DatabaseError: the database refused; what was put back until then is found so the next time
    """
    wanted = [change for change in changes if change.state is ChangeState.MADE]
    if not wanted:
        return list(changes)
    records = [record_of(change, checkpoint.server_ip) for change in wanted]
    replies = connection.ask([operation for record in records for operation in (record.put_back(), record.read())])
    touched = [table_of(reply).touched for reply in replies[::2]]
    held = [record.held(table_of(reply)) for record, reply in zip(records, replies[1::2], strict=True)]
    undone = [record for record, rows in zip(records, touched, strict=True) if rows]
    if undone:
        _log(connection, undone, checkpoint.client_address, is_undo=True)
    states = {change: _fate(change, now) for change, now in zip(wanted, held, strict=True)}
    return [replace(change, state=states.get(change, change.state)) for change in changes]


def _fate(change: Change, held: Held) -> ChangeState:
    if held.value == change.before and (held.is_there or change.makes_record):
        return ChangeState.PUT_BACK
    return ChangeState.LEFT if held.is_there else ChangeState.GONE


def _log(connection: Connection, records: Sequence[Record], address: str, *, is_undo: bool) -> None:
    """VICIdial's log may be a broken table; nothing depends on it."""
    connection.ask([record.log(address, is_undo=is_undo) for record in records], stop_at_error=False)
