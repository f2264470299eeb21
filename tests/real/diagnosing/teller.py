"""A carrier that can be wrong in any way: what it says of a call, how late, whether sound comes, and what it ignores."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from tests.real.raw_sip import Message
from tests.real.sip_codes import CODES, SipCodes

_PACKETS, _EVERY = 40, 0.05
#: one packet of 20 ms of silence (RFC 3550; PCMU)
_RTP = b"\x80\x00\x00\x01\x00\x00\x00\xa0\x00\x00\x00\x01" + b"\xff" * 160


@dataclass(frozen=True)
class Tells:
    """What a call to one number hears."""

    code: int
    reason: str = "As Asked"
    headers: tuple[str, ...] = ()
    #: seconds until it is said, and whether the phone rings before
    after: float = 0.0
    rings: bool = False
    #: whether sound comes once it is answered, and whether digits can be sent as events
    has_sound: bool = True
    has_events: bool = True
    #: how often the answer is sent, as a carrier does that never sees our ACK
    times: int = 1
    #: by its number in RTP: 0 is ulaw, 18 G.729
    codec: int = 0


class Teller(SipCodes):
    """``tells``: last four digits of a number → what its call hears; other numbers are as :class:`SipCodes` has them.

    ``options_after``: seconds until OPTIONS are answered; ``options_every``: those that come sooner than so many seconds after
    an answered one are ignored. ``registers``: the status that who registers hears, "" for none.
    """

    def __init__(
        self,
        tells: Mapping[str, Tells],
        address: str = CODES,
        *,
        options: int = 200,
        options_after: float = 0.0,
        options_every: float = 0.0,
        registers: str = "200",
    ) -> None:
        super().__init__(address, options=options)
        self._tells, self._options_after, self._registers = tells, options_after, registers
        self._options_every, self._answered_at = options_every, float("-inf")

    def __enter__(self) -> Self:
        super().__enter__()
        return self

    def _take(self, message: Message, source: tuple[str, int]) -> None:
        if message.method == "OPTIONS" and self._options_after and self._options:
            self._due.append((time.monotonic() + self._options_after, self._reply(message, self._options), source))
        elif message.method == "OPTIONS" and time.monotonic() - self._answered_at < self._options_every:
            return
        elif message.method == "REGISTER" and self._registers != "200":
            if self._registers:
                self._socket.sendto(self._said(message, Tells(int(self._registers), "Not Here")), source)
        elif message.method == "INVITE" and (tells := self._tells.get(message.uri.partition("@")[0][-4:])) is not None:
            if message.headers["call-id"] not in self._seen:
                self._seen.add(message.headers["call-id"])
                self.calls.append(message)
                self._tell(message, tells, source)
        else:
            if message.method == "OPTIONS":
                self._answered_at = time.monotonic()
            super()._take(message, source)

    def _tell(self, message: Message, tells: Tells, source: tuple[str, int]) -> None:
        now = time.monotonic()
        if tells.rings:
            self._due.append((now, self._said(message, Tells(180, "Ringing")), source))
        begin = now + tells.after + (0.3 if tells.rings else 0.0)
        for turn in range(tells.times):
            self._due.append((begin + 0.4 * turn, self._said(message, tells), source))
        port = re.search(r"^m=audio (\d+) ", message.body, re.MULTILINE)
        address = re.search(r"^c=IN IP4 ([0-9.]+)", message.body, re.MULTILINE)
        if tells.code == 200 and tells.has_sound and port and address:
            to = (address[1], int(port[1]))
            self._due += [(begin + _EVERY * turn, _RTP, to) for turn in range(_PACKETS)]

    def _said(self, message: Message, tells: Tells) -> bytes:
        lines = [f"m=audio 40000 RTP/AVP {tells.codec}{' 101' if tells.has_events else ''}"]
        if tells.has_events:
            lines += ["a=rtpmap:101 telephone-event/8000"]
        session = ["v=0", f"o=- 1 1 IN IP4 {self._address}", "s=-", f"c=IN IP4 {self._address}", "t=0 0", *lines]
        body = "".join(f"{line}\r\n" for line in session) if tells.code == 200 else ""
        headers = [
            f"SIP/2.0 {tells.code} {tells.reason}",
            *(f"Via: {via}" for via in message.vias),
            f"From: {message.headers['from']}",
            f"To: {message.headers['to']};tag=codes",
            f"Call-ID: {message.headers['call-id']}",
            f"CSeq: {message.headers['cseq']}",
            f"Contact: <sip:{self._address}:5060>",
            *tells.headers,
            *(["Content-Type: application/sdp"] if body else []),
            f"Content-Length: {len(body)}",
        ]
        return "".join(f"{line}\r\n" for line in [*headers, ""]).encode() + body.encode()
