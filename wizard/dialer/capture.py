"""Packets to and from a carrier, seen on the dialer itself: nothing is installed there, and nothing is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from wizard.carrier.diagnosis.observations import Address
from wizard.carrier.signalling.packets import Packet

from .connection import Connection
from .protocol import Cell, Operation

#: packets that one question may bring, and that are kept in all
_MOST_AT_ONCE, MOST_PACKETS = 2_000, 20_000


@dataclass
class Capture:
    """Needs root, for the kernel's packet socket."""

    hosts: set[str] = field(default_factory=set)
    packets: list[Packet] = field(default_factory=list)
    #: (interface, source, target) → packets of audio
    _audio: Counter[tuple[str, Address, Address]] = field(default_factory=Counter)

    def start(self, connection: Connection, hosts: Collection[str]) -> str:
        """Listen to these hosts, beside those of before; returns why that can't be, "" where it can."""
        self.hosts |= set(hosts)
        [reply] = connection.ask([Operation("listen", tuple(sorted(self.hosts)))], stop_at_error=False)
        return "" if reply.status == "ok" else (reply.values[0] or "").strip() or "unknown"

    def hear(self, connection: Connection, seconds: float) -> None:
        """Take what has come, and wait for more.

        :raises CommandError: nobody listens
        """
        operation = Operation("hear", (str(seconds), str(_MOST_AT_ONCE)))
        [reply] = connection.ask([operation], stop_at_error=False)
        audio, *packets = reply.result("hear")
        for line in (audio or "").splitlines():
            interface, source, source_port, target, target_port, count = line.split()
            self._audio[interface, Address(source, int(source_port)), Address(target, int(target_port))] += int(count)
        pairs = zip(packets[::2], packets[1::2], strict=True)
        self.packets += [Packet(float(at or 0), _bytes(data)) for at, data in pairs][: MOST_PACKETS - len(self.packets)]

    def audio_from(self, end: Address) -> int:
        """Packets of audio that came from an address and port."""
        return self._most(lambda source, _: source == end)

    def audio_to(self, end: Address) -> int:
        return self._most(lambda _, target: target == end)

    def _most(self, wanted: Callable[[Address, Address], bool]) -> int:
        by_interface: Counter[str] = Counter()
        for (interface, source, target), count in self._audio.items():
            if wanted(source, target):
                by_interface[interface] += count
        return max(by_interface.values(), default=0)


def _bytes(cell: Cell) -> bytes:
    return (cell or "").encode("utf-8", errors="surrogateescape")
