"""A copy of all that is kept, whole although the wizard goes on writing: the store as SQLite copies it, the key, the token."""

from __future__ import annotations

import os
import sqlite3
import tarfile
import tempfile
from contextlib import closing
from pathlib import Path

from wizard.errors import StoreError

_STORE = "wizard.sqlite"
#: what belongs together: without the key the passwords in the store are gone
FILES = (_STORE, "key", "token")


def back_up(folder: Path, to: Path) -> list[str]:
    """Write a new tar file that its owner alone may read; the names of the files in it.

    :raises StoreError: the file is there already, or can't be written
    """
    try:
        descriptor = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise StoreError(path=str(to), detail=error.strerror or type(error).__name__) from error
    try:
        with os.fdopen(descriptor, "wb") as file, tarfile.open(fileobj=file, mode="w") as tar:
            return _add(folder, tar)
    except (OSError, sqlite3.Error, tarfile.TarError) as error:
        to.unlink(missing_ok=True)
        raise StoreError(path=str(to), detail=str(error)) from error


def _add(folder: Path, tar: tarfile.TarFile) -> list[str]:
    with tempfile.TemporaryDirectory(dir=folder, prefix=".backup-") as scratch:
        copy = Path(scratch) / _STORE
        copy.touch(mode=0o600)
        with closing(sqlite3.connect(folder / _STORE)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
        found = [(name, copy if name == _STORE else folder / name) for name in FILES]
        added = [(name, path) for name, path in found if path.exists()]
        for name, path in added:
            tar.add(path, arcname=name)
    return [name for name, _ in added]
