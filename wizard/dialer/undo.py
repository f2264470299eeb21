"""Undoing an install: the row goes, the dialer rebuilds, and files and Asterisk are seen to be as before."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.errors import DriftError, RollbackFailedError

from . import operations
from .connection import Connection
from .facts import carrier_of_row, open_database
from .journal import Checkpoint, Journal, Phase
from .look import Look, look_at
from .pace import Clock
from .protocol import program_result, read_file, table_of

#: cron's minute and the generator's run, twice: one run may have begun before the row went
REBUILD_SECONDS = 150.0
#: how long after the generator's run Asterisk may still have the carrier before we reload it ourselves
RELOAD_PATIENCE = 4.0
LOAD_PATIENCE = 20.0


@dataclass(frozen=True)
class UndoReport:
    """What is true after an undo."""

    #: whether the generated files are, byte for byte, those of before the install
    same_files: bool
    #: files that differ, where something else changed in the meantime
    changed_files: tuple[str, ...] = ()


def undo(
    connection: Connection,
    checkpoint: Checkpoint,
    journal: Journal,
    clock: Clock,
) -> UndoReport:
    """Bring the dialer back to what it was before the install; harmless to repeat.

    :raises DriftError: somebody else changed the row since; nothing was touched
    :raises RollbackFailedError: the undo could not be finished, with the steps that are left
    """
    open_database(connection)
    _require_ours(connection, checkpoint)
    journal.begin(Phase.ROLLING_BACK)
    _delete_row(connection, checkpoint)
    _await_gone(connection, checkpoint, clock)
    report = _compare_files(connection, checkpoint)
    journal.done(Phase.ROLLED_BACK)
    return report


def _require_ours(connection: Connection, checkpoint: Checkpoint) -> None:
    """The row is as it was written, or gone already."""
    carrier = checkpoint.carrier
    [reply] = connection.ask([operations.select_carrier(carrier.carrier_id)])
    for row in table_of(reply).rows:
        stored, meant = carrier_of_row(row).columns(), carrier.columns()
        changed = [column for column in checkpoint.columns if column != "active" and stored[column] != meant[column]]
        if changed:
            raise DriftError(carrier_id=carrier.carrier_id, columns=", ".join(changed))


def _delete_row(connection: Connection, checkpoint: Checkpoint) -> None:
    carrier = checkpoint.carrier
    replies = connection.ask(
        [
            operations.delete_unchanged(carrier, checkpoint.columns),
            operations.select_carrier(carrier.carrier_id),
            operations.request_rebuild(carrier.server_ip),
            operations.log_change("DELETE", carrier, checkpoint.client_address),
        ]
    )
    if table_of(replies[1]).rows:
        raise DriftError(carrier_id=carrier.carrier_id, columns="")


def _await_gone(connection: Connection, checkpoint: Checkpoint, clock: Clock) -> None:
    """Wait for a rebuild that began after the row was gone, and for Asterisk to follow it."""
    began = clock.now()
    quiet_since: float | None = None
    reloaded = False
    while True:
        picked_up, building, look = _state(connection, checkpoint)
        quiet = picked_up and not building and not look.in_files
        quiet_since = (quiet_since or clock.now()) if quiet else None
        if quiet_since is not None:
            if look.is_gone(checkpoint.routes) and clock.now() - quiet_since >= 1:
                return
            if clock.now() - quiet_since > RELOAD_PATIENCE and not reloaded:
                connection.ask(operations.reload_sip(), stop_at_error=False)
                reloaded = True
            if clock.now() - quiet_since > LOAD_PATIENCE:
                raise RollbackFailedError(steps=["reload"], detail="asterisk")
        elif clock.now() - began > REBUILD_SECONDS:
            if look.is_gone(checkpoint.routes):
                return  # it never got that far, and the generator is not running
            raise RollbackFailedError(steps=["rebuild"], detail="generator")
        clock.sleep(0.5)


def _state(connection: Connection, checkpoint: Checkpoint) -> tuple[bool, bool, Look]:
    """(flag picked up, generator at work, what is left)"""
    flag, building = connection.ask(
        [operations.select_flag(checkpoint.server_ip), read_file(operations.BUILD_FILE, 1)], stop_at_error=False
    )
    rows = table_of(flag).rows
    picked_up = bool(rows) and rows[0]["rebuild_conf_files"] == "N"
    digits = [number for number, _ in checkpoint.routes]
    return picked_up, building.status == "ok", look_at(connection, checkpoint.carrier, checkpoint.ext_context, digits)


def _compare_files(connection: Connection, checkpoint: Checkpoint) -> UndoReport:
    [reply] = connection.ask([operations.file_digests()])
    after = operations.parse_digests(program_result(reply, "sha256sum").output)
    changed = tuple(sorted(path for path in after if after[path] != checkpoint.digests.get(path)))
    return UndoReport(same_files=not changed, changed_files=changed)
