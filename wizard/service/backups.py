"""Backup carriers that come in the same run as the carrier whose backups they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from wizard.carrier.answers import Answers
from wizard.carrier.findings import error, errors_of
from wizard.dialer.journal import Phase
from wizard.dialer.outcome import InstallPlan, Outcome
from wizard.errors import BackupNotUpError, RefusedError
from wizard.store.installs import Install
from wizard.words.findings import finding_json

from .dialers import Connect, check_on_dialer
from .jobs import Ending, error_json, of_ours
from .other_servers import Reach
from .rollbacks import Undoing, standing_parts
from .workspace import Workspace


@dataclass(frozen=True)
class BackupPlan:
    """A carrier that is installed before the one whose backup it is."""

    plan: InstallPlan
    draft_id: str | None = None


@dataclass(frozen=True)
class Backups:
    """The backups of one run: there before their carrier is, and gone again where that one doesn't stay."""

    workspace: Workspace
    connect: Connect
    main: Install
    first: Sequence[BackupPlan]
    tell: Callable[[str, Phase], None] | None
    reach: Reach
    #: installs one backup, as part of the run
    install: Callable[[BackupPlan], Install]

    def run(self, answers: Answers, install_main: Callable[[], Ending]) -> Ending:
        """The run is over when its backups are where they belong: whoever dies in between has left it open."""
        ending = self._prepare(answers) or install_main()
        if ending.left_nothing:
            undoing = Undoing(self.workspace, self.connect, self.tell, self.reach)
            ending = undoing.take_off(ending, standing_parts(self.workspace, self.main))
        return ending

    def _prepare(self, answers: Answers) -> Ending | None:
        """Check all, and install the backups; an ending where that went wrong."""
        try:
            self._check(answers)
            for each in self.first:
                made = self.install(each)
                if not made.is_standing:
                    raise BackupNotUpError(backup=made.carrier_id)
        except BaseException as fault:  # noqa: BLE001 (raised again by whoever keeps the ending)
            findings = {"findings": list(map(finding_json, fault.findings))} if isinstance(fault, RefusedError) else {}
            known = of_ours(fault)
            unexpected = None if known is fault else fault
            return Ending(Outcome.REFUSED.value, {**error_json(known), **findings}, fault=unexpected)
        return None

    def _check(self, answers: Answers) -> None:
        """Everything about all of them, before anything of any is written.

        :raises RefusedError: something stands in the way of one of them
        """
        asked = {name.lower() for name in answers.routing.backup_carrier}
        for each in self.first:
            backup = each.plan.answers.carrier.carrier_id
            if backup.lower() not in asked:
                raise RefusedError([error("backup_not_asked", "backup_carrier", backup=backup)])
        plans = [*(each.plan.answers for each in self.first), answers]
        for position, planned in enumerate(plans):
            _, findings = check_on_dialer(self.connect, planned, plans[:position])
            if errors_of(findings):
                raise RefusedError(list(findings))
