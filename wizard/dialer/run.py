"""What every run on a dialer has in common: look, keep the way back, write, follow, judge; and undo whatever goes wrong.

Until the first write a failure changes nothing; from there on every failure ends in :func:`wizard.dialer.undo.undo`, on a
connection of its own if need be.
"""

from __future__ import annotations

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import replace

from wizard.carrier.diagnosis.cause import Cause
from wizard.carrier.diagnosis.diagnose import diagnose
from wizard.carrier.findings import Finding, errors_of
from wizard.carrier.model import Carrier
from wizard.errors import (
    MisunderstoodError,
    NeighbourDownError,
    NotLoadedError,
    RebuildTimeoutError,
    RecordChangedError,
    RefusedError,
    RollbackFailedError,
    StoppedError,
    WizardError,
)

from .changes import make_changes
from .coming_up import ComingUp
from .connection import Connection
from .database_lock import lock_database
from .facts import DialerFacts
from .firewall_rules import open_firewall
from .fitness import require_fit
from .gathering import gather_facts
from .grants import require_grants
from .journal import BestEffort, Checkpoint, Journal, Observation, Phase
from .neighbours import await_up_again, those_up
from .observing import observe
from .outcome import InstallResult, Outcome
from .pace import Clock
from .pending import PendingChange, find_pending
from .planned_run import writes_of
from .rewriting import Rewriting
from .row_change import RowChange
from .row_writing import request_rebuild, write_row
from .undo import steps_of, undo
from .verdict import NOT_LOADED, Judgement, Verdict

#: faults that say something about the carrier, and leave the connection as good as it was
_OF_THE_CARRIER = (RebuildTimeoutError, NotLoadedError, MisunderstoodError)


