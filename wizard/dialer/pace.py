"""Time for those who wait, so that tests can have their own."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Clock:
    """``now`` only ever grows; both are in seconds."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


@dataclass
class Patience:
    """Time that is spent only while the other side answers: who is silent for a while has refused nothing."""

    clock: Clock
    spent: float = 0.0
    _last: float = field(init=False)

    def __post_init__(self) -> None:
        self._last = self.clock.now()

    def count(self, *, answered: bool) -> None:
        """Call after each look."""
        now = self.clock.now()
        if answered:
            self.spent += now - self._last
        self._last = now
