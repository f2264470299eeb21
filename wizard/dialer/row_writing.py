"""A row that was there before, changed over a connection: written, read back, logged, its server told to rebuild."""

from __future__ import annotations

from collections.abc import Mapping

from wizard.errors import DatabaseError, RecordChangedError, WriteMismatchError

from . import operations
from .connection import Connection
from .journal import Checkpoint
from .protocol import Cell, table_of
from .row_change import RowChange
from .rows import carrier_of_row


def read_row(connection: Connection, carrier_id: str) -> Mapping[str, Cell] | None:
    """The row as it is now, or None.

    :raises DatabaseError: the database refused
    """
    rows = table_of(connection.ask([operations.select_carrier(carrier_id)])[0]).rows
    return rows[0] if rows else None


def write_row(connection: Connection, change: RowChange) -> None:
    """Write, and read back.

    :raises RecordChangedError: the row is not as it was read; nothing was changed
    :raises WriteMismatchError: the database keeps something else
    :raises DatabaseError: the database refused
    """
    written, read = connection.ask([change.write(), operations.select_carrier(change.carrier_id)], stop_at_error=False)
    try:
        touched = table_of(written).touched
    except DatabaseError as refusal:
        if refusal.is_duplicate:
            raise _changed(change) from refusal
        raise
    rows = table_of(read).rows
    now = rows[0] if rows else None
    if not touched and now != change.after:
        raise _changed(change)
    if now != change.after:
        raise WriteMismatchError(columns=", ".join(RowChange(now, change.after).changed_columns))


def _changed(change: RowChange) -> RecordChangedError:
    return RecordChangedError(what="carrier", name=change.carrier_id)


def request_rebuild(connection: Connection, change: RowChange, checkpoint: Checkpoint) -> bool:
    """Tell the servers of both entries to rebuild; whether VICIdial's admin log could be written, which decides nothing.

    :raises DatabaseError: the database refused the request itself
    """
    carriers = [carrier_of_row(dict(row)) for row in (change.before, change.after) if row is not None]
    flags = [operations.request_rebuild(server_ip) for server_ip in change.servers]
    *asked, logged = connection.ask(
        [*flags, operations.log_change(change.event, carriers[-1], checkpoint.client_address)], stop_at_error=False
    )
    for reply in asked:
        table_of(reply)
    return logged.status == "ok"