class DialerRun(ABC):
    """One run on one dialer. ``connect`` gives a new, unopened connection each time it is called."""

    def __init__(
        self,
        connect: Callable[[], Connection],
        journal: Journal,
        clock: Clock | None = None,
        follow_others: Callable[[Connection, Checkpoint], None] | None = None,
        *,
        wait_seconds: float,
        keep: bool = False,
    ) -> None:
        self._follow_others = follow_others
        self._connect = connect
        self._journal = journal
        self._clock = clock or Clock()
        self._wait_seconds = wait_seconds
        #: whether what is not up stays
        self._keeps = keep
        self._observation = Observation(NOT_LOADED)
        self._lookalikes = 0
        self._causes: tuple[Cause, ...] = ()
        self._may_have_written = False
        self._neighbours: tuple[Carrier, ...] = ()

    def run(self) -> InstallResult:
        """Do it, or leave the dialer as it was.

        :raises RefusedError: bad answers, or something on the dialer stands in the way; nothing was changed
        :raises DialerError: the dialer can't be reached or is not fit; nothing was changed
        """
        return replace(self._run(), causes=self._causes)

    def _run(self) -> InstallResult:
        self._check_plan()
        with self._connect() as connection:
            facts = self._prepare(connection)
            try:
                self._act(connection, facts)
                judgement = self._await_verdict(connection)
                if judgement.verdict is Verdict.UP:
                    # Whoever isn't up gets no calls: a campaign that dials into nothing burns its leads.
                    self._change(connection, Phase.CAMPAIGNS_SET)
                outcome = self._outcome(judgement)
                if outcome in (None, Outcome.NOT_UP):
                    self._diagnose(connection, facts)
                if outcome is not None:
                    self._require_neighbours(connection)
                    if self._follow_others is not None:
                        self._follow_others(connection, self._checkpoint)
            except (Exception, KeyboardInterrupt) as failure:  # noqa: BLE001 (whatever it was, the dialer must not stay half done)
                if isinstance(failure, _OF_THE_CARRIER):
                    self._diagnose(connection, facts)
                connection.close()
                return self._broken_off(_cause(failure))
        if outcome is None and self._may_have_written:
            return self._undone(None)
        return InstallResult(outcome or Outcome.NOT_UP, self._observation, is_unchanged=not self._may_have_written)

    def plan(self) -> tuple[Checkpoint, tuple[PendingChange, ...]]:
        """What :meth:`run` would begin with; nothing is changed.

        :raises RefusedError: as :meth:`run`
        :raises DialerError: as :meth:`run`
        """
        self._check_plan()
        with self._connect() as connection:
            facts = self._prepare(connection)
            return self._checkpoint, find_pending(connection, facts, self._checkpoint.carrier.carrier_id)

    def _check_plan(self) -> None:  # noqa: B027 (not every run has something to check before it connects)
        """:raises RefusedError: what is asked can't be done on any dialer"""

    @abstractmethod
    def _prepare(self, connection: Connection) -> DialerFacts:
        """Everything that changes nothing: look, check, keep the way back."""

    @abstractmethod
    def _act(self, connection: Connection, facts: DialerFacts) -> None:
        """Write."""

    def _write_before(self, connection: Connection, facts: DialerFacts) -> None:  # noqa: B027 (most rows need nothing)
        """What has to be there before a row that is there is changed."""

    def _outcome(self, judgement: Judgement) -> Outcome | None:
        """How it ends where it stays as it is; None where it has to be undone."""
        if judgement.verdict is Verdict.UP:
            return Outcome.UP
        # Nobody can tell about some carriers, ever; an Asterisk that fell silent may have fallen silent over this one.
        unknown = judgement.verdict is Verdict.CANNOT_TELL and judgement.reason != "asterisk_silent"
        return Outcome.NOT_UP if self._keeps or unknown else None

    def _require_neighbours(self, connection: Connection) -> None:
        """:raises NeighbourDownError: another carrier was up before, and is not any more"""
        if not self._may_have_written:
            return
        before = self._checkpoint.neighbours
        missing = await_up_again(connection, self._neighbours, before, self._clock, self._stop_if_asked)
        if missing:
            raise NeighbourDownError(carriers=", ".join(missing))

    def _broken_off(self, cause: WizardError) -> InstallResult:
        """Something went wrong on the way.

        :raises WizardError: before anything was written
        """
        if not self._may_have_written:
            if isinstance(cause, StoppedError):
                return InstallResult(Outcome.ROLLED_BACK, self._observation, cause)
            raise cause
        if self._keeps and isinstance(cause, (RebuildTimeoutError, NotLoadedError, MisunderstoodError)):
            return InstallResult(Outcome.NOT_UP, self._observation, cause)
        return self._undone(cause)

    def _arrive(self, connection: Connection) -> tuple[DialerFacts, int]:
        """What there is on the dialer, which is fit and ours alone by then, with the number of our database session."""
        self._journal.begin(Phase.CONNECTED)
        facts = gather_facts(connection)
        self._journal.done(Phase.CONNECTED, facts.host.asterisk_version)
        require_fit(facts)
        self._journal.begin(Phase.CHECKED)
        return facts, lock_database(connection)

    def _neighbours_up(self, connection: Connection, facts: DialerFacts, carrier_id: str) -> tuple[str, ...]:
        self._neighbours = facts.generated_neighbours(carrier_id)
        return those_up(connection, self._neighbours)

    def _keep_first(self, facts: DialerFacts, checkpoint: Checkpoint) -> None:
        """:raises UnfitError: the database doesn't allow all that would be written"""
        require_grants(facts.database.denied, writes_of(checkpoint))
        self._keep(checkpoint)
        self._journal.done(Phase.SNAPSHOT)

    def _keep(self, checkpoint: Checkpoint) -> None:
        self._checkpoint = checkpoint
        self._journal.keep(checkpoint)

    def _change_row(self, connection: Connection, change: RowChange, facts: DialerFacts) -> None:
        """The row that is there becomes this one, in one statement; where it is so already, nothing is written."""
        checkpoint = self._checkpoint
        if change.changes_row:
            self._journal.begin(Phase.ROW_WRITTEN)
            self._may_have_written = True
            self._write_before(connection, facts)
            try:
                write_row(connection, change)
            except RecordChangedError:
                # Somebody was faster, and theirs was left alone: there is nothing to undo but a template that nobody uses.
                self._may_have_written = checkpoint.template is not None
                raise
            self._journal.done(Phase.ROW_WRITTEN)
        self._may_have_written = self._may_have_written or bool(checkpoint.changes)
        self._change(connection, Phase.SETTINGS_SET)
        if Rewriting(change, checkpoint.server_ip).needs_rebuild:
            self._stop_if_asked()
            self._journal.begin(Phase.REBUILD_REQUESTED)
            logged = request_rebuild(connection, change, checkpoint)
            self._journal.done(Phase.REBUILD_REQUESTED, "" if logged else "not_logged")
            self._journal.expect_rebuild(facts.host.seconds_to_rebuild)

    def _change(self, connection: Connection, phase: Phase) -> None:
        """What is changed beside the carrier: the campaigns, or all else."""
        wanted = [each for each in self._checkpoint.changes if each.is_of_campaign is (phase is Phase.CAMPAIGNS_SET)]
        if wanted:
            self._stop_if_asked()
            self._journal.begin(phase)
            if records := [each for each in wanted if not each.is_of_firewall]:
                make_changes(connection, self._checkpoint, records, self._keep)
            if rules := [each for each in wanted if each.is_of_firewall]:
                open_firewall(connection, self._checkpoint, self._checkpoint.carrier.carrier_id, rules, self._keep)
            self._journal.done(phase)

    def _await_verdict(self, connection: Connection) -> Judgement:
        """Follow the chain file → Asterisk → carrier until it is up, final, or out of time."""
        coming = ComingUp(connection, self._checkpoint, self._journal, self._clock, self._lookalikes)
        try:
            return coming.follow(self._wait_seconds)
        finally:
            self._observation = coming.observation

    def _diagnose(self, connection: Connection, facts: DialerFacts) -> None:
        """Why it isn't up, while it is still there to be looked at; whatever comes of this, the run goes on."""
        if self._may_have_written:
            with contextlib.suppress(WizardError):
                self._causes = diagnose(observe(connection, facts, self._checkpoint.carrier, self._observation))

    def _stop_if_asked(self) -> None:
        if self._journal.stop_requested():
            raise StoppedError

    def _undone(self, cause: WizardError | None) -> InstallResult:
        try:
            report = undo(self._connect, self._checkpoint, BestEffort(self._journal), self._clock, must=True)
        except RollbackFailedError as failure:
            return InstallResult(Outcome.ROLLBACK_FAILED, self._observation, failure)
        except Exception as failure:  # noqa: BLE001 (whatever it was, the screen must say that the dialer is not as before)
            failed = RollbackFailedError(steps=steps_of(self._checkpoint), detail=_cause(failure).code)
            return InstallResult(Outcome.ROLLBACK_FAILED, self._observation, failed)
        return InstallResult(Outcome.ROLLED_BACK, self._observation, cause, report)


def refuse(findings: Sequence[Finding]) -> None:
    """:raises RefusedError: if any of the findings is an error"""
    if errors_of(findings):
        raise RefusedError(list(findings))


def _cause(failure: BaseException) -> WizardError:
    """A failure of any kind as one of ours."""
    if isinstance(failure, WizardError):
        return failure
    if isinstance(failure, KeyboardInterrupt):
        return StoppedError()
    wrapped = WizardError(detail=type(failure).__name__)
    wrapped.__cause__ = failure
    return wrapped
