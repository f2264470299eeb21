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
from wizard.carrier.render import render_carrier, render_template
from wizard.errors import (
    DatabaseError,
    NotLoadedError,
    RebuildTimeoutError,
    RefusedError,
    RollbackFailedError,
    StoppedError,
    WizardError,
    WriteMismatchError,
)

from . import operations
from .changes import make_changes
from .connection import Connection
from .database_lock import lock_database
from .facts import DialerFacts, gather_facts
from .fitness import check_fitness, require_fit
from .journal import BestEffort, Checkpoint, Journal, Observation, Phase
from .look import Look, look_at, look_at_generation
from .outcome import InstallPlan, InstallResult, Outcome
from .pace import Clock, Patience
from .preflight import check_entry
from .protocol import AgentReply, Table, asterisk, table_of
from .rows import carrier_of_row, template_of_row
from .undo import steps_of, undo
from .verdict import NOT_LOADED, Judgement, Verdict
from .watch import Seen, watch_of

#: cron's minute, the generator's own sleeps, and some time to spare (vicidial.md §2.2)
REBUILD_SECONDS = 100.0
#: and how long Asterisk may then take
LOAD_PATIENCE = 11.0
#: an Asterisk that says nothing for this long will not be waited for
SILENCE_SECONDS = 60.0
#: of the whole wait, what is kept for the carrier's own answers
COME_UP_SECONDS = 80.0


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
        self._trunk = Seen(answered=False, found=False, judgement=NOT_LOADED)
        self._lookalikes = 0
        self._may_have_written = False

    def run(self) -> InstallResult:
        """Install, or leave the dialer as it was.

        :raises RefusedError: bad answers, or something on the dialer stands in the way; nothing was changed
        :raises DialerError: the dialer can't be reached or is not fit; nothing was changed
        """
        refuse(check_answers(self._plan.answers))
        with self._connect() as connection:
            facts = self._prepare(connection)
            try:
                self._act(connection, facts)
                judgement = self._await_verdict(connection)
                if judgement.verdict is Verdict.UP:
                    # Whoever isn't up gets no calls: a campaign that dials into nothing burns its leads.
                    self._change(connection, Phase.CAMPAIGNS_SET)
                # Nobody can tell about some carriers, ever; an Asterisk that fell silent may have fallen silent over this one.
                unknown = judgement.verdict is Verdict.CANNOT_TELL and judgement.reason != "asterisk_silent"
                stays = self._plan.keep or unknown or judgement.verdict is Verdict.UP
                if stays and self._follow_others is not None:
                    self._follow_others(connection, self._checkpoint)
            except (Exception, KeyboardInterrupt) as failure:  # noqa: BLE001 (whatever it was, the dialer must not stay half done)
                connection.close()
                return self._broken_off(_cause(failure))
        if not stays:
            return self._undone(None)
        outcome = Outcome.UP if judgement.verdict is Verdict.UP else Outcome.NOT_UP
        return InstallResult(outcome, self._observation)

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
        self._journal.begin(Phase.CONNECTED)
        facts = gather_facts(connection)
        self._journal.done(Phase.CONNECTED, facts.host.asterisk_version)
        require_fit(facts)
        self._journal.begin(Phase.CHECKED)
        session = lock_database(connection)
        carrier = render_carrier(self._plan.answers, facts.place)
        checked = check_entry(connection, self._plan.answers, carrier, facts)
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
                template=render_template(self._plan.answers, facts.place),
                changes=planned_changes(self._plan.answers, facts.profile()),
                other_servers=facts.others_of(carrier.server_ip),
            )
        )
        self._journal.done(Phase.SNAPSHOT)
        return facts

    def _keep(self, checkpoint: Checkpoint) -> None:
        self._checkpoint = checkpoint
        self._journal.keep(checkpoint)

    def _act(self, connection: Connection, facts: DialerFacts) -> None:
        """Row, read back, active, flag, log: two round trips."""
        checkpoint = self._checkpoint
        carrier, columns = checkpoint.carrier, checkpoint.columns
        self._stop_if_asked()
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
        wait = self._plan.wait_seconds
        deadline = self._clock.now() + wait
        if not self._await_conf(connection, min(wait, max(REBUILD_SECONDS, wait - COME_UP_SECONDS))):
            return self._observation.judgement
        self._await_loaded(connection)
        return self._await_up(connection, deadline)

    def _await_conf(self, connection: Connection, seconds: float) -> bool:
        """False where the time that was given is over, and was too short to blame the dialer.

        :raises RebuildTimeoutError: the generator had its time
        """
        self._journal.begin(Phase.CONF_SEEN)
        began = self._clock.now()
        checkpoint = self._checkpoint
        while not (seen := look_at_generation(connection, checkpoint.carrier, checkpoint.server_ip)).is_done:
            self._stop_if_asked()
            waited = self._clock.now() - began
            if waited >= seconds:
                if seconds < REBUILD_SECONDS:
                    return False
                raise RebuildTimeoutError(seconds=round(waited), picked_up=seen.picked_up)
            # Once the generator is at work, the reload follows its file at once: look often, to be there when it counts.
            self._clock.sleep(0.25 if seen.picked_up else 1.0)
        self._journal.done(Phase.CONF_SEEN)
        return True

    def _await_loaded(self, connection: Connection) -> None:
        """:raises NotLoadedError: Asterisk answers, and does not have it; or never answers"""
        self._journal.begin(Phase.LOADED)
        began = self._clock.now()
        patience = Patience(self._clock)
        watch = watch_of(self._checkpoint.carrier)
        reloaded = False
        while not (look := self._look(connection, with_routes=True)).is_loaded(self._checkpoint.routes):
            self._stop_if_asked()
            patience.count(answered=look.answered)
            if reloaded and patience.spent > LOAD_PATIENCE:
                raise NotLoadedError(what="dialplan" if look.trunk.found else "peer")
            if self._clock.now() - began > SILENCE_SECONDS:
                raise NotLoadedError(what="asterisk")
            if not reloaded and patience.spent > watch.reload_patience:
                # The file has it, Asterisk has not: the generator's typed reload went nowhere.
                connection.ask([asterisk(command) for command in watch.reloads], stop_at_error=False)
                reloaded, patience = True, Patience(self._clock)
            self._clock.sleep(0.4)
        self._journal.done(Phase.LOADED, "reloaded_by_wizard" if reloaded else "")

    def _await_up(self, connection: Connection, deadline: float) -> Judgement:
        nudges = watch_of(self._checkpoint.carrier).nudges
        if nudges:
            connection.ask(list(map(asterisk, nudges)), stop_at_error=False)
        began = self._clock.now()
        seen: set[Phase] = set()
        while True:
            judgement = self._observation.judgement
            self._note_progress(seen)
            if judgement.final or judgement.verdict is Verdict.UP or self._clock.now() >= deadline:
                return judgement
            self._stop_if_asked()
            # Often at first, when most carriers come up; then less and less.
            self._clock.sleep(0.4 if self._clock.now() - began < 30 else 1.5)
            self._look(connection)

    def _note_progress(self, seen: set[Phase]) -> None:
        reached = {Phase.REACHABLE: self._trunk.is_reachable, Phase.REGISTERED: self._trunk.is_registered}
        for phase, is_so in reached.items():
            if is_so and phase not in seen:
                seen.add(phase)
                self._journal.done(phase)

    def _look(self, connection: Connection, *, with_routes: bool = False) -> Look:
        checkpoint = self._checkpoint
        digits = [number for number, _ in checkpoint.routes] if with_routes else []
        look = look_at(connection, checkpoint.carrier, checkpoint.ext_context, digits, self._lookalikes)
        self._observation, self._trunk = look.observation, look.trunk
        self._journal.observe(look.observation)
        return look

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
