"""A packet, and the rules that it meets: iptables and nftables alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Literal

from .values import Ranges, Value, Values

#: numbers of protocols by their names
PROTOCOLS = {
    "icmp": 1, "igmp": 2, "ipip": 4, "tcp": 6, "udp": 17, "dccp": 33, "gre": 47, "esp": 50, "ah": 51, "ipv6-icmp": 58,
    "icmpv6": 58, "sctp": 132, "udplite": 136,
}  # fmt: skip
Field = Literal[
    "source", "destination", "protocol", "source_port", "destination_port", "state", "interface", "out_interface", "mark",
    "source_type", "destination_type", "packet_type", "tcp_flags", "connection_status",
]  # fmt: skip
PORT_FIELDS: tuple[Field, Field] = ("source_port", "destination_port")


@dataclass(frozen=True)
class Packet:
    """One IPv4 packet on its way in. ``state``: ``new``, ``established`` or None; None: it can't be known beforehand."""

    source: int
    destination: int
    protocol: int
    destination_port: int | None
    source_port: int | None = None
    state: str | None = "new"
    interface: str | None = None

    def value(self, name: Field) -> Value:
        match name:
            case "source" | "destination" | "protocol" | "destination_port" | "source_port" | "state" | "interface":
                found: Value = getattr(self, name)
                return found
            case "out_interface":
                return ""
            case "mark":
                return 0
            case "destination_type":
                return "local"
            case "source_type":
                return "unicast"
            case "packet_type":
                return "host"
            case "tcp_flags":
                return {"new": "syn", "established": "ack"}.get(self.state or "")
            case "connection_status":
                return ""


@dataclass(frozen=True)
class Match:
    """A field of the packet is among some values."""

    field: Field
    values: Values
    negated: bool = False

    def holds(self, packet: Packet) -> bool | None:
        value = packet.value(self.field)
        return None if value is None else self.values.has(value) is not self.negated

    def edges(self, name: Field) -> Iterator[int]:
        """Where the answer may change along one field."""
        if self.field == name and isinstance(self.values, Ranges):
            for first, last in self.values.spans:
                yield from (first, last + 1)


@dataclass(frozen=True)
class Member:
    """Several fields together are one of some entries: an ipset, or nft's concatenation. ``excepted``: those that are not."""

    fields: tuple[Field, ...]
    entries: tuple[tuple[Values, ...], ...]
    negated: bool = False
    excepted: tuple[tuple[Values, ...], ...] = ()

    def holds(self, packet: Packet) -> bool | None:
        is_excepted = self._found(packet, self.excepted)
        found = False if is_excepted else self._found(packet, self.entries)
        if found is None or (is_excepted is None and found):
            return None
        return found is not self.negated

    def _found(self, packet: Packet, entries: tuple[tuple[Values, ...], ...]) -> bool | None:
        values = [packet.value(name) for name in self.fields]
        answers = {
            _all(None if value is None else among.has(value) for value, among in zip(values, entry, strict=True))
            for entry in entries
        }
        return True if True in answers else None if None in answers else False

    def edges(self, name: Field) -> Iterator[int]:
        for entry in (*self.entries, *self.excepted):
            for own, values in zip(self.fields, entry, strict=True):
                yield from Match(own, values).edges(name)


@dataclass(frozen=True)
class AnyOf:
    """At least one of some conditions holds: members of an ipset that holds other sets, either port of two."""

    conditions: tuple[Condition, ...]
    negated: bool = False

    def holds(self, packet: Packet) -> bool | None:
        answers = {condition.holds(packet) for condition in self.conditions}
        found = True if True in answers else None if None in answers else False
        return None if found is None else found is not self.negated

    def edges(self, name: Field) -> Iterator[int]:
        for condition in self.conditions:
            yield from condition.edges(name)


@dataclass(frozen=True)
class Always:
    """Decided already: every IPv4 packet is an IPv4 packet."""

    answer: bool

    def holds(self, packet: Packet) -> bool | None:  # noqa: ARG002 (what every condition is asked)
        return self.answer

    def edges(self, name: Field) -> Iterator[int]:  # noqa: ARG002
        yield from ()


@dataclass(frozen=True)
class NotUnderstood:
    """Nobody here can tell: a rate, a time of day, an extension of somebody's."""

    what: str

    def holds(self, packet: Packet) -> bool | None:  # noqa: ARG002
        return None

    def edges(self, name: Field) -> Iterator[int]:  # noqa: ARG002
        yield from ()


