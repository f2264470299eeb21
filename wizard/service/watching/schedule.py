"""When each watched dialer is looked at: none waits for another, and one that can't be reached is asked less and less often."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from wizard.carrier.watching.flaps import Damping
from wizard.dialer.connection import Connection
from wizard.dialer.lookout import Lookout
from wizard.errors import NotFoundError, StoppedError, WizardError
from wizard.service.locks import DialerLock, lock_watch
from wizard.service.other_servers import Reach
from wizard.service.workspace import Workspace
from wizard.store.dialers import SavedDialer
from wizard.store.watch_history import KEPT_DAYS
from wizard.store.watches import WatchSetting

from .rounds import MOST_BACKOFF_SECONDS, Round, Watching, usual_damping

#: how often somebody sees whether a watch was switched on or off
WAKE_SECONDS = 2.0
#: a look that takes longer hangs, and is ended
LOOK_SECONDS = 120.0
#: the agent on the dialer ends when it has heard nothing for two minutes, so a connection is kept for less
_KEPT_SECONDS = 90.0
_TIDY_SECONDS = 6 * 3600.0
#: a dialer that somebody else watches, until it is tried again
_TAKEN_SECONDS = 20.0
_MOST_AT_ONCE = 32
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Times:
    """``now`` only ever grows, ``wall`` is seconds since 1970."""

    now: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time


@dataclass
class _Post:
    """One dialer that is watched."""

    setting: WatchSetting
    lookout: Lookout
    lock: DialerLock | None = None
    next_at: float = 0.0
    failures: int = 0
    began: float = 0.0
    future: Future[None] | None = None

    @property
    def is_looking(self) -> bool:
        return self.future is not None and not self.future.done()


def backoff(interval: float, failures: int) -> float:
    """Seconds until the next look at a dialer that could not be looked at so many times in a row."""
    return max(interval, min(interval * 2.0 ** min(failures - 1, 20), MOST_BACKOFF_SECONDS))


@dataclass
class Schedule:
    """Looks at the dialers that are watched. ``only``: at these and no others, watched or not."""

    workspace: Workspace
    reach: Reach
    only: Collection[str] = ()
    tell: Callable[[Round], None] = lambda _: None
    times: Times = field(default_factory=Times)
    damping: Callable[[float], Damping] = usual_damping
    executor: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(_MOST_AT_ONCE, thread_name_prefix="watch"))
    _posts: dict[str, _Post] = field(default_factory=dict)
    _tidied_at: float | None = None
    _is_ending: bool = False

    def run(self, stop: threading.Event) -> None:
        """Until ``stop`` is set; then what is under way is ended, and nothing is left open."""
        try:
            while not stop.is_set():
                try:
                    self.tick()
                except WizardError as problem:
                    # The store may be full now and writable again in a minute.
                    _log.error("the watch could not go on: %s", problem.code)
                stop.wait(WAKE_SECONDS)
        finally:
            self.end()

    def tick(self) -> None:
        """Start the looks that are due."""
        now = self.times.now()
        self._follow_settings()
        for post in self._posts.values():
            if post.is_looking:
                if now - post.began > LOOK_SECONDS:
                    post.lookout.give_up()
            elif post.next_at <= now and self._has_lock(post, now):
                post.began = now
                post.future = self.executor.submit(self._look, post)
        if self._tidied_at is None or now - self._tidied_at >= _TIDY_SECONDS:
            self._tidied_at = now
            self.workspace.watch_history.forget_before(self.times.wall() - KEPT_DAYS * 86_400)

    def end(self) -> None:
        """End what is under way, and let go of everything."""
        self._is_ending = True
        for post in self._posts.values():
            post.lookout.give_up()
        self.executor.shutdown(wait=True, cancel_futures=True)
        for post in self._posts.values():
            _let_go(post)
        self._posts.clear()
        self.workspace.store.close()

    def look_soon(self, dialer_id: str) -> None:
        """Something may be otherwise now: a password came, say."""
        if dialer_id in self._posts:
            self._posts[dialer_id].next_at = self.times.now()

    @property
    def is_looking(self) -> bool:
        return any(post.is_looking for post in self._posts.values())

    def _follow_settings(self) -> None:
        watches = self.workspace.watches
        wanted = [watches.setting(each) for each in self.only] if self.only else watches.switched_on()
        for setting in wanted:
            post = self._posts.get(setting.dialer_id)
            if post is None:
                self._posts[setting.dialer_id] = _Post(setting, Lookout(self._connector(setting.dialer_id)))
            elif post.setting != setting:
                post.setting = setting
                post.next_at = min(post.next_at, self.times.now() + setting.interval_seconds)
        ids = {setting.dialer_id for setting in wanted}
        for dialer_id in [each for each, post in self._posts.items() if each not in ids and not post.is_looking]:
            _let_go(self._posts.pop(dialer_id))

    def _has_lock(self, post: _Post, now: float) -> bool:
        if post.lock is None:
            try:
                target = self.workspace.dialers.get(post.setting.dialer_id).target
            except WizardError:
                return False
            post.lock = lock_watch(self.workspace.folder, target)
            post.next_at = now if post.lock else now + _TAKEN_SECONDS
        return post.lock is not None

    def _connector(self, dialer_id: str) -> Callable[[], Connection]:
        """As it is saved at that moment: a password or a key may have come since."""
        return lambda: self.reach(self.workspace.dialers.get(dialer_id))()

    def _look(self, post: _Post) -> None:
        """In a thread of its own."""
        interval = post.setting.interval_seconds
        is_well = False
        try:
            dialer = self.workspace.dialers.get(post.setting.dialer_id)
            done = self._watching(dialer, interval).look(post.lookout)
            is_well = done.problem is None
            self.tell(done)
        except (StoppedError, NotFoundError):
            pass  # the watch ends, or the dialer was removed meanwhile
        except Exception as fault:  # noqa: BLE001
            # Whatever it is must not end the watch; what it says of itself may quote a secret, so its kind has to do.
            _log.error("a look at a dialer failed: %s", type(fault).__name__)
        finally:
            if interval > _KEPT_SECONDS or not is_well:
                post.lookout.close()
            self._plan_next(post, is_well=is_well)
            self.workspace.store.close()

    def _watching(self, dialer: SavedDialer, interval: int) -> Watching:
        return Watching(
            self.workspace,
            dialer,
            self._connector(dialer.id),
            interval,
            wall=self.times.wall,
            damping=self.damping,
            is_ending=lambda: self._is_ending,
        )

    def _plan_next(self, post: _Post, *, is_well: bool) -> None:
        now, interval = self.times.now(), float(post.setting.interval_seconds)
        post.failures = 0 if is_well else post.failures + 1
        post.next_at = max(now + 1, post.began + interval) if is_well else now + backoff(interval, post.failures)


def _let_go(post: _Post) -> None:
    post.lookout.close()
    if post.lock is not None:
        post.lock.release()
