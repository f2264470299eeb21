"""What carriers call the columns of a deck."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum


class Kind(StrEnum):
    """What a column holds, going by its name."""

    NUMBER = "number"
    AREA_CODE = "area_code"
    EXCHANGE = "exchange"
    INTERSTATE = "interstate"
    INTRASTATE = "intrastate"
    INDETERMINATE = "indeterminate"
    #: a rate of no jurisdiction
    RATE = "rate"
    OTHER = "other"


#: the rates, in the order in which one is chosen
RATES = (Kind.INTERSTATE, Kind.RATE, Kind.INDETERMINATE, Kind.INTRASTATE)
_NUMBERS = frozenset(
    {
        "npanxx", "npanxxcode", "prefix", "dialcode", "dialprefix", "dialedprefix", "code", "destinationcode",
        "destinationprefix", "digits", "dialstring", "dialeddigits", "areacodeprefix", "number", "breakout", "npanxxx",
    }
)  # fmt: skip
_AREA_CODES = frozenset({"npa", "areacode"})
_EXCHANGES = frozenset({"nxx", "exchange", "co", "cocode", "centraloffice", "centralofficecode"})
#: "rate center" is a place, "rate increment" a number of seconds
_NO_RATE = re.compile(
    r"cent(?:er|re)|increment|type|date|plan|billing|setup|connection|name|lata|ocn|state$|change|status|^id$"
)
_INTERSTATE = re.compile(r"interstate|interrate|^inter|rateinter|^ier$")
_INTRASTATE = re.compile(r"intrastate|intrarate|^intra|rateintra|^iar$")
_INDETERMINATE = re.compile(r"indeterminate|indeter|^indet|rateindet|^ijrate$|^ij$|unknownjurisdiction")
_RATE = re.compile(r"rate|price|cost|permin|^usd$|^ppm$|^cpm$")


def kind_of(name: str) -> Kind:
    """By the name alone, whatever its case, blanks and signs."""
    plain = re.sub(r"[^a-z0-9]", "", name.lower())
    for kind, names in ((Kind.NUMBER, _NUMBERS), (Kind.AREA_CODE, _AREA_CODES), (Kind.EXCHANGE, _EXCHANGES)):
        if plain in names:
            return kind
    patterns = {
        Kind.INTERSTATE: _INTERSTATE, Kind.INTRASTATE: _INTRASTATE, Kind.INDETERMINATE: _INDETERMINATE, Kind.RATE: _RATE,
    }  # fmt: skip
    if "internat" in plain:
        return Kind.OTHER
    jurisdiction = next((kind for kind, pattern in patterns.items() if pattern.search(plain)), Kind.OTHER)
    # "interstate" ends in "state" too.
    bare = re.sub(r"int(?:er|ra)state", "", plain)
    return Kind.OTHER if _NO_RATE.search(bare) else jurisdiction


def is_heading(cells: Sequence[str]) -> bool:
    """Whether a line names columns: some number's, and some rate's."""
    kinds = set(map(kind_of, cells))
    return bool(kinds & {Kind.NUMBER, Kind.AREA_CODE}) and bool(kinds & set(RATES))
