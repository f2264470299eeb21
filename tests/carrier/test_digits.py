"""Strip, add, tech prefix, and the numbers that are left out."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.carrier.samples import IP, answers
from wizard.carrier.checks import check_answers
from wizard.carrier.dialing.digits import DigitRule, parse_rule
from wizard.carrier.dialing.numbers import left_out, routes
from wizard.carrier.render import render_carrier


def received(**changed: Any) -> dict[str, str]:
    """Dialled example → what the carrier receives."""
    own = answers(IP, **changed)
    return {route.example: route.dial_string.apply(route.example) for route in routes(own.numbers)}


def found(**changed: Any) -> list[tuple[str, str]]:
    return [(each.field, each.code) for each in check_answers(answers(IP, **changed))]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("strip 3", DigitRule(strip=3)),
        ("add 0044#", DigitRule(add="0044#")),
        ("Strip 1  Add +44", DigitRule(strip=1, add="+44")),
        ("nanp10", DigitRule(number_format="nanp10")),  # type: ignore[arg-type]
        ("", None),
        ("strip", None),
        ("add ${X}", None),
        ("strip -1", None),
        ("chop 3", None),
    ],
)
def test_a_rule_is_a_format_or_says_what_to_take_off_and_to_add(text: str, rule: DigitRule | None) -> None:
    assert parse_rule(text) == rule


def test_a_tech_prefix_stands_before_whatever_the_number_looks_like() -> None:
    assert received(tech_prefix="1234#") == {"912125550100": "1234#+12125550100"}
    assert received(tech_prefix="77*", number_format="nanp10") == {"912125550100": "77*2125550100"}


def test_each_destination_may_have_digits_of_its_own() -> None:
    digits = {"international": "add 00", "0XXXXXXXXX": "strip 1 add 0049"}
    destinations = ["nanp", "0XXXXXXXXX"]

    assert received(destinations=destinations, destination_digits=digits | {"nanp": "nanp10"}, number_format="as_dialled") == {
        "912125550100": "2125550100",
        "90222222222": "0049222222222",
    }
    abroad = received(destinations=["international"], destination_digits={"international": "add 00"})
    assert abroad == {"9442079460000": "00442079460000", "9011442079460000": "00442079460000"}


@pytest.mark.parametrize(
    ("changed", "finding"),
    [
        ({"tech_prefix": "12a"}, ("tech_prefix", "tech_prefix_characters")),
        ({"tech_prefix": "1" * 25}, ("tech_prefix", "tech_prefix_characters")),
        ({"tech_prefix": "12#"}, ("tech_prefix", "hash_is_encoded")),
        ({"tech_prefix": "+12"}, ("tech_prefix", "plus_in_tech_prefix")),
        ({"destination_digits": {"nanp": "add 12#"}}, ("destination_digits", "hash_is_encoded")),
        ({"destination_digits": {"nanp": "chop"}}, ("destination_digits", "digit_rule")),
        ({"destination_digits": {"nanp10": "strip 1"}}, ("destination_digits", "digits_for_nothing")),
        ({"destination_digits": {"nanp": "strip 11"}}, ("destination_digits", "strips_everything")),
        (
            {"destinations": ["X."], "destination_digits": {"X.": "strip 5"}, "dial_prefix": "77"},
            ("destination_digits", "strips_everything"),
        ),
        ({"destinations": ["[#-9]XXXXXXXXX"], "dial_prefix": "77"}, ("destinations", "destination_set")),
        ({"destinations": ["00X."], "dial_prefix": "77"}, ("destinations", "plus_before_access_code")),
        ({"caller_id_name": "ACME (Sales)"}, ("caller_id_name", "caller_name_characters")),
        ({"caller_id_name": "A name of many letters"}, ("caller_id_name", "caller_name_long")),
    ],
)
def test_what_cannot_be_is_said_at_its_question(changed: dict[str, Any], finding: tuple[str, str]) -> None:
    assert finding in found(**changed)


def is_left_out(area_and_exchange: str, **changed: Any) -> bool:
    shape = left_out(answers(IP, **changed).numbers)
    return bool(shape) and re.search(shape, area_and_exchange) is not None


def test_numbers_that_cost_more_than_they_look_are_left_out_until_they_are_switched_on() -> None:
    assert is_left_out("900555")
    assert is_left_out("212976")
    assert is_left_out("876555")
    assert not is_left_out("212555")
    assert not is_left_out("976555")  # no area code of anybody's
    assert not is_left_out("787555")  # Puerto Rico is billed as at home
    assert not is_left_out("876555", allow_caribbean=True)
    assert not is_left_out("900555", allow_premium=True)
    assert not is_left_out("900555", allow_premium=True, allow_caribbean=True)


def test_the_guard_looks_at_the_area_code_wherever_it_stands() -> None:
    def guard(**changed: Any) -> list[str]:
        return re.findall(r'"(\$\{EXTEN:\d+:6\})"', render_carrier(answers(IP, **changed)).dialplan_entry)

    assert guard() == ["${EXTEN:2:6}"]
    assert guard(destinations=["nanp10"], dial_prefix="") == ["${EXTEN:0:6}"]
    assert guard(destinations=["nanp10"], dial_prefix="77") == ["${EXTEN:2:6}"]
    assert guard(destinations=["international"]) == []
    assert guard(allow_premium=True, allow_caribbean=True) == []
    assert guard(destinations=["1NXXNXXXXXX"], dial_prefix="77") == ["${EXTEN:3:6}"]
    assert guard(destinations=["1809NXXXXXX"], dial_prefix="77") == [], "an area code that is named was meant"
