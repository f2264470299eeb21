"""Secrets at rest: encrypted with a key that lies in a file of its own, mode 0600."""

from __future__ import annotations

from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from wizard.errors import VaultError
from wizard.instance import create_private
from wizard.secret import Secret


class Vault:
    """Encrypts and decrypts texts; without its key file the store's secrets are gone for good."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "key"

    def lock(self, secret: Secret) -> str | None:
        """The encrypted form; an empty secret is nothing at all.

        :raises VaultError: the key file holds no key
        """
        if not secret:
            return None
        try:
            return self._fernet(create=True).encrypt(secret.reveal().encode()).decode()
        except ValueError as error:
            raise VaultError(path=str(self._path)) from error

    def unlock(self, encrypted: str | None) -> Secret:
        """The secret again; nothing is an empty secret.

        :raises VaultError: the key is missing, or not the one it was encrypted with
        """
        if not encrypted:
            return Secret("")
        try:
            return Secret(self._fernet(create=False).decrypt(encrypted.encode()).decode())
        except (InvalidToken, ValueError, FileNotFoundError) as error:
            raise VaultError(path=str(self._path)) from error

    def _fernet(self, *, create: bool) -> Fernet:
        if create:
            create_private(self._path, Fernet.generate_key().decode())
        return Fernet(self._path.read_text().strip().encode())
