"""Whether a run that broke off left all of what was meant, and it works."""

from __future__ import annotations

from wizard.carrier.on_dialer.changes import ChangeState
from wizard.errors import OtherDialerError

from .connection import Connection
from .database_lock import lock_database
from .gathering import open_database
from .journal import Checkpoint, Observation
from .look import look_at
from .protocol import table_of
from .records import record_of
from .row_writing import read_row
from .rows import carrier_of_row
from .verdict import Verdict


def is_whole(connection: Connection, checkpoint: Checkpoint) -> Observation | None:
    """What Asterisk says where row, files, changes and peer are as meant, and up; None where anything is amiss.

    :raises OtherDialerError: another dialer answers at this address
    :raises InstallInProgressError: another wizard is at work there
    """
    config = open_database(connection)
    if config["VARserver_ip"] != checkpoint.server_ip:
        raise OtherDialerError(found=config["VARserver_ip"], expected=checkpoint.server_ip)
    lock_database(connection, earlier=checkpoint.session)
    row = read_row(connection, checkpoint.carrier.carrier_id)
    if row is None or (checkpoint.row is not None and row != checkpoint.row.after):
        return None
    stored, meant = carrier_of_row(dict(row)).columns(), checkpoint.carrier.columns()
    if any(stored[column] != meant[column] for column in checkpoint.columns) or not _are_changes_made(connection, checkpoint):
        return None
    digits = [number for number, _ in checkpoint.routes]
    look = look_at(connection, checkpoint.carrier, checkpoint.ext_context, digits)
    is_up = look.observation.judgement.verdict is Verdict.UP
    # Of a row that was there before, the trunk that is up may be the old one.
    is_proven = checkpoint.row is None and look.in_files and look.is_loaded(checkpoint.routes)
    return look.observation if is_up and is_proven else None


def _are_changes_made(connection: Connection, checkpoint: Checkpoint) -> bool:
    if any(change.state is not ChangeState.MADE for change in checkpoint.changes):
        return False
    records = [record_of(change, checkpoint.server_ip) for change in checkpoint.changes]
    replies = connection.ask([record.read() for record in records]) if records else []
    held = [record.held(table_of(reply)).value for record, reply in zip(records, replies, strict=True)]
    return held == [change.revealed for change in checkpoint.changes]
