"""What would let a carrier in: rules as narrow as its addresses and ports, the commands that make them, and their undo."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from .judging import Fate
from .model import PROTOCOLS, Do, Hook, Match, Place, Rule, Ruleset
from .values import Ranges, network
from .ways import ANSWERING, Judged, Way, judge_way, shown_ports

FIREWALLD, FIREWALLD_LASTING = "firewalld", "firewalld-permanent"
#: what the wizard's own rules begin their comment with
OWN_MARK = "carrier-wizard:"
#: chains into which firewalld writes what a zone allows, by its two ways to speak to the kernel
_ZONE_CHAIN = re.compile(r"(?:filter_)?IN_(?!policy_)(.+)_allow")
#: more chains than this between the wire and Asterisk are nobody's
_MOST_RULES = 6


@dataclass(frozen=True)
class Opening:
    """One rule. ``means``: ``iptables``, ``iptables-legacy``, ``nft``, ``firewalld`` or ``firewalld-permanent``.

    ``place``: firewalld's zone; ``table/chain`` of iptables; ``family/table/chain`` of nft.
    """

    means: str
    place: str
    source: str
    protocol: str
    first_port: int
    last_port: int

    @property
    def text(self) -> str:
        """As an install keeps it; :func:`opening_of` reads it."""
        ports = shown_ports(self.first_port, self.last_port)
        return f"{self.means} {self.place} {self.source} {self.protocol} {ports}"

    def make(self, carrier_id: str) -> tuple[str, ...]:
        """The command."""
        match self.means:
            case "nft":
                rule = f"ip saddr {self.source} {self.protocol} dport {self._ports('-')} accept"
                return ("nft", "insert", "rule", *self.place.split("/"), *rule.split(), "comment", f'"{self.mark(carrier_id)}"')
            case "iptables" | "iptables-legacy":
                return self._iptables("-I", carrier_id)
            case _:
                return self._firewalld("--add-rich-rule")

    def remove(self, carrier_id: str, handle: str = "HANDLE") -> tuple[str, ...]:
        """The command that takes it away again; nft goes by a number that :func:`find_handle` finds."""
        match self.means:
            case "nft":
                return ("nft", "delete", "rule", *self.place.split("/"), "handle", handle)
            case "iptables" | "iptables-legacy":
                return self._iptables("-D", carrier_id)
            case _:
                return self._firewalld("--remove-rich-rule")

    def query(self, carrier_id: str) -> tuple[str, ...]:
        """The command that tells whether it is there."""
        match self.means:
            case "nft":
                return ("nft", "-a", "list", "chain", *self.place.split("/"))
            case "iptables" | "iptables-legacy":
                return self._iptables("-C", carrier_id)
            case _:
                return self._firewalld("--query-rich-rule")

    def mark(self, carrier_id: str) -> str:
        """The rule's comment: whose it is, and which. firewalld's rules have none."""
        own = f"{OWN_MARK}{_plain(carrier_id)}"
        return f"{own} {self.source} {self.protocol} {self._ports('-')}" if self.means == "nft" else own

    def rule(self) -> Rule:
        """What it does, for :mod:`.judging`."""
        number = PROTOCOLS[self.protocol]
        conditions = (
            Match("source", Ranges.of([network(self.source)])),
            Match("protocol", Ranges.of([(number, number)])),
            Match("destination_port", Ranges.of([(self.first_port, self.last_port)])),
        )
        return Rule("", conditions, Do.ACCEPT)

    def _ports(self, dash: str) -> str:
        return shown_ports(self.first_port, self.last_port).replace("-", dash)

    def _iptables(self, act: str, carrier_id: str) -> tuple[str, ...]:
        table, chain = self.place.split("/")
        # Another rule at the head of the chain pushes the others down, in their order.
        where = (chain, "1") if act == "-I" else (chain,)
        what = f"-s {self.source} -p {self.protocol} -m {self.protocol} --dport {self._ports(':')}"
        comment = ("-m", "comment", "--comment", self.mark(carrier_id))
        return (self.means, "-w", "5", "-t", table, act, *where, *what.split(), *comment, "-j", "ACCEPT")

    def _firewalld(self, act: str) -> tuple[str, ...]:
        lasting = ("--permanent",) if self.means == FIREWALLD_LASTING else ()
        port = f'port port="{self._ports("-")}" protocol="{self.protocol}"'
        rule = f'rule family="ipv4" source address="{self.source}" {port} accept'
        return ("firewall-cmd", *lasting, f"--zone={self.place}", f"{act}={rule}")


def opening_of(text: str) -> Opening:
    """:raises ValueError: not what :attr:`Opening.text` gives"""
    means, place, source, protocol, ports = text.split(" ")
    first, _, last = ports.partition("-")
    return Opening(means, place, source, protocol, int(first), int(last or first))


def find_handle(listing: str, mark: str) -> str | None:
    """nft's number of the rule with this comment, from ``nft -a list chain``."""
    found = re.search(rf'comment "{re.escape(mark)}" # handle (\d+)$', listing, re.MULTILINE)
    return found[1] if found else None


