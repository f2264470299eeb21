"""Telling what the watch found: each event to each target until it is taken.

An attempt is written down once it is over: where the wizard dies in between, that one event is told twice rather than never.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from wizard.errors import NotFoundError, VaultError, WizardError
from wizard.secret import Secret
from wizard.service.locks import DialerLock, lock_notifications
from wizard.service.workspace import Workspace
from wizard.store.watch_history import Delivery, WatchEvent
from wizard.words.watching import event_body, event_title

from .schedule import Times
from .sending import Message, send

WAKE_SECONDS = 1.0
_FIRST_RETRY_SECONDS, _MOST_RETRY_SECONDS = 30.0, 900.0
#: who is told of an outage a day later is not helped
GIVEN_UP_SECONDS = 86_400.0
_log = logging.getLogger(__name__)


@dataclass
class Telling:
    """Sends what is due. One process of an instance does so at a time; the others wait to take over."""

    workspace: Workspace
    send: Callable[[Secret, Message], str] = send
    times: Times = field(default_factory=Times)
    #: told each delivery as an attempt left it
    tell: Callable[[WatchEvent, Delivery], None] = lambda *_: None
    _lock: DialerLock | None = None

    def run(self, stop: threading.Event) -> None:
        """Until ``stop`` is set; an attempt that is under way is brought to its end first."""
        try:
            while not stop.is_set():
                try:
                    self.tick()
                except WizardError as problem:
                    _log.error("notifications could not be sent: %s", problem.code)
                stop.wait(WAKE_SECONDS)
        finally:
            self.end()

    def tick(self) -> None:
        """One attempt at everything that is due."""
        history = self.workspace.watch_history
        due = history.due(self.times.wall())
        if not due or not self._may_send():
            return
        for delivery in due:
            event = history.event(delivery.event_id)
            if event is not None:
                self._attempt(event, delivery)

    def end(self) -> None:
        """Let the next one send."""
        if self._lock is not None:
            self._lock.release()
            self._lock = None
        self.workspace.store.close()

    def _may_send(self) -> bool:
        if self._lock is None:
            self._lock = lock_notifications(self.workspace.folder)
        return self._lock is not None

    def _attempt(self, event: WatchEvent, delivery: Delivery) -> None:
        problem = self._send(event, delivery.target_id)
        at, attempts = self.times.wall(), delivery.attempts + 1
        after = replace(delivery, state="sent", attempts=attempts, problem="")
        if problem:
            wait = min(_FIRST_RETRY_SECONDS * 2.0 ** min(attempts - 1, 20), _MOST_RETRY_SECONDS)
            state = "given_up" if at + wait - event.at > GIVEN_UP_SECONDS else "pending"
            after = replace(after, state=state, next_at=at + wait, problem=problem)
            _log.warning("a notification was not taken: %s", problem)
        self.workspace.watch_history.keep_delivery(after)
        self.tell(event, after)

    def _send(self, event: WatchEvent, target_id: str) -> str:
        try:
            url = self.workspace.watches.url_of(target_id)
        except VaultError:
            return "vault"
        except NotFoundError:
            return "removed"
        message = Message(event_title(event), event_body(event, self.workspace.watches.link), event.is_up)
        return self.send(url, message)


def tell_once(telling: Telling) -> None:
    """For commands that end: one attempt, and the next one may send."""
    try:
        telling.tick()
    finally:
        telling.end()
