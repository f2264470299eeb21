"""A carrier that gives any answer that SIP has, and addresses at which nobody ever says anything."""

from __future__ import annotations

import re
import select
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import Self
from urllib.parse import unquote

from tests.real.raw_sip import Message

#: nobody else of the lab lives there
CODES, MORE_CODES, SILENT = "127.0.0.31", "127.0.0.32", "127.0.0.33"
#: between the answer that a call goes on with, and the last one
_GOES_ON_FOR = 0.4
#: a number's fourth last digit → the answer before the last one
_FIRST = {"0": 0, "1": 180, "2": 183, "3": 0}


class SipCodes:
    """A SIP server over UDP that lets everybody in.

    The last four digits of a number are its answer: 0503 is 503 at once, 1503 after 180, 2503 after 183 with audio, 3503 at
    once with a Reason header that says "normal clearing"; 0100 is 100 and then nothing, and what isn't such digits (9999)
    nothing at all. An answer of 200 has audio; the caller ends the call.
    """

    def __init__(self, address: str = CODES, *, options: int = 200) -> None:
        self._address = address
        #: the answer to OPTIONS; 0 is none
        self._options = options
        #: the first INVITE of each call, oldest first
        self.calls: list[Message] = []
        self._seen: set[str] = set()
        #: (when, what, to whom)
        self._due: list[tuple[float, bytes, tuple[str, int]]] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._thread = threading.Thread(target=self._serve)
        self._is_over = threading.Event()

    def __enter__(self) -> Self:
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self._socket.bind((self._address, 5060))
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._is_over.set()
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while not self._is_over.is_set():
            if select.select([self._socket], [], [], 0.05)[0]:
                data, source = self._socket.recvfrom(65_535)
                if data.strip():
                    self._take(Message.read(data), source)
            now = time.monotonic()
            for _, answer, to in [each for each in self._due if each[0] <= now]:
                self._socket.sendto(answer, to)
            self._due = [each for each in self._due if each[0] > now]

    def _take(self, message: Message, source: tuple[str, int]) -> None:
        if message.method in ("ACK", "SIP/2.0"):
            return
        if message.method == "OPTIONS":
            if self._options:
                self._socket.sendto(self._reply(message, self._options), source)
            return
        if message.method != "INVITE":
            self._socket.sendto(self._reply(message, 200), source)
            if message.method == "CANCEL":
                self._socket.sendto(self._reply(message, 487, method="INVITE"), source)
            return
        if message.headers["call-id"] in self._seen:
            return
        self._seen.add(message.headers["call-id"])
        self.calls.append(message)
        digits = unquote(message.uri.partition(":")[2].partition("@")[0])[-4:]
        if not re.fullmatch("[0-3][1-6][0-9]{2}", digits):
            return
        now, first = time.monotonic(), _FIRST[digits[0]]
        more = ("Reason: Q.850;cause=16",) if digits[0] == "3" else ()
        if first:
            self._due.append((now, self._reply(message, first), source))
        self._due.append((now + (_GOES_ON_FOR if first else 0), self._reply(message, int(digits[1:]), *more), source))

    def _reply(self, message: Message, code: int, *more: str, method: str = "") -> bytes:
        headers = message.headers
        has_audio = message.method == "INVITE" and code in (183, 200)
        audio = (
            "v=0",
            f"o=- 1 1 IN IP4 {self._address}",
            "s=-",
            f"c=IN IP4 {self._address}",
            "t=0 0",
            "m=audio 40000 RTP/AVP 0",
        )
        body = "".join(f"{line}\r\n" for line in audio) if has_audio else ""
        number, _, own_method = headers["cseq"].partition(" ")
        lines = [
            f"SIP/2.0 {code} As Asked",
            *(f"Via: {via}" for via in message.vias),
            f"From: {headers['from']}",
            f"To: {headers['to']}{'' if code == 100 else ';tag=codes'}",
            f"Call-ID: {headers['call-id']}",
            f"CSeq: {number} {method or own_method}",
            f"Contact: <sip:{self._address}:5060>",
            *more,
            *(["Content-Type: application/sdp"] if body else []),
            f"Content-Length: {len(body)}",
        ]
        return "".join(f"{line}\r\n" for line in [*lines, ""]).encode() + body.encode()


class SilentToOptions(SipCodes):
    """One that never says a word to OPTIONS."""

    def __init__(self, address: str = CODES) -> None:
        super().__init__(address, options=0)


@contextmanager
def silence(address: str = SILENT) -> Iterator[str]:
    """An address that takes SIP and IAX2 over UDP, and never says anything."""
    with ExitStack() as stack:
        for port in (5060, 4569):
            own = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            own.bind((address, port))
        yield address
