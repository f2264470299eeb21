"""What of a carrier's has to come in, asked of the firewall: answers, calls, sound."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from .judging import Decided, Fate, judge
from .model import PROTOCOLS, Packet, Ruleset
from .values import address, network


class What(StrEnum):
    """What comes in. An answer belongs to something that the dialer sent before; the others come unasked."""

    ANSWERS = "answers"
    CALLS = "calls"
    SOUND_ANSWERS = "sound_answers"
    SOUND = "sound"


#: those that a firewall which remembers connections takes for answers
ANSWERING = frozenset({What.ANSWERS, What.SOUND_ANSWERS})
SIGNALLING = frozenset({What.ANSWERS, What.CALLS})


#: one of those that Linux gives to whoever doesn't name one
_PICKED_PORT = 47113


@dataclass(frozen=True)
class Route:
    """How the dialer reaches an address or network: through which interface, and from which address of its own."""

    source: str
    interface: str
    own_address: str


@dataclass(frozen=True)
class Needs:
    """What a carrier needs open. ``protocol``: ``udp`` or ``tcp``; ports 0 where there are none of the kind."""

    protocol: str
    port: int
    #: the carrier's own port, from which its answers come
    carrier_port: int
    #: of sound, over UDP; (0, 0) where it comes with the signalling (IAX2)
    sound: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Way:
    """One kind of traffic from one address of the carrier, over one protocol, to ports of ours (both ends included)."""

    what: What
    route: Route
    protocol: str
    first_port: int
    last_port: int
    source_port: int | None = None
    #: our end's port is one that the kernel picks
    from_any_port: bool = False


@dataclass(frozen=True)
class Judged:
    """``closed_from`` and ``closed_to``: the ports that are shut, where the way is not open everywhere."""

    way: Way
    decided: Decided
    closed_from: int = 0
    closed_to: int = 0

    @property
    def fate(self) -> Fate:
        return self.decided.fate


def ways(needs: Needs, routes: Sequence[Route]) -> Iterator[Way]:
    """Everything to ask about, address by address."""
    is_tcp = needs.protocol == "tcp"
    for route in routes:
        yield Way(What.ANSWERS, route, needs.protocol, needs.port, needs.port, needs.carrier_port, from_any_port=is_tcp)
        yield Way(What.CALLS, route, needs.protocol, needs.port, needs.port)
        if needs.sound[1]:
            yield Way(What.SOUND_ANSWERS, route, "udp", *needs.sound)
            yield Way(What.SOUND, route, "udp", *needs.sound)


def question(way: Way) -> Way:
    """The answer to a question of the wizard's own, which leaves from a port that the kernel picks, not from Asterisk's."""
    return replace(way, what=What.ANSWERS, first_port=_PICKED_PORT, last_port=_PICKED_PORT, from_any_port=False)


def judge_way(ruleset: Ruleset, way: Way) -> Judged:
    """What the firewall does with it: thrown away where that happens to any of its ports."""
    first, last = network(way.route.source)
    worst = [_judge_from(ruleset, way, source) for source in dict.fromkeys((first, last))]
    return min(worst, key=lambda each: (Fate.DROPPED, Fate.CANNOT_TELL, Fate.ACCEPTED).index(each.fate))


def _judge_from(ruleset: Ruleset, way: Way, source: int) -> Judged:
    packet = Packet(
        source=source,
        destination=address(way.route.own_address),
        protocol=PROTOCOLS[way.protocol],
        source_port=way.source_port,
        destination_port=None,
        state=_state(ruleset, way),
        interface=way.route.interface,
    )
    if way.from_any_port:
        return Judged(way, judge(ruleset, packet))
    dropped: list[tuple[int, Decided]] = []
    doubtful: Decided | None = None
    for port in _telling_ports(ruleset, way):
        decided = judge(ruleset, replace(packet, destination_port=port))
        if decided.fate is Fate.DROPPED:
            dropped.append((port, decided))
        elif decided.fate is Fate.CANNOT_TELL:
            doubtful = doubtful or decided
    if dropped:
        return Judged(way, dropped[0][1], dropped[0][0], dropped[-1][0])
    return Judged(way, doubtful or Decided(Fate.ACCEPTED))


def _state(ruleset: Ruleset, way: Way) -> str | None:
    if way.what in ANSWERING:
        return "established"
    # The kernel's SIP helper takes the sound of a call that it has seen for something that belongs to it.
    return None if way.what is What.SOUND and ruleset.has_sip_helper else "new"


def _telling_ports(ruleset: Ruleset, way: Way) -> list[int]:
    """Ports that stand for all: what any rule says changes nowhere between two of them."""
    first, last = way.first_port, way.last_port
    edges = {edge + shift for edge in ruleset.edges("destination_port") for shift in (-1, 0)}
    return sorted({first, last, *(edge for edge in edges if first <= edge <= last)})


def shown_ports(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}-{last}"
