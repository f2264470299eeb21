"""A run before it happens: everything that it would write, as it may be shown and printed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wizard.carrier.findings import Finding
from wizard.carrier.firewall.opening import opening_of, shown_command
from wizard.carrier.on_dialer.changes import Change
from wizard.carrier.row_diff import ColumnDiff, row_diff
from wizard.secret import MASK, Secret

from . import operations
from .journal import Checkpoint
from .pending import PendingChange
from .protocol import Operation
from .records import record_of
from .rewriting import Rewriting
from .rows import carrier_of_row
from .watch import watch_of


@dataclass(frozen=True)
class PlannedRun:
    """What would be done; nothing of it is secret. No statements: there is nothing to do."""

    carrier_id: str
    #: the row, column by column
    diff: tuple[ColumnDiff, ...]
    #: in their order, passwords and whole entries masked
    statements: tuple[str, ...]
    #: generated files that would be written anew
    files: tuple[str, ...]
    #: what a rebuild brings live beside it
    pending: tuple[PendingChange, ...]
    #: campaigns and settings
    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]
    #: commands that open the dialer's firewall
    commands: tuple[str, ...] = ()


def planned_run(checkpoint: Checkpoint, pending: Sequence[PendingChange], findings: Sequence[Finding]) -> PlannedRun:
    """From what an install would begin with."""
    row = checkpoint.row
    before = carrier_of_row(dict(row.before)) if row is not None and row.before is not None else None
    after = None if row is not None and row.after is None else checkpoint.carrier
    files = _files(checkpoint)
    return PlannedRun(
        carrier_id=checkpoint.carrier.carrier_id,
        diff=row_diff(before, after),
        statements=tuple(map(_statement, writes_of(checkpoint))),
        files=files,
        pending=tuple(pending) if files else (),
        changes=checkpoint.changes,
        findings=tuple(findings),
        commands=tuple(
            shown_command(opening_of(change.record).make(checkpoint.carrier.carrier_id))
            for change in checkpoint.changes
            if change.is_of_firewall
        ),
    )


def _files(checkpoint: Checkpoint) -> tuple[str, ...]:
    if checkpoint.row is None:
        return tuple(sorted({operations.DIALPLAN_FILE, watch_of(checkpoint.carrier).account_file}))
    return Rewriting(checkpoint.row, checkpoint.server_ip).files


def writes_of(checkpoint: Checkpoint) -> Iterator[Operation]:
    """Every statement that writes, in their order."""
    changes = [change for change in checkpoint.changes if not change.is_of_firewall]
    records = [record_of(change, checkpoint.server_ip) for change in changes]
    settings = [record.write() for record, change in zip(records, changes, strict=True) if not change.is_of_campaign]
    campaigns = [record.write() for record, change in zip(records, changes, strict=True) if change.is_of_campaign]
    if checkpoint.template is not None:
        yield operations.insert_template(checkpoint.template, list(checkpoint.template.__dataclass_fields__))
    row, carrier = checkpoint.row, checkpoint.carrier
    if row is None:
        yield operations.insert_inactive(carrier, checkpoint.columns)
    elif row.changes_row:
        yield row.write()
    yield from settings
    if row is None:
        yield operations.activate(carrier)
    if row is None or Rewriting(row, checkpoint.server_ip).needs_rebuild:
        for server_ip in row.servers if row is not None else [carrier.server_ip]:
            yield operations.request_rebuild(server_ip)
        yield operations.log_change(row.event if row is not None else "ADD", carrier, checkpoint.client_address)
    yield from campaigns


def _statement(operation: Operation) -> str:
    """The statement with its values in their places; the diff shows what the masked ones are."""
    template, *values = operation.values
    first, *rest = str(template).split("?")
    return first + "".join(f"{_quoted(value)}{text}" for value, text in zip(values, rest, strict=True))


def _quoted(value: str | Secret | None) -> str:
    if value is None:
        return "NULL"
    text = (MASK if value.reveal() else "") if isinstance(value, Secret) else value
    escaped = text.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
