"""One packet followed through all rules: taken in, thrown away, or nobody can tell, and which rule decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from .model import Action, Chain, Choice, Do, Hook, Jump, Packet, Rule, Ruleset

#: deeper than any kernel lets chains call each other
_DEEPEST = 32


class Fate(StrEnum):
    """What becomes of a packet."""

    ACCEPTED = "accepted"
    DROPPED = "dropped"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True)
class Decided:
    """``rule``: what decides, or what nobody understands, as the firewall prints it; "" where no rule is in the way."""

    fate: Fate
    rule: str = ""
    #: the chain that the kernel calls, and the one with the rule in it
    hook: Hook | None = None
    chain: str = ""


@dataclass
class _Ends:
    """All that may become of a packet in a chain: by which rule it may be taken or thrown away, and whether it may come out."""

    accepted: tuple[str, str] | None = None
    dropped: tuple[str, str] | None = None
    comes_out: bool = False
    #: the first rule of which nobody knows if it applies, or what it does
    doubt: tuple[str, str] | None = None

    def add(self, other: _Ends) -> None:
        self.accepted = self.accepted or other.accepted
        self.dropped = self.dropped or other.dropped
        self.doubt = self.doubt or other.doubt


def judge(ruleset: Ruleset, packet: Packet) -> Decided:
    """What the whole firewall does with a packet: every chain that the kernel calls has to let it in."""
    doubtful: Decided | None = None
    first_dropped: Decided | None = None
    for hook in ruleset.ordered:
        if hook.only_new and packet.state == "established":
            continue
        decided = _judge_hook(ruleset, hook, packet)
        if decided.fate is Fate.DROPPED:
            first_dropped = first_dropped or decided
        elif decided.fate is Fate.CANNOT_TELL:
            doubtful = doubtful or decided
    if first_dropped is not None:
        # What an earlier chain may have thrown away is gone all the same.
        return first_dropped
    return doubtful or Decided(Fate.ACCEPTED)


def _judge_hook(ruleset: Ruleset, hook: Hook, packet: Packet) -> Decided:
    walk = _Walk(ruleset.tables[hook.place], packet, ruleset)
    ends = walk.chain(hook.chain)
    base = ruleset.tables[hook.place][hook.chain]
    if ends.comes_out:
        end = (base.policy_text, base.name)
        if base.policy is Do.DROP:
            ends.dropped = ends.dropped or end
        else:
            ends.accepted = ends.accepted or end
    if ends.accepted and ends.dropped:
        text, chain = ends.doubt or ends.dropped
        return Decided(Fate.CANNOT_TELL, text, hook, chain)
    fate, (text, chain) = (Fate.DROPPED, ends.dropped) if ends.dropped else (Fate.ACCEPTED, ends.accepted or ("", base.name))
    return Decided(fate, text, hook, chain)


class _Walk:
    """The way of one packet through the chains of one table."""

    def __init__(self, chains: Mapping[str, Chain], packet: Packet, ruleset: Ruleset) -> None:
        self._chains, self._packet, self._ruleset = chains, packet, ruleset
        self._known: dict[str, _Ends] = {}

    def chain(self, name: str, depth: int = 0) -> _Ends:
        if name not in self._known:
            self._known[name] = self._follow(name, depth)
        return replace(self._known[name])

    def _follow(self, name: str, depth: int) -> _Ends:
        ends = _Ends()
        for rule in self._chains[name].rules:
            holds = self._holds(rule)
            if holds is False:
                continue
            done, goes_on = self._act(rule, rule.action, name, depth)
            if holds is None and (done.accepted or done.dropped or done.comes_out or not goes_on):
                ends.doubt = ends.doubt or (rule.text, name)
            ends.add(done)
            ends.comes_out = ends.comes_out or done.comes_out
            if holds and not goes_on:
                return ends
        ends.comes_out = True
        return ends

    def _holds(self, rule: Rule) -> bool | None:
        answers = []
        for condition in rule.conditions:
            name = getattr(condition, "field", "")
            # Where something marks packets or translates addresses, nobody knows the value any more.
            is_lost = (name == "mark" and self._ruleset.marks) or (name == "connection_status" and self._ruleset.translates)
            answers.append(None if is_lost else condition.holds(self._packet))
        return False if False in answers else None if None in answers else True

    def _act(self, rule: Rule, action: Action, name: str, depth: int) -> tuple[_Ends, bool]:
        """What may become of it here, and whether it may go on with the next rule; ``comes_out``: it leaves this chain."""
        here = (rule.text, name)
        match action:
            case Do.ACCEPT:
                return _Ends(accepted=here), False
            case Do.DROP:
                return _Ends(dropped=here), False
            case Do.RETURN:
                return _Ends(comes_out=True), False
            case Do.GO_ON:
                return _Ends(), True
            case Jump():
                return self._jump(rule, action, name, depth)
            case Choice():
                return self._choose(rule, action, name, depth)
            case _:
                return _Ends(accepted=here, dropped=here, doubt=here), True

    def _jump(self, rule: Rule, jump: Jump, name: str, depth: int) -> tuple[_Ends, bool]:
        if jump.chain not in self._chains or depth > _DEEPEST:
            here = (rule.text, name)
            return _Ends(accepted=here, dropped=here, doubt=here), True
        ends = self.chain(jump.chain, depth + 1)
        came_out, ends.comes_out = ends.comes_out, ends.comes_out and jump.is_goto
        return ends, came_out and not jump.is_goto

    def _choose(self, rule: Rule, choice: Choice, name: str, depth: int) -> tuple[_Ends, bool]:
        ends, goes_on = _Ends(), False
        for condition, action in choice.cases:
            holds = condition.holds(self._packet)
            if holds is False:
                continue
            done, may_go_on = self._act(rule, action, name, depth)
            ends.add(done)
            ends.comes_out = ends.comes_out or done.comes_out
            goes_on = goes_on or may_go_on
            if holds:
                return ends, goes_on
            ends.doubt = ends.doubt or (rule.text, name)
        return ends, True
