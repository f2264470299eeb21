"""The way back of a row that was there before: the row as it was, and a dialer that has followed."""

from __future__ import annotations

from collections.abc import Mapping

from wizard.errors import RollbackFailedError

from . import operations
from .connection import Connection
from .drift import drift
from .journal import Checkpoint
from .look import look_at
from .pace import Clock, Patience
from .protocol import asterisk, program_result
from .rewriting import SETTLE_SECONDS, FilesSeen, Rewriting
from .row_change import RowChange
from .row_writing import read_row, request_rebuild, write_row
from .rows import carrier_of_row
from .watch import watch_of

#: cron's minute and the generator's run, twice: one run may have begun before the row was back
REBUILD_SECONDS = 150.0
#: files that look right for this long have been written from what is in the tables now
QUIET_SECONDS = 8.0
LOAD_PATIENCE = 16.0
SILENCE_SECONDS = 60.0


class RowRestoring:
    """One row's way back; harmless to repeat."""

    def __init__(self, checkpoint: Checkpoint, change: RowChange, clock: Clock) -> None:
        self._checkpoint = checkpoint
        self._clock = clock
        self.change = change.undone
        self._rewriting = Rewriting(self.change, checkpoint.server_ip)
        #: of the files when the way back began
        self._digests: Mapping[str, str] | None = None

    def require_ours(self, connection: Connection) -> bool:
        """Whether the row has still to be put back.

        :raises DriftError: it is neither as it was written nor as it was before
        """
        now = read_row(connection, self.change.carrier_id)
        if now == self.change.after:
            return False
        if now != self.change.before:
            left = self.change.before
            raise drift(carrier_of_row(dict(left)) if left is not None else None, now)
        return True

    def write(self, connection: Connection) -> None:
        """Put the row back, and ask for a rebuild.

        :raises RecordChangedError: somebody was faster
        """
        if self._digests is None:
            self._digests = _digests(connection)
        if self.require_ours(connection):
            write_row(connection, self.change)
        if self._rewriting.needs_rebuild:
            request_rebuild(connection, self.change, self._checkpoint)

    def await_files(self, connection: Connection) -> None:
        """Until the generator has written what is in the tables again.

        :raises RollbackFailedError: it has not, in all the time that it had
        """
        began = self._clock.now()
        right_since: float | None = None
        while self._rewriting.is_seen:
            seen = self._rewriting.look_at_files(connection)
            now = self._clock.now()
            right_since = (right_since or now) if _is_right(seen) else None
            quiet = now - right_since if right_since is not None else 0.0
            if quiet >= QUIET_SECONDS or (quiet >= 1 and self._has_followed(seen)):
                return
            if now - began > REBUILD_SECONDS:
                raise RollbackFailedError(steps=[], detail="generator")
            self._clock.sleep(0.5)

    def await_loaded(self, connection: Connection) -> None:
        """Until Asterisk has the entry of before, and nothing of the other.

        :raises RollbackFailedError: it answers, and has not; or it never answers
        """
        if not self._rewriting.is_seen:
            return
        self._rewriting.reload(connection)
        self._clock.sleep(SETTLE_SECONDS)
        patience, began = Patience(self._clock), self._clock.now()
        while True:
            answered, is_there = self._look(connection)
            if is_there:
                # PJSIP would ask the carrier only after up to a whole interval, and hold it for unknown until then.
                nudges = watch_of(self._rewriting.new).nudges if self._rewriting.new is not None else ()
                connection.ask(list(map(asterisk, nudges)), stop_at_error=False)
                return
            patience.count(answered=answered)
            if patience.spent > LOAD_PATIENCE or self._clock.now() - began > SILENCE_SECONDS:
                raise RollbackFailedError(steps=[], detail="asterisk")
            self._clock.sleep(0.5)

    def _look(self, connection: Connection) -> tuple[bool, bool]:
        """(whether Asterisk answered, whether it is as before); an Asterisk that doesn't run will read the files."""
        new, context = self._rewriting.new, self._checkpoint.ext_context
        is_alone = self._rewriting.is_old_gone(connection, context)
        if new is None:
            return True, is_alone
        look = look_at(connection, new, context, [])
        return look.answered, not look.running or (is_alone and (look.trunk.is_known or not look.trunk.answered))

    def _has_followed(self, seen: FilesSeen) -> bool:
        return seen.is_done(self._digests or {}, self._checkpoint.digests)


def _is_right(seen: FilesSeen) -> bool:
    return seen.picked_up and not seen.building and seen.as_meant


def _digests(connection: Connection) -> Mapping[str, str]:
    [reply] = connection.ask([operations.file_digests()])
    return operations.parse_digests(program_result(reply, "sha256sum").output)
