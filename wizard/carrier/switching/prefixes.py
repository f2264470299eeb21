"""Which dial prefixes may lead to a carrier, and which numbers are dialled behind a prefix."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from wizard.carrier.dialing.dialplan_reading import read_dialplan
from wizard.carrier.dialing.patterns import Pattern, PatternError, parse_pattern
from wizard.carrier.model import Carrier
from wizard.carrier.simulation.sending import Number

#: a campaign's column holds so many characters (vicidial.md §3.4)
LONGEST_PREFIX = 20
#: numbers of every kind that people dial: as leads have them, code and rest
USUAL_NUMBERS = (
    Number("1", "2125550100"),
    Number("1", "4165550100"),
    Number("1", "8005550100"),
    Number("44", "2079460000"),
    Number("01144", "2079460000"),
    Number("52", "5512345678"),
)
#: more candidates, and more examples of patterns, than a dialplan that people write has kinds of numbers
_MOST_CANDIDATES, _MOST_NUMBERS = 40, 60
#: a place that takes more digits than this is part of the number: X, Z and N take 8 and more
_MOST_CHOICES = 2
_DIGITS = frozenset("0123456789")
#: what an open end stands for: a number abroad, as far as it is not written already
_OPEN_END = "442079460000"


def candidate_prefixes(carrier: Carrier) -> list[str]:
    """What a campaign could dial to come to this carrier: the ways its patterns begin, the most usual first.

    Only the simulation tells which of them leads there, and with which digits.
    """
    begun = Counter(begin for pattern in patterns_of(carrier) for begin in set(_beginnings(pattern)))
    usual = sorted(begun, key=lambda prefix: (-begun[prefix], len(prefix), prefix))
    return usual[:_MOST_CANDIDATES]


def numbers_behind(prefix: str, carriers: Iterable[Carrier]) -> list[Number]:
    """One number for every kind that these carriers' patterns take behind a prefix, as leads would have them."""
    found = dict.fromkeys(
        Number("", rest) for carrier in carriers for pattern in patterns_of(carrier) if (rest := _rest(pattern, prefix))
    )
    return list(found)[:_MOST_NUMBERS]


def patterns_of(carrier: Carrier) -> list[Pattern]:
    """The patterns of its dialplan entry that Asterisk would take."""
    return list(_parsed(extension.pattern for extension in read_dialplan(carrier.dialplan_entry)))


def _parsed(extensions: Iterable[str]) -> Iterator[Pattern]:
    for extension in extensions:
        try:
            yield parse_pattern(extension)
        except PatternError:
            continue


def _beginnings(pattern: Pattern) -> Iterator[str]:
    """Nothing, its first digit, its first two, and so on, as far as they are fixed."""
    begun = [""]
    yield ""
    for place in pattern.places[:LONGEST_PREFIX]:
        digits = sorted(place & _DIGITS)
        if not 1 <= len(digits) <= _MOST_CHOICES or len(begun) > _MOST_CHOICES**3:
            return
        begun = [before + digit for before in begun for digit in digits]
        yield from begun


def _rest(pattern: Pattern, prefix: str) -> str:
    """Digits that, dialled behind the prefix, match; empty where there are none."""
    if len(pattern.places) < len(prefix) or not all(
        digit in place for digit, place in zip(prefix, pattern.places, strict=False)
    ):
        return ""
    behind = Pattern(pattern.places[len(prefix) :], "")
    rest = behind.example() if behind.places else ""
    if pattern.tail:
        # An open end takes all lengths; a short one would be no number that anybody dials.
        rest += _OPEN_END[: max(1, len(_OPEN_END) - max(0, len(rest) - 3))]
    return rest if rest.isdigit() else ""
