"""Whether an SSH server is the one that somebody confirmed: here in the wizard, or with ssh itself.

A key that the wizard's user has confirmed here is all that counts for its host. Where there is none, the lines of their own
``~/.ssh/known_hosts`` count: whoever has said yes to ssh, in the same account, has compared the key already.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import paramiko
from cryptography.exceptions import UnsupportedAlgorithm
from paramiko.hostkeys import HostKeyEntry, HostKeys
from paramiko.pkey import UnknownKeyType

from wizard.errors import HostKeyChangedError, HostKeyUnknownError

from .route import SSH_PORT, Hop

_UNREADABLE = (ValueError, paramiko.SSHException, paramiko.hostkeys.InvalidHostKey, UnknownKeyType, UnsupportedAlgorithm)


@dataclass(frozen=True)
class KnownKeys:
    """What is known of a host before it is asked."""

    keys: tuple[paramiko.PKey, ...] = ()
    #: keys that nobody may show any more (``@revoked`` lines)
    revoked: tuple[bytes, ...] = ()
    #: ``known_hosts`` where they are from there, else empty
    source: str = ""


def fingerprint_of(key: bytes) -> str:
    """``SHA256:...`` as ssh-keygen prints it."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(key).digest()).decode().rstrip("=")


def is_host_key(text: str) -> bool:
    """Whether a text is a public key as ``known_hosts`` has it: type and base64."""
    try:
        parse_host_key(text)
    except _UNREADABLE:
        return False
    return True


def parse_host_key(text: str) -> paramiko.PKey:
    key_type, encoded = text.split()
    return paramiko.PKey.from_type_string(key_type, base64.b64decode(encoded, validate=True))


def known_keys(hop: Hop, confirmed: str, path: Path | None = None) -> KnownKeys:
    """What the host may show; ``confirmed`` is the key that was confirmed here, as ``type base64``, or empty."""
    if confirmed:
        return KnownKeys((parse_host_key(confirmed),))
    keys, revoked = [], []
    for is_revoked, key in _lines_about(hop, Path("~/.ssh/known_hosts").expanduser() if path is None else path):
        if is_revoked:
            revoked.append(key.asbytes())
        else:
            keys.append(key)
    return KnownKeys(tuple(keys), tuple(revoked), "known_hosts")


def check_host_key(hop: Hop, shown: paramiko.PKey, known: KnownKeys) -> None:
    """Compare what the host shows.

    :raises HostKeyChangedError: another key is known, or this one was revoked
    :raises HostKeyUnknownError: none is known: the caller shows the fingerprint, and somebody confirms it
    """
    variant = known.source if known.keys or known.revoked else ""
    if known.source == "" and hop.is_jump:
        variant = "jump"
    if shown.asbytes() in known.revoked or (known.keys and shown.asbytes() not in {key.asbytes() for key in known.keys}):
        alike = [key for key in known.keys if key.get_name() == shown.get_name()]
        expected = next(iter(alike or known.keys), None)
        raise HostKeyChangedError(
            host=hop.host,
            fingerprint=fingerprint_of(shown.asbytes()),
            expected=fingerprint_of(expected.asbytes()) if expected else "none",
            variant=variant,
            name=_name_of(hop),
        )
    if not known.keys:
        raise HostKeyUnknownError(
            host=hop.host,
            fingerprint=fingerprint_of(shown.asbytes()),
            key_type=shown.get_name(),
            key=f"{shown.get_name()} {shown.get_base64()}",
            address=hop.address,
            variant="jump" if hop.is_jump else "",
        )


def _name_of(hop: Hop) -> str:
    """As known_hosts writes it (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT)."""
    host = hop.host_key_alias or hop.host.lower()
    return host if hop.port == SSH_PORT or hop.host_key_alias else f"[{host}]:{hop.port}"


def _lines_about(hop: Hop, path: Path) -> Iterator[tuple[bool, paramiko.PKey]]:
    """Whether revoked, and the key; lines that can't be read, and certificate authorities, are passed over."""
    name = _name_of(hop)
    try:
        lines = path.read_text(errors="replace").splitlines()
    except OSError:
        return
    for line in lines:
        first, _, rest = line.strip().partition(" ")
        is_revoked = first == "@revoked"
        if first.startswith("#") or (first.startswith("@") and not is_revoked):
            continue
        try:
            entry = HostKeyEntry.from_line(rest.strip() if is_revoked else line)
        except (*_UNREADABLE, binascii.Error):
            continue
        if entry is not None and any(_is_name(name, each) for each in entry.hostnames):
            yield is_revoked, entry.key


def _is_name(name: str, written: str) -> bool:
    """Hashed names too; patterns with * are left to ssh."""
    if written.startswith("|1|"):
        return written == HostKeys.hash_host(name, written)
    return written.lower() == name
