"""The caller IDs that campaigns show, and what looks wrong with them.

VICIdial keeps the digits of a caller ID and uses them only if there are more than six (vicidial.md §3.4). Which numbers can
exist is libphonenumber's to say; that a number *is* one's own only a carrier can.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from phonenumbers import (
    NumberParseException,
    PhoneNumber,
    PhoneNumberType,
    is_possible_number,
    is_valid_number,
    number_type,
    parse,
)

from wizard.carrier.findings import Finding, note, warning

#: findings of this module are about this "field"
FIELD = "caller_ids"
#: what VICIdial writes into a new campaign
_DEFAULT = "0000000000"
_FEWEST_DIGITS = 7
_NANP = re.compile(r"1?([2-9]\d\d)([2-9]\d\d)(\d{4})")
_COSTLY = frozenset({PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST})


class Source(StrEnum):
    """Where VICIdial takes a caller ID from."""

    CAMPAIGN = "campaign"
    LIST = "list"
    #: area codes of a campaign or of a CID group
    AREA_CODES = "area_codes"


@dataclass(frozen=True)
class CallerIdUse:
    """A caller ID as somebody wrote it, and the campaign, list or group that has it."""

    number: str
    source: Source
    name: str
    active: bool = True


@dataclass(frozen=True)
class NumbersInUse:
    """What a dialer shows to those it calls, and at which numbers it is called."""

    uses: tuple[CallerIdUse, ...] = ()
    dids: frozenset[str] = frozenset()
    #: whether that is all of them; a dialer may have more than anybody wants to read
    all_read: bool = True
    all_dids_read: bool = True


NO_NUMBERS = NumbersInUse()


@dataclass(frozen=True)
class CallerId:
    """One number, everybody who uses it, and what looks wrong."""

    number: str
    uses: tuple[CallerIdUse, ...]
    findings: tuple[Finding, ...]

    @property
    def is_active(self) -> bool:
        return any(use.active for use in self.uses)

    @property
    def is_wrong(self) -> bool:
        """Whether more is the matter than that nobody can tell whose it is."""
        return any(finding.code != "caller_id_unknown" for finding in self.findings)


def caller_ids(numbers: NumbersInUse, phone_code: str = "1") -> list[CallerId]:
    """The numbers in use, those that need a look first; ``phone_code`` is the dialer's own country."""
    dids = {_plain(did, phone_code) for did in numbers.dids}
    by_number: dict[str, list[CallerIdUse]] = {}
    for use in numbers.uses:
        by_number.setdefault(use.number, []).append(use)
    judged = [
        CallerId(number, tuple(uses), tuple(_judge(number, phone_code, dids if numbers.all_dids_read else None)))
        for number, uses in by_number.items()
    ]
    return sorted(judged, key=lambda each: (not each.is_active, not each.is_wrong, not each.findings))


def check_caller_id(number: str, phone_code: str = "1") -> list[Finding]:
    """What is wrong with a number, whoever has it: the first thing that is."""
    return list(_wrong_with(number, phone_code))[:1]


def _judge(number: str, phone_code: str, dids: Iterable[str] | None) -> Iterator[Finding]:
    wrong = check_caller_id(number, phone_code)
    yield from wrong
    if not wrong and dids is not None and _plain(number, phone_code) not in dids:
        yield note("caller_id_unknown", FIELD, number=number)


def _wrong_with(written: str, phone_code: str) -> Iterator[Finding]:
    digits = _digits(written)
    values = {"number": written}
    if digits == _DEFAULT:
        yield warning("caller_id_default", FIELD, **values)
    if len(digits) < _FEWEST_DIGITS:
        yield warning("caller_id_unused", FIELD, **values)
        return
    if len(set(digits)) == 1 or digits in "01234567890123456789":
        yield warning("caller_id_made_up", FIELD, **values)
    number = _parsed(digits, phone_code)
    if number is None:
        yield warning("caller_id_malformed", FIELD, digits=len(digits), **values)
        return
    yield from _kind_of(number, values)


def _kind_of(number: PhoneNumber, values: dict[str, str]) -> Iterator[Finding]:
    national = _NANP.fullmatch(str(number.national_number)) if number.country_code == 1 else None
    if national is not None and national[2] == "555" and national[3].startswith("01"):
        yield warning("caller_id_fictional", FIELD, **values)
    elif number_type(number) in _COSTLY:
        yield warning("caller_id_costly", FIELD, **values)
    elif not is_valid_number(number):
        yield warning("caller_id_no_such_number", FIELD, **values)
    elif number_type(number) == PhoneNumberType.TOLL_FREE:
        yield note("caller_id_toll_free", FIELD, **values)


def _parsed(digits: str, phone_code: str) -> PhoneNumber | None:
    """A number of a plausible length, its country code before it where its campaign left that out."""
    try:
        number = parse(f"+{_plain(digits, phone_code)}")
    except NumberParseException:
        return None
    return number if is_possible_number(number) else None


def _plain(written: str, phone_code: str) -> str:
    """The digits with their country code: ten digits at home in North America have none, as often as not."""
    digits = _digits(written)
    return f"1{digits}" if phone_code == "1" and len(digits) == 10 else digits


def _digits(written: str) -> str:
    return re.sub(r"[^0-9]", "", written)
