"""Signing in over SSH: keys, passwords, and whether the host is the one that was confirmed.

paramiko's exceptions end here and in :mod:`wizard.dialer.connection`: what comes out is from :mod:`wizard.errors`.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import logging
import socket
from collections.abc import Iterator
from pathlib import Path

import paramiko
from cryptography.exceptions import UnsupportedAlgorithm
from paramiko.pkey import UnknownKeyType
from paramiko.ssh_exception import IncompatiblePeer

from wizard.errors import (
    CannotConnectError,
    CannotResolveError,
    ConnectionLostError,
    HostKeyChangedError,
    HostKeyUnknownError,
    InvalidAuthError,
    KeyFileError,
    UnsupportedAlgorithmsError,
)
from wizard.secret import Secret

from .target import DialerSecrets, DialerTarget, SshAuth

CONNECT_SECONDS = 15.0
#: how a session that was open may end
SESSION_FAULTS = (OSError, EOFError, paramiko.SSHException)
# paramiko's thread prints what it also raises.
logging.getLogger("paramiko").addHandler(logging.NullHandler())


def sign_in(client: paramiko.SSHClient, target: DialerTarget, secrets: DialerSecrets) -> None:
    """Connect and sign in.

    :raises DialerError: its leaves say what stood in the way
    """
    client.set_missing_host_key_policy(_AskFirst())
    if target.host_key:
        _remember_key(client, target)
    with _translated(target):
        key = _load_key(target.key_path, secrets.key_passphrase) if target.auth is SshAuth.KEY else None
        client.connect(
            target.host,
            port=target.port,
            username=target.user,
            password=secrets.ssh_password.reveal() if target.auth is SshAuth.PASSWORD else None,
            pkey=key,
            allow_agent=target.auth is SshAuth.AGENT,
            look_for_keys=False,
            timeout=CONNECT_SECONDS,
            banner_timeout=CONNECT_SECONDS,
            auth_timeout=CONNECT_SECONDS,
            sock=_socket_without_delay(target),
        )
    transport = client.get_transport()
    if transport is not None:
        transport.set_keepalive(20)


def start_program(client: paramiko.SSHClient, target: DialerTarget, command: str) -> paramiko.Channel:
    """Start a program over there, without a terminal; its two outputs are one."""
    transport = client.get_transport()
    if transport is None:
        raise ConnectionLostError
    with _translated(target):
        channel = transport.open_session(timeout=CONNECT_SECONDS)
        channel.set_combine_stderr(True)
        channel.settimeout(CONNECT_SECONDS)
        channel.exec_command(command)
    return channel


class _AskFirst(paramiko.MissingHostKeyPolicy):
    """Nobody is trusted unseen: the caller shows the fingerprint and confirms it."""

    def missing_host_key(self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey) -> None:  # noqa: ARG002
        raise HostKeyUnknownError(
            host=hostname,
            fingerprint=fingerprint_of(key.asbytes()),
            key_type=key.get_name(),
            key=f"{key.get_name()} {key.get_base64()}",
        )


def _load_key(path: str, passphrase: Secret) -> paramiko.PKey:
    try:
        return paramiko.PKey.from_path(Path(path).expanduser(), passphrase.reveal().encode() or None)  # type: ignore[arg-type] # it wants bytes
    except (OSError, RuntimeError) as error:
        raise KeyFileError(path=path, reason="missing") from error
    except TypeError as error:
        # Said both ways: no passphrase where one is needed, and one where none is.
        if passphrase:
            return _load_key(path, Secret(""))
        raise KeyFileError(path=path, reason="needs_passphrase") from error
    except (ValueError, paramiko.SSHException, UnknownKeyType, UnsupportedAlgorithm) as error:
        reason = "passphrase" if passphrase and _is_encrypted(path) else "unreadable"
        raise KeyFileError(path=path, reason=reason) from error


def _is_encrypted(path: str) -> bool:
    try:
        _load_key(path, Secret(""))
    except KeyFileError as error:
        return error.values["reason"] == "needs_passphrase"
    return False


def fingerprint_of(key: bytes) -> str:
    """``SHA256:...`` as ssh-keygen prints it."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(key).digest()).decode().rstrip("=")


def is_host_key(text: str) -> bool:
    """Whether a text is a public key as ``known_hosts`` has it: type and base64."""
    try:
        _parse_host_key(text)
    except (ValueError, paramiko.SSHException, UnknownKeyType, UnsupportedAlgorithm):
        return False
    return True


def _parse_host_key(text: str) -> paramiko.PKey:
    key_type, encoded = text.split()
    return paramiko.PKey.from_type_string(key_type, base64.b64decode(encoded, validate=True))


def _remember_key(client: paramiko.SSHClient, target: DialerTarget) -> None:
    key = _parse_host_key(target.host_key)
    name = target.host if target.port == paramiko.config.SSH_PORT else f"[{target.host}]:{target.port}"
    client.get_host_keys().add(name, key.get_name(), key)


def _socket_without_delay(target: DialerTarget) -> socket.socket:
    """paramiko never sets TCP_NODELAY; without it an answer waits 40 ms for the other side's delayed ACK (stack.md)."""
    try:
        connected = socket.create_connection((target.host, target.port), timeout=CONNECT_SECONDS)
    except (socket.gaierror, ValueError) as error:
        raise CannotResolveError(host=target.host) from error
    except OSError as error:
        raise CannotConnectError(host=target.host, port=target.port, reason=_reason(error)) from error
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connected


def _reason(error: OSError) -> str:
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, ConnectionRefusedError):
        return "refused"
    return "unreachable"


@contextlib.contextmanager
def _translated(target: DialerTarget) -> Iterator[None]:
    """paramiko's words into ours; nothing of a secret is in either."""
    try:
        yield
    except paramiko.BadHostKeyException as error:
        raise HostKeyChangedError(
            host=target.host,
            fingerprint=fingerprint_of(error.key.asbytes()),
            expected=fingerprint_of(error.expected_key.asbytes()),
        ) from None
    except paramiko.AuthenticationException as error:
        said = str(error).lower()
        if "timeout" in said:
            raise CannotConnectError(host=target.host, port=target.port, reason="timeout") from error
        if "transport shut down" in said:
            raise ConnectionLostError from error
        raise InvalidAuthError(user=target.user, host=target.host) from error
    except IncompatiblePeer as error:
        raise UnsupportedAlgorithmsError(host=target.host, reason=str(error)) from error
    except (paramiko.SSHException, EOFError) as error:
        if "no existing session" in str(error).lower() or "banner" in str(error).lower():
            raise CannotConnectError(host=target.host, port=target.port, reason="not_ssh") from error
        if "no authentication methods" in str(error).lower():
            raise InvalidAuthError(user=target.user, host=target.host) from error
        raise ConnectionLostError from error
    except OSError as error:
        raise CannotConnectError(host=target.host, port=target.port, reason=_reason(error)) from error
