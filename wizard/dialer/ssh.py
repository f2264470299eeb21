"""Signing in over SSH, hop by hop: each host has to be the one that was confirmed, and each has its own way in.

paramiko's exceptions end here, in :mod:`wizard.dialer.ssh_keys`, :mod:`wizard.dialer.host_keys` and
:mod:`wizard.dialer.connection`: what comes out is from :mod:`wizard.errors`.
"""

from __future__ import annotations

import contextlib
import logging
import socket
from collections.abc import Callable, Iterable, Iterator

import paramiko
from paramiko.ssh_exception import IncompatiblePeer

from wizard.errors import (
    CannotConnectError,
    CannotResolveError,
    ConnectionLostError,
    InvalidAuthError,
    JumpRefusedError,
    NoSshKeysError,
    SecondFactorError,
    TooManyKeysError,
    UnsupportedAlgorithmsError,
)

from .host_keys import KnownKeys, check_host_key, known_keys
from .route import Hop
from .ssh_keys import Keyring, load_key
from .target import DialerSecrets, DialerTarget, SshAuth

CONNECT_SECONDS = 15.0
#: how a session that was open may end
SESSION_FAULTS = (OSError, EOFError, paramiko.SSHException)
#: OpenSSH's reasons for a channel that it does not open (RFC 4254 §5.1)
_PROHIBITED, _CONNECT_FAILED = 1, 2
_FIRST_PREFERRED = {"ssh-rsa": "rsa-sha2-512"}
# paramiko's thread prints what it also raises.
logging.getLogger("paramiko").addHandler(logging.NullHandler())


def sign_in(target: DialerTarget, secrets: DialerSecrets, opened: list[paramiko.Transport]) -> paramiko.Transport:
    """Connect and sign in at each hop; the last is the dialer. Whatever was opened is in ``opened``, for the caller to close.

    :raises DialerError: its leaves say what stood in the way, and at which host
    """
    confirmed = dict(target.jump_keys)
    for hop in target.route():
        known = known_keys(hop, confirmed.get(hop.address, "") if hop.is_jump else target.host_key)
        # Before anybody is bothered: a key that can't be read needs no connection.
        ways = _Ways(hop, target, secrets)
        with _translated(hop):
            transport = paramiko.Transport(_socket_to(hop, opened))
            opened.append(transport)
            _greet(transport, hop, known)
            ways.sign_in(transport)
        transport.set_keepalive(20)
    return opened[-1]


def start_program(transport: paramiko.Transport, target: DialerTarget, command: str) -> paramiko.Channel:
    """Start a program over there, without a terminal; its two outputs are one."""
    with _translated(target.route()[-1]):
        channel = transport.open_session(timeout=CONNECT_SECONDS)
        channel.set_combine_stderr(True)
        channel.settimeout(CONNECT_SECONDS)
        channel.exec_command(command)
    return channel


def _greet(transport: paramiko.Transport, hop: Hop, known: KnownKeys) -> None:
    """Agree on algorithms, and see that it is the host that we mean."""
    transport.banner_timeout = transport.auth_timeout = CONNECT_SECONDS
    options = transport.get_security_options()
    first = [_FIRST_PREFERRED.get(key.get_name(), key.get_name()) for key in known.keys]
    # A host has keys of several types: it shows the one that is known, where it is asked for it.
    wanted = [each for each in first if each in options.key_types]
    options.key_types = [*dict.fromkeys(wanted), *(each for each in options.key_types if each not in wanted)]
    transport.start_client(timeout=CONNECT_SECONDS)
    check_host_key(hop, transport.get_remote_server_key(), known)


