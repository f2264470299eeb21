"""An install: look, check, snapshot, write, read back, activate, wait, judge; and undo whatever does not come up.

vicidial.md §0 is the recipe. Until the first write a failure changes nothing; from there on every failure ends in
:func:`wizard.dialer.undo.undo`, on a connection of its own if need be.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace

from wizard.carrier.checks import check_answers
from wizard.carrier.dialing.numbers import routes
from wizard.carrier.findings import Finding, error, errors_of
from wizard.carrier.model import Carrier
from wizard.carrier.on_dialer.changes import planned_changes
from wizard.carrier.profile import ConfTemplate
from wizard.errors import (
    DatabaseError,
    NeighbourDownError,
    NotLoadedError,
    RebuildTimeoutError,
    RecordChangedError,
    RefusedError,
    RollbackFailedError,
    StoppedError,
    WizardError,
    WriteMismatchError,
)

from . import operations
from .changes import make_changes
from .coming_up import ComingUp
from .connection import Connection
from .database_lock import lock_database
from .earlier_entry import Placed, place_entry
from .facts import DialerFacts
from .fitness import check_fitness, require_fit
from .gathering import gather_facts
from .journal import BestEffort, Checkpoint, Journal, Observation, Phase
from .neighbours import await_up_again, those_up
from .outcome import InstallPlan, InstallResult, Outcome
from .pace import Clock
from .pending import PendingChange, find_pending
from .preflight import check_entry
from .protocol import AgentReply, Table, table_of
from .rewriting import Rewriting
from .row_change import RowChange
from .row_writing import request_rebuild, write_row
from .rows import carrier_of_row, template_of_row
from .undo import steps_of, undo
from .verdict import NOT_LOADED, Judgement, Verdict


class Installer:
    """One install on one dialer. ``connect`` gives a new, unopened connection each time it is called."""

    def __init__(
        self,
        connect: Callable[[], Connection],
        plan: InstallPlan,
        journal: Journal,
        clock: Clock | None = None,
        follow_others: Callable[[Connection, Checkpoint], None] | None = None,
    ) -> None:
        self._follow_others = follow_others
        self._connect = connect
        self._plan = plan
        self._journal = journal
        self._clock = clock or Clock()
        self._observation = Observation(NOT_LOADED)
        self._lookalikes = 0
        self._may_have_written = False
        self._neighbours: tuple[Carrier, ...] = ()

    def run(self) -> InstallResult:
        """Install, or leave the dialer as it was.

        :raises RefusedError: bad answers, or something on the dialer stands in the way; nothing was changed
        :raises DialerError: the dialer can't be reached or is not fit; nothing was changed
        """
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
                if outcome is not None:
                    self._require_neighbours(connection)
                    if self._follow_others is not None:
                        self._follow_others(connection, self._checkpoint)
            except (Exception, KeyboardInterrupt) as failure:  # noqa: BLE001 (whatever it was, the dialer must not stay half done)
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

    def _check_plan(self) -> None:
        """:raises RefusedError: what is asked can't be done on any dialer"""
        refuse(check_answers(self._plan.answers))

    def _outcome(self, judgement: Judgement) -> Outcome | None:
        """How it ends where it stays as it is; None where it has to be undone."""
        if judgement.verdict is Verdict.UP:
            return Outcome.UP
        # Nobody can tell about some carriers, ever; an Asterisk that fell silent may have fallen silent over this one.
        unknown = judgement.verdict is Verdict.CANNOT_TELL and judgement.reason != "asterisk_silent"
        return Outcome.NOT_UP if self._plan.keep or unknown else None

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
        if self._plan.keep and isinstance(cause, (RebuildTimeoutError, NotLoadedError)):
            return InstallResult(Outcome.NOT_UP, self._observation, cause)
        return self._undone(cause)

    def _prepare(self, connection: Connection) -> DialerFacts:
        """Everything that changes nothing."""
        facts, session = self._arrive(connection)
        placed = place_entry(self._plan.answers, facts, replaces=self._plan.replaces)
        carrier = placed.carrier
        checked = check_entry(connection, self._plan.answers, placed)
        refuse(checked.findings)
        self._journal.found([*check_fitness(facts), *checked.findings])
        self._lookalikes = checked.lookalikes
        self._journal.done(Phase.CHECKED)
        self._keep(
            Checkpoint(
                carrier=carrier,
                columns=facts.database.carrier_columns,
                server_ip=facts.server_ip,
                ext_context=facts.ext_context,
                client_address=facts.host.client_address,
                digests=checked.digests,
                routes=tuple((route.example, route.pattern) for route in routes(self._plan.answers.numbers)),
                session=session,
                template=placed.template,
                changes=planned_changes(self._plan.answers, placed.facts.profile()),
                other_servers=facts.others_of(carrier.server_ip),
                row=self._row_change(connection, placed),
                neighbours=self._neighbours_up(connection, facts, carrier.carrier_id),
            )
        )
        self._journal.done(Phase.SNAPSHOT)
        return facts

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

    def _row_change(self, connection: Connection, placed: Placed) -> RowChange | None:
        """:raises RecordChangedError: the row has changed since it was judged"""
        if placed.earlier is None:
            return None
        rows = table_of(connection.ask([operations.select_carrier(placed.earlier.carrier_id)])[0]).rows
        if not rows or carrier_of_row(rows[0]) != placed.earlier:
            raise RecordChangedError(what="carrier", name=placed.earlier.carrier_id)
        return placed.row_change(rows[0])

    def _keep(self, checkpoint: Checkpoint) -> None:
        self._checkpoint = checkpoint
        self._journal.keep(checkpoint)

    def _act(self, connection: Connection, facts: DialerFacts) -> None:
        """Row, read back, active, flag, log: two round trips."""
        checkpoint = self._checkpoint
        carrier, columns = checkpoint.carrier, checkpoint.columns
        self._stop_if_asked()
        if checkpoint.row is not None:
            self._replace(connection, checkpoint.row, facts)
            return
        self._journal.begin(Phase.ROW_WRITTEN)
        self._may_have_written = True
        if checkpoint.template is not None:
            self._write_template(connection, checkpoint.template, facts.database.template_columns)
        written = [operations.insert_inactive(carrier, columns), operations.select_carrier(carrier.carrier_id)]
        inserted, read = connection.ask(written)
        self._require_inserted(connection, inserted)
        row = table_of(read)
        meant = replace(carrier, active="N")
        if row.rows and self._differing(meant, row):
            # What is there is our doing all the same, so it is what the undo has to look for.
            self._keep(replace(checkpoint, carrier=carrier_of_row(row.rows[0])))
        self._require_same(meant, row)
        self._journal.done(Phase.ROW_WRITTEN)

        self._change(connection, Phase.SETTINGS_SET)
        self._stop_if_asked()
        self._journal.begin(Phase.ACTIVATED)
        self._journal.begin(Phase.REBUILD_REQUESTED)
        activated = [
            operations.activate(carrier),
            operations.select_carrier(carrier.carrier_id),
            operations.request_rebuild(carrier.server_ip),
            operations.log_change("ADD", carrier, checkpoint.client_address),
        ]
        # VICIdial's log comes last and decides nothing: it may be a broken table.
        *replies, logged = connection.ask(activated)
        _, row, _ = map(table_of, replies)
        self._require_same(carrier, row)
        self._journal.done(Phase.ACTIVATED)
        self._journal.done(Phase.REBUILD_REQUESTED, "" if logged.status == "ok" else "not_logged")
        self._journal.expect_rebuild(facts.host.seconds_to_rebuild)

    def _replace(self, connection: Connection, change: RowChange, facts: DialerFacts) -> None:
        """The row that is there becomes this one, in one statement; where it is so already, nothing is written."""
        checkpoint = self._checkpoint
        if change.changes_row:
            self._journal.begin(Phase.ROW_WRITTEN)
            self._may_have_written = True
            if checkpoint.template is not None:
                self._write_template(connection, checkpoint.template, facts.database.template_columns)
            try:
                write_row(connection, change)
            except RecordChangedError:
                # Somebody was faster, and theirs was left alone: there is nothing to undo but a template that nobody uses.
                self._may_have_written = checkpoint.template is not None
                raise
            self._journal.done(Phase.ROW_WRITTEN)
        self._may_have_written = self._may_have_written or bool(checkpoint.changes)
        self._change(connection, Phase.SETTINGS_SET)
        if Rewriting(change, checkpoint.server_ip).is_seen:
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
            make_changes(connection, self._checkpoint, wanted, self._keep)
            self._journal.done(phase)

    def _write_template(self, connection: Connection, template: ConfTemplate, columns: Sequence[str]) -> None:
        """The template comes first: nobody uses it until the carrier does."""
        inserted, read = connection.ask(
            [operations.insert_template(template, columns), operations.select_template(template.template_id)]
        )
        self._require_written(inserted, error("template_exists", "template_id", template=template.template_id))
        rows = table_of(read).rows
        meant = asdict(template)
        wrong = [column for column in columns if not rows or (rows[0][column] or "") != meant[column]]
        if wrong and rows:
            # What is there is our doing all the same, so it is what the undo has to look for.
            self._keep(replace(self._checkpoint, template=template_of_row(rows[0])))
        if wrong:
            raise WriteMismatchError(columns=", ".join(wrong))

    def _require_inserted(self, connection: Connection, inserted: AgentReply) -> None:
        """Somebody may have been faster with the same carrier id; a template of ours goes at once, since nobody uses it."""
        checkpoint = self._checkpoint
        carrier_id = checkpoint.carrier.carrier_id
        try:
            self._require_written(inserted, error("carrier_exists", "carrier_id", existing=carrier_id))
        except WizardError:
            if checkpoint.template is not None and not self._may_have_written:
                self._may_have_written = True
                self._keep(replace(checkpoint, only_template=True))
                table_of(connection.ask([operations.delete_template(checkpoint.template)])[0])
                self._may_have_written = False
            raise

    def _require_written(self, inserted: AgentReply, taken: Finding) -> None:
        """A row that the database itself refused was not written, so there is nothing to undo.

        :raises RefusedError: somebody was faster
        :raises DatabaseError: the database refused
        """
        try:
            table_of(inserted)
        except DatabaseError as refusal:
            self._may_have_written = not refusal.is_certain
            if refusal.is_duplicate:
                raise RefusedError([taken]) from refusal
            raise

    def _require_same(self, meant: Carrier, read_back: Table) -> None:
        """Compare byte for byte: MySQL cuts and replaces without a word (vicidial.md §8).

        :raises WriteMismatchError: with the columns that differ
        """
        wrong = self._differing(meant, read_back) if read_back.rows else ["carrier_id"]
        if wrong:
            raise WriteMismatchError(columns=", ".join(wrong))

    def _differing(self, meant: Carrier, read_back: Table) -> list[str]:
        stored = carrier_of_row(read_back.rows[0]).columns()
        return [column for column in self._checkpoint.columns if stored[column] != meant.columns()[column]]

    def _await_verdict(self, connection: Connection) -> Judgement:
        """Follow the chain file → Asterisk → carrier until it is up, final, or out of time."""
        coming = ComingUp(connection, self._checkpoint, self._journal, self._clock, self._lookalikes)
        try:
            return coming.follow(self._plan.wait_seconds)
        finally:
            self._observation = coming.observation

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
