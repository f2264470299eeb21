"""Something happens just as an install begins a phase: what it recorded, it has not done yet."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from unittest.mock import patch

from tests.lab import Lab
from wizard.dialer.journal import Phase
from wizard.service.stored_journal import StoredJournal


@contextlib.contextmanager
def when_begun(phase: Phase, act: Callable[[], object]) -> Iterator[None]:
    """``act`` once, after the journal has the phase and before the phase itself; fails where it never came."""
    begin = StoredJournal.begin
    happened: list[Phase] = []

    def begin_and_act(journal: StoredJournal, at: Phase) -> None:
        begin(journal, at)
        if at is phase and not happened:
            happened.append(at)
            act()

    with patch.object(StoredJournal, "begin", begin_and_act):
        yield
    assert happened, f"the install never came to {phase}"


def cut_connection(lab: Lab) -> None:
    """End the wizard's SSH session on the dialer's side."""
    lab.dialer.run("pkill", "-KILL", "-f", "^sshd: root@notty")


@contextlib.contextmanager
def later(seconds: float, act: Callable[[], object]) -> Iterator[Callable[[], None]]:
    """A function that starts the clock; what was started has happened when this ends."""
    timer = threading.Timer(seconds, act)
    yield timer.start
    timer.join()
