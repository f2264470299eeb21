"""What VICIdial sends for a number, by the rules of each way of dialling."""

from __future__ import annotations

import pytest

from wizard.carrier.profile import Campaign
from wizard.carrier.simulation.sending import Number, Way, caller_id_of, read_dial_string, read_number, sent

NEW_YORK, LONDON = Number("1", "2125550100"), Number("44", "2079460000")


def campaign(**values: object) -> Campaign:
    return Campaign(**{"campaign_id": "SALES", "campaign_name": "", "active": True, "dial_prefix": "8", **values})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("212 555 0100", NEW_YORK),
        ("(212) 555-0100", NEW_YORK),
        ("1 212 555 0100", NEW_YORK),
        ("+1 212.555.0100", NEW_YORK),
        ("+442079460000", LONDON),
        ("011 44 20 7946 0000", Number("01144", "2079460000")),
        ("+79161234567", Number("7", "9161234567")),
        ("+3531234567", Number("353", "1234567")),
    ],
)
def test_a_number_is_read_as_people_write_it(typed: str, number: Number) -> None:
    assert read_number(typed) == number


@pytest.mark.parametrize("typed", ["", "hello", "+", "21255501OO", "12+3", "9" * 61])
def test_what_is_no_number_is_none(typed: str) -> None:
    assert read_number(typed) is None


def test_a_national_number_gets_the_dialers_own_phone_code() -> None:
    assert read_number("20 7946 0000", "44") == LONDON


def test_digits_as_they_are_sent_may_have_stars_and_letters_and_nothing_that_a_command_line_would_read() -> None:
    assert read_dial_string("9*12#") == "9*12#"
    assert read_dial_string("91@default") is None
    assert read_dial_string("91;core stop now") is None


@pytest.mark.parametrize(
    ("values", "way", "list_prefix", "digits"),
    [
        ({}, Way.AUTO, "", "812125550100"),
        ({"dial_prefix": ""}, Way.AUTO, "", "912125550100"),
        ({"dial_prefix": "9X"}, Way.AUTO, "", "12125550100"),
        ({"omit_phone_code": True}, Way.AUTO, "", "82125550100"),
        ({}, Way.AUTO, "77", "7712125550100"),
        ({}, Way.AUTO, "x", "12125550100"),
        ({"manual_dial_prefix": "7"}, Way.AUTO, "", "812125550100"),
        ({"manual_dial_prefix": "7"}, Way.MANUAL, "", "712125550100"),
        ({"manual_dial_prefix": "7"}, Way.MANUAL, "66", "6612125550100"),
        ({"dial_prefix": ""}, Way.MANUAL, "", "912125550100"),
        ({"three_way_dial_prefix": "5"}, Way.THREE_WAY, "66", "512125550100"),
        ({}, Way.THREE_WAY, "", "812125550100"),
        ({"three_way_dial_prefix": "X"}, Way.THREE_WAY, "", "12125550100"),
        # only a lone capital X means none there, and there is no default
        ({"three_way_dial_prefix": "9X"}, Way.THREE_WAY, "", "9X12125550100"),
        ({"dial_prefix": ""}, Way.THREE_WAY, "", "12125550100"),
        ({"omit_phone_code": True}, Way.THREE_WAY, "", "82125550100"),
    ],
)
def test_each_way_of_dialling_has_its_own_rules(values: dict[str, object], way: Way, list_prefix: str, digits: str) -> None:
    assert sent(NEW_YORK, campaign(**values), way, list_prefix) == digits


def test_a_short_number_goes_to_a_third_person_as_it_is() -> None:
    assert sent(Number("1", "8600051"), campaign(), Way.THREE_WAY) == "8600051"


@pytest.mark.parametrize(
    ("kept", "shown"), [("5551239999", "5551239999"), ("+1 (555) 123", "1555123"), ("12345", ""), ("", "")]
)
def test_a_caller_id_is_digits_alone_and_none_where_they_are_too_few(kept: str, shown: str) -> None:
    assert caller_id_of(campaign(campaign_cid=kept)) == shown