class _Ways:
    """How to sign in at one hop."""

    def __init__(self, hop: Hop, target: DialerTarget, secrets: DialerSecrets) -> None:
        self._hop, self._target, self._secrets = hop, target, secrets
        self._key = load_key(target.key_path, secrets.key_passphrase) if target.auth is SshAuth.KEY else None
        self._ring = Keyring(hop, secrets.key_passphrase)

    def sign_in(self, transport: paramiko.Transport) -> None:
        """Try one after the other.

        :raises DialerError: none was taken
        """
        with contextlib.closing(self._ring):
            self._try_all(transport)

    def _try_all(self, transport: paramiko.Transport) -> None:
        tried = 0
        for attempt in self._attempts():
            try:
                more = attempt(transport)
            except paramiko.AuthenticationException as refused:
                tried += 1
                if transport.is_active() and "timeout" not in str(refused).lower():
                    continue
                if tried > 1:
                    raise TooManyKeysError(host=self._hop.host, count=tried) from refused
                raise
            if more:
                raise SecondFactorError(host=self._hop.host, methods=", ".join(more))
            return
        locked = [problem for problem in self._ring.problems if problem.values["reason"] in ("needs_passphrase", "passphrase")]
        for problem in locked if tried else self._ring.problems:
            raise problem
        if not tried:
            raise NoSshKeysError(host=self._hop.host, user=self._hop.user, variant=_variant(self._hop))
        raise InvalidAuthError(user=self._hop.user, host=self._hop.host, variant=_variant(self._hop))

    def _attempts(self) -> Iterator[Callable[[paramiko.Transport], Iterable[str]]]:
        if self._target.auth is SshAuth.PASSWORD and not self._hop.is_jump:
            yield lambda transport: transport.auth_password(self._hop.user, self._secrets.ssh_password.reveal())
            return
        if self._key is not None:
            yield self._with(self._key)
            if not self._hop.is_jump:
                return
        yield from map(self._with, self._ring)

    def _with(self, key: paramiko.PKey) -> Callable[[paramiko.Transport], Iterable[str]]:
        return lambda transport: transport.auth_publickey(self._hop.user, key)


def _variant(hop: Hop) -> str:
    return "jump" if hop.is_jump else ""


def _socket_to(hop: Hop, opened: list[paramiko.Transport]) -> socket.socket | paramiko.Channel:
    return _through(opened[-1], hop) if opened else _socket_without_delay(hop)


def _through(jump: paramiko.Transport, hop: Hop) -> paramiko.Channel:
    """A connection that the jump host makes for us."""
    try:
        return jump.open_channel("direct-tcpip", (hop.host, hop.port), ("127.0.0.1", 0), timeout=CONNECT_SECONDS)
    except paramiko.ChannelException as error:
        if error.code == _PROHIBITED:
            raise JumpRefusedError(host=hop.host, port=hop.port, before=hop.before) from error
        if error.code == _CONNECT_FAILED:
            raise CannotConnectError(host=hop.host, port=hop.port, reason="from_jump", before=hop.before) from error
        raise ConnectionLostError from error


def _socket_without_delay(hop: Hop) -> socket.socket:
    """paramiko never sets TCP_NODELAY; without it an answer waits 40 ms for the other side's delayed ACK (stack.md)."""
    try:
        connected = socket.create_connection((hop.host, hop.port), timeout=CONNECT_SECONDS)
    except (socket.gaierror, ValueError) as error:
        raise CannotResolveError(host=hop.host, variant=_variant(hop)) from error
    except OSError as error:
        raise CannotConnectError(host=hop.host, port=hop.port, reason=_reason(error), variant=_variant(hop)) from error
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connected


def _reason(error: OSError) -> str:
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, ConnectionRefusedError):
        return "refused"
    return "unreachable"


@contextlib.contextmanager
def _translated(hop: Hop) -> Iterator[None]:
    """paramiko's words into ours; nothing of a secret is in either."""
    place, variant = {"host": hop.host, "port": hop.port}, _variant(hop)
    try:
        yield
    except paramiko.AuthenticationException as error:
        said = str(error).lower()
        if "timeout" in said:
            raise CannotConnectError(**place, reason="timeout", variant=variant) from error
        if "transport shut down" in said:
            raise ConnectionLostError from error
        if "unable to agree on a pubkey algorithm" in said:
            raise UnsupportedAlgorithmsError(host=hop.host, reason="signature", variant=variant) from error
        raise InvalidAuthError(user=hop.user, host=hop.host, variant=variant) from error
    except IncompatiblePeer as error:
        raise UnsupportedAlgorithmsError(host=hop.host, reason=_incompatible(str(error)), variant=variant) from error
    except (paramiko.SSHException, EOFError) as error:
        said = str(error).lower()
        if "no existing session" in said or "banner" in said:
            raise CannotConnectError(**place, reason="not_ssh", variant=variant) from error
        raise ConnectionLostError from error
    except OSError as error:
        raise CannotConnectError(**place, reason=_reason(error), variant=variant) from error


def _incompatible(said: str) -> str:
    """``Incompatible ssh peer (no acceptable kex algorithm)`` and its like, as a word of ours."""
    kinds = {"kex": "key_exchange", "host key": "host_key", "cipher": "cipher", "mac": "mac"}
    return next((kind for sign, kind in kinds.items() if sign in said.lower()), said)
