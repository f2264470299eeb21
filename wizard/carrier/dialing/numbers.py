"""From the digits that VICIdial sends to the digits that the carrier receives.

VICIdial sends dial prefix + phone code + number, or prefix + number where the campaign omits the phone code
(vicidial.md §3.1). Abroad that is prefix + country code + number; an agent may also type 011.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from wizard.carrier.answers import DESTINATIONS, NORTH_AMERICAN, NumberAnswers, NumberFormat

from .digits import DialString, DigitRule, parse_rule
from .patterns import Pattern, parse_pattern

#: Area codes that are dialled like home and billed like abroad: the Caribbean and Bermuda, without the territories of the
#: United States (340, 787, 939), which carriers bill as domestic. As of 2026 by NANPA's list of area codes.
CARIBBEAN = (
    "242", "246", "264", "268", "284", "345", "441", "473", "649", "658", "664", "721", "758", "767", "784", "809", "829",
    "849", "868", "869", "876",
)  # fmt: skip
#: pay-per-call: an area code, and an exchange of every area
PREMIUM_AREA, PREMIUM_EXCHANGE = "900", "976"
#: area code, exchange and the rest
_HOME_DIGITS = 10


@dataclass(frozen=True)
class Route:
    """One pattern of a carrier, and what it sends on."""

    destination: str
    pattern: str
    dial_string: DialString
    #: digits that VICIdial would send for this destination, to show the effect
    example: str
    #: the pattern without the dial prefix
    rest: str = ""
    #: other spellings of what follows the prefix, as (digits to drop, digits to put before), the same number all of them
    spellings: tuple[tuple[int, str], ...] = ((0, ""),)
    #: where a North American area code stands in the dialled digits; None where there is none
    area_code_at: int | None = None

    @property
    def area_and_exchange(self) -> str | None:
        """The six digits after the country code, as a dialplan writes them: VICIdial's own word is NPANXX."""
        return None if self.area_code_at is None else f"${{EXTEN:{self.area_code_at}:6}}"


@dataclass(frozen=True)
class _Shape:
    """A kind of dialled number: the pattern of what follows the prefix, an example, and per format (strip, prepend)."""

    pattern: str
    example: str
    formats: dict[NumberFormat, tuple[int, str]]
    #: see :attr:`Route.spellings`
    spellings: tuple[tuple[int, str], ...]


#: what an agent may dial before a country code
_ACCESS_CODE = "011"
_F = NumberFormat

_SHAPES: dict[str, tuple[_Shape, ...]] = {
    "nanp": (
        _Shape(
            "1NXXNXXXXXX",
            "12125550100",
            {_F.PLUS_E164: (0, "+"), _F.E164: (0, ""), _F.NANP11: (0, ""), _F.NANP10: (1, ""), _F.AS_DIALLED: (0, "")},
            ((0, ""), (1, "")),
        ),
    ),
    "nanp10": (
        _Shape(
            "NXXNXXXXXX",
            "2125550100",
            {_F.PLUS_E164: (0, "+1"), _F.E164: (0, "1"), _F.NANP11: (0, "1"), _F.NANP10: (0, ""), _F.AS_DIALLED: (0, "")},
            ((0, ""), (0, "1")),
        ),
    ),
    "international": (
        _Shape(
            "[2-9]XXXXXX.",
            "442079460000",
            {_F.PLUS_E164: (0, "+"), _F.E164: (0, ""), _F.NANP11: (0, "011"), _F.NANP10: (0, "011"), _F.AS_DIALLED: (0, "")},
            ((0, ""), (0, "011")),
        ),
        _Shape(
            "011[2-9]XXXXXX.",
            "011442079460000",
            {_F.PLUS_E164: (3, "+"), _F.E164: (3, ""), _F.NANP11: (0, ""), _F.NANP10: (0, ""), _F.AS_DIALLED: (0, "")},
            ((0, ""), (3, "")),
        ),
    ),
}
#: formats that say something about any pattern; the others know only North American numbers, and leave it as it is
_PATTERN_FORMATS: dict[NumberFormat, str] = {_F.PLUS_E164: "+"}


def routes(answers: NumberAnswers) -> Iterator[Route]:
    """The patterns of all destinations, in the order they were chosen."""
    rules = {name: parse_rule(text) for name, text in answers.destination_digits}
    for destination in answers.destinations:
        rule = rules.get(destination) or DigitRule(answers.number_format)
        if destination in DESTINATIONS:
            yield from (_shape_route(answers, destination, shape, rule) for shape in _SHAPES[destination])
        else:
            yield _pattern_route(answers, destination, rule)


def _shape_route(answers: NumberAnswers, destination: str, shape: _Shape, rule: DigitRule) -> Route:
    prefix = answers.dial_prefix
    if rule.number_format is None:
        # One rule for both ways to dial abroad: it is about the number, and 011 is no part of that.
        strip, add = rule.strip + len(_ACCESS_CODE) * shape.pattern.startswith(_ACCESS_CODE), rule.add
    else:
        strip, add = shape.formats[rule.number_format]
    return Route(
        destination,
        f"_{prefix}{shape.pattern}",
        DialString(answers.tech_prefix + add, len(prefix) + strip, is_open=shape.pattern.endswith(".")),
        prefix + shape.example,
        shape.pattern,
        shape.spellings,
        len(prefix) + shape.pattern.startswith("1") if destination in NORTH_AMERICAN else None,
    )


def _pattern_route(answers: NumberAnswers, pattern: str, rule: DigitRule) -> Route:
    prefix = answers.dial_prefix
    written = f"_{prefix}{pattern.removeprefix('_')}"
    parsed = parse_pattern(written)
    strip, add = rule.strip, rule.add
    if rule.number_format is not None:
        add = _PATTERN_FORMATS.get(rule.number_format, "")
    dial_string = DialString(answers.tech_prefix + add, len(prefix) + strip, is_open=bool(parsed.tail))
    rest = pattern.removeprefix("_")
    at = len(prefix) + 1 if _is_all_of_home(parse_pattern(f"_{rest}")) else None
    return Route(pattern, written, dial_string, parsed.example(), rest, area_code_at=at)


def _is_all_of_home(pattern: Pattern) -> bool:
    """Eleven digits that begin with 1, and whose area code is left open: one that is named was meant."""
    if pattern.tail or len(pattern.places) != 1 + _HOME_DIGITS:
        return False
    one, *rest = pattern.places
    return one == {"1"} and any(len(place) > 1 for place in rest[:3])


def left_out(answers: NumberAnswers) -> str:
    """A regular expression over area code and exchange, for the numbers that are not to be called; empty: all may be."""
    premium = [] if answers.allow_premium else [PREMIUM_AREA, f"...{PREMIUM_EXCHANGE}"]
    caribbean = [] if answers.allow_caribbean else CARIBBEAN
    left = "|".join([*premium, *caribbean])
    return f"^({left})" if left else ""
