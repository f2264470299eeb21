"""From what VICIdial sends to what the carrier receives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.carrier.answers import NumberAnswers, NumberFormat
from wizard.carrier.dialing.caller_id_format import formatted_caller_id
from wizard.carrier.dialing.numbers import routes
from wizard.carrier.dialing.patterns import parse_pattern

FORMATS = {
    ("nanp", "plus_e164"): "+12125550100",
    ("nanp", "e164"): "12125550100",
    ("nanp", "nanp11"): "12125550100",
    ("nanp", "nanp10"): "2125550100",
    ("nanp", "as_dialled"): "12125550100",
    ("nanp10", "plus_e164"): "+12125550100",
    ("nanp10", "e164"): "12125550100",
    ("nanp10", "nanp11"): "12125550100",
    ("nanp10", "nanp10"): "2125550100",
    ("nanp10", "as_dialled"): "2125550100",
}
ABROAD = {
    "plus_e164": ("+442079460000", "+442079460000"),
    "e164": ("442079460000", "442079460000"),
    "nanp11": ("011442079460000", "011442079460000"),
    "nanp10": ("011442079460000", "011442079460000"),
    "as_dialled": ("442079460000", "011442079460000"),
}


@pytest.mark.parametrize(("destination", "number_format"), FORMATS)
def test_north_american_numbers_in_every_format(destination: str, number_format: str) -> None:
    [route] = routes(NumberAnswers("9", (destination,), NumberFormat(number_format)))

    assert route.dial_string.apply(route.example) == FORMATS[destination, number_format]


@pytest.mark.parametrize("number_format", ABROAD)
def test_numbers_abroad_dialled_by_country_code_and_with_011(number_format: str) -> None:
    by_code, by_011 = routes(NumberAnswers("9", ("international",), NumberFormat(number_format)))

    assert (by_code.example, by_011.example) == ("9442079460000", "9011442079460000")
    assert (by_code.dial_string.apply(by_code.example), by_011.dial_string.apply(by_011.example)) == ABROAD[number_format]


@given(prefix=st.text("0123456789", max_size=20), number_format=st.sampled_from(NumberFormat))
def test_the_whole_prefix_is_stripped_whatever_its_length(prefix: str, number_format: NumberFormat) -> None:
    for route in routes(NumberAnswers(prefix, ("nanp", "nanp10", "international"), number_format)):
        assert parse_pattern(route.pattern).matches(route.example)
        without = [
            r
            for r in routes(NumberAnswers("", (route.destination,), number_format))
            if f"_{prefix}{r.pattern[1:]}" == route.pattern
        ]
        assert route.dial_string.apply(route.example) == without[0].dial_string.apply(route.example[len(prefix) :])


def test_a_pattern_of_the_users_own() -> None:
    [route] = routes(NumberAnswers("8", ("_0XXXXXXXXX",), NumberFormat.AS_DIALLED))

    assert route.pattern == "_80XXXXXXXXX"
    assert route.dial_string.expression() == "${EXTEN:1}"


CALLERS = {
    "2125550100": {"plus_e164": "+12125550100", "e164": "12125550100", "nanp11": "12125550100", "nanp10": "2125550100"},
    "12125550100": {"plus_e164": "+12125550100", "e164": "12125550100", "nanp11": "12125550100", "nanp10": "2125550100"},
    "442079460000": {"plus_e164": "+442079460000", "e164": "442079460000", "nanp11": "442079460000", "nanp10": "442079460000"},
    "unknown": dict.fromkeys(("plus_e164", "e164", "nanp11", "nanp10"), "unknown"),
    "100": dict.fromkeys(("plus_e164", "e164", "nanp11", "nanp10"), "100"),
    "": dict.fromkeys(("plus_e164", "e164", "nanp11", "nanp10"), ""),
}


@pytest.mark.parametrize("number", CALLERS)
def test_caller_ids_take_the_carriers_shape_and_anything_else_passes(number: str) -> None:
    for number_format, shaped in CALLERS[number].items():
        assert formatted_caller_id(number, NumberAnswers(caller_id_format=NumberFormat(number_format))) == shaped
    assert formatted_caller_id(number, NumberAnswers(caller_id_format=NumberFormat.AS_DIALLED)) == number


def test_ten_digits_are_no_north_american_number_where_none_is_dialled() -> None:
    abroad = NumberAnswers(destinations=("international",))

    assert formatted_caller_id("4512345678", abroad) == "+4512345678"
