"""What a run would do, without doing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from wizard.dialer.installer import Installer
from wizard.dialer.journal import NoJournal
from wizard.dialer.outcome import InstallPlan
from wizard.dialer.planned_run import PlannedRun, planned_run
from wizard.dialer.row_editor import ActPlan, RowEditor

from .dialers import Connect


def plan_with_backups(connect: Connect, plan: InstallPlan, first: Sequence[InstallPlan]) -> list[PlannedRun]:
    """What each carrier of a run would write, in their order: ``first`` are backups, and the carrier comes last.

    :raises RefusedError: something stands in the way of one of them
    :raises DialerError: the dialer can't be reached or is not fit
    """
    plans = [*first, plan]
    known = [each.answers for each in plans]
    return [plan_run(connect, replace(each, after=tuple(known[:position]))) for position, each in enumerate(plans)]


def plan_run(connect: Connect, plan: InstallPlan | ActPlan) -> PlannedRun:
    """Look, check, and say what would be written; nothing is changed, here or on the dialer.

    :raises RefusedError: something stands in the way
    :raises DialerError: the dialer can't be reached or is not fit
    """
    journal = NoJournal()
    runner = Installer(connect, plan, journal) if isinstance(plan, InstallPlan) else RowEditor(connect, plan, journal)
    checkpoint, pending = runner.plan()
    return planned_run(checkpoint, pending, journal.findings)