Condition = Match | Member | AnyOf | Always | NotUnderstood


class Do(StrEnum):
    """What a rule does with a packet that it matches. ``GO_ON``: it counts, logs or marks."""

    ACCEPT = "accept"
    DROP = "drop"
    RETURN = "return"
    GO_ON = "go_on"
    NOT_UNDERSTOOD = "not_understood"


@dataclass(frozen=True)
class Jump:
    """``is_goto``: what the chain lets through doesn't come back here."""

    chain: str
    is_goto: bool = False


@dataclass(frozen=True)
class Choice:
    """nft's verdict map: the first case that fits; none may."""

    cases: tuple[tuple[Condition, Do | Jump], ...]


Action = Do | Jump | Choice


@dataclass(frozen=True)
class Rule:
    """``text``: as the firewall itself prints it."""

    text: str
    conditions: tuple[Condition, ...] = ()
    action: Action = Do.GO_ON

    def holds(self, packet: Packet) -> bool | None:
        return _all(condition.holds(packet) for condition in self.conditions)

    def edges(self, name: Field) -> Iterator[int]:
        for condition in self.conditions:
            yield from condition.edges(name)
        if isinstance(self.action, Choice):
            for condition, _ in self.action.cases:
                yield from condition.edges(name)


@dataclass(frozen=True)
class Chain:
    """``policy``: what becomes of a packet at its end, for a chain that the kernel calls itself; ``policy_text`` as printed."""

    name: str
    rules: tuple[Rule, ...] = ()
    policy: Do | None = None
    policy_text: str = ""


@dataclass(frozen=True, order=True)
class Place:
    """A table: ``tool`` is ``iptables``, ``iptables-legacy`` or ``nft``."""

    tool: str
    family: str
    table: str


@dataclass(frozen=True)
class Hook:
    """A chain that the kernel calls itself. ``only_new``: of a connection it sees the first packet (address translation)."""

    place: Place
    chain: str
    #: ``prerouting`` or ``input``
    name: str
    priority: int
    only_new: bool = False


@dataclass(frozen=True)
class Ruleset:
    """All that a packet meets on its way in."""

    tables: Mapping[Place, Mapping[str, Chain]] = field(default_factory=dict)
    hooks: tuple[Hook, ...] = ()
    #: whether some rule marks packets or translates addresses, so that what is matched later may be another value
    marks: bool = False
    translates: bool = False
    #: whether the kernel's SIP helper may know the ports of the sound
    has_sip_helper: bool = False

    @property
    def ordered(self) -> list[Hook]:
        return sorted(self.hooks, key=lambda hook: (hook.name != "prerouting", hook.priority))

    def edges(self, name: Field) -> set[int]:
        """Where any rule's answer may change along one field."""
        rules = (rule for chains in self.tables.values() for chain in chains.values() for rule in chain.rules)
        return {edge for rule in rules for edge in rule.edges(name)}

    def with_first(self, place: Place, chain: str, rule: Rule) -> Ruleset:
        """The same with a rule at the head of a chain."""
        old = self.tables[place][chain]
        changed = {**self.tables[place], chain: replace(old, rules=(rule, *old.rules))}
        return replace(self, tables={**self.tables, place: changed})

    def without(self, is_foreign: Callable[[str], bool]) -> Ruleset:
        """The same but for the rules whose text says so."""
        tables = {
            place: {
                name: replace(chain, rules=tuple(rule for rule in chain.rules if not is_foreign(rule.text)))
                for name, chain in chains.items()
            }
            for place, chains in self.tables.items()
        }
        return replace(self, tables=tables)

    def filters(self, hook: Hook) -> bool:
        """Whether a chain does anything at all."""
        chain = self.tables[hook.place][hook.chain]
        return bool(chain.rules) or chain.policy is Do.DROP

    def __add__(self, other: Ruleset) -> Ruleset:
        return Ruleset(
            {**self.tables, **other.tables},
            (*self.hooks, *other.hooks),
            self.marks or other.marks,
            self.translates or other.translates,
            self.has_sip_helper or other.has_sip_helper,
        )


def _all(answers: Iterator[bool | None]) -> bool | None:
    doubtful = False
    for answer in answers:
        if answer is False:
            return False
        doubtful = doubtful or answer is None
    return None if doubtful else True
