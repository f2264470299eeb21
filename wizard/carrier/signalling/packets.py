"""From IPv4 packets to what was said in them: fragments and TCP segments are put together again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from wizard.carrier.diagnosis.observations import Address

from .message import START

_UDP, _TCP = 17, 6
_IP_HEADER, _UDP_HEADER, _TCP_HEADER = 20, 8, 20
#: the same bytes once more within this time are the same packet, seen on a second interface; SIP repeats itself later
_SAME_SECONDS = 0.05
_MOST_STREAM = 1_000_000
_LENGTH = re.compile(rb"(?im)^(?:content-length|l)[ \t]*:[ \t]*(\d{1,6})[ \t]*\r?$")


@dataclass(frozen=True)
class Packet:
    """``at``: seconds since 1970. ``data``: from the IP header on."""

    at: float
    data: bytes


@dataclass(frozen=True)
class Said:
    """One datagram, or one SIP message out of a stream. ``at``: when its last part came."""

    at: float
    source: Address
    target: Address
    #: ``UDP`` or ``TCP``
    transport: str
    data: bytes


def put_together(packets: Iterable[Packet]) -> list[Said]:
    """What the packets said, in the order in which it was complete. Anything that is no IPv4 is left out."""
    whole = list(_whole(_once(packets)))
    said = [each for packet in whole for each in _datagram(packet)]
    said += _streams(whole)
    return sorted(said, key=lambda each: each.at)


@dataclass(frozen=True)
class _Whole:
    """An IP packet with all its fragments: source, target and payload."""

    at: float
    protocol: int
    source: str
    target: str
    data: bytes


def _once(packets: Iterable[Packet]) -> Iterator[Packet]:
    """Bridges, bonds and VLANs show a packet on each of their interfaces."""
    last: dict[bytes, float] = {}
    for packet in sorted(packets, key=lambda each: each.at):
        # a hop may have counted down the time to live, and so changed the checksum
        key = packet.data[:8] + packet.data[9:10] + packet.data[12:]
        if packet.at - last.get(key, float("-inf")) >= _SAME_SECONDS:
            yield packet
        last[key] = packet.at


def _whole(packets: Iterable[Packet]) -> Iterator[_Whole]:
    parts: dict[tuple[bytes, bytes, int], dict[int, bytes]] = {}
    lengths: dict[tuple[bytes, bytes, int], int] = {}
    for packet in packets:
        data = packet.data
        header = (data[0] & 15) * 4 if data else 0
        if len(data) < _IP_HEADER or data[0] >> 4 != 4 or not _IP_HEADER <= header <= len(data):
            continue
        # a packet that the network card is to cut has no length yet
        total = int.from_bytes(data[2:4]) or len(data)
        payload, protocol = data[header:total], data[9]
        flags = int.from_bytes(data[6:8])
        offset, is_more = (flags & 0x1FFF) * 8, bool(flags & 0x2000)
        source, target = (".".join(map(str, data[at : at + 4])) for at in (12, 16))
        if not offset and not is_more:
            yield _Whole(packet.at, protocol, source, target, payload)
            continue
        key = (data[4:6], data[12:20], protocol)
        parts.setdefault(key, {})[offset] = payload
        if not is_more:
            lengths[key] = offset + len(payload)
        joined = _joined(parts[key], lengths.get(key))
        if joined is not None:
            del parts[key], lengths[key]
            yield _Whole(packet.at, protocol, source, target, joined)


def _joined(parts: dict[int, bytes], length: int | None) -> bytes | None:
    """None while something is missing."""
    data = b""
    for offset, part in sorted(parts.items()):
        if offset > len(data):
            return None
        data = data[:offset] + part
    return data if length is not None and len(data) == length else None


def _datagram(packet: _Whole) -> Iterator[Said]:
    if packet.protocol == _UDP and len(packet.data) > _UDP_HEADER:
        source, target = (int.from_bytes(packet.data[at : at + 2]) for at in (0, 2))
        yield Said(packet.at, Address(packet.source, source), Address(packet.target, target), "UDP", packet.data[_UDP_HEADER:])


@dataclass
class _Stream:
    """One direction of a TCP connection, as far as it has no hole."""

    source: Address
    target: Address
    next: int | None = None
    #: what came before its turn, by sequence number
    early: dict[int, tuple[float, bytes]] = field(default_factory=dict)
    held: bytes = b""

    def take(self, at: float, number: int, data: bytes, *, is_start: bool) -> Iterator[Said]:
        if self.next is None or is_start:
            self.next, self.held = (number + 1 if is_start else number) % 2**32, b""
            self.early.clear()
        if not is_start:
            self.early[number] = (at, data)
        while (chunk := self._in_turn()) is not None:
            self.held = (self.held + chunk)[-_MOST_STREAM:]
            for message in self._messages():
                yield Said(at, self.source, self.target, "TCP", message)

    def _in_turn(self) -> bytes | None:
        expected = self.next or 0
        for number, (_, data) in sorted(self.early.items()):
            seen_already = (expected - number) % 2**32
            if seen_already >= 2**31:
                continue
            del self.early[number]
            if seen_already < len(data):
                self.next = (number + len(data)) % 2**32
                return data[seen_already:]
        return None

    def _messages(self) -> Iterator[bytes]:
        """Complete messages; what is before the first, keep-alives or the end of one that began before us, goes."""
        while start := START.search(self.held):
            message = self.held[start.start() :]
            end = re.search(rb"\r?\n\r?\n", message)
            if end is None:
                return
            length = _LENGTH.search(message[: end.end()])
            size = end.end() + (int(length[1]) if length else 0)
            if len(message) < size:
                return
            self.held = message[size:]
            yield message[:size]


def _streams(packets: Iterable[_Whole]) -> Iterator[Said]:
    streams: dict[tuple[Address, Address], _Stream] = {}
    for packet in packets:
        data = packet.data
        header = (data[12] >> 4) * 4 if len(data) >= _TCP_HEADER else 0
        if packet.protocol != _TCP or not _TCP_HEADER <= header <= len(data):
            continue
        source, target = (
            Address(host, int.from_bytes(data[at : at + 2])) for host, at in ((packet.source, 0), (packet.target, 2))
        )
        is_start, payload = bool(data[13] & 2), data[header:]
        if is_start or payload:
            stream = streams.setdefault((source, target), _Stream(source, target))
            yield from stream.take(packet.at, int.from_bytes(data[4:8]), payload, is_start=is_start)
