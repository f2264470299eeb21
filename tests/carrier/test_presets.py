"""What a carrier's file makes of the answers, and what is wrong with a file."""

from __future__ import annotations

from typing import Any

import pytest

from wizard.carrier.presets import PresetError, fill_in, read_preset, search, to_confirm

ACME: dict[str, Any] = {
    "id": "acme",
    "name": "Acme Telecom",
    "aliases": ["acmesip"],
    "collected": "2026-11",
    "confidence": "high",
    "sources": ["https://www.example.com/sip"],
    "hosts": [{"host": "sip.example.com", "region": "US", "default": True}, {"host": "eu.example.com"}],
    "sign_ins": [{"auth": "registration", "recommended": True}, {"auth": "ip", "needs_tech_prefix": True}],
    "facts": [
        {"answer": "number_format", "value": "nanp11", "confidence": "high"},
        {"answer": "codecs", "value": ["alaw"], "confidence": "medium"},
    ],
    "incoming": [
        {"address": "198.51.100.4/32"},
        {"address": "198.51.100.16/29"},
        {"address": "203.0.113.1", "status": "third_party_old"},
    ],
}


def preset(**changed: Any) -> Any:
    return read_preset({**ACME, **changed})


class TestFillingIn:
    def test_what_somebody_gave_wins(self) -> None:
        filled = fill_in(preset(), {"host": "own.example.com", "codecs": ["ulaw"]})

        assert filled.answers["host"] == "own.example.com"
        assert filled.answers["codecs"] == ["ulaw"]
        assert filled.findings == ()

    def test_the_rest_is_the_preset_s(self) -> None:
        answers = fill_in(preset(), {}).answers

        assert answers["host"] == "sip.example.com"
        assert answers["auth"] == "registration"
        assert answers["number_format"] == answers["caller_id_format"] == "nanp11"
        assert answers["preset"] == "acme"

    def test_what_is_not_verified_is_said(self) -> None:
        [finding] = fill_in(preset(), {}).findings

        assert (finding.code, finding.field, finding.values["value"]) == ("preset_to_confirm", "codecs", "alaw")
        assert [fact.answer for fact in to_confirm(preset())] == ["codecs"]

    def test_so_is_a_host_that_no_page_of_the_carrier_names(self) -> None:
        assert "host" in {finding.field for finding in fill_in(preset(confidence="medium"), {}).findings}

    def test_a_host_that_only_the_customer_knows_stays_open(self) -> None:
        assert "host" not in fill_in(preset(hosts=[{"host": "{trunk}.example.com", "default": True}]), {}).answers

    def test_only_the_carrier_s_own_list_is_let_in_and_networks_only_where_they_can_be_matched(self) -> None:
        assert fill_in(preset(), {}).answers["match"] == ["198.51.100.4"]
        assert fill_in(preset(), {"protocol": "PJSIP"}).answers["match"] == ["198.51.100.4", "198.51.100.16/29"]

    def test_a_missing_tech_prefix_is_said_for_the_sign_in_that_wants_one(self) -> None:
        def codes(**given: object) -> set[str]:
            return {finding.code for finding in fill_in(preset(), given).findings}

        assert "preset_needs_tech_prefix" in codes(auth="ip")
        assert "preset_needs_tech_prefix" not in codes(auth="ip", tech_prefix="1234#")
        assert "preset_needs_tech_prefix" not in codes(auth="registration")


@pytest.mark.parametrize(
    "changed",
    [
        {"idd": "x"},
        {"name": 5},
        {"confidence": "certain"},
        {"sources": []},
        {"sign_ins": []},
        {"sign_ins": [{"auth": "telepathy"}]},
        {"sign_ins": [{"auth": "ip", "recommended": True}, {"auth": "credentials", "recommended": True}]},
        {"hosts": [{"region": "US"}]},
        {"hosts": [{"host": "a.example.com", "default": True}, {"host": "b.example.com", "default": True}]},
        {"facts": [{"answer": "number_format", "value": "roman", "confidence": "high"}]},
        {"facts": [{"answer": "colour", "value": "red", "confidence": "high"}]},
        {"incoming": [{"address": "203.0.113.300"}]},
    ],
)
def test_a_file_that_is_wrong_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(PresetError):
        preset(**changed)


@pytest.mark.parametrize("text", ["acme", "ACME tele", "telecom acme", "acmesip", "sip.example", "", "eu.example.com"])
def test_a_carrier_is_found_by_what_people_call_it(text: str) -> None:
    assert search([preset()], text)


def test_one_whose_name_begins_so_comes_first() -> None:
    other = preset(id="b", name="Best Acme Resale", aliases=[])

    assert [each.id for each in search([other, preset()], "acme")] == ["acme", "b"]
    assert search([other], "voip") == []
