"""IAX2 by hand (RFC 5456): a carrier that compares passwords itself, and callers of any address."""

from __future__ import annotations

import hashlib
import itertools
import select
import socket
import struct
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from types import TracebackType
from typing import Self

CARRIER = "127.0.0.30"
PORT = 4569
#: of frames that are IAX2's own, not audio or a key
_OWN_KIND = 6
_ULAW = struct.pack("!I", 4)


class Command(IntEnum):
    NEW = 1
    PING = 2
    PONG = 3
    ACK = 4
    HANGUP = 5
    REJECT = 6
    ACCEPT = 7
    AUTHREQ = 8
    AUTHREP = 9
    LAGRQ = 11
    REGREQ = 13
    REGAUTH = 14
    REGACK = 15
    REGREJ = 16
    POKE = 30
    CALLTOKEN = 40


class Element(IntEnum):
    CALLED = 1
    CALLING = 2
    USERNAME = 6
    CAPABILITY = 8
    FORMAT = 9
    VERSION = 11
    AUTHMETHODS = 14
    CHALLENGE = 15
    MD5 = 16
    APPARENT = 18
    REFRESH = 19
    CAUSE = 22
    TOKEN = 54


_numbers = itertools.count(100)


def _element(kind: int, value: bytes) -> bytes:
    return bytes([kind, len(value)]) + value


def _elements(data: bytes) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    while len(data) >= 2:
        found[data[0]] = data[2 : 2 + data[1]]
        data = data[2 + data[1] :]
    return found


@dataclass(frozen=True)
class Frame:
    """A full frame of IAX2's own kind."""

    source: int
    target: int
    sent: int
    received: int
    command: int
    elements: Mapping[int, bytes]

    @classmethod
    def read(cls, data: bytes) -> Self | None:
        """None for audio, and for what was sent again."""
        if len(data) < 12 or not data[0] & 0x80 or data[2] & 0x80:
            return None
        source, target, _, sent, received, kind, command = struct.unpack("!HHIBBBB", data[:12])
        return (
            cls(source & 0x7FFF, target & 0x7FFF, sent, received, command, _elements(data[12:])) if kind == _OWN_KIND else None
        )


def _frame(source: int, target: int, stamp: int, sent: int, received: int, command: int, data: bytes = b"") -> bytes:
    return struct.pack("!HHIBBBB", 0x8000 | source, target, stamp, sent & 255, received & 255, _OWN_KIND, command) + data


class RawIax2Carrier:
    """Challenges every registration and call, compares what comes back with the accounts, and is busy for calls."""

    def __init__(self, accounts: Mapping[str, str], address: str = CARRIER) -> None:
        self._accounts = accounts
        self._address = address
        self.registered: set[str] = set()
        self.called: set[str] = set()
        self._challenges: dict[tuple[str, int], tuple[str, str]] = {}
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._thread = threading.Thread(target=self._serve)
        self._is_over = threading.Event()

    def __enter__(self) -> Self:
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self._socket.bind((self._address, PORT))
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._is_over.set()
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while not self._is_over.is_set():
            if select.select([self._socket], [], [], 0.1)[0]:
                data, source = self._socket.recvfrom(4096)
                frame = Frame.read(data)
                answer = self._answer(frame, source) if frame else None
                if frame and answer:
                    command, elements = answer
                    # Its own call number is the caller's and one.
                    own = (frame.source + 1) & 0x7FFF or 1
                    reply = _frame(own, frame.source, 1, frame.received, frame.sent + 1, command, elements)
                    self._socket.sendto(reply, source)

    def _answer(self, frame: Frame, source: tuple[str, int]) -> tuple[int, bytes] | None:
        elements, key = frame.elements, (source[0], frame.source)
        match frame.command:
            case Command.PING | Command.POKE:
                return Command.PONG, b""
            case Command.REGREQ | Command.NEW if Element.MD5 not in elements:
                challenge = str(1_000_000 + next(_numbers))
                self._challenges[key] = (elements[Element.USERNAME].decode(), challenge)
                asked = _element(Element.USERNAME, elements[Element.USERNAME]) + _element(Element.AUTHMETHODS, b"\0\2")
                command = Command.REGAUTH if frame.command == Command.REGREQ else Command.AUTHREQ
                return command, asked + _element(Element.CHALLENGE, challenge.encode())
            case Command.REGREQ:
                if not self._is_right(key, elements):
                    return Command.REGREJ, _element(Element.CAUSE, b"Registration Refused")
                self.registered.add(self._challenges[key][0])
                seen = struct.pack("<H", 2) + struct.pack("!H", source[1]) + socket.inet_aton(source[0]) + bytes(8)
                return Command.REGACK, _element(Element.REFRESH, b"\1\54") + _element(Element.APPARENT, seen)
            case Command.AUTHREP:
                if self._is_right(key, elements):
                    self.called.add(self._challenges[key][0])
                return Command.REJECT, _element(Element.CAUSE, b"busy")
            case Command.HANGUP | Command.REJECT | Command.LAGRQ:
                return Command.ACK, b""
            case _:
                return None

    def _is_right(self, key: tuple[str, int], elements: Mapping[int, bytes]) -> bool:
        username, challenge = self._challenges[key]
        secret = self._accounts.get(username)
        return secret is not None and elements[Element.MD5] == hashlib.md5(f"{challenge}{secret}".encode()).hexdigest().encode()


class DeafIax2Carrier(RawIax2Carrier):
    """Says that it is there, and nothing at all to a call."""

    def _answer(self, frame: Frame, source: tuple[str, int]) -> tuple[int, bytes] | None:
        return None if frame.command == Command.NEW else super()._answer(frame, source)


def call(number: str, to: str, *, source: str, username: str | None = None) -> str:
    """Call ``to`` (address and port) from an address: ``accepted``, ``rejected``, ``challenged``, or ``silence``."""
    address, port = to.split(":")
    body = _element(Element.VERSION, b"\0\2") + _element(Element.CALLED, number.encode())
    body += _element(Element.CALLING, b"2125559999")
    if username is not None:
        body += _element(Element.USERNAME, username.encode())
    body += _element(Element.FORMAT, _ULAW) + _element(Element.CAPABILITY, _ULAW)
    me = next(_numbers) & 0x7FFF
    outcomes: dict[int, str] = {Command.ACCEPT: "accepted", Command.REJECT: "rejected", Command.AUTHREQ: "challenged"}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
        own.bind((source, 0))
        own.settimeout(3)
        own.connect((address, int(port)))
        own.send(_frame(me, 0, 1, 0, 0, Command.NEW, body + _element(Element.TOKEN, b"")))
        while True:
            try:
                frame = Frame.read(own.recv(4096))
            except TimeoutError:
                return "silence"
            if frame is None:
                continue
            if frame.command == Command.CALLTOKEN:
                # The call begins anew, with the token that shows that its address is its own.
                token = _element(Element.TOKEN, frame.elements[Element.TOKEN])
                own.send(_frame(me, 0, 2, 0, 0, Command.NEW, body + token))
            elif frame.command in outcomes:
                own.send(_frame(me, frame.source, 3, 1, frame.sent + 1, Command.ACK))
                own.send(_frame(me, frame.source, 50, 1, frame.sent + 1, Command.HANGUP, _element(Element.CAUSE, b"bye")))
                return outcomes[frame.command]
