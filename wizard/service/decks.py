"""Decks that came in by the web and wait to be looked at: private files in the instance folder, and not for long."""

from __future__ import annotations

import os
import re
import secrets
import time
from pathlib import Path
from typing import IO

from wizard.carrier.findings import error
from wizard.errors import NotFoundError, RefusedError

from .rates import MOST_BYTES

_KEPT_SECONDS = 24 * 3600
_CHUNK_BYTES = 256 * 1024
_NAME = re.compile(r"[0-9a-f]{32}")


class WaitingDecks:
    """Each has a name that nobody can guess; what a browser calls the file is not kept."""

    def __init__(self, instance: Path) -> None:
        self._folder = instance / "decks"

    def keep(self, stream: IO[bytes]) -> str:
        """Copy a stream into a new file and return its name.

        :raises RefusedError: it is longer than any deck; nothing is kept
        """
        self._folder.mkdir(exist_ok=True, mode=0o700)
        self.forget_old()
        name = secrets.token_hex(16)
        path = self._folder / name
        left = MOST_BYTES
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            while left >= 0 and (chunk := stream.read(_CHUNK_BYTES)):
                file.write(chunk)
                left -= len(chunk)
        if left < 0:
            path.unlink()
            raise too_big(MOST_BYTES)
        return name

    def path(self, name: str) -> Path:
        """:raises NotFoundError: there is none of this name, or no more"""
        path = self._folder / name
        if not _NAME.fullmatch(name) or not path.is_file():
            raise NotFoundError(what="uploaded file", name="that you chose")
        return path

    def forget(self, name: str) -> None:
        self.path(name).unlink(missing_ok=True)

    def forget_old(self) -> None:
        """Of those that nobody imported or dropped within a day."""
        for path in self._folder.glob("*") if self._folder.is_dir() else ():
            if path.stat().st_mtime < time.time() - _KEPT_SECONDS:
                path.unlink(missing_ok=True)


def too_big(size: int) -> RefusedError:
    return RefusedError([error("deck_too_big", "deck", size=size // 1024**2, most=MOST_BYTES // 1024**2)])
