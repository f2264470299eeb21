"""The SQLite file: opened once per thread, migrated, readable by its owner alone."""

from __future__ import annotations

import contextlib
import fcntl
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from sqlite_utils import Database

from wizard.errors import StoreError
from wizard.instance import open_private

from .migrations import migrations


class Store:
    """Hands every thread a connection of its own (stack.md: one ``Database`` per thread, WAL).

    :raises StoreError: the file is damaged, or can't be written
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._path = folder / "wizard.sqlite"
        self._local = threading.local()
        try:
            self._prepare()
        except (sqlite3.Error, OSError) as error:
            raise StoreError(path=str(self._path), detail=str(error)) from error

    @property
    def database(self) -> Database:
        """This thread's connection."""
        if not hasattr(self._local, "database"):
            self._local.database = Database(str(self._path), strict=False)
            self._local.database.execute("PRAGMA busy_timeout=10000")
        database: Database = self._local.database
        return database

    @contextlib.contextmanager
    def changing(self) -> Iterator[None]:
        """A transaction for reading something and then writing it.

        The write lock comes first: who has read already is refused it at once, however long he would wait.
        """
        database = self.database
        database.conn.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            database.conn.rollback()
            raise
        database.conn.execute("COMMIT")

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """:raises StoreError: what was to be written can't be: the disk is full, say"""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise StoreError(path=str(self._path), detail=str(error)) from error

    def close(self) -> None:
        """Close this thread's connection."""
        if hasattr(self._local, "database"):
            self._local.database.close()
            del self._local.database

    def _prepare(self) -> None:
        # SQLite would make it readable by everybody.
        open_private(self._path).close()
        self._path.chmod(0o600)
        # The web and the command line may both be the first to come.
        with open_private(self.folder / "migrate.lock") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.database.enable_wal()
            migrations.apply(self.database)


def new_id() -> str:
    """Short enough to be typed, long enough not to be guessed."""
    return secrets.token_hex(5)


def now() -> str:
    """UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
