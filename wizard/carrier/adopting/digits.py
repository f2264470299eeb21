"""What a Dial() sends on, as a number format, a tech prefix, and rules of single destinations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from wizard.carrier.answers import NumberAnswers, NumberFormat
from wizard.carrier.dialing.digits import MOST_ADDED, can_be_added, parse_rule
from wizard.carrier.dialing.numbers import Route, routes

_SENT = re.compile(r"(?:^|[/@])(?P<before>[0-9+*#]*)\$\{(?:FILTER\([^,]*,\$\{)?EXTEN(?::(?P<strip>\d+))?\}")
#: what makes one explanation less likely than another
_COST_OF_RULE, _COST_OF_SHORT_PREFIX, _COST_OF_PREFIX, _COST_OF_NOTHING = 2, 3, 1, 10


@dataclass(frozen=True)
class Sent:
    """Digits on their way: how many are taken off, and what is put before the rest."""

    prepend: str
    strip: int


def sent_by(dialled: str) -> Sent | None:
    """``SIP/acme/+1${EXTEN:1}`` → one digit off, ``+1`` before; None where the digits go on in some other way."""
    found = _SENT.search(dialled)
    return Sent(found["before"], int(found["strip"] or 0)) if found else None


@dataclass(frozen=True)
class Explanation:
    """Answers about digits that send what was found; ``cost`` says how far-fetched they are."""

    numbers: NumberAnswers
    cost: int


#: destination → format → pattern → what is sent without a tech prefix
_Table = Mapping[str, Mapping[str, Mapping[str, Sent]]]


def explain(numbers: NumberAnswers, sent: Mapping[str, Sent]) -> list[Explanation]:
    """Format, tech prefix and rules for patterns and what each sends; destinations and prefix are given.

    One for each tech prefix that could be; which is right shows where a backup goes without it.

    The patterns of ``sent`` are in capital letters.
    """
    nothing = Explanation(numbers, _COST_OF_NOTHING * max(len(numbers.destinations), 1))
    found: list[Explanation] = []
    table = _table(numbers)
    for tech_prefix in _tech_prefixes([each.prepend for each in sent.values()]):
        rest = {pattern: replace(each, prepend=each.prepend.removeprefix(tech_prefix)) for pattern, each in sent.items()}
        shapes = (replace(numbers, number_format=each, tech_prefix=tech_prefix, destination_digits=()) for each in NumberFormat)
        best = min((_with_rules(shape, rest, table) for shape in shapes), key=lambda each: each.cost)
        if best.cost < nothing.cost:
            found.append(best)
        if best.cost == 0:
            break
    return found or [nothing]


def _table(numbers: NumberAnswers) -> _Table:
    """What each destination would send, by each format: a rule that names a format sends the same."""
    table: dict[str, dict[str, dict[str, Sent]]] = {}
    for number_format in NumberFormat:
        for route in routes(replace(numbers, number_format=number_format, tech_prefix="", destination_digits=())):
            formats = table.setdefault(route.destination, {})
            formats.setdefault(number_format.value, {})[route.pattern.upper()] = _sent(route)
    return table


def _sent(route: Route) -> Sent:
    return Sent(route.dial_string.prepend, route.dial_string.strip)


def _tech_prefixes(prepends: Sequence[str]) -> Iterator[str]:
    """What all may begin with, the shortest first."""
    yield ""
    first = min(prepends, default="", key=len)
    for length in range(1, min(len(first), MOST_ADDED) + 1):
        if not all(each.startswith(first[:length]) for each in prepends):
            return
        yield first[:length]


def _with_rules(numbers: NumberAnswers, sent: Mapping[str, Sent], table: _Table) -> Explanation:
    """A rule of its own for each destination that the format doesn't fit."""
    rules: list[tuple[str, str]] = []
    cost = 0
    if numbers.tech_prefix:
        is_plain = numbers.tech_prefix.isdigit() and len(numbers.tech_prefix) < 3
        cost = _COST_OF_SHORT_PREFIX if is_plain or "+" in numbers.tech_prefix else _COST_OF_PREFIX
    for destination, formats in table.items():
        if _fits(formats[numbers.number_format.value], sent):
            continue
        rule = _rule_for(numbers, destination, formats, sent)
        cost += _COST_OF_NOTHING if rule is None else _COST_OF_RULE
        if rule is not None:
            rules.append((destination, rule))
    return Explanation(replace(numbers, destination_digits=tuple(rules)), cost)


def _fits(own: Mapping[str, Sent], sent: Mapping[str, Sent]) -> bool:
    return all(sent.get(pattern, each) == each for pattern, each in own.items())


def _rule_for(
    numbers: NumberAnswers, destination: str, formats: Mapping[str, Mapping[str, Sent]], sent: Mapping[str, Sent]
) -> str | None:
    """The rule of an answers file: a format's name, or what is taken off and added."""
    fitting = next((name for name, own in formats.items() if _fits(own, sent)), None)
    if fitting is not None:
        return fitting
    first = sent.get(next(iter(formats[numbers.number_format.value])))
    strip = first.strip - len(numbers.dial_prefix) if first else -1
    if first is None or strip < 0 or not can_be_added(first.prepend):
        return None
    words = [f"strip {strip}"] * (strip > 0 or not first.prepend) + [f"add {first.prepend}"] * bool(first.prepend)
    rule = " ".join(words)
    if parse_rule(rule) is None:
        return None
    ruled = replace(numbers, tech_prefix="", destinations=(destination,), destination_digits=((destination, rule),))
    return rule if _fits({route.pattern.upper(): _sent(route) for route in routes(ruled)}, sent) else None
