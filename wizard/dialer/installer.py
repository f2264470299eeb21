"""An install: look, check, snapshot, write, read back, activate, wait, judge; and undo whatever does not come up.

vicidial.md §0 is the recipe.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace

from wizard.carrier.checks import check_answers
from wizard.carrier.dialing.numbers import routes
from wizard.carrier.findings import Finding, error
from wizard.carrier.model import Carrier
from wizard.carrier.on_dialer.changes import Change, planned_changes
from wizard.carrier.profile import ConfTemplate
from wizard.carrier.traffic import traffic_of_answers
from wizard.errors import DatabaseError, RecordChangedError, RefusedError, WizardError, WriteMismatchError

from . import operations
from .asking_carrier.asking import carrier_addresses
from .connection import Connection
from .earlier_entry import Placed, facts_with, place_entry
from .facts import DialerFacts
from .firewall_look import look_at_firewall
from .firewall_rules import rule_changes
from .fitness import check_fitness
from .journal import Checkpoint, Journal, Phase
from .live import about_live
from .outcome import InstallPlan
from .pace import Clock
from .preflight import check_entry
from .protocol import AgentReply, Table, table_of
from .row_change import RowChange
from .rows import carrier_of_row, template_of_row
from .run import DialerRun, refuse


class Installer(DialerRun):
    """One install on one dialer."""

    def __init__(
        self,
        connect: Callable[[], Connection],
        plan: InstallPlan,
        journal: Journal,
        clock: Clock | None = None,
        follow_others: Callable[[Connection, Checkpoint], None] | None = None,
    ) -> None:
        super().__init__(connect, journal, clock, follow_others, wait_seconds=plan.wait_seconds, keep=plan.keep)
        self._plan = plan

    def _check_plan(self) -> None:
        """:raises RefusedError: what is asked can't be done on any dialer"""
        refuse(check_answers(self._plan.answers))

    def _prepare(self, connection: Connection) -> DialerFacts:
        """Everything that changes nothing."""
        facts, session = self._arrive(connection)
        facts = facts_with(facts, self._plan.after)
        placed = place_entry(self._plan.answers, facts, replaces=self._plan.replaces)
        carrier = placed.carrier
        checked = check_entry(connection, self._plan.answers, placed)
        refuse(checked.findings)
        self._journal.found([*check_fitness(facts), *about_live(facts.database.live), *checked.findings])
        self._lookalikes = checked.lookalikes
        rules = self._firewall_rules(connection, facts)
        self._journal.done(Phase.CHECKED)
        self._keep_first(
            facts,
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
                changes=(*planned_changes(self._plan.answers, placed.facts.profile()), *rules),
                other_servers=facts.others_of(carrier.server_ip),
                row=self._row_change(connection, placed),
                neighbours=self._neighbours_up(connection, facts, carrier.carrier_id),
            ),
        )
        return facts

    def _firewall_rules(self, connection: Connection, facts: DialerFacts) -> tuple[Change, ...]:
        """What would open the firewall, where that is asked for.

        :raises RefusedError: nobody may look at it, or no narrow rule would open it
        """
        if not self._plan.open_firewall:
            return ()
        addresses = carrier_addresses(connection, self._plan.answers)
        look = look_at_firewall(connection, traffic_of_answers(self._plan.answers), facts, addresses)
        if look.seen.kind == "unknown":
            refuse([error("firewall_unknown", "open_firewall", reason=look.seen.why)])
        if look.openings is None:
            rule = next(iter(look.seen.blocks), "")
            refuse([error("firewall_not_openable", "open_firewall", rule=rule)])
        return rule_changes(look.openings or ())

    def _row_change(self, connection: Connection, placed: Placed) -> RowChange | None:
        """:raises RecordChangedError: the row has changed since it was judged"""
        if placed.earlier is None:
            return None
        rows = table_of(connection.ask([operations.select_carrier(placed.earlier.carrier_id)])[0]).rows
        if not rows or carrier_of_row(rows[0]) != placed.earlier:
            raise RecordChangedError(what="carrier", name=placed.earlier.carrier_id)
        return placed.row_change(rows[0])

    def _act(self, connection: Connection, facts: DialerFacts) -> None:
        """Row, read back, active, flag, log: two round trips."""
        checkpoint = self._checkpoint
        carrier, columns = checkpoint.carrier, checkpoint.columns
        self._stop_if_asked()
        if checkpoint.row is not None:
            self._change_row(connection, checkpoint.row, facts)
            return
        self._journal.begin(Phase.ROW_WRITTEN)
        self._may_have_written = True
        self._write_before(connection, facts)
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

    def _write_before(self, connection: Connection, facts: DialerFacts) -> None:
        """A template of its own, where there is one."""
        if self._checkpoint.template is not None:
            self._write_template(connection, self._checkpoint.template, facts.database.template_columns)

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
