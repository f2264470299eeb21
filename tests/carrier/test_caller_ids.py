"""The caller IDs in use: which look wrong, and which nobody here can vouch for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.carrier.samples import DIALER, IP, answers
from wizard.carrier.on_dialer.caller_ids import CallerIdUse, NumbersInUse, Source, caller_ids, check_caller_id
from wizard.carrier.on_dialer.shown_numbers import check_shown_numbers
from wizard.carrier.profile import Campaign
from wizard.words.caller_ids import used_by
from wizard.words.findings import sentence


def in_campaign(number: str, name: str = "SALES", *, active: bool = True) -> CallerIdUse:
    return CallerIdUse(number, Source.CAMPAIGN, name, active)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("0000000000", "caller_id_default"),
        ("1111111111", "caller_id_made_up"),
        ("1234567890", "caller_id_made_up"),
        ("", "caller_id_unused"),
        ("ACME", "caller_id_unused"),
        ("555123", "caller_id_unused"),
        ("5551234", "caller_id_malformed"),
        ("22125551234", "caller_id_malformed"),
        ("212555123456789", "caller_id_malformed"),
        ("02079460000", "caller_id_malformed"),
        ("2125550100", "caller_id_fictional"),
        ("12125550199", "caller_id_fictional"),
        ("9115551234", "caller_id_no_such_number"),
        ("2121115555", "caller_id_no_such_number"),
        ("5551239999", "caller_id_no_such_number"),
        ("9005551234", "caller_id_costly"),
        ("8005551234", "caller_id_toll_free"),
        ("2125551234", None),
        ("12125551234", None),
        ("+1 (212) 555-1234", None),
        ("442079460958", None),
    ],
)
def test_what_is_wrong_with_a_number(number: str, code: str | None) -> None:
    assert [each.code for each in check_caller_id(number)] == ([code] if code else [])


def test_ten_digits_are_north_american_only_at_home_there() -> None:
    assert [each.code for each in check_caller_id("2125551234", "44")] != []
    assert check_caller_id("442079460958", "44") == []


def test_a_number_that_is_among_the_dids_is_known_however_it_is_written() -> None:
    for did in ("2125551234", "12125551234", "+12125551234"):
        numbers = NumbersInUse((in_campaign("12125551234"),), frozenset({did, "default"}))
        [shown] = caller_ids(numbers)
        assert shown.findings == ()


def test_a_number_that_is_not_among_the_dids_is_for_the_carrier_to_tell() -> None:
    [shown] = caller_ids(NumbersInUse((in_campaign("2125551234"),), frozenset({"2125559999"})))

    assert [each.code for each in shown.findings] == ["caller_id_unknown"]
    assert not shown.is_wrong


def test_nothing_is_said_of_ownership_where_not_all_dids_were_read() -> None:
    [shown] = caller_ids(NumbersInUse((in_campaign("2125551234"),), frozenset({"1"}), all_dids_read=False))

    assert shown.findings == ()


def test_a_number_stands_once_with_everybody_who_uses_it_and_the_active_ones_first() -> None:
    uses = (
        in_campaign("2125551234", "OLD", active=False),
        CallerIdUse("2125551234", Source.LIST, "101"),
        CallerIdUse("2125551234", Source.AREA_CODES, "EAST"),
    )
    [shown] = caller_ids(NumbersInUse(uses))

    assert used_by(shown.uses) == "list 101, area codes of EAST, campaign OLD (inactive)"


def test_what_needs_a_look_comes_first() -> None:
    uses = (in_campaign("2125551234"), in_campaign("0000000000", "B"), in_campaign("1111111111", "C", active=False))
    numbers = NumbersInUse(uses, frozenset({"2125551234"}))

    assert [each.number for each in caller_ids(numbers)] == ["0000000000", "2125551234", "1111111111"]


def test_campaigns_with_the_carriers_prefix_are_warned_of_their_own_numbers_alone() -> None:
    uses = (in_campaign("0000000000", "SALES"), in_campaign("1111111111", "OTHER"), in_campaign("2125551234", "SALES"))
    dialer = replace(
        DIALER,
        campaigns=(Campaign("SALES", "", True, "9"), Campaign("OTHER", "", True, "8")),
        numbers_in_use=NumbersInUse(uses),
    )
    found = {each.code: each.values["numbers"] for each in check_shown_numbers(answers(IP), dialer)}

    assert found == {"caller_ids_wrong": "0000000000", "caller_ids_unknown": "2125551234"}


@given(st.text(max_size=25), st.sampled_from(["1", "44", "61", "999", "x"]))
def test_whatever_stands_there_is_judged_once_and_has_its_words(number: str, phone_code: str) -> None:
    found = check_caller_id(number, phone_code)

    assert len(found) <= 1
    assert all(sentence(finding) for finding in found)


@given(st.integers(min_value=200, max_value=999), st.integers(min_value=0, max_value=99))
def test_every_number_of_films_is_known_as_one(area: int, last: int) -> None:
    [finding] = check_caller_id(f"{area}55501{last:02d}")

    assert finding.code == "caller_id_fictional"


@given(st.from_regex(r"[2-9][0-9]{9}", fullmatch=True))
def test_a_leading_one_changes_nothing_at_home(number: str) -> None:
    found = [each.code for each in check_caller_id(number)]
    assume(found != ["caller_id_made_up"])  # 2222222222 is, and 12222222222 only doesn't exist

    assert [each.code for each in check_caller_id(f"1{number}")] == found
