"""One SSH connection for a whole job, with the agent at its far end.

The agent (agent.pl) is sent over the channel and lives in one perl process; a request with any number of operations is one
round trip.
"""

from __future__ import annotations

import contextlib
import secrets
import time
from collections.abc import Iterator, Sequence
from importlib.resources import files
from types import TracebackType
from typing import Self

import paramiko

from wizard.errors import CannotConnectError, CommandError, ConnectionLostError, DialerError, NoPerlError, SudoError

from . import ssh
from .protocol import AgentReply, Operation, encode, parse_reply
from .quoted_secrets import without_secrets
from .target import DialerSecrets, DialerTarget, Sudo

#: what the way there and back may take, apart from the operations themselves
TRAVEL_SECONDS = 15.0
_PROGRAM = files("wizard.dialer").joinpath("agent.pl").read_bytes()


class Connection:
    """Open on first use, closed once; not to be shared between threads."""

    def __init__(self, target: DialerTarget, dialer_secrets: DialerSecrets) -> None:
        self.target = target
        self._secrets = dialer_secrets
        #: the way to the dialer, hop by hop
        self._transports: list[paramiko.Transport] = []
        self._channel: paramiko.Channel | None = None
        self._buffer = b""
        #: requests that waited for an answer from the dialer, the agent's start included
        self.round_trips = 0

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @property
    def is_open(self) -> bool:
        """Whether the agent was there when it was last heard of."""
        return self._channel is not None

    def open(self) -> None:
        """Connect, sign in, become root if that is how it is done, and start the agent.

        :raises DialerError: its leaves say what stood in the way
        """
        if self._channel is not None:
            return
        try:
            # Kept before they are used: whatever goes wrong, close() finds them, and no half-open connection is left behind.
            self._start_agent(ssh.sign_in(self.target, self._secrets, self._transports))
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
        deadline = time.monotonic() + TRAVEL_SECONDS + sum(operation.seconds for operation in operations)
        replies: list[AgentReply] = []
        try:
            for line in self._lines(deadline):
                if line == b"end":
                    return replies
                reply = parse_reply(line)
                replies.extend(without_secrets(reply, operation) for operation in operations[len(replies) :][:1])
        except BaseException:
            # What is still to come would be taken for the next answer.
            self.close()
            raise
        self.close()
        raise ConnectionLostError

    def close(self) -> None:
        """Let go of the channel and the connection; the agent ends with them."""
        for closable in (self._channel, *reversed(self._transports)):
            if closable is not None:
                with contextlib.suppress(Exception):
                    closable.close()
        self._channel = None
        self._transports.clear()
        self._buffer = b""

    def _start_agent(self, transport: paramiko.Transport) -> None:
        nonce = secrets.token_hex(8)
        hello, prompt = f"cw-hello-{nonce}", f"cw-sudo-{nonce}:"
        self._channel = ssh.start_program(transport, self.target, self._agent_command(nonce, prompt))
        self._wait_for_hello(hello.encode(), prompt.encode())
        self._send(f"cw-program-{nonce}\n".encode() + _PROGRAM)

    def _agent_command(self, nonce: str, prompt: str) -> str:
        # Whatever precedes the program is skipped: a password that sudo did not ask for must not be taken for it. The hello
        # is said in two pieces: sudo quotes the command it refuses, and that must not be taken for the hello.
        boot = (
            f'$|=1;print "cw-hel"."lo-{nonce}\\n";while(defined($l=<STDIN>)){{if($l eq "cw-program-{nonce}\\n")'
            f"{{read(STDIN,$p,{len(_PROGRAM)});last}}}}eval $p;die $@ if $@"
        )
        perl = f"perl -e '{boot}'"
        # env sets a variable in every kind of shell; sudo then complains in a language that we can read.
        match self.target.sudo:
            case Sudo.NO:
                return perl
            case Sudo.WITHOUT_PASSWORD:
                return f"env LC_ALL=C sudo -n {perl}"
            case Sudo.WITH_PASSWORD:
                return f"env LC_ALL=C sudo -S -p '{prompt}' {perl}"

    def _wait_for_hello(self, hello: bytes, prompt: bytes) -> None:
        self.round_trips += 1
        deadline = time.monotonic() + ssh.CONNECT_SECONDS
        asked = 0
        while True:
            before, found, rest = self._buffer.replace(prompt, b"\n").partition(hello + b"\n")
            if found:
                self._buffer = rest
                return
            if self._buffer.count(prompt) > asked:
                asked += 1
                if asked > 1:
                    raise SudoError(user=self.target.user, reason="password_wrong")
                self._send(self._secrets.sudo_password.reveal().encode() + b"\n")
                self.round_trips += 1
            try:
                is_open = self._receive(deadline)
            except TimeoutError:
                is_open = False
                if not before.strip():
                    raise CannotConnectError(host=self.target.host, port=self.target.port, reason="slow_shell") from None
            if not is_open:
                raise self._no_hello(before.decode(errors="replace").strip())

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
            return SudoError(user=self.target.user, reason=reason, variant="needs_tty" if reason == "needs_tty" else "")
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
        except ssh.SESSION_FAULTS as error:
            raise ConnectionLostError from error

    def _receive(self, deadline: float) -> bool:
        """Read some more into the buffer; False where the other side has ended.

        :raises TimeoutError: nothing came in time
        """
        left = deadline - time.monotonic()
        if self._channel is None:
            return False
        if left <= 0:
            raise TimeoutError
        self._channel.settimeout(left)
        try:
            chunk = self._channel.recv(65_536)
        except TimeoutError:
            raise
        except ssh.SESSION_FAULTS as error:
            raise ConnectionLostError from error
        self._buffer += chunk
        return bool(chunk)

    def _lines(self, deadline: float) -> Iterator[bytes]:
        """The lines that come until the other side ends, or the time is over."""
        with contextlib.suppress(TimeoutError):
            while True:
                line, newline, rest = self._buffer.partition(b"\n")
                if newline:
                    self._buffer = rest
                    yield line
                elif not self._receive(deadline):
                    return
