"""Undoing an install: the row goes, the dialer rebuilds, and files and Asterisk are seen to be as before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from wizard.carrier.on_dialer.changes import Change, ChangeState
from wizard.carrier.profile import ConfTemplate
from wizard.errors import DatabaseError, DiskFullError, OtherDialerError, RollbackFailedError, WizardError

from . import operations
from .changes import put_back
from .connection import Connection
from .database_lock import lock_database
from .drift import drift
from .firewall_rules import close_firewall
from .gathering import open_database
from .journal import Checkpoint, Journal, Phase
from .look import Look, look_at
from .pace import Clock, Patience
from .protocol import asterisk, printed, program_result, read_file, table_of
from .restoring import RowRestoring
from .room import ask_room, is_full, parse_room
from .rows import carrier_of_row
from .watch import watch_of

#: cron's minute and the generator's run, twice: one run may have begun before the row went
REBUILD_SECONDS = 150.0
LOAD_PATIENCE = 16.0
#: an Asterisk that says nothing for this long will not be waited for
SILENCE_SECONDS = 60.0
#: how long an undo that has begun goes on trying to reach a dialer that it lost
PERSISTENCE_SECONDS = 180.0
_PAUSES = (1.0, 2.0, 5.0, 10.0)


@dataclass(frozen=True)
class UndoReport:
    """What is true after an undo."""

    #: whether the generated files are, byte for byte, those of before the install
    same_files: bool
    #: files that differ, where something else changed in the meantime
    changed_files: tuple[str, ...] = ()
    #: whether the template that came with the entry is still there, since somebody uses or changed it
    template_left: bool = False


def steps_of(checkpoint: Checkpoint) -> list[str]:
    """Everything that an undo has to do, as codes of :mod:`wizard.words.errors`.

    Where the template is all that was written, the carrier is somebody else's, and nobody may be told to delete it.
    """
    template = ["template"] if checkpoint.template is not None else []
    if checkpoint.only_template:
        return template
    made = {_step_of(change) for change in checkpoint.changes if change.state is ChangeState.MADE}
    campaigns, *after = ([step] if step in made else [] for step in ("campaigns", "settings", "firewall"))
    settings = [step for steps in after for step in steps]
    if checkpoint.row is not None and not checkpoint.row.changes_row:
        return [*campaigns, *settings]
    row = "row" if checkpoint.row is None else "row_gone" if checkpoint.row.after is None else "row_changed"
    return [*campaigns, row, *template, "rebuild", "reload", *settings]


def _step_of(change: Change) -> str:
    return "campaigns" if change.is_of_campaign else "firewall" if change.is_of_firewall else "settings"


def undo(
    connect: Callable[[], Connection], checkpoint: Checkpoint, journal: Journal, clock: Clock, *, must: bool = False
) -> UndoReport:
    """Bring the dialer back to what it was before the install; harmless to repeat.

    Once begun it goes on trying for a while where only the way to the dialer failed; ``must`` says that it has to from the
    start, since an install broke off in the middle.

    :raises DriftError: somebody else changed the row since; nothing was touched
    :raises DialerError: it could not begin; nothing was touched
    :raises RollbackFailedError: it could not be finished, with the steps that are left
    """
    work = _Undo(checkpoint, journal, clock, kill_earlier=must)
    pauses = iter(_PAUSES)
    while True:
        try:
            with connect() as connection:
                return work.run(connection)
        except WizardError as failure:
            is_lost = clock.now() - work.last_contact > PERSISTENCE_SECONDS
            if is_lost or not (must or work.begun) or not _may_pass(failure):
                raise work.failed(failure) from failure
        clock.sleep(next(pauses, _PAUSES[-1]))


def _may_pass(failure: WizardError) -> bool:
    """Whether it was only the way there: the network, the database's server, a table that somebody holds, another wizard."""
    return failure.temporary or (isinstance(failure, DatabaseError) and (failure.is_busy or not failure.is_certain))


