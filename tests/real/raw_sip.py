"""SIP by hand, over UDP: a carrier that writes down who signs in and how, and callers of any address."""

from __future__ import annotations

import hashlib
import itertools
import re
import select
import socket
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import unquote

REALM = "raw.carrier.test"
#: nobody else of the lab lives there
CARRIER, STRANGER = "127.0.0.30", "127.0.0.66"
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Message:
    """A request, or an answer: its first line, and its headers in small letters (the first of a name)."""

    line: str
    headers: Mapping[str, str]
    vias: tuple[str, ...]
    body: str = ""

    @property
    def method(self) -> str:
        return self.line.split()[0]

    @property
    def uri(self) -> str:
        return self.line.split()[1]

    @classmethod
    def read(cls, data: bytes) -> Self:
        head, _, body = data.decode(errors="replace").partition("\r\n\r\n")
        line, *rest = head.split("\r\n")
        pairs = [(name.strip().lower(), value.strip()) for name, _, value in (each.partition(":") for each in rest)]
        vias = tuple(value for name, value in pairs if name == "via")
        return cls(line, dict(reversed(pairs)), vias, body)

    def user_of(self, header: str) -> str:
        """The user of a header's URI, as a carrier understands it."""
        found = re.search(r"sips?:([^@>;]*)@", self.headers[header])
        return unquote(found[1]) if found else ""

    def authorization(self, name: str) -> str:
        found = re.search(rf'\b{name}="([^"]*)"', self.headers.get("authorization", ""))
        return found[1] if found else ""

    def answers_with(self, username: str, secret: str) -> bool:
        """Whether it signs in with these."""
        if self.authorization("username") != username:
            return False
        own = _md5(f"{username}:{REALM}:{secret}")
        what = _md5(f"{self.method}:{self.authorization('uri')}")
        return self.authorization("response") == _md5(f"{own}:{self.authorization('nonce')}:{what}")


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


class RawSipCarrier:
    """Challenges every REGISTER and INVITE, lets in who knows the one password, and is busy for calls.

    ``answers`` are what some users hear who want to register, in the place of a challenge, for as long as they are there.
    """

    def __init__(self, secret: str = "R4w-Secret", *, answers: Mapping[str, str] | None = None) -> None:
        self.secret = secret
        self.answers = dict(answers or {})
        #: what was let in, oldest first
        self.let_in: list[Message] = []
        self.contacts: dict[str, str] = {}
        #: user → how often they asked to register, by name or with a password
        self.attempts: Counter[str] = Counter()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._thread = threading.Thread(target=self._serve)
        self._is_over = threading.Event()

    def __enter__(self) -> Self:
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self._socket.bind((CARRIER, 5060))
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._is_over.set()
        self._thread.join()
        self._socket.close()

    def users(self, method: str, header: str = "to") -> list[str]:
        """The users of those who were let in."""
        return [message.user_of(header) for message in list(self.let_in) if message.method == method]

    def _serve(self) -> None:
        while not self._is_over.is_set():
            if select.select([self._socket], [], [], 0.1)[0]:
                data, source = self._socket.recvfrom(65_535)
                message = Message.read(data)
                status, *more = self._judge(message) if data.strip() else ("",)
                if status:
                    self._socket.sendto(_reply(message, status, more), source)

    def _judge(self, message: Message) -> tuple[str, ...]:
        if message.method in ("ACK", "SIP/2.0"):
            return ("",)
        if message.method not in ("REGISTER", "INVITE") or message.headers.get("expires") == "0":
            # Someone leaves, perhaps a registration of the test before.
            return ("200 OK",)
        if message.method == "REGISTER":
            self.attempts[message.user_of("to")] += 1
            answer = self.answers.get(message.user_of("to"))
            if answer is not None:
                return (answer,)
        if "authorization" not in message.headers:
            nonce = f"nonce{next(_numbers)}"
            return ("401 Unauthorized", f'WWW-Authenticate: Digest realm="{REALM}", nonce="{nonce}", algorithm=MD5')
        if not message.answers_with(message.authorization("username"), self.secret):
            return ("403 Forbidden",)
        self.let_in.append(message)
        if message.method == "INVITE":
            return ("486 Busy Here",)
        contact = message.headers["contact"]
        self.contacts[message.user_of("to")] = re.sub(r"^.*<|>.*$", "", contact)
        expires = message.headers.get("expires", "300")
        return ("200 OK", f"Contact: {contact};expires={expires}", f"Expires: {expires}")


def _reply(message: Message, status: str, more: list[str]) -> bytes:
    headers = message.headers
    lines = [
        f"SIP/2.0 {status}",
        *(f"Via: {via}" for via in message.vias),
        f"From: {headers['from']}",
        f"To: {headers['to']};tag=raw",
        f"Call-ID: {headers['call-id']}",
        f"CSeq: {headers['cseq']}",
        *more,
        "Content-Length: 0",
    ]
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode()


def invite(uri: str, to: str, *, source: str, from_user: str = "2125559999", more: str = "") -> str:
    """Call ``to`` (address and port) from an address; the final answer as SIP has it, or ``silence``. The call ends at once."""
    address, port = to.split(":")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
        own.bind((source, 0))
        own.settimeout(3)
        own.connect((address, int(port)))
        call = f"raw-{next(_numbers)}@{source}"
        here = "{}:{}".format(*own.getsockname())
        sdp = "".join(
            f"{line}\r\n"
            for line in ["v=0", f"o=- 1 1 IN IP4 {source}", "s=-", f"c=IN IP4 {source}", "t=0 0", "m=audio 40000 RTP/AVP 0"]
        )

        def request(method: str, cseq: int, tag: str = "", body: str = "") -> bytes:
            headers = [
                f"{method} {uri} SIP/2.0", f"Via: SIP/2.0/UDP {here};branch=z9hG4bK{next(_numbers)};rport", "Max-Forwards: 70",
                f"From: <sip:{from_user}@{source}>;tag=raw", f"To: <{uri.split(';')[0]}>{tag}", f"Call-ID: {call}",
                f"CSeq: {cseq} {method}", f"Contact: <sip:{from_user}@{here}>", *more.splitlines(),
                *(["Content-Type: application/sdp"] if body else []), f"Content-Length: {len(body)}",
            ]  # fmt: skip
            return ("\r\n".join(headers) + "\r\n\r\n" + body).encode()

        own.send(request("INVITE", 1, body=sdp))
        while True:
            try:
                answer = Message.read(own.recv(65_535))
            except TimeoutError:
                return "silence"
            status = answer.line.removeprefix("SIP/2.0 ")
            if answer.method != "SIP/2.0" or status.startswith("1"):
                continue
            tag = re.search(r";tag=[^;>\s]+", answer.headers["to"])
            own.send(request("ACK", 1, tag[0] if tag else ""))
            if status.startswith("2"):
                own.send(request("BYE", 2, tag[0] if tag else ""))
            return status
