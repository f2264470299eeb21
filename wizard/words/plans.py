"""A planned run, in words: what would be written, and what else a rebuild brings live."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from wizard.carrier.row_diff import ColumnDiff
from wizard.dialer.pending import PendingChange
from wizard.dialer.planned_run import PlannedRun

from .findings import finding_json

NOTHING_TO_DO = "All of it is on the dialer already; nothing would be written."
#: headings of the plan's parts
ROW, STATEMENTS, COMMANDS, FILES, PENDING = (
    "What changes in the carrier's row",
    "What would be written to VICIdial's database",
    "What would be run to open the dialer's firewall",
    "Files that VICIdial would write anew, at its next run",
    "What the rebuild brings live besides",
)
NO_PENDING = "Nothing that the wizard knows of."
_PENDING: Mapping[str, str] = {
    "flagged": "A rebuild is asked for already, by somebody else.",
    "carrier_not_generated": "The carrier {name}: its row was changed since the files were written.",
    "carrier_still_generated": "The carrier {name}: it is in the files, and would go, since its row is gone, off, or another server's.",
    "logged": "{section} {name}: {user} changed it at {at}.",
}


def pending_sentence(change: PendingChange) -> str:
    return _PENDING[change.kind].format(name=change.name, section=change.section.capitalize(), user=change.user, at=change.at)


def changes_json(plan: PlannedRun) -> list[dict[str, Any]]:
    """What is changed beside the row; no secret."""
    return [
        {
            "kind": each.kind.value,
            "record": each.record,
            "before": each.before,
            "after": str(each.after),
            "state": each.state.value,
        }
        for each in plan.changes
    ]


def plan_json(plan: PlannedRun) -> dict[str, Any]:
    """The plan as one document."""
    return {
        "carrier_id": plan.carrier_id,
        "dry_run": True,
        "row": [{"column": each.column, "lines": [f"{line.sign}{line.text}" for line in each.lines]} for each in plan.diff],
        "statements": list(plan.statements),
        "commands": list(plan.commands),
        "files": list(plan.files),
        "pending": [pending_sentence(each) for each in plan.pending],
        "changes": changes_json(plan),
        "findings": [finding_json(finding) for finding in plan.findings],
    }


def carrier_heading(carrier_id: str, *, is_backup: bool) -> str:
    """Above each plan, where a run installs several carriers."""
    return f"{carrier_id}, the backup, which is installed first" if is_backup else f"{carrier_id}, after its backups"


def plan_text(plan: PlannedRun) -> str:
    """The plan to print."""
    if not plan.statements:
        return NOTHING_TO_DO
    parts = [
        (ROW, list(_diff_lines(plan.diff))),
        (STATEMENTS, [f"{statement};" for statement in plan.statements]),
        (COMMANDS, list(plan.commands)),
        (FILES, list(plan.files)),
        (PENDING, [pending_sentence(each) for each in plan.pending] or [NO_PENDING]),
    ]
    return "\n\n".join(f"{heading}:\n" + "\n".join(f"  {line}" for line in lines) for heading, lines in parts if lines)


def _diff_lines(diff: tuple[ColumnDiff, ...]) -> Iterator[str]:
    for each in diff:
        yield f"{each.column}:"
        for line in each.lines:
            yield f"  {line.sign} {line.text}"
