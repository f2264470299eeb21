"""Emergency, toll-free and costly numbers: whether a carrier's patterns take them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from wizard.carrier.answers import NumberAnswers

from .numbers import Route, left_out, routes
from .patterns import parse_pattern


class SpecialKind(StrEnum):
    """Numbers that an owner should think of before a list does."""

    EMERGENCY = "emergency"
    TOLL_FREE = "toll_free"
    PREMIUM = "premium"
    CARIBBEAN = "caribbean"


class Taken(StrEnum):
    """How many of a kind's examples go to the carrier."""

    ALL = "all"
    SOME = "some"
    NONE = "none"


@dataclass(frozen=True)
class SpecialNumber:
    """A kind of number, the examples that were tried, and those that the carrier would get."""

    kind: SpecialKind
    #: as a person dials them, without the dial prefix
    examples: tuple[str, ...]
    reached: tuple[str, ...]

    @property
    def taken(self) -> Taken:
        if not self.reached:
            return Taken.NONE
        return Taken.ALL if len(self.reached) == len(self.examples) else Taken.SOME


_EMERGENCY_DIGITS = 3
#: kind → examples: ten digits, but for emergency numbers
_EXAMPLES: dict[SpecialKind, tuple[str, ...]] = {
    SpecialKind.EMERGENCY: ("911", "112", "999"),
    SpecialKind.TOLL_FREE: tuple(f"{code}2255100" for code in (800, 833, 844, 855, 866, 877, 888)),
    SpecialKind.PREMIUM: ("9002255100", "2129762255"),
    SpecialKind.CARIBBEAN: ("2423255100", "4412955100", "8095335100", "8769225100"),
}


def special_numbers(numbers: NumberAnswers) -> list[SpecialNumber]:
    """Each kind, and which of its numbers these patterns take.

    VICIdial puts the prefix, and mostly the phone code 1, before what is dialled (vicidial.md §3.1). Ten digits that fit only
    the pattern for abroad are a country's that begins so, and nobody's at home.
    """
    own = list(routes(numbers))
    shape = left_out(numbers)

    def takes(route: Route, digits: str) -> bool:
        guarded = digits[route.area_code_at :] if shape and route.area_code_at is not None else ""
        return parse_pattern(route.pattern).matches(digits) and not (guarded and re.search(shape, guarded))

    def is_taken(number: str) -> bool:
        is_emergency = len(number) == _EMERGENCY_DIGITS
        bare = own if is_emergency else [route for route in own if route.destination != "international"]
        spelled = [(f"{numbers.dial_prefix}1{number}", own), (f"{numbers.dial_prefix}{number}", bare)]
        if is_emergency:
            spelled.append((number, own))
        return any(takes(route, digits) for digits, those in spelled for route in those)

    return [SpecialNumber(kind, examples, tuple(filter(is_taken, examples))) for kind, examples in _EXAMPLES.items()]
