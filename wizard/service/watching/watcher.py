"""The watch as a whole: looking and telling, each in a thread of its own, until it is stopped."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from .schedule import Schedule
from .telling import Telling


@dataclass
class Watcher:
    """Started once, stopped once; harmless to stop where it was never started."""

    schedule: Schedule
    telling: Telling
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        for name, run in (("watch", self.schedule.run), ("notifications", self.telling.run)):
            thread = threading.Thread(target=run, args=(self._stop,), name=name, daemon=True)
            self._threads.append(thread)
            thread.start()

    @property
    def is_running(self) -> bool:
        return any(thread.is_alive() for thread in self._threads) and not self._stop.is_set()

    def wait(self, seconds: float) -> None:
        """Until it is stopped, for at most so long."""
        self._stop.wait(seconds)

    def stop(self) -> None:
        """End looks that are under way, and wait for an attempt to tell somebody to be over."""
        self._stop.set()
        for thread in self._threads:
            thread.join(60)
