"""Telling what the watch found: each event to each target until it is taken; what is due at once is one message.

An attempt is written down once it is over: where the wizard dies in between, that one event is told twice rather than never.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from wizard.errors import NotFoundError, VaultError, WizardError
from wizard.secret import Secret
from wizard.service.locks import DialerLock, lock_notifications
from wizard.service.workspace import Workspace
from wizard.store.watch_history import Delivery, WatchEvent
from wizard.words.watching import events_body, events_title

from .schedule import Times
from .sending import Message, send

WAKE_SECONDS = 1.0
_FIRST_RETRY_SECONDS, _MOST_RETRY_SECONDS = 30.0, 900.0
#: who is told of an outage a day later is not helped
GIVEN_UP_SECONDS = 86_400.0
#: a hundred carriers would be more than most ways take in one message
_MOST_AT_ONCE = 20
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
        told = [(event, each) for each in due if (event := history.event(each.event_id)) is not None]
        for target_id in dict.fromkeys(each.target_id for each in due):
            of_target = [(event, each) for event, each in told if each.target_id == target_id]
            for start in range(0, len(of_target), _MOST_AT_ONCE):
                self._attempt(of_target[start : start + _MOST_AT_ONCE], target_id)

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

    def _attempt(self, told: Sequence[tuple[WatchEvent, Delivery]], target_id: str) -> None:
        problem = self._send([event for event, _ in told], target_id)
        at = self.times.wall()
        for event, delivery in told:
            attempts = delivery.attempts + 1
            after = replace(delivery, state="sent", attempts=attempts, problem="")
            if problem:
                wait = min(_FIRST_RETRY_SECONDS * 2.0 ** min(attempts - 1, 20), _MOST_RETRY_SECONDS)
                state = "given_up" if at + wait - event.at > GIVEN_UP_SECONDS else "pending"
                after = replace(after, state=state, next_at=at + wait, problem=problem)
            self.workspace.watch_history.keep_delivery(after)
            self.tell(event, after)
        if problem:
            _log.warning("a notification was not taken: %s", problem)

    def _send(self, events: Sequence[WatchEvent], target_id: str) -> str:
        try:
            url = self.workspace.watches.url_of(target_id)
        except VaultError:
            return "vault"
        except NotFoundError:
            return "removed"
        goods = {event.is_up for event in events}
        body = events_body(events, self.workspace.watches.link)
        return self.send(url, Message(events_title(events), body, goods.pop() if len(goods) == 1 else None))


def tell_once(telling: Telling) -> None:
    """For commands that end: one attempt, and the next one may send."""
    try:
        telling.tick()
    finally:
        telling.end()
