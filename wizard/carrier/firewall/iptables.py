"""The rules as ``iptables-save`` prints them."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from .ipsets import IpSet, set_condition
from .model import (
    PORT_FIELDS,
    PROTOCOLS,
    Action,
    AnyOf,
    Chain,
    Condition,
    Do,
    Field,
    Hook,
    Jump,
    Match,
    NotUnderstood,
    Place,
    Rule,
    Ruleset,
)
from .values import Ranges, Words, network, ports

#: table → where it stands among the others at a hook
_PRIORITIES = {"raw": -300, "mangle": -150, "nat": -100, "filter": 0, "security": 50}
_HOOKS = {"PREROUTING": "prerouting", "INPUT": "input"}
_TARGETS = {"ACCEPT": Do.ACCEPT, "DROP": Do.DROP, "REJECT": Do.DROP, "RETURN": Do.RETURN}
_MARKING = frozenset({"MARK", "CONNMARK"})
_TRANSLATING = frozenset({"DNAT", "REDIRECT", "NETMAP"})
#: targets after which the packet meets the next rule
_PASSING = _MARKING | {
    "LOG", "NFLOG", "ULOG", "TRACE", "AUDIT", "SET", "DSCP", "TOS", "TCPMSS", "CHECKSUM", "CLASSIFY",
}  # fmt: skip
#: options of the rule itself, of targets and of matches that say nothing about the packet → how many values follow
_SILENT = {"-c": 2, "--comment": 1, "--log-prefix": 1}


@dataclass
class _Table:
    policies: dict[str, str] = field(default_factory=dict)
    rules: dict[str, list[Rule]] = field(default_factory=dict)


def read_iptables(text: str, sets: Mapping[str, IpSet], tool: str = "iptables") -> Ruleset:
    """``iptables-save`` → the rules on a packet's way in; what is not understood is in there, as such."""
    tables: dict[str, _Table] = {}
    now = _Table()
    for line in text.splitlines():
        if line.startswith("*"):
            now = tables.setdefault(line[1:].strip(), _Table())
        elif line.startswith(":"):
            name, policy, *_ = line[1:].split()
            now.policies[name] = policy
            now.rules[name] = []
        elif line.startswith("-A "):
            chain, _, _ = line[3:].partition(" ")
            now.rules.setdefault(chain, []).append(_rule(line, sets))
    used = _targets(text)
    return Ruleset(
        {Place(tool, "ip", name): _chains(table) for name, table in tables.items()},
        tuple(_hooks(tables, tool)),
        marks=bool(used & _MARKING),
        translates=bool(used & _TRANSLATING),
        has_sip_helper="--helper sip" in text,
    )


def _chains(table: _Table) -> dict[str, Chain]:
    return {
        name: Chain(name, tuple(table.rules.get(name, ())), _TARGETS.get(policy), f"-P {name} {policy}")
        for name, policy in table.policies.items()
    }


def _hooks(tables: Mapping[str, _Table], tool: str) -> Iterator[Hook]:
    for name, table in tables.items():
        for chain, hook in _HOOKS.items():
            if chain in table.policies:
                yield Hook(Place(tool, "ip", name), chain, hook, _PRIORITIES.get(name, 0), only_new=name == "nat")


def _targets(text: str) -> set[str]:
    return {word for line in text.splitlines() if " -j " in line for word in [line.partition(" -j ")[2].split(" ")[0]]}


def _rule(line: str, sets: Mapping[str, IpSet]) -> Rule:
    try:
        words = shlex.split(line)[2:]
    except ValueError:
        return Rule(line, (NotUnderstood("quotes"),), Do.NOT_UNDERSTOOD)
    reader = _Reader(words, sets)
    reader.read()
    return Rule(line, tuple(reader.conditions), reader.action)