class _Undo:
    """One undo, over as many connections as it takes."""

    def __init__(self, checkpoint: Checkpoint, journal: Journal, clock: Clock, *, kill_earlier: bool) -> None:
        # Much later the number may be another session's.
        self._earlier = checkpoint.session if kill_earlier else None
        self.last_contact = clock.now()
        self._checkpoint = checkpoint
        self._journal = journal
        self._clock = clock
        self.begun = False
        self._left = steps_of(checkpoint)
        self._restoring = RowRestoring(checkpoint, checkpoint.row, clock) if checkpoint.row is not None else None

    def run(self, connection: Connection) -> UndoReport:
        config = open_database(connection)
        if config["VARserver_ip"] != self._checkpoint.server_ip:
            raise OtherDialerError(found=config["VARserver_ip"], expected=self._checkpoint.server_ip)
        lock_database(connection, earlier=self._earlier)
        if self._checkpoint.only_template and self._checkpoint.template is not None:
            return self._delete_template(connection, self._checkpoint.template)
        if self._restoring is not None:
            self._restoring.require_ours(connection)
        else:
            self._require_ours(connection)
        _require_room(connection)
        self._journal.begin(Phase.ROLLING_BACK)
        self.begun = True
        # As long as campaigns dial into the carrier's patterns, these have to be there.
        self._put_back(connection, "campaigns")
        if self._restoring is not None:
            self._restore(connection, self._restoring)
        else:
            self._delete_row(connection)
            self._await_gone(connection)
        # And as long as its dialplan signs calls, it needs the key.
        self._put_back(connection, "settings")
        # The carrier is gone for good, so nothing of it has to come in any more.
        self._put_back(connection, "firewall")
        report = replace(self._compare_files(connection), template_left=self._is_template_left(connection))
        self._journal.done(Phase.ROLLED_BACK)
        return report

    def _restore(self, connection: Connection, restoring: RowRestoring) -> None:
        """The row that was there before is there again, and in Asterisk."""
        if not restoring.change.changes_row:
            return
        restoring.write(connection)
        for step in ("row_gone", "row_changed"):
            self._did(step)
        if self._checkpoint.template is not None:
            connection.ask([operations.delete_template(self._checkpoint.template)], stop_at_error=False)
            self._did("template")
        try:
            restoring.await_files(connection)
            self._did("rebuild")
            restoring.await_loaded(connection)
        except RollbackFailedError as failure:
            raise RollbackFailedError(steps=list(self._left), detail=str(failure.values["detail"])) from failure
        self._did("reload")

    def _put_back(self, connection: Connection, step: str) -> None:
        checkpoint = self._checkpoint
        wanted = [change for change in checkpoint.changes if _step_of(change) == step]
        if step == "firewall":
            after = close_firewall(connection, checkpoint.carrier.carrier_id, wanted)
        else:
            after = put_back(connection, checkpoint, wanted)
        if after != wanted:
            self._checkpoint = checkpoint.with_changes(after)
            self._journal.keep(self._checkpoint)
        self._did(step)

    def _is_template_left(self, connection: Connection) -> bool:
        template = self._checkpoint.template
        if template is None:
            return False
        [reply] = connection.ask([operations.select_template(template.template_id)], stop_at_error=False)
        return reply.status == "ok" and bool(table_of(reply).rows)

    def _delete_template(self, connection: Connection, template: ConfTemplate) -> UndoReport:
        """Nobody uses it, so there is nothing to rebuild."""
        self._journal.begin(Phase.ROLLING_BACK)
        self.begun = True
        table_of(connection.ask([operations.delete_template(template)])[0])
        report = UndoReport(same_files=True, template_left=self._is_template_left(connection))
        self._journal.done(Phase.ROLLED_BACK)
        return report

    def failed(self, failure: WizardError) -> WizardError:
        """What to say of a failure: where nothing was touched, the failure itself."""
        if isinstance(failure, RollbackFailedError) or not self.begun:
            return failure
        return RollbackFailedError(steps=list(self._left), detail=failure.code)

    def _require_ours(self, connection: Connection) -> None:
        """The row is as it was written, or gone already."""
        carrier = self._checkpoint.carrier
        [reply] = connection.ask([operations.select_carrier(carrier.carrier_id)])
        for row in table_of(reply).rows:
            stored, meant = carrier_of_row(row).columns(), carrier.columns()
            compared = [column for column in self._checkpoint.columns if column != "active"]
            changed = [column for column in compared if stored[column] != meant[column]]
            if changed:
                raise drift(carrier, row)

    def _delete_row(self, connection: Connection) -> None:
        checkpoint, carrier = self._checkpoint, self._checkpoint.carrier
        replies = connection.ask(
            [
                operations.delete_unchanged(carrier, checkpoint.columns),
                operations.select_carrier(carrier.carrier_id),
                operations.request_rebuild(carrier.server_ip),
            ]
        )
        deleted, still_there, _ = map(table_of, replies)
        if still_there.rows:
            raise drift(carrier, still_there.rows[0])
        self._did("row")
        if checkpoint.template is not None:
            # Whatever the database has against it keeps no carrier on the dialer; that it is still there is said at the end.
            connection.ask([operations.delete_template(checkpoint.template)], stop_at_error=False)
            self._did("template")
        if deleted.touched:
            # VICIdial's log may be a broken table; nothing depends on it.
            connection.ask([operations.log_change("DELETE", carrier, checkpoint.client_address)])

    def _did(self, step: str) -> None:
        self._left = [left for left in self._left if left != step]

    def _await_gone(self, connection: Connection) -> None:
        """Wait for a rebuild that began after the row was gone, and for Asterisk to follow it."""
        clock, routes = self._clock, self._checkpoint.routes
        began = clock.now()
        quiet_since: float | None = None
        patience = Patience(clock)
        watch = watch_of(self._checkpoint.carrier)
        reloaded = False
        while True:
            seen = self._look(connection)
            self.last_contact = clock.now()
            quiet_since = (quiet_since or clock.now()) if seen.is_quiet else None
            if quiet_since is None:
                patience = Patience(clock)
                if clock.now() - began > REBUILD_SECONDS and self._generator_gave_up(seen):
                    return
            else:
                self._left = [step for step in self._left if step in ("reload", "settings", "firewall")]
                if seen.look.is_gone(routes) and clock.now() - quiet_since >= 1:
                    return
                patience.count(answered=seen.look.answered)
                if (reloaded and patience.spent > LOAD_PATIENCE) or clock.now() - quiet_since > SILENCE_SECONDS:
                    raise RollbackFailedError(steps=list(self._left), detail="asterisk")
                if not reloaded and patience.spent > watch.reload_patience:
                    connection.ask([asterisk(command) for command in watch.reloads], stop_at_error=False)
                    reloaded, patience = True, Patience(clock)
            clock.sleep(0.5)

    def _generator_gave_up(self, seen: _Seen) -> bool:
        """Out of time: fine where the carrier never got as far as the files, and nobody is writing them.

        :raises RollbackFailedError: the files still hold it
        """
        if seen.look.is_gone(self._checkpoint.routes) and not seen.building:
            return True
        raise RollbackFailedError(steps=list(self._left), detail="generator")

    def _look(self, connection: Connection) -> _Seen:
        checkpoint = self._checkpoint
        flag, building, row = connection.ask(
            [
                operations.select_flag(checkpoint.server_ip),
                read_file(operations.BUILD_FILE, 1),
                operations.select_carrier(checkpoint.carrier.carrier_id),
            ],
            stop_at_error=False,
        )
        if there := table_of(row).rows:
            # Somebody put it back while we waited; theirs now.
            raise drift(None, there[0])
        rows = table_of(flag).rows
        digits = [number for number, _ in checkpoint.routes]
        return _Seen(
            picked_up=bool(rows) and rows[0]["rebuild_conf_files"] == "N",
            building=building.status == "ok",
            look=look_at(connection, checkpoint.carrier, checkpoint.ext_context, digits),
        )

    def _compare_files(self, connection: Connection) -> UndoReport:
        [reply] = connection.ask([operations.file_digests()])
        after = operations.parse_digests(program_result(reply, "sha256sum").output)
        changed = tuple(sorted(path for path in after if after[path] != self._checkpoint.digests.get(path)))
        return UndoReport(same_files=not changed, changed_files=changed)


def _require_room(connection: Connection) -> None:
    """:raises DiskFullError: a rebuild now would cost every carrier"""
    [reply] = connection.ask([ask_room()], stop_at_error=False)
    free = parse_room(printed(reply))
    if is_full(free):
        raise DiskFullError(free=free)


@dataclass(frozen=True)
class _Seen:
    """How far the dialer is with forgetting."""

    picked_up: bool
    #: the generator is at work
    building: bool
    look: Look

    @property
    def is_quiet(self) -> bool:
        """The generator picked the request up and is done, and its files don't have the carrier."""
        return self.picked_up and not self.building and not self.look.in_files
