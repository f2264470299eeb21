"""One install on one dialer at a time, across threads and processes of this machine."""

from __future__ import annotations

import fcntl
import hashlib
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


def lock_dialer(folder: Path, target: DialerTarget) -> DialerLock:
    """:raises InstallInProgressError: somebody is at work on this dialer"""
    locks = folder / "locks"
    locks.mkdir(exist_ok=True, mode=0o700)
    name = hashlib.sha256(target.key.encode()).hexdigest()[:16]
    file = open_private(locks / name)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise InstallInProgressError(where="here") from None
    return DialerLock(file)
