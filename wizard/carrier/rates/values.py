"""What stands in a deck's cells: an NPANXX, and a rate."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

#: column ``rate`` of table ``lcr`` (vicidial.md §4)
RATE_LENGTH = 10
_DECIMALS = RATE_LENGTH - len("0.")
#: VICIdial sorts rates as text: with one digit before the point and this many behind it text sorts as numbers do, also
#: beside rates that another loader left as the carrier wrote them (0.0079)
_UNIT = 10**_DECIMALS
MOST = 10 * _UNIT - 1
#: ten times what most calls inside North America cost: a deck in cents, or another column
UNUSUAL = _UNIT // 10

_SEPARATORS = re.compile(r"[-. ()/+]")
_NPANXX = re.compile(r"[2-9][0-9]{2}[2-9][0-9]{2}")
_CURRENCY = re.compile(r"(?:US|CA|AU|C)?\$|€|£|USD|CAD|EUR|GBP")
_NUMBER = re.compile(r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,2})?")


class UnfitCell(ValueError):  # noqa: N818 (no error of the wizard's: it ends up as the code of a finding)
    """``reason`` is a code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read_npanxx(text: str, *, country_code: bool) -> int:
    """``212555``, ``212-555``, ``1212555`` or ``+1 (212) 555`` as a number of six digits.

    ``country_code`` says that all numbers of the deck begin with their country's code, so that 442071 is British.

    :raises UnfitCell: it is something else
    """
    digits = _SEPARATORS.sub("", text)
    if not digits.isascii() or not digits.isdigit():
        raise UnfitCell("deck_line_number")
    if country_code:
        if not digits.startswith("1"):
            raise UnfitCell("deck_line_abroad")
        digits = digits[1:]
    elif len(digits) in (4, 7) and digits.startswith("1"):
        digits = digits[1:]
    if len(digits) == len("212"):
        raise UnfitCell("deck_line_area_code")
    if len(digits) > len("212555"):
        raise UnfitCell("deck_line_too_fine")
    if not _NPANXX.fullmatch(digits):
        raise UnfitCell("deck_line_abroad")
    return int(digits)


def npanxx_of(number: str) -> int | None:
    """The NPANXX of a number that somebody typed, with or without the country's 1; it may also be an NPANXX alone."""
    digits = _SEPARATORS.sub("", number)
    if len(digits) in (7, 11) and digits.startswith("1"):
        digits = digits[1:]
    if not digits.isascii() or not digits.isdigit() or len(digits) not in (6, 10) or not _NPANXX.match(digits):
        return None
    return int(digits[:6])


@lru_cache(maxsize=10_000)
def read_rate(text: str) -> int:
    """``0.0079``, ``$0.0079``, ``.0079``, ``0,0079`` or ``7.9E-03`` in units of the table's last decimal.

    :raises UnfitCell: no rate, or none that anybody would ask or pay
    """
    plain = _CURRENCY.sub("", text).strip()
    if "," in plain and "." not in plain:
        plain = plain.replace(",", ".", 1)
    if not plain.isascii() or not _NUMBER.fullmatch(plain):
        raise UnfitCell("deck_line_rate")
    value = int((Decimal(plain) * _UNIT).to_integral_value(ROUND_HALF_UP))
    if value < 0:
        raise UnfitCell("deck_line_negative")
    # Some carriers write nothing for "not served"; it would be the cheapest of all.
    if value == 0:
        raise UnfitCell("deck_line_free")
    if value > MOST:
        raise UnfitCell("deck_line_dear")
    return value


def rate_text(rate: int) -> str:
    """As the table keeps it: always as long, so that the order of texts is the order of rates."""
    return f"{rate // _UNIT}.{rate % _UNIT:0{_DECIMALS}}"


def shown_rate(text: str) -> str:
    """For people: without the zeros that only the order needs."""
    return text.rstrip("0").ljust(len("0.00"), "0") if re.fullmatch(r"[0-9]\.[0-9]+", text) else text
