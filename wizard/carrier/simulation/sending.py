"""What VICIdial sends for a number (vicidial.md §3.1 to §3.3): each way of dialling has rules of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from wizard.carrier.profile import Campaign

#: the country codes of two digits; 1 and 7 have one, all others three (ITU-T E.164)
_TWO_DIGIT_CODES = re.compile(r"2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]")
_DEFAULT_PREFIX = "9"
_LONGEST_UNPREFIXED = 7
_MOST_DIGITS = 60
_SHORTEST_CALLER_ID = 7


class Way(StrEnum):
    """How a call is placed; each has its own prefix."""

    AUTO = "auto"
    MANUAL = "manual"
    THREE_WAY = "three_way"
    #: the digits were given as they are sent
    AS_DIALLED = "as_dialled"


@dataclass(frozen=True)
class Number:
    """A number as a lead has it: the code that may be left out, and the rest."""

    phone_code: str
    phone_number: str

    @property
    def shown(self) -> str:
        """As people write it."""
        if self.phone_code == "1" and len(self.phone_number) == 10:
            return f"{self.phone_number[:3]} {self.phone_number[3:6]} {self.phone_number[6:]}"
        return f"{'' if self.phone_code.startswith('0') or not self.phone_code else '+'}{self.phone_code}{self.phone_number}"


def read_number(typed: str, default_code: str = "1") -> Number | None:
    """``212 555 0100``, ``+442079460000`` or ``011 44 20 7946 0000`` as a lead would have it; None: no number.

    North American numbers may have their 1. Without a plus or 011 a number is national, and gets the dialer's own phone code.
    """
    digits = re.sub(r"[\s().\-/]", "", typed)
    if not re.fullmatch(r"\+?[0-9]+", digits) or len(digits) > _MOST_DIGITS:
        return None
    if digits.startswith("+"):
        return _split_code(digits[1:])
    if digits.startswith("011") and len(digits) > 10:
        abroad = _split_code(digits[3:])
        return Number(f"011{abroad.phone_code}", abroad.phone_number)
    if default_code == "1" and re.fullmatch(r"1[2-9]\d{9}", digits):
        return Number("1", digits[1:])
    return Number(default_code, digits)


def read_dial_string(typed: str) -> str | None:
    """Digits as they are sent, prefix and all; None: nobody can dial that."""
    digits = re.sub(r"[\s().]", "", typed)
    return digits if re.fullmatch(r"[0-9A-Za-z*#+]+", digits) and len(digits) <= _MOST_DIGITS else None


def caller_id_of(campaign: Campaign) -> str:
    """The caller's number as VICIdial sends it: digits only, and none where they are too few (vicidial.md §3.4)."""
    digits = re.sub(r"\D", "", campaign.campaign_cid)
    return digits if len(digits) >= _SHORTEST_CALLER_ID else ""


def _split_code(international: str) -> Number:
    length = 1 if international[:1] in ("1", "7") else 2 if _TWO_DIGIT_CODES.match(international) else 3
    return Number(international[:length], international[length:])


def sent(number: Number, campaign: Campaign, way: Way, list_prefix: str = "") -> str:
    """The digits that VICIdial sends; ``list_prefix`` is the dial prefix of the lead's list."""
    code = "" if campaign.omit_phone_code else number.phone_code
    if way is Way.THREE_WAY:
        return _sent_to_third(number.phone_number, campaign, code)
    own = campaign.manual_dial_prefix if way is Way.MANUAL else ""
    prefix = list_prefix or own or campaign.dial_prefix or _DEFAULT_PREFIX
    return ("" if "x" in prefix.lower() else prefix) + code + number.phone_number


def _sent_to_third(number: str, campaign: Campaign, code: str) -> str:
    """A third person: only a lone X means none, there is no default, and short numbers go out as they are."""
    prefix = campaign.three_way_dial_prefix or campaign.dial_prefix
    prefix = "" if prefix == "X" else prefix
    return f"{prefix}{code}{number}" if len(number) > _LONGEST_UNPREFIXED else number
