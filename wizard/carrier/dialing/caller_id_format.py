"""The caller's number in the shape that the carrier wants, and who the carrier sees as the caller."""

from __future__ import annotations

import re

from wizard.carrier.answers import NORTH_AMERICAN, NumberAnswers, NumberFormat
from wizard.carrier.conf import Application

_NANP = "[2-9][0-9]{9}"
_ABROAD = "[1-9][0-9]{7}[0-9]*"


def caller_id_steps(answers: NumberAnswers) -> tuple[Application, ...]:
    """Dialplan steps that give the caller's number the carrier's shape.

    VICIdial keeps only the digits of a caller ID (vicidial.md §3.4); whatever is no plain number passes untouched.
    CALLERID(name) is never changed: VICIdial knows its calls by it.
    """
    return tuple(
        Application("ExecIf", (f'$["${{CALLERID(num)}}" =~ "^{shape}$"]?Set(CALLERID(num)={value})',))
        for shape, value in _caller_id_rules(answers)
    )


def formatted_caller_id(number: str, answers: NumberAnswers) -> str:
    """What :func:`caller_id_steps` makes of a number."""
    for shape, value in _caller_id_rules(answers):
        if re.fullmatch(shape, number):
            number = value.replace("${CALLERID(num):1}", number[1:]).replace("${CALLERID(num)}", number)
    return number


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
