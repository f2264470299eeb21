"""One install on one dialer at a time, across threads and processes of this machine."""

from __future__ import annotations

import fcntl
import hashlib
import time
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


#: whoever just ended is seen to have ended a moment before the lock is free
LETTING_GO_SECONDS = 1.0


def lock_dialer(folder: Path, target: DialerTarget, *, patience: float = LETTING_GO_SECONDS) -> DialerLock:
    """Waits up to ``patience`` seconds for somebody who is letting go.

    :raises InstallInProgressError: somebody is at work on this dialer
    """
    locks = folder / "locks"
    locks.mkdir(exist_ok=True, mode=0o700)
    name = hashlib.sha256(target.key.encode()).hexdigest()[:16]
    file = open_private(locks / name)
    deadline = time.monotonic() + patience
    while not _is_locked(file):
        if time.monotonic() >= deadline:
            file.close()
            raise InstallInProgressError(where="here")
        time.sleep(0.05)
    return DialerLock(file)


def _is_locked(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
