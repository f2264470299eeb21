"""A trunk must be no door: whoever is not the carrier does not get in by it, and what comes in does not go out again."""

from __future__ import annotations

from typing import Any

import pytest

from tests.carrier.entries import entry, kinds, option, section, sections
from tests.carrier.samples import CREDENTIALS, IP, PROTOCOLS, REGISTRATION, answers
from wizard.carrier.checks import check_answers
from wizard.carrier.findings import errors_of

SIGN_INS = {"registration": REGISTRATION, "credentials": CREDENTIALS, "ip": IP}


@pytest.fixture(params=SIGN_INS)
def sample(request: pytest.FixtureRequest) -> dict[str, Any]:
    return SIGN_INS[request.param]


def test_chan_sip_knows_a_caller_by_the_peers_fixed_address(sample: dict[str, Any]) -> None:
    for each in sections(entry(sample, match=["203.0.113.8"])):
        assert each.values("type") == ["peer"]
        assert each.values("insecure") == ["port,invite"]
        assert each.values("host")
        assert each.values("host") != ["dynamic"]


def test_pjsip_knows_a_caller_by_address_and_never_by_what_it_calls_itself(sample: dict[str, Any]) -> None:
    carrier = entry(sample, protocol="PJSIP")

    assert option(carrier, "endpoint", "identify_by") == "ip"
    assert option(carrier, "identify", "match") == sample["host"]
    assert option(entry(sample, protocol="PJSIP_WIZ"), "wizard", "endpoint/identify_by") == "ip"


def test_iax2_has_no_user_without_an_access_list(sample: dict[str, Any]) -> None:
    nameless = entry({**sample, "host": "sip.example.com"}, protocol="IAX2")
    assert kinds(nameless) == ["peer"]

    carrier = entry(sample, match=["203.0.113.8"], protocol="IAX2")
    keys = [each.key for each in section(carrier, "user").options]
    assert option(carrier, "user", "deny") == "0.0.0.0/0.0.0.0"
    assert keys.index("deny") < keys.index("permit")
    assert "203.0.113.8/32" in section(carrier, "user").values("permit")


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_nothing_is_ever_a_friend(sample: dict[str, Any], protocol: str) -> None:
    assert "friend" not in entry(sample, protocol=protocol).account_entry


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize(
    ("context", "code"),
    [
        ("default", "context_is_a_door"),
        ("default---agent", "context_is_a_door"),
        ("vicidial-auto-external", "context_is_a_door"),
        ("VICIDIAL", "context_is_a_door"),
        ("monitor", "context_reserved"),
        ("globals", "context_reserved"),
        ("", "context_characters"),
        ("9inbound", "context_characters"),
        ("in]bound", "context_characters"),
        ("in;bound", "context_characters"),
    ],
)
def test_calls_come_in_to_no_context_from_which_they_could_go_out(protocol: str, context: str, code: str) -> None:
    refused = errors_of(check_answers(answers(IP, inbound_context=context, protocol=protocol)))

    assert [(each.field, each.code) for each in refused] == [("inbound_context", code)]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_context_of_ones_own_is_written_everywhere(protocol: str) -> None:
    carrier = entry(IP, inbound_context="my_inbound", protocol=protocol)

    found = [each.value for own in sections(carrier) for each in own.options if each.key.split("/")[-1] == "context"]
    assert set(found) == {"my_inbound"}
    [finding] = check_answers(answers(IP, inbound_context="my_inbound", protocol=protocol))
    assert (finding.field, finding.code) == ("inbound_context", "context_unusual")


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("option_line", ["context=default", "Context=default", "CONTEXT=default"])
def test_nor_do_an_experts_lines_open_one(protocol: str, option_line: str) -> None:
    """Asterisk's drivers read their options in either case."""
    headers = {"IAX2": "[user]\n"}
    own = answers(IP, extra_options=headers.get(protocol, "") + option_line, protocol=protocol)

    assert {each.field for each in errors_of(check_answers(own))} == {"extra_options"}


@pytest.mark.parametrize(
    ("entry_of_the_list", "code"),
    [
        ("sip.example.com", "match_not_an_address"),
        ("203.0.113", "match_not_an_address"),
        ("2001:db8::/64", "match_not_an_address"),
        ("203.0.113.7:5060", "match_not_an_address"),
        ("203.0.113.7, 203.0.113.8", "match_not_an_address"),
        ("", "match_not_an_address"),
        ("203.0.113.7/33", "match_not_an_address"),
        ("10.0.0.0/8", "match_too_wide"),
        ("0.0.0.0/0", "match_too_wide"),
        ("203.0.113.7/24", "match_host_bits"),
        ("224.0.0.1", "host_special"),
        ("0.0.0.0", "host_special"),
        ("255.255.255.255", "host_special"),
    ],
)
def test_a_match_list_holds_addresses_and_no_wide_networks(entry_of_the_list: str, code: str) -> None:
    for protocol in PROTOCOLS:
        refused = errors_of(check_answers(answers(IP, match=[entry_of_the_list], protocol=protocol)))
        assert [(each.field, each.code) for each in refused] == [("match", code)]


def test_a_match_list_has_an_end_and_no_repetition() -> None:
    many = [f"198.51.100.{number}" for number in range(41)]

    assert [each.code for each in errors_of(check_answers(answers(IP, match=many)))] == ["too_many"]
    assert [each.code for each in errors_of(check_answers(answers(IP, match=["198.51.100.1"] * 2)))] == ["repeated"]
    assert errors_of(check_answers(answers(IP, match=many[:40]))) == []
