"""From the digits that VICIdial sends to the digits that the carrier receives.

VICIdial sends dial prefix + phone code + number, or prefix + number where the campaign omits the phone code
(vicidial.md §3.1). Abroad that is prefix + country code + number; an agent may also type 011.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .answers import DESTINATIONS, NORTH_AMERICAN, NumberAnswers, NumberFormat
from .conf import Application
from .patterns import parse_pattern


@dataclass(frozen=True)
class DialString:
    """What becomes of the dialled digits: some are stripped, something is put in front."""

    prepend: str
    strip: int
    #: whether the pattern takes anything behind its places, an & and another trunk's name even
    is_open: bool = False

    def expression(self) -> str:
        """As a dialplan writes it: ``+1${EXTEN:2}``; only what can be dialled where the pattern doesn't see to that."""
        dialled = f"${{EXTEN:{self.strip}}}" if self.strip else "${EXTEN}"
        return self.prepend + (f"${{FILTER(0-9*#+,{dialled})}}" if self.is_open else dialled)

    def apply(self, dialled: str) -> str:
        return self.prepend + dialled[self.strip :]


@dataclass(frozen=True)
class Route:
    """One pattern of a carrier, and what it sends on."""

    destination: str
    pattern: str
    dial_string: DialString
    #: digits that VICIdial would send for this destination, to show the effect
    example: str


@dataclass(frozen=True)
class _Shape:
    """A kind of dialled number: the pattern of what follows the prefix, an example, and per format (strip, prepend)."""

    pattern: str
    example: str
    formats: dict[NumberFormat, tuple[int, str]]


_F = NumberFormat

_SHAPES: dict[str, tuple[_Shape, ...]] = {
    "nanp": (
        _Shape(
            "1NXXNXXXXXX",
            "12125550100",
            {_F.PLUS_E164: (0, "+"), _F.E164: (0, ""), _F.NANP11: (0, ""), _F.NANP10: (1, ""), _F.AS_DIALLED: (0, "")},
        ),
    ),
    "nanp10": (
        _Shape(
            "NXXNXXXXXX",
            "2125550100",
            {_F.PLUS_E164: (0, "+1"), _F.E164: (0, "1"), _F.NANP11: (0, "1"), _F.NANP10: (0, ""), _F.AS_DIALLED: (0, "")},
        ),
    ),
    "international": (
        _Shape(
            "[2-9]XXXXXX.",
            "442079460000",
            {_F.PLUS_E164: (0, "+"), _F.E164: (0, ""), _F.NANP11: (0, "011"), _F.NANP10: (0, "011"), _F.AS_DIALLED: (0, "")},
        ),
        _Shape(
            "011[2-9]XXXXXX.",
            "011442079460000",
            {_F.PLUS_E164: (3, "+"), _F.E164: (3, ""), _F.NANP11: (0, ""), _F.NANP10: (0, ""), _F.AS_DIALLED: (0, "")},
        ),
    ),
}
#: formats that say something about any pattern; the others know only North American numbers, and leave it as it is
_PATTERN_FORMATS: dict[NumberFormat, str] = {_F.PLUS_E164: "+"}


def routes(answers: NumberAnswers) -> Iterator[Route]:
    """The patterns of all destinations, in the order they were chosen."""
    prefix = answers.dial_prefix
    for destination in answers.destinations:
        if destination in DESTINATIONS:
            for shape in _SHAPES[destination]:
                strip, prepend = shape.formats[answers.number_format]
                dial_string = DialString(prepend, len(prefix) + strip, is_open=shape.pattern.endswith("."))
                yield Route(destination, f"_{prefix}{shape.pattern}", dial_string, prefix + shape.example)
        else:
            yield _pattern_route(prefix, destination, answers.number_format)


def _pattern_route(prefix: str, pattern: str, number_format: NumberFormat) -> Route:
    written = f"_{prefix}{pattern.removeprefix('_')}"
    parsed = parse_pattern(written)
    dial_string = DialString(_PATTERN_FORMATS.get(number_format, ""), len(prefix), is_open=bool(parsed.tail))
    return Route(pattern, written, dial_string, parsed.example())


def caller_id_steps(answers: NumberAnswers) -> tuple[Application, ...]:
    """Dialplan steps that give the caller's number the carrier's shape.

    VICIdial keeps only the digits of a caller ID (vicidial.md §3.4); whatever is no plain number passes untouched.
    CALLERID(name) is never changed: VICIdial knows its calls by it.
    """
    return tuple(
        Application("ExecIf", (f'$["${{CALLERID(num)}}" =~ "^{shape}$"]?Set(CALLERID(num)={value})',))
        for shape, value in _caller_id_rules(answers)
    )


_NANP = "[2-9][0-9]{9}"
_ABROAD = "[1-9][0-9]{7}[0-9]*"


def _caller_id_rules(answers: NumberAnswers) -> list[tuple[str, str]]:
    """(which numbers, what becomes of them), in order.

    Ten digits are a North American number only where the carrier is used for those: a Danish one has ten digits too.
    """
    ten_digits_are_nanp = not NORTH_AMERICAN.isdisjoint(answers.destinations)
    national = [(_NANP, "1${CALLERID(num)}")] if ten_digits_are_nanp else []
    match answers.caller_id_format:
        case NumberFormat.PLUS_E164:
            return [*((shape, f"+{value}") for shape, value in national), (_ABROAD, "+${CALLERID(num)}")]
        case NumberFormat.E164 | NumberFormat.NANP11:
            return national
        case NumberFormat.NANP10:
            return [(f"1{_NANP}", "${CALLERID(num):1}")] if ten_digits_are_nanp else []
        case NumberFormat.AS_DIALLED:
            return []


def formatted_caller_id(number: str, answers: NumberAnswers) -> str:
    """What :func:`caller_id_steps` makes of a number."""
    for shape, value in _caller_id_rules(answers):
        if re.fullmatch(shape, number):
            number = value.replace("${CALLERID(num):1}", number[1:]).replace("${CALLERID(num)}", number)
    return number
