"""One SSH connection for a whole job, with the agent at its far end. The only module that knows paramiko.

The agent (agent.pl) is sent over the channel and lives in one perl process; a request with any number of operations is one
round trip. paramiko's exceptions end here: what comes out is from :mod:`wizard.errors`.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import logging
import secrets
import socket
import time
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from types import TracebackType
from typing import Self

import paramiko
from cryptography.exceptions import UnsupportedAlgorithm
from paramiko.ssh_exception import IncompatiblePeer

from wizard.errors import (
    CannotConnectError,
    CannotResolveError,
    CommandError,
    ConnectionLostError,
    DialerError,
    HostKeyChangedError,
    HostKeyUnknownError,
    InvalidAuthError,
    KeyFileError,
    NoPerlError,
    SudoError,
    UnsupportedAlgorithmsError,
)
from wizard.secret import Secret

from .protocol import AgentReply, Operation, encode, parse_reply
from .target import DialerSecrets, DialerTarget, SshAuth, Sudo

CONNECT_SECONDS = 15.0
#: longer than any batch may take: single programs are cut off by the agent after 10 s
ANSWER_SECONDS = 60.0
# paramiko's thread prints what it also raises.
logging.getLogger("paramiko").addHandler(logging.NullHandler())
_PROGRAM = files("wizard.dialer").joinpath("agent.pl").read_bytes()


class Connection:
    """Open on first use, closed once; not to be shared between threads."""

    def __init__(self, target: DialerTarget, dialer_secrets: DialerSecrets) -> None:
        self.target = target
        self._secrets = dialer_secrets
        self._client: paramiko.SSHClient | None = None
        self._channel: paramiko.Channel | None = None
        self._buffer = b""
        #: requests that waited for an answer from the dialer, the agent's start included
        self.round_trips = 0

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def open(self) -> None:
        """Connect, sign in, become root if that is how it is done, and start the agent.

        :raises DialerError: its leaves say what stood in the way
        """
        if self._channel is not None:
            return
        try:
            self._channel = self._start_agent(self._connect())
        except BaseException:
            self.close()
            raise

    def ask(self, operations: Sequence[Operation], *, stop_at_error: bool = True) -> list[AgentReply]:
        """Run operations on the dialer, in order, up to the first that fails or all of them; one round trip.

        :raises ConnectionLostError: where the answer did not come; what was under way may have been done
        """
        self.open()
        self._send(encode(operations, stop_at_error=stop_at_error))
        self.round_trips += 1
        deadline = time.monotonic() + ANSWER_SECONDS
        replies: list[AgentReply] = []
        for line in self._lines(deadline):
            if line == b"end":
                return replies
            replies.append(parse_reply(line))
        raise ConnectionLostError

    def close(self) -> None:
        """Let go of the channel and the connection; the agent ends with them."""
        for closable in (self._channel, self._client):
            if closable is not None:
                with contextlib.suppress(Exception):
                    closable.close()
        self._channel = self._client = None

    def _connect(self) -> paramiko.SSHClient:
        target = self.target
        client = paramiko.SSHClient()
        client.set_missing_host_key_policy(_AskFirst())
        if target.host_key:
            _remember_key(client, target)
        # Kept before it is used: whatever goes wrong, close() finds it, and no half-open connection is left with the server.
        self._client = client
        with _translated(target):
            key = self._private_key()
            client.connect(
                target.host,
                port=target.port,
                username=target.user,
                password=self._secrets.ssh_password.reveal() if target.auth is SshAuth.PASSWORD else None,
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
        return client

    def _private_key(self) -> paramiko.PKey | None:
        if self.target.auth is not SshAuth.KEY:
            return None
        return _load_key(self.target.key_path, self._secrets.key_passphrase)

    def _start_agent(self, client: paramiko.SSHClient) -> paramiko.Channel:
        nonce = secrets.token_hex(8)
        hello, prompt = f"cw-hello-{nonce}", f"cw-sudo-{nonce}:"
        transport = client.get_transport()
        if transport is None:
            raise ConnectionLostError
        with _translated(self.target):
            channel = transport.open_session(timeout=CONNECT_SECONDS)
            channel.set_combine_stderr(True)
            channel.settimeout(CONNECT_SECONDS)
            channel.exec_command(self._agent_command(nonce, hello, prompt))
        self._channel = channel
        self._wait_for_hello(hello.encode(), prompt.encode())
        self._send(f"cw-program-{nonce}\n".encode() + _PROGRAM)
        return channel

    def _agent_command(self, nonce: str, hello: str, prompt: str) -> str:
        # Whatever precedes the program is skipped: a password that sudo did not ask for must not be taken for it.
        boot = (
            f'$|=1;print "{hello}\\n";while(defined($l=<STDIN>)){{if($l eq "cw-program-{nonce}\\n")'
            f"{{read(STDIN,$p,{len(_PROGRAM)});last}}}}eval $p;die $@ if $@"
        )
        perl = f"perl -e '{boot}'"
        match self.target.sudo:
            case Sudo.NO:
                return perl
            case Sudo.WITHOUT_PASSWORD:
                return f"sudo -n {perl}"
            case Sudo.WITH_PASSWORD:
                return f"sudo -S -p '{prompt}' {perl}"

    def _wait_for_hello(self, hello: bytes, prompt: bytes) -> None:
        self.round_trips += 1
        deadline = time.monotonic() + CONNECT_SECONDS
        asked = 0
        while hello not in self._buffer:
            if self._buffer.count(prompt) > asked:
                asked += 1
                if asked > 1:
                    raise SudoError(user=self.target.user, reason="password_wrong")
                self._send(self._secrets.sudo_password.reveal().encode() + b"\n")
                self.round_trips += 1
            if not self._receive(deadline):
                raise self._no_hello(self._buffer.replace(prompt, b"").decode(errors="replace").strip())
        self._buffer = self._buffer.partition(hello)[2].lstrip(b"\r\n")

    def _no_hello(self, said: str) -> DialerError:
        """The agent did not start: find out which of the known reasons it was."""
        lowered = said.lower()
        if self.target.sudo is not Sudo.NO and ("sudo" in lowered or "sorry" in lowered or "password" in lowered):
            reasons = {
                "tty": "needs_tty",
                "a password is required": "password_needed",
                "not in the sudoers": "not_allowed",
                "not allowed": "not_allowed",
                "may not run": "not_allowed",
                "incorrect password": "password_wrong",
                "try again": "password_wrong",
            }
            reason = next((reason for sign, reason in reasons.items() if sign in lowered), "not_allowed")
            return SudoError(user=self.target.user, reason=reason)
        if "perl" in lowered:
            return NoPerlError(detail=said[-200:])
        if not said:
            return ConnectionLostError()
        return CommandError(what="shell", detail=said[-200:])

    def _send(self, data: bytes) -> None:
        if self._channel is None:
            raise ConnectionLostError
        try:
            self._channel.sendall(data)
        except (OSError, EOFError, paramiko.SSHException) as error:
            raise ConnectionLostError from error

    def _receive(self, deadline: float) -> bool:
        """Read some more into the buffer; False where nothing more will come in time."""
        left = deadline - time.monotonic()
        if self._channel is None or left <= 0:
            return False
        self._channel.settimeout(left)
        try:
            chunk = self._channel.recv(65_536)
        except TimeoutError:
            return False
        except (OSError, EOFError, paramiko.SSHException) as error:
            raise ConnectionLostError from error
        self._buffer += chunk
        return bool(chunk)

    def _lines(self, deadline: float) -> Iterator[bytes]:
        while True:
            line, newline, rest = self._buffer.partition(b"\n")
            if newline:
                self._buffer = rest
                yield line
            elif not self._receive(deadline):
                self.close()
                return


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
    except OSError as error:
        raise KeyFileError(path=path, reason="missing") from error
    except TypeError as error:
        # Said both ways: no passphrase where one is needed, and one where none is.
        if passphrase:
            return _load_key(path, Secret(""))
        raise KeyFileError(path=path, reason="needs_passphrase") from error
    except (ValueError, paramiko.SSHException, UnsupportedAlgorithm) as error:
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


def fingerprint_of_line(host_key: str) -> str:
    """The fingerprint of a ``type base64`` line."""
    return fingerprint_of(base64.b64decode(host_key.split()[1]))


def _remember_key(client: paramiko.SSHClient, target: DialerTarget) -> None:
    key_type, encoded = target.host_key.split()
    name = target.host if target.port == paramiko.config.SSH_PORT else f"[{target.host}]:{target.port}"
    client.get_host_keys().add(name, key_type, paramiko.PKey.from_type_string(key_type, base64.b64decode(encoded)))


def _socket_without_delay(target: DialerTarget) -> socket.socket:
    """paramiko never sets TCP_NODELAY; without it an answer waits 40 ms for the other side's delayed ACK (stack.md)."""
    try:
        connected = socket.create_connection((target.host, target.port), timeout=CONNECT_SECONDS)
    except socket.gaierror as error:
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
