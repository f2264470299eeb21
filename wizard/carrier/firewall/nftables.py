"""The rules as ``nft -j list ruleset`` gives them, and their text as ``nft -a list ruleset`` has it (libnftables-json(5))."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .model import (
    PROTOCOLS,
    Action,
    Always,
    AnyOf,
    Chain,
    Choice,
    Condition,
    Do,
    Field,
    Hook,
    Jump,
    Match,
    Member,
    NotUnderstood,
    Place,
    Rule,
    Ruleset,
)
from .values import Ranges, Values, Words, address, network

#: families whose chains see IPv4
_FAMILIES = frozenset({"ip", "inet"})
_HOOKS = ("prerouting", "input")
_VERDICTS = {"accept": Do.ACCEPT, "drop": Do.DROP, "reject": Do.DROP, "return": Do.RETURN, "continue": Do.GO_ON}
#: statements after which the packet meets what follows as it was
_PASSING = frozenset({"counter", "log", "comment", "mangle", "ct helper", "ct timeout", "dup", "secmark"})
_TRANSLATING = frozenset({"dnat", "redirect"})
_META: Mapping[str, Field] = {
    "iif": "interface", "iifname": "interface", "oif": "out_interface", "oifname": "out_interface", "l4proto": "protocol",
    "mark": "mark", "pkttype": "packet_type",
}  # fmt: skip
_PAYLOAD: dict[tuple[str, str], Field] = {
    ("ip", "saddr"): "source", ("ip", "daddr"): "destination", ("ip", "protocol"): "protocol",
    ("udp", "sport"): "source_port", ("udp", "dport"): "destination_port", ("tcp", "sport"): "source_port",
    ("tcp", "dport"): "destination_port", ("th", "sport"): "source_port", ("th", "dport"): "destination_port",
}  # fmt: skip
_NUMBERS = frozenset({"source", "destination", "protocol", "source_port", "destination_port", "mark"})
#: protocols of which no packet of a carrier's is
_OTHERS = frozenset({"ip6", "icmp", "icmpv6", "arp", "ether", "sctp", "dccp", "esp", "ah", "udplite", "vlan"})


class _NotReadable(Exception):  # noqa: N818 (it never leaves this module)
    """Something that is not understood here."""


@dataclass(frozen=True)
class _Left:
    """What is compared: fields of the packet, and the protocol that they take for granted."""

    fields: tuple[Field, ...]
    implied: tuple[Condition, ...] = ()


def read_nftables(objects: Sequence[Mapping[str, Any]], text: str, *, without: Collection[tuple[str, str]] = ()) -> Ruleset:
    """The list behind ``nftables``, and the printed rules for quoting → the rules on an IPv4 packet's way in.

    :param without: (family, table) of those that are read otherwise: iptables' own
    """
    wanted = [
        (kind, values)
        for each in objects
        for kind, values in each.items()
        if values.get("family") in _FAMILIES and (values["family"], values.get("table", values.get("name"))) not in without
    ]
    printed = _printed_rules(text)
    sets = {_set_key(values, values["name"]): values for kind, values in wanted if kind in ("set", "map")}
    reader = _Reader(sets)
    rules: dict[tuple[str, str, str], list[Rule]] = {}
    for kind, values in wanted:
        if kind == "rule":
            rules.setdefault(_chain_key(values, values["chain"]), []).append(reader.rule(values, printed))
    tables: dict[Place, dict[str, Chain]] = {}
    hooks = []
    for kind, values in wanted:
        if kind != "chain":
            continue
        place = _place(values, values["table"])
        name = values["name"]
        policy = _VERDICTS.get(values.get("policy", "")) or (Do.ACCEPT if "hook" in values else None)
        own = tuple(rules.get(_chain_key(values, name), ()))
        tables.setdefault(place, {})[name] = Chain(name, own, policy, f"chain {name}: policy {values.get('policy', 'accept')}")
        if values.get("hook") in _HOOKS:
            hooks.append(
                Hook(place, name, values["hook"], _priority(values.get("prio", 0)), only_new=values.get("type") == "nat")
            )
    statements = [statement for kind, values in wanted if kind == "rule" for statement in values.get("expr", ())]
    return Ruleset(
        tables,
        tuple(hooks),
        marks=any("mangle" in each and "mark" in str(each["mangle"].get("key")) for each in statements),
        translates=any(_TRANSLATING & each.keys() for each in statements),
        has_sip_helper=any(kind == "ct helper" and values.get("type") == "sip" for kind, values in wanted),
    )


def _place(values: Mapping[str, Any], table: str) -> Place:
    return Place("nft", values["family"], table)


def _chain_key(values: Mapping[str, Any], chain: str) -> tuple[str, str, str]:
    return values["family"], values["table"], chain


def _set_key(values: Mapping[str, Any], name: str) -> tuple[str, str, str]:
    return values["family"], values["table"], name


def _priority(value: object) -> int:
    return value if isinstance(value, int) else 0


def _printed_rules(text: str) -> dict[tuple[str, str, int], str]:
    """(family, table, handle) → the rule as ``nft -a`` prints it."""
    found: dict[tuple[str, str, int], str] = {}
    family = table = ""
    for line in text.splitlines():
        if heading := re.match(r"table (\w+) (\S+) \{", line):
            family, table = heading[1], heading[2]
        elif rule := re.match(r"\t\t(.*\S)\s+# handle (\d+)$", line):
            found[family, table, int(rule[2])] = re.sub(r"counter packets \d+ bytes \d+", "counter", rule[1])
    return found


class _Reader:
    """Reads rules; ``sets``: named ones, by family, table and name."""

    def __init__(self, sets: Mapping[tuple[str, str, str], Mapping[str, Any]]) -> None:
        self._sets = sets
        self._own: Mapping[str, Any] = {}
        self._read: dict[tuple[tuple[str, str, str], tuple[Field, ...]], Condition] = {}

    def rule(self, values: Mapping[str, Any], printed: Mapping[tuple[str, str, int], str]) -> Rule:
        self._own = values
        conditions: list[Condition] = []
        action: Action = Do.GO_ON
        for statement in values.get("expr", ()):
            if not isinstance(statement, Mapping):
                conditions.append(NotUnderstood(str(statement)))
                continue
            read, done = self._statement(statement)
            conditions += read
            if done is not None:
                action = done
        text = printed.get((values["family"], values["table"], values["handle"]))
        return Rule(text or f"rule {values['handle']} of chain {values['chain']}", tuple(conditions), action)

    def _statement(self, statement: Mapping[str, Any]) -> tuple[list[Condition], Action | None]:
        [(kind, values), *_] = statement.items()
        if kind in _VERDICTS:
            return [], _VERDICTS[kind]
        if kind in ("jump", "goto"):
            return [], Jump(values["target"], is_goto=kind == "goto")
        if kind in _PASSING:
            return [], None
        try:
            if kind == "match":
                return self._match(values), None
            if kind == "vmap":
                return self._verdict_map(values)
        except (_NotReadable, ValueError, KeyError, TypeError, AttributeError):
            pass
        if kind in ("match", "limit", "quota", "xt", "meter", "set", "ct count"):
            # Whether it goes on from here depends on more than the packet.
            is_plain_update = kind == "set" and not (isinstance(values, Mapping) and values.get("stmt"))
            conditions: list[Condition] = [] if is_plain_update else [NotUnderstood(kind)]
            is_target = kind == "xt" and not (isinstance(values, Mapping) and values.get("type") == "match")
            return conditions, Do.NOT_UNDERSTOOD if is_target else None
        return [], Do.NOT_UNDERSTOOD

    def _match(self, values: Mapping[str, Any]) -> list[Condition]:
        left, right, operator = values["left"], values["right"], values["op"]
        if operator not in ("==", "!=", "in", "<", ">", "<=", ">="):
            raise _NotReadable(operator)
        negated = operator == "!="
        if (fixed := _fixed(left, right, negated=negated)) is not None:
            return [fixed]
        if "&" in left:
            return [_masked(left["&"], right, negated=negated)]
        subject = _left(left)
        if operator in ("<", ">", "<=", ">="):
            return [*subject.implied, Match(subject.fields[0], _compared(operator, int(right)))]
        return [*subject.implied, self._among(subject.fields, right, negated=negated)]

    def _among(self, fields: tuple[Field, ...], right: Any, *, negated: bool) -> Condition:
        if isinstance(right, str) and right.startswith("@"):
            return self._named(fields, right[1:], negated=negated)
        return _elements(fields, _listed(right), negated=negated)

    def _named(self, fields: tuple[Field, ...], name: str, *, negated: bool) -> Condition:
        """A named set; fifty thousand addresses are read once."""
        key = (_set_key(self._own, name), fields)
        if key not in self._read:
            self._read[key] = _elements(fields, self._sets[key[0]].get("elem", ()), negated=False)
        known = self._read[key]
        if not negated or isinstance(known, NotUnderstood):
            return known
        return AnyOf((known,), negated=True)

    def _verdict_map(self, values: Mapping[str, Any]) -> tuple[list[Condition], Action]:
        subject = _left(values["key"])
        data = values["data"]
        pairs = self._sets[_set_key(self._own, data[1:])].get("elem", ()) if isinstance(data, str) else data["set"]
        cases = []
        for key, verdict in pairs:
            cases.append((_elements(subject.fields, [key], negated=False), _verdict(verdict)))
        return list(subject.implied), Choice(tuple(cases))


def _verdict(values: Mapping[str, Any]) -> Do | Jump:
    [(kind, target)] = values.items()
    if kind in ("jump", "goto"):
        return Jump(target["target"], is_goto=kind == "goto")
    return _VERDICTS.get(kind, Do.NOT_UNDERSTOOD)


def _listed(right: Any) -> Sequence[Any]:
    if isinstance(right, Mapping) and "set" in right:
        inner = right["set"]
        return inner if isinstance(inner, list) else [inner]
    return right if isinstance(right, list) else [right]


def _fixed(left: Mapping[str, Any], right: Any, *, negated: bool) -> Condition | None:
    """Comparisons whose outcome is the same for every packet that is asked about."""
    if left.get("meta", {}).get("key") == "nfproto":
        return Always(("ipv4" in _listed(right)) is not negated)
    if left.get("meta", {}).get("key") == "protocol":
        return Always(("ip" in _listed(right)) is not negated)
    payload = left.get("payload", {})
    if payload.get("protocol") in _OTHERS:
        return Always(answer=False)
    return None


def _left(left: Mapping[str, Any]) -> _Left:
    """:raises _NotReadable: nothing that a packet's fields tell"""
    [(kind, values), *_] = left.items()
    if kind == "concat":
        parts = [_left(each) for each in values]
        return _Left(
            tuple(name for part in parts for name in part.fields), tuple(each for part in parts for each in part.implied)
        )
    if kind == "meta" and values["key"] in _META:
        return _Left((_META[values["key"]],))
    if kind == "payload":
        return _payload(values)
    if kind == "ct" and not values.get("dir"):
        known: Mapping[str, Field] = {"state": "state", "status": "connection_status"}
        if values["key"] in known:
            return _Left((known[values["key"]],))
    if kind == "fib" and values["result"] == "type" and len(values["flags"]) == 1:
        return _Left(({"daddr": "destination_type", "saddr": "source_type"}[_one(values["flags"])],))  # type: ignore[arg-type]
    raise _NotReadable(kind)