class _Reader:
    """One rule, option by option."""

    def __init__(self, words: Sequence[str], sets: Mapping[str, IpSet]) -> None:
        self._words, self._at, self._sets = list(words), 0, sets
        self.conditions: list[Condition] = []
        self.action: Action = Do.GO_ON

    def read(self) -> None:
        negated = False
        while self._at < len(self._words):
            word = self._next()
            if word == "!":
                negated = True
                continue
            try:
                self._option(word, negated=negated)
            except (ValueError, KeyError, IndexError):
                self._doubt(word)
            negated = False

    def _next(self) -> str:
        self._at += 1
        return self._words[self._at - 1]

    def _option(self, word: str, *, negated: bool) -> None:
        if word in ("-j", "-g"):
            self.action = _action(self._next(), is_goto=word == "-g")
            # What follows belongs to the target.
            self._at = len(self._words)
        elif word in _SILENT:
            self._at += _SILENT[word]
        elif word == "-m":
            self._extension(self._next())
        elif word == "--match-set":
            self.conditions.append(set_condition(self._sets, self._next(), self._next(), negated=negated))
        elif word in _MATCHES:
            name, read = _MATCHES[word]
            self.conditions.append(Match(name, read(self._next()), negated))
        elif word == "--ports":
            both = Ranges.of(map(ports, self._next().split(",")))
            self.conditions.append(AnyOf(tuple(Match(name, both) for name in PORT_FIELDS), negated))
        elif word == "--tcp-flags":
            mask, flags = self._next(), self._next()
            self.conditions.append(_tcp_flags(mask, flags, negated=negated))
        elif word == "-f":
            # Audio and signalling come whole, or are put together again before any rule sees them.
            self.conditions.append(Match("packet_type", Words(frozenset({"host" if negated else "fragment"}))))
        else:
            self._doubt(word)

    def _extension(self, name: str) -> None:
        if name not in _KNOWN:
            self._doubt(f"-m {name}")

    def _doubt(self, what: str) -> None:
        """Skip its values: they are no options."""
        self.conditions.append(NotUnderstood(what))
        while self._at < len(self._words) and not self._words[self._at].startswith("-") and self._words[self._at] != "!":
            self._at += 1


def _action(target: str, *, is_goto: bool) -> Action:
    if is_goto:
        return Jump(target, is_goto=True)
    if target in _PASSING:
        return Do.GO_ON
    if target in _TARGETS:
        return _TARGETS[target]
    # A target that is no chain leads nowhere that anybody knows, and is judged so.
    return Jump(target)


def _protocol(text: str) -> Ranges:
    if text in ("all", "0"):
        return Ranges.of([(0, 255)])
    # A protocol that nobody here knows is neither UDP nor TCP.
    number = int(text) if text.isdigit() else PROTOCOLS.get(text, 255)
    return Ranges.of([(number, number)])


def _addresses(text: str) -> Ranges:
    return Ranges.of(map(network, text.split(",")))


def _ports(text: str) -> Ranges:
    return Ranges.of(map(ports, text.split(",")))


def _words(text: str) -> Words:
    return Words(frozenset(text.lower().split(",")))


def _interface(text: str) -> Words:
    return Words(frozenset({text}))


def _mark(text: str) -> Ranges:
    # Of a packet that nobody marked all bits are 0, so the mask changes nothing.
    value = int(text.partition("/")[0], 0)
    return Ranges.of([(value, value)])


def _tcp_flags(mask: str, flags: str, *, negated: bool) -> Condition:
    """``--syn`` and its like: a first packet has SYN alone, and what follows has ACK."""
    asked, wanted = set(mask.lower().split(",")), set(flags.lower().split(",")) - {"none"}
    holding = {each for each in ("syn", "ack") if ({each} & asked) == wanted}
    return Match("tcp_flags", Words(frozenset(holding)), negated)


_MATCHES: Mapping[str, tuple[Field, Callable[[str], Ranges | Words]]] = {
    "-s": ("source", _addresses),
    "-d": ("destination", _addresses),
    "-i": ("interface", _interface),
    "-o": ("out_interface", _interface),
    "-p": ("protocol", _protocol),
    "--sport": ("source_port", _ports),
    "--dport": ("destination_port", _ports),
    "--sports": ("source_port", _ports),
    "--dports": ("destination_port", _ports),
    "--state": ("state", _words),
    "--ctstate": ("state", _words),
    "--src-range": ("source", _addresses),
    "--dst-range": ("destination", _addresses),
    "--src-type": ("source_type", _words),
    "--dst-type": ("destination_type", _words),
    "--pkt-type": ("packet_type", _words),
    "--mark": ("mark", _mark),
}
#: extensions whose options are all in the tables above, or doubted one by one
_KNOWN = frozenset(
    {"udp", "tcp", "multiport", "state", "conntrack", "set", "iprange", "addrtype", "pkttype", "comment", "mark", "icmp"}
)
