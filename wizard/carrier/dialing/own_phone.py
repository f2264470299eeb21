"""Whether a number may be somebody's own phone: one that a test call may ring."""

from __future__ import annotations

import phonenumbers

from wizard.carrier.simulation.sending import Number

_COSTLY = frozenset({phonenumbers.PhoneNumberType.PREMIUM_RATE, phonenumbers.PhoneNumberType.SHARED_COST})
#: North America's pay-per-call exchange, in every area code
_PAY_EXCHANGE = "976"
_SHORTEST = 7


def trouble_with(number: Number) -> str:
    """A finding's code: ``call_number_short``, ``call_number_premium``, ``call_number_invalid``, or "" for none.

    Emergency numbers are all short ones.
    """
    if len(number.phone_number) < _SHORTEST:
        return "call_number_short"
    code = number.phone_code.removeprefix("011")
    try:
        parsed = phonenumbers.parse(f"+{code}{number.phone_number}")
    except phonenumbers.NumberParseException:
        return "call_number_invalid"
    if phonenumbers.number_type(parsed) in _COSTLY or (code == "1" and number.phone_number[3:6] == _PAY_EXCHANGE):
        return "call_number_premium"
    return "" if phonenumbers.is_valid_number(parsed) else "call_number_invalid"