def _one(values: Any) -> str:
    return str(values[0]) if isinstance(values, list) else str(values)


def _payload(values: Mapping[str, Any]) -> _Left:
    protocol, name = values["protocol"], values["field"]
    implied: tuple[Condition, ...] = ()
    if protocol in ("udp", "tcp"):
        number = PROTOCOLS[protocol]
        implied = (Match("protocol", Ranges.of([(number, number)])),)
    if protocol == "tcp" and name == "flags":
        return _Left(("tcp_flags",), implied)
    if (protocol, name) not in _PAYLOAD:
        raise _NotReadable(name)
    return _Left((_PAYLOAD[protocol, name],), implied)


def _masked(sides: Sequence[Any], right: Any, *, negated: bool) -> Condition:
    """``tcp flags & (fin|syn|rst|ack) == syn``: a first packet has SYN alone, and what follows has ACK."""
    subject = _left(sides[0])
    if subject.fields != ("tcp_flags",):
        raise _NotReadable("mask")
    asked, wanted = set(_flags(sides[1])), set(_flags(right))
    holding = frozenset(each for each in ("syn", "ack") if ({each} & asked) == wanted)
    return Match("tcp_flags", Words(holding), negated)


def _flags(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for each in value["|"]:
            yield from _flags(each)
    elif isinstance(value, list):
        for each in value:
            yield from _flags(each)
    elif isinstance(value, str):
        yield value
    elif value != 0:
        raise _NotReadable("flags")


def _compared(operator: str, number: int) -> Ranges:
    spans = {"<": (0, number - 1), "<=": (0, number), ">": (number + 1, 2**32 - 1), ">=": (number, 2**32 - 1)}
    first, last = spans[operator]
    return Ranges.of([(first, last)] if first <= last else [])


def _elements(fields: tuple[Field, ...], elements: Iterable[Any], *, negated: bool) -> Condition:
    """Among these.

    :raises ValueError: an element that nobody understands
    """
    entries = [_parts(fields, element) for element in elements]
    if len(fields) > 1:
        return Member(fields, tuple(entries), negated)
    if fields[0] in _NUMBERS:
        spans = [span for (values,) in entries if isinstance(values, Ranges) for span in values.spans]
        return Match(fields[0], Ranges.of(spans), negated)
    words = [word for (values,) in entries if isinstance(values, Words) for word in values.words]
    return Match(fields[0], Words(frozenset(words)), negated)


def _parts(fields: tuple[Field, ...], element: Any) -> tuple[Values, ...]:
    if isinstance(element, Mapping) and "elem" in element:
        element = element["elem"]["val"]
    if isinstance(element, Mapping) and "concat" in element:
        return tuple(_value(name, part) for name, part in zip(fields, element["concat"], strict=True))
    if len(fields) != 1:
        raise _NotReadable(str(element))
    return (_value(fields[0], element),)


def _value(name: Field, element: Any) -> Values:
    if name not in _NUMBERS:
        if not isinstance(element, str):
            raise _NotReadable(str(element))
        return Words(frozenset({element}))
    if isinstance(element, Mapping):
        if "prefix" in element:
            inner = element["prefix"]
            return Ranges.of([network(f"{inner['addr']}/{inner['len']}")])
        if "range" in element:
            first, last = (_number(name, each) for each in element["range"])
            return Ranges.of([(first, last)])
        raise _NotReadable(str(element))
    number = _number(name, element)
    return Ranges.of([(number, number)])


def _number(name: Field, value: Any) -> int:
    if isinstance(value, int):
        return value
    if not isinstance(value, str):
        raise _NotReadable(str(value))
    if name in ("source", "destination"):
        return address(value)
    if name == "protocol":
        return PROTOCOLS.get(value, 255)
    return int(value, 0)