def plan_openings(ruleset: Ruleset, judged: Iterable[Judged], *, firewalld: bool) -> tuple[Opening, ...] | None:
    """Rules that let in all of a carrier's that isn't let in; None where none would, whatever is put where.

    Answers over TCP go to a port that the kernel picks: no narrow rule opens that, so they are no part of it.
    """
    planned: dict[Opening, None] = {}
    for each in judged:
        if each.way.what in ANSWERING or each.fate is Fate.ACCEPTED:
            continue
        found = _openings_for(ruleset, each.way, firewalld=firewalld)
        if found is None:
            return None
        planned |= dict.fromkeys(found)
    return tuple(planned)


def _openings_for(ruleset: Ruleset, way: Way, *, firewalld: bool) -> list[Opening] | None:
    found: list[Opening] = []
    now = ruleset
    for _ in range(_MOST_RULES):
        decided = judge_way(now, way).decided
        if decided.fate is Fate.ACCEPTED:
            return [each for each in found for each in _both(each)]
        hook = decided.hook
        if hook is None:
            return None
        zone = _zone(now, hook, way) if firewalld and _is_firewalld(now, hook) else None
        if zone is not None:
            opening, place, chain = zone
        elif firewalld and _is_firewalld(now, hook):
            # Something before its zones is in the way, a black list say.
            return None
        else:
            opening, place, chain = _at_head(hook, way), hook.place, hook.chain
        if opening in found:
            return None
        found.append(opening)
        now = now.with_first(place, chain, opening.rule())
    return None


def _both(opening: Opening) -> Sequence[Opening]:
    """firewalld has rules that hold until it restarts, and rules that hold from then on."""
    return [opening, replace(opening, means=FIREWALLD_LASTING)] if opening.means == FIREWALLD else [opening]


def _at_head(hook: Hook, way: Way) -> Opening:
    place = hook.place
    where = f"{place.family}/{place.table}/{hook.chain}" if place.tool == "nft" else f"{place.table}/{hook.chain}"
    return Opening(place.tool, where, way.route.source, way.protocol, way.first_port, way.last_port)


def _is_firewalld(ruleset: Ruleset, hook: Hook) -> bool:
    chains = ruleset.tables[hook.place]
    return hook.place.table == "firewalld" or any(_ZONE_CHAIN.fullmatch(name) for name in chains)


def _zone(ruleset: Ruleset, hook: Hook, way: Way) -> tuple[Opening, Place, str] | None:
    """The zone that this traffic is in: the one in which a rule would let it through."""
    for chain in _zone_chains(ruleset, hook.place):
        zone = _ZONE_CHAIN.fullmatch(chain)
        opening = replace(_at_head(hook, way), means=FIREWALLD, place=zone[1] if zone else "")
        opened = ruleset.with_first(hook.place, chain, opening.rule())
        after = judge_way(opened, way).decided
        if after.fate is Fate.ACCEPTED or after.hook != hook:
            return opening, hook.place, chain
    return None


def _zone_chains(ruleset: Ruleset, place: Place) -> Iterator[str]:
    return (name for name in ruleset.tables[place] if _ZONE_CHAIN.fullmatch(name))


def _plain(carrier_id: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]", "_", carrier_id)


def shown_command(command: Sequence[str]) -> str:
    """For a shell."""
    return " ".join(_quoted(word) for word in command)


def _quoted(word: str) -> str:
    plain = all(each.isalnum() or each in "@%+=:,./-_" for each in word)
    return word if word and plain else "'" + word.replace("'", "'\"'\"'") + "'"
