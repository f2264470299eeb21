"""The patterns of a dialplan entry, as a dial prefix and destinations."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product

from wizard.carrier.answers import DESTINATIONS, NumberAnswers

from .digits import Sent, explain

_HOME = {"1NXXNXXXXXX": "nanp", "NXXNXXXXXX": "nanp10"}
_ABROAD = ("[2-9]XXXXXX.", "011[2-9]XXXXXX.")
#: of a dial prefix in VICIdial's tables
_LONGEST_PREFIX = 20
_MOST_DESTINATIONS = 20


def readings(
    numbers: NumberAnswers, patterns: Sequence[str], sent: Mapping[str, Sent], prefixes: Collection[str]
) -> list[NumberAnswers]:
    """Ways to read patterns (with their ``_``) and what each sends, the likeliest first.

    ``prefixes`` are those that this dialer's campaigns dial: of several readings the one with such a prefix is meant.
    """
    found: list[tuple[tuple[bool, int, int, int], NumberAnswers]] = []
    for prefix in _prefixes(patterns, sent):
        seen: set[tuple[str, ...]] = set()
        for home, abroad in product((True, False), repeat=2):
            destinations = _destinations([each.removeprefix("_")[len(prefix) :] for each in patterns], home=home, abroad=abroad)
            if destinations is None or destinations in seen:
                continue
            seen.add(destinations)
            named = sum(each in DESTINATIONS for each in destinations)
            for explained in explain(_with(numbers, prefix, destinations), sent):
                order = (prefix not in prefixes, explained.cost - named, len(prefix), not home)
                found.append((order, explained.numbers))
    return [numbers for _, numbers in sorted(found, key=lambda each: each[0])]


def _with(numbers: NumberAnswers, prefix: str, destinations: tuple[str, ...]) -> NumberAnswers:
    return replace(numbers, dial_prefix=prefix, destinations=destinations)


def _prefixes(patterns: Sequence[str], sent: Mapping[str, Sent]) -> Iterator[str]:
    """The digits that all patterns begin with, and that none sends on; each length of them."""
    leading = [re.match(r"_?([0-9]*)", pattern)[1] for pattern in patterns]  # type: ignore[index]
    shortest = min(leading, default="", key=len)
    most = min([len(shortest), _LONGEST_PREFIX, *(each.strip for each in sent.values())])
    for length in range(most + 1):
        if all(each.startswith(shortest[:length]) for each in leading):
            yield shortest[:length]


def _destinations(rests: Sequence[str], *, home: bool, abroad: bool) -> tuple[str, ...] | None:
    """What the patterns are called without their prefix; None where nothing is left of one."""
    destinations: list[str] = []
    position = 0
    while position < len(rests):
        rest, following = rests[position], rests[position + 1 : position + 2]
        if not rest:
            return None
        if abroad and rest.upper() == _ABROAD[0] and [each.upper() for each in following] == [_ABROAD[1]]:
            destinations.append("international")
            position += 1
        else:
            destinations.append(_HOME.get(rest.upper(), rest) if home else rest)
        position += 1
    return tuple(dict.fromkeys(destinations))[:_MOST_DESTINATIONS]
