"""One wizard at a time in VICIdial's database, wherever it runs."""

from __future__ import annotations

from wizard.errors import InstallInProgressError

from . import operations
from .connection import Connection
from .protocol import table_of

#: how long a session whose connection just ended may take to be gone
_GONE_SECONDS = 3


def lock_database(connection: Connection, *, earlier: int | None = None) -> int:
    """Take the lock until the connection ends; returns the number of the database session that holds it.

    ``earlier`` is such a number of our own, from a connection that was lost: if that session still holds the lock it is
    ended, so that a statement of its that waits for somebody else's table is never carried out after all.

    :raises InstallInProgressError: another wizard has it
    """
    session = _try(connection, 0 if earlier is None else _GONE_SECONDS)
    if session is None and earlier is not None and _holder(connection) == earlier:
        connection.ask([operations.end_session(earlier)], stop_at_error=False)
        session = _try(connection, _GONE_SECONDS)
    if session is None:
        raise InstallInProgressError(where="elsewhere")
    return session


def _try(connection: Connection, seconds: int) -> int | None:
    [reply] = connection.ask([operations.take_lock(seconds)])
    [row] = table_of(reply).rows
    return int(row["session"] or 0) if row["taken"] == "1" else None


def _holder(connection: Connection) -> int | None:
    [reply] = connection.ask([operations.select_lock_holder()])
    [row] = table_of(reply).rows
    return int(row["holder"]) if row["holder"] else None
