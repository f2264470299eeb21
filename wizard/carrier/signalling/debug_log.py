"""SIP messages out of what Asterisk's own debug output writes into a log, where TLS keeps them from whoever sees the packets.

The forms are those of Asterisk 16 and 22 (tests/real/test_debug_log.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from wizard.carrier.diagnosis.observations import Address

from .packets import Said

_TIME = re.compile(r"^\[(?:[^\]]*\s)?(\d\d):(\d\d):(\d\d(?:\.\d+)?)\] ")
_PLACE = r"(?:(?P<transport>[A-Za-z]+):)?\[?(?P<host>[0-9.]+|[0-9a-fA-F:]+)\]?:(?P<port>\d+)"
_SENT = (
    re.compile(rf"(?:Reliably Transmitting|Transmitting|Retransmitting #\d+) \((?:no )?NAT\) to {_PLACE}:$"),
    re.compile(rf"<--- Transmitting SIP (?:request|response) \(\d+ bytes\) to {_PLACE} --->$"),
)
_RECEIVED = (
    re.compile(rf"<--- SIP read from {_PLACE} --->$"),
    re.compile(rf"<--- Received SIP (?:request|response) \(\d+ bytes\) from {_PLACE} --->$"),
)
_ENDS = ("---", "<------------->")
_DAY = 24 * 60 * 60


def read_debug_log(text: str, near: Address, since: float, transport: str = "TLS") -> list[Said]:
    """In their order. ``near``: our end, which chan_sip doesn't tell; ``since``: when the log began, in seconds since 1970."""
    return list(_messages(text.splitlines(), near, since, transport))


def _messages(lines: list[str], near: Address, since: float, transport: str) -> Iterator[Said]:
    now, first, at = 0.0, None, 0
    while at < len(lines):
        line = lines[at].rstrip("\r")
        at += 1
        stamp = _TIME.match(line)
        if stamp:
            now = int(stamp[1]) * 3600 + int(stamp[2]) * 60 + float(stamp[3])
            first = now if first is None else first
        sent, received = (next(filter(None, (each.search(line) for each in kind)), None) for kind in (_SENT, _RECEIVED))
        place = sent or received
        if place is None:
            continue
        far = Address(place["host"], int(place["port"]))
        end = _end(lines, at)
        data = "\r\n".join(each.rstrip("\r") for each in lines[at:end]).encode(errors="surrogateescape") + b"\r\n"
        passed = (now - (first or 0.0)) % _DAY
        ends = (near, far) if sent else (far, near)
        yield Said(since + passed, *ends, (place["transport"] or transport).upper(), data)
        at = end


def _end(lines: list[str], start: int) -> int:
    """Where the message ends: at chan_sip's own mark, or where the log goes on."""
    for at in range(start, len(lines)):
        line = lines[at].rstrip("\r")
        if line in _ENDS or line.startswith("<--- ") or _TIME.match(line):
            return at
    return len(lines)
