"""The instance folder: the store, the vault's key and the access token, for the owner's eyes only."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import platformdirs

from wizard.errors import StoreError

ENVIRONMENT_VARIABLE = "CARRIER_WIZARD_INSTANCE"
_CHECKOUT = Path(__file__).resolve().parents[1]


def instance_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Where this installation keeps its data (interface.md): the variable, a checkout's own, or the user's data folder.

    :raises StoreError: there can be no such folder
    """
    if environ.get(ENVIRONMENT_VARIABLE):
        folder = Path(environ[ENVIRONMENT_VARIABLE]).expanduser()
    elif (_CHECKOUT / "pyproject.toml").exists():
        folder = _CHECKOUT / "instance"
    else:
        folder = Path(platformdirs.user_data_dir("carrier-wizard", appauthor=False))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
    except OSError as error:
        raise StoreError(path=str(folder), detail=error.strerror or type(error).__name__) from error
    return folder


def create_private(path: Path, text: str) -> None:
    """Write a new file that only its owner may read; a file that is there already stays as it is.

    Whoever finds the file finds all of it.
    """
    if path.exists():
        return
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=".new-", delete=False) as file:
        file.write(text)
    try:
        with contextlib.suppress(FileExistsError):
            os.link(file.name, path)
    finally:
        Path(file.name).unlink()


def open_private(path: Path) -> IO[str]:
    """Open a file for writing that only its owner may read, made if need be: a lock, say."""
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+")


def access_token(folder: Path) -> str:
    """The token that opens the web wizard; made once."""
    path = folder / "token"
    create_private(path, secrets.token_urlsafe(24))
    return path.read_text().strip()
