"""The lab's own passwords and keys: made once for each machine, since a lab host's root is this machine's root."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class LabCredentials:
    """How to sign in to the dialer: passwords of its accounts, and a key that root accepts (with a passphrase)."""

    root_password: str
    support_password: str
    ops_password: str
    guest_password: str
    conf_secret: str
    key_passphrase: str

    @property
    def passwords(self) -> str:
        """Lines for ``chpasswd``."""
        accounts = {
            "root": self.root_password,
            "support": self.support_password,
            "ops": self.ops_password,
            "guest": self.guest_password,
        }
        return "".join(f"{account}:{password}\n" for account, password in accounts.items())


def load_credentials(directory: Path) -> LabCredentials:
    """Read the credentials, or make them (mode 0600)."""
    path = directory / "credentials.json"
    if not path.exists():
        directory.mkdir(parents=True, exist_ok=True)
        fields = {name: secrets.token_hex(8) for name in LabCredentials.__dataclass_fields__}
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            json.dump(asdict(LabCredentials(**fields)), file, indent=1)
    return LabCredentials(**json.loads(path.read_text()))


def key_path(directory: Path, credentials: LabCredentials, *, with_passphrase: bool = False) -> Path:
    """A private key that the dialer's root accepts; its public half is ``<path>.pub``."""
    path = directory / ("id_passphrase" if with_passphrase else "id_plain")
    if not path.exists():
        passphrase = credentials.key_passphrase if with_passphrase else ""
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-C", "carrier-wizard-lab", "-f", str(path)], check=True
        )
    return path
