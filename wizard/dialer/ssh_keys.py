"""Keys to sign in with: from files, and from the SSH agent; a file that is no such key gets the advice for what it is."""

from __future__ import annotations

import base64
import binascii
import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path

import paramiko
from cryptography.exceptions import UnsupportedAlgorithm
from paramiko.agent import AgentSSH
from paramiko.pkey import UnknownKeyType

from wizard.errors import KeyFileError
from wizard.secret import Secret

from .route import Hop

_AGENT_SECONDS = 5.0
#: how files begin that people take for their private key
_MISTAKEN = (
    (b"PuTTY-User-Key-File", "putty"),
    (b"---- BEGIN SSH2 PUBLIC KEY", "public"),
    (b"-----BEGIN PUBLIC KEY", "public"),
    (b"-----BEGIN CERTIFICATE", "certificate"),
    (b"-----BEGIN DSA PRIVATE KEY", "dsa"),
)
_PUBLIC_TYPES = (b"ssh-", b"ecdsa-", b"sk-")
#: key types that live in a hardware token, which only an agent can use
_IN_A_TOKEN = b"\0\0\0\x1ask-ssh-ed25519@openssh.com", b'\0\0\0"sk-ecdsa-sha2-nistp256@openssh.com'


def load_key(path: str, passphrase: Secret) -> paramiko.PKey:
    """Read a private key.

    :raises KeyFileError: no such file, another kind of file, or a wrong passphrase
    """
    try:
        return paramiko.PKey.from_path(Path(path).expanduser(), passphrase.reveal().encode() or None)  # type: ignore[arg-type] # it wants bytes
    except (OSError, RuntimeError) as error:
        raise KeyFileError(path=path, reason=_why_unread(error)) from error
    except TypeError as error:
        # Said both ways: no passphrase where one is needed, and one where none is.
        if passphrase:
            return load_key(path, Secret(""))
        raise KeyFileError(path=path, reason="needs_passphrase") from error
    except (ValueError, paramiko.SSHException, UnknownKeyType, UnsupportedAlgorithm) as error:
        raise KeyFileError(path=path, reason=_what_it_is(path) or _about_passphrase(path, passphrase)) from error


def _why_unread(error: Exception) -> str:
    if isinstance(error, PermissionError):
        return "forbidden"
    return "folder" if isinstance(error, IsADirectoryError) else "missing"


def _what_it_is(path: str) -> str:
    """What somebody took for a private key; empty where it may be one."""
    head = _beginning(path)
    for start, kind in _MISTAKEN:
        if head.startswith(start):
            return kind
    if head.startswith(_PUBLIC_TYPES):
        return "certificate" if b"-cert-" in head.split(b" ")[0] else "public"
    with contextlib.suppress(ValueError, IndexError):
        body = base64.b64decode(b"".join(head.split(b"\n")[1:])[:1600] + b"==")
        if any(kind in body for kind in _IN_A_TOKEN):
            return "token"
    return ""


def _beginning(path: str) -> bytes:
    with contextlib.suppress(OSError, RuntimeError), Path(path).expanduser().open("rb") as file:
        return file.read(2_000).lstrip()
    return b""


def _about_passphrase(path: str, passphrase: Secret) -> str:
    return "passphrase" if passphrase and _is_encrypted(path) else "unreadable"


def _is_encrypted(path: str) -> bool:
    try:
        load_key(path, Secret(""))
    except KeyFileError as error:
        return error.values["reason"] == "needs_passphrase"
    return False


class _Agent(AgentSSH):
    """An SSH agent at a socket of our choice; paramiko's own takes only SSH_AUTH_SOCK."""

    def __init__(self, path: str) -> None:
        super().__init__()
        connected = socket.socket(socket.AF_UNIX)
        connected.settimeout(_AGENT_SECONDS)
        try:
            connected.connect(path)
            self._connect(connected)  # type: ignore[attr-defined] # paramiko's stubs leave it out
        except BaseException:
            connected.close()
            raise
        # A key that has to be confirmed waits for its owner.
        connected.settimeout(None)

    def close(self) -> None:
        self._close()  # type: ignore[attr-defined] # paramiko's stubs leave it out


class Keyring:
    """The keys that ssh would try at one hop, in its order; what was left out, and why, is in ``problems``."""

    def __init__(self, hop: Hop, passphrase: Secret) -> None:
        self._hop, self._passphrase = hop, passphrase
        self.problems: list[KeyFileError] = []
        self._agent: _Agent | None = None

    def close(self) -> None:
        """Let go of the agent, once nobody signs with its keys any more."""
        if self._agent is not None:
            self._agent.close()
        self._agent = None

    def __iter__(self) -> Iterator[paramiko.PKey]:
        named = {path: _public_part(path) for path in self._hop.key_paths}
        wanted = set(named.values()) - {b""}
        with contextlib.suppress(OSError, paramiko.SSHException):
            self._agent = _Agent(self._hop.agent) if self._hop.agent else None
        agents = self._agent.get_keys() if self._agent else ()
        yield from (key for key in agents if key.asbytes() in wanted)
        if not self._hop.identities_only:
            yield from (key for key in agents if key.asbytes() not in wanted)
        tried = {key.asbytes() for key in agents}
        for path, public in named.items():
            if public and public in tried:
                continue
            try:
                key = load_key(path, self._passphrase)
            except KeyFileError as problem:
                if problem.values["reason"] != "missing":
                    self.problems.append(problem)
            else:
                if key.asbytes() not in tried:
                    yield key


def _public_part(path: str) -> bytes:
    """The public key of a file, or beside it; empty where it can't be had without a passphrase."""
    for candidate in (path, f"{path}.pub"):
        words = _beginning(candidate).split()
        if len(words) > 1 and words[0].startswith(_PUBLIC_TYPES):
            with contextlib.suppress(binascii.Error):
                return base64.b64decode(words[1])
    return b""
