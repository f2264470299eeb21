"""One install on one dialer at a time, across threads and processes of this machine."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from wizard.dialer.target import DialerTarget
from wizard.errors import InstallInProgressError
from wizard.instance import open_private


class DialerLock:
    """A file lock that the kernel drops with the process that held it; so whoever gets it knows that nobody is at work."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def release(self) -> None:
        """Let the next one in; harmless to repeat."""
        self._file.close()

    @contextlib.contextmanager
    def released_on_failure(self) -> Iterator[None]:
        """Whatever keeps the work from beginning must not keep the dialer."""
        try:
            yield
        except BaseException:
            self.release()
            raise


#: whoever just ended is seen to have ended a moment before the lock is free
LETTING_GO_SECONDS = 1.0


def lock_dialer(folder: Path, target: DialerTarget, *, patience: float = LETTING_GO_SECONDS) -> DialerLock:
    """Waits up to ``patience`` seconds for somebody who is letting go.

    :raises InstallInProgressError: somebody is at work on this dialer
    """
    file = _open(folder, _name_of(target))
    deadline = time.monotonic() + patience
    while not _is_locked(file):
        if time.monotonic() >= deadline:
            file.close()
            raise InstallInProgressError(where="here")
        time.sleep(0.05)
    return DialerLock(file)


def is_at_work(folder: Path, target: DialerTarget) -> bool:
    """Whether somebody on this computer is at work on the dialer; takes the lock from nobody."""
    with _open(folder, _name_of(target)) as file:
        return not _is_locked(file, fcntl.LOCK_SH)


def lock_watch(folder: Path, target: DialerTarget) -> DialerLock | None:
    """The right to watch a dialer, beside whatever is done to it; None where another process has it."""
    return _try_lock(folder, f"watch-{_name_of(target)}")


def lock_notifications(folder: Path) -> DialerLock | None:
    """The right to send what is to be told, so that nothing is told twice; None where another process has it."""
    return _try_lock(folder, "notifications")


def _try_lock(folder: Path, name: str) -> DialerLock | None:
    file = _open(folder, name)
    if _is_locked(file):
        return DialerLock(file)
    file.close()
    return None


def _open(folder: Path, name: str) -> IO[str]:
    locks = folder / "locks"
    locks.mkdir(exist_ok=True, mode=0o700)
    return open_private(locks / name)


def _name_of(target: DialerTarget) -> str:
    return hashlib.sha256(target.key.encode()).hexdigest()[:16]


def _is_locked(file: IO[str], how: int = fcntl.LOCK_EX) -> bool:
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
