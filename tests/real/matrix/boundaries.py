"""The moments at which something can happen: between what the journal says and what the dialer has."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from unittest.mock import patch

from wizard.dialer.connection import Connection
from wizard.dialer.journal import Phase
from wizard.dialer.protocol import AgentReply, Operation
from wizard.errors import ConnectionLostError
from wizard.service.stored_journal import StoredJournal


class Work(StrEnum):
    """What the wizard is doing."""

    #: an install that comes up
    INSTALL = "install"
    #: an install that the carrier refuses, so that it is undone
    UNDO = "undo"
    #: the undo of an install that was up, with its campaigns moved
    ROLLBACK = "rollback"
    #: ``install --replace``, and ``delete``; their moments are in tests/real/test_killed_edits.py
    REPLACE = "replace"
    DELETE = "delete"


class Point(StrEnum):
    """Where in a phase."""

    #: just after the journal has its begin
    BEGUN = "begun"
    #: just after the dialer has done the first request of the phase, and before the wizard knows
    ACTED = "acted"
    #: just after the journal has its done
    DONE = "done"


@dataclass(frozen=True)
class Boundary:
    """One moment of one work."""

    work: Work
    phase: Phase
    point: Point

    @property
    def name(self) -> str:
        return f"{self.work}-{self.phase}-{self.point}"


def _of(work: Work, *moments: tuple[Phase, Sequence[Point]]) -> list[Boundary]:
    return [Boundary(work, phase, point) for phase, points in moments for point in points]


_B, _A, _D = Point
#: A phase's done is followed at once by the next one's begin where nothing is asked between: then one of the two is here.
BOUNDARIES = (
    *_of(
        Work.INSTALL,
        (Phase.CONNECTED, (_B, _D)),
        (Phase.CHECKED, (_B, _D)),
        (Phase.SNAPSHOT, (_D,)),
        (Phase.ROW_WRITTEN, (_B, _A, _D)),
        (Phase.SETTINGS_SET, (_A, _D)),
        (Phase.REBUILD_REQUESTED, (_B, _A, _D)),
        (Phase.CONF_SEEN, (_A, _D)),
        (Phase.LOADED, (_A, _D)),
        (Phase.REGISTERED, (_D,)),
        (Phase.CAMPAIGNS_SET, (_B, _A, _D)),
    ),
    *_of(Work.UNDO, (Phase.ROLLING_BACK, (_B, _A)), (Phase.ROLLED_BACK, (_D,))),
    *_of(Work.ROLLBACK, (Phase.ROLLING_BACK, (_B, _A)), (Phase.ROLLED_BACK, (_D,))),
)


def boundary(name: str) -> Boundary:
    """One that there is, or a moment of other work, by the name that it gives itself."""
    work, phase, point = name.split("-")
    found = Boundary(Work(work), Phase(phase), Point(point))
    assert found in BOUNDARIES or found.work in (Work.REPLACE, Work.DELETE), name
    return found


@contextlib.contextmanager
def at(moment: Boundary, act: Callable[[], None], *, reply_lost: bool = False) -> Iterator[list[Boundary]]:
    """``act`` once at a moment of the work; what is yielded is filled when it happens.

    ``reply_lost`` says that the answer to what was done then never reaches the wizard.
    """
    happened: list[Boundary] = []
    begun: set[Phase] = set()
    begin, done, ask = StoredJournal.begin, StoredJournal.done, Connection.ask

    def strike(point: Point, phase: Phase) -> bool:
        if happened or moment.phase is not phase or moment.point is not point:
            return False
        happened.append(moment)
        act()
        return True

    def begin_and_strike(journal: StoredJournal, phase: Phase) -> None:
        begin(journal, phase)
        begun.add(phase)
        strike(Point.BEGUN, phase)

    def done_and_strike(journal: StoredJournal, phase: Phase, detail: str = "") -> None:
        done(journal, phase, detail)
        strike(Point.DONE, phase)

    def ask_and_strike(
        connection: Connection, operations: Sequence[Operation], *, stop_at_error: bool = True
    ) -> list[AgentReply]:
        replies = ask(connection, operations, stop_at_error=stop_at_error)
        if moment.phase in begun and strike(Point.ACTED, moment.phase) and reply_lost:
            connection.close()
            raise ConnectionLostError
        return replies

    with (
        patch.object(StoredJournal, "begin", begin_and_strike),
        patch.object(StoredJournal, "done", done_and_strike),
        patch.object(Connection, "ask", ask_and_strike),
    ):
        yield happened
