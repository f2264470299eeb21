"""The kernel's named sets as ``ipset save`` prints them, and what a rule that names one asks of a packet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .model import PROTOCOLS, AnyOf, Condition, Field, Member, NotUnderstood
from .values import Ranges, Values, network, ports

#: parts of an entry that tell something about the packet
_ADDRESSES = ("ip", "net")


@dataclass
class IpSet:
    """``kinds``: what an entry is made of, as ``("ip", "port")``; ``is_list``: its entries are names of sets."""

    kinds: tuple[str, ...]
    is_list: bool = False
    is_ipv4: bool = True
    entries: list[str] = field(default_factory=list)
    excepted: list[str] = field(default_factory=list)


def read_ipsets(text: str) -> dict[str, IpSet]:
    """``ipset save`` → name: set."""
    found: dict[str, IpSet] = {}
    for line in text.splitlines():
        words = line.split()
        match words:
            case ["create", name, kind, *options]:
                how, _, parts = kind.partition(":")
                found[name] = IpSet(tuple(parts.split(",")), how == "list", "inet6" not in options)
            case ["add", name, entry, *options] if name in found:
                (found[name].excepted if "nomatch" in options else found[name].entries).append(entry)
    return found


def set_condition(sets: Mapping[str, IpSet], name: str, sides: str, *, negated: bool = False) -> Condition:
    """``--match-set NAME SIDES``, with sides as ``src`` or ``src,dst``."""
    found = sets.get(name)
    if found is None:
        return NotUnderstood(f"set {name}")
    if found.is_list:
        return AnyOf(tuple(set_condition(sets, member, sides) for member in found.entries), negated)
    fields = _fields(found.kinds, sides.split(","))
    if fields is None or not found.is_ipv4:
        return NotUnderstood(f"set {name}")
    try:
        entries = [_entry(found.kinds, entry) for entry in found.entries]
        excepted = [_entry(found.kinds, entry) for entry in found.excepted]
    except (ValueError, KeyError):
        return NotUnderstood(f"set {name}")
    if len(fields) == 1:
        entries = _joined(entries)
    if excepted and any(_is_inside(inner, excepted) for inner in entries):
        # An entry within an excepted one is in the set again: the most narrow one decides.
        return NotUnderstood(f"set {name}")
    return Member(fields, tuple(entries), negated, tuple(excepted))


def _fields(kinds: Sequence[str], sides: Sequence[str]) -> tuple[Field, ...] | None:
    """The packet's fields that an entry is compared with: a port comes with its protocol."""
    if len(kinds) != len(sides):
        return None
    fields: list[Field] = []
    for kind, side in zip(kinds, sides, strict=True):
        is_source = side == "src"
        if kind in _ADDRESSES:
            fields.append("source" if is_source else "destination")
        elif kind == "port" and len(kinds) == 1:
            fields.append("source_port" if is_source else "destination_port")
        elif kind == "port":
            fields += ["protocol", "source_port" if is_source else "destination_port"]
        else:
            return None
    return tuple(fields)


def _entry(kinds: Sequence[str], text: str) -> tuple[Values, ...]:
    """``1.2.3.4,udp:5060`` → values for the fields.

    :raises ValueError: not understood
    :raises KeyError: a protocol that nobody knows
    """
    values: list[Values] = []
    for kind, part in zip(kinds, text.split(","), strict=True):
        if kind in _ADDRESSES:
            values.append(Ranges.of([network(part)]))
        elif len(kinds) == 1:
            values.append(Ranges.of([ports(part)]))
        else:
            protocol, _, port = part.rpartition(":")
            number = PROTOCOLS[protocol or "tcp"]
            values += [Ranges.of([(number, number)]), Ranges.of([ports(port)])]
    return tuple(values)


def _joined(entries: Sequence[tuple[Values, ...]]) -> list[tuple[Values, ...]]:
    """Fifty thousand addresses as one value."""
    spans = [span for (values,) in entries if isinstance(values, Ranges) for span in values.spans]
    return [(Ranges.of(spans),)] if spans else []


def _is_inside(entry: tuple[Values, ...], excepted: Sequence[tuple[Values, ...]]) -> bool:
    """Whether a span of the entry lies within an excepted one."""
    spans = [span for values in entry if isinstance(values, Ranges) for span in values.spans]
    outer = [span for each in excepted for values in each if isinstance(values, Ranges) for span in values.spans]
    return any(first <= start and end <= last for start, end in spans for first, last in outer)
