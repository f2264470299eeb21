"""Who will use a carrier and who will not, and what can't be changed for it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.carrier.samples import DIALER, HERE, IP, answers
from wizard.carrier.checks import check_answers
from wizard.carrier.findings import Finding, Severity, errors_of
from wizard.carrier.on_dialer.campaign_usage import PrefixKind, PrefixUse, campaign_usage, carriers_taking, prefix_uses
from wizard.carrier.on_dialer.campaigns import stored_prefix
from wizard.carrier.on_dialer.changes import planned_changes
from wizard.carrier.on_dialer.collisions import check_against_dialer
from wizard.carrier.on_dialer.tiltx import read_key
from wizard.carrier.profile import Campaign, DialerProfile, ListPrefix, ServerTrunks, Tiltx, sent_prefix
from wizard.carrier.render import render_carrier
from wizard.secret import Secret
from wizard.words.changes import use_words
from wizard.words.findings import sentence

SALES = Campaign("SALES", "Sales", active=True, dial_prefix="8", agents=2)
SURVEY = Campaign("SURVEY", "Survey", active=True, dial_prefix="7", omit_phone_code=True)
OLD = replace(render_carrier(answers(IP, carrier_id="OLD", dial_prefix="8", host="198.51.100.9"), HERE), globals_string="")
ABROAD = replace(
    render_carrier(answers(IP, carrier_id="ABROAD", dial_prefix="6", destinations=["international"]), HERE), globals_string=""
)
TILTX = Tiltx(has_script=True, has_wget=True, key=Secret("their.Key"))
HERE_NOW = replace(DIALER, campaigns=(SALES, SURVEY), carriers=(OLD,), max_trunks=96, tiltx=TILTX)


def findings(dialer: DialerProfile = HERE_NOW, **changed: Any) -> list[Finding]:
    own = answers(IP, **changed)
    return check_against_dialer(own, render_carrier(own, dialer.place), dialer)


def codes(dialer: DialerProfile = HERE_NOW, **changed: Any) -> list[str]:
    return [finding.code for finding in findings(dialer, **changed)]


def alone(**changed: Any) -> list[tuple[str, str]]:
    """What is said without a dialer."""
    return [(finding.field, finding.code) for finding in check_answers(answers(IP, **changed))]


class TestCampaigns:
    def test_a_campaign_that_the_dialer_has_not(self) -> None:
        found = {each.code: each for each in findings(campaigns=["NOSUCH"])}

        assert "SALES, SURVEY" in sentence(found["campaign_unknown"])
        assert found["campaign_unknown"].severity is Severity.ERROR

    def test_says_whom_it_leaves_and_who_is_signed_in(self) -> None:
        found = {each.code: sentence(each) for each in findings(campaigns=["sales"])}

        assert "OLD" in found["campaign_leaves_carrier"]
        assert found["campaign_has_agents"].startswith("2 agents")
        assert "campaigns_unserved" not in found, "this campaign is about to dial with it"

    def test_one_that_has_the_prefix_already_is_only_noted(self) -> None:
        has_it = replace(HERE_NOW, campaigns=(replace(SALES, dial_prefix=""),))

        assert codes(has_it, campaigns=["SALES"]) == ["campaign_has_prefix"], "empty is VICIdial's 9"
        assert planned_changes(answers(IP, campaigns=["SALES"]), has_it) == ()

    def test_calls_that_have_a_prefix_of_their_own_do_not_come_along(self) -> None:
        own = replace(SALES, manual_dial_prefix="8", three_way_dial_prefix="X")
        lists = (
            ListPrefix("101", "Leads", "SALES", active=True, dial_prefix="8"),
            ListPrefix("102", "Old", "SALES", active=False, dial_prefix="8"),
            ListPrefix("103", "Same", "SALES", active=True, dial_prefix="9"),
            ListPrefix("104", "Other", "SURVEY", active=True, dial_prefix="8"),
        )
        found = findings(replace(HERE_NOW, campaigns=(own,), list_prefixes=lists), campaigns=["SALES"])

        warned = {each.code: each for each in found if each.severity is Severity.WARNING}
        assert set(warned) == {"manual_other_prefix", "three_way_other_prefix", "list_other_prefix"}
        assert warned["list_other_prefix"].values["lists"] == "101 (8)"

    def test_a_campaign_that_is_moved_is_held_against_the_patterns(self) -> None:
        assert "campaigns_omit_code" in codes(campaigns=["SURVEY"])
        assert "campaigns_omit_code" not in codes(campaigns=["SURVEY"], destinations=["nanp10"])

    @given(st.text("0123456789", max_size=20))
    def test_what_is_stored_is_what_is_dialled(self, prefix: str) -> None:
        assert sent_prefix(stored_prefix(prefix)) == prefix
        assert 1 <= len(stored_prefix(prefix)) <= 20


class TestServerTrunks:
    @pytest.mark.parametrize("value", ["", "0", "00", "+", "20 +", "-1", "20++", "99999", "2O", "\u0662\u0660", "20\n"])
    def test_what_is_no_number_of_lines(self, value: str) -> None:
        assert ("server_trunks", "trunks_form") in alone(server_trunks={"SALES": value})

    @pytest.mark.parametrize("value", ["1", "20", "20+", "9999"])
    def test_what_is(self, value: str) -> None:
        assert alone(server_trunks={"SALES": value}) == []

    def test_the_same_campaign_twice_but_for_its_capitals(self) -> None:
        assert alone(server_trunks={"SALES": "1", "sales": "2"}) == [("server_trunks", "repeated")]

    @pytest.mark.parametrize(("lines", "fits"), [("46", True), ("47", False), ("47+", False)])
    def test_all_campaigns_together_fit_the_server(self, lines: str, fits: bool) -> None:
        others = (ServerTrunks("OTHER", 50), ServerTrunks("sales", 90))
        found = findings(replace(HERE_NOW, server_trunks=others), server_trunks={"SALES": lines})

        assert [each.code for each in errors_of(found)] == ([] if fits else ["trunks_exceed"])

    def test_a_server_that_does_not_say_how_many_it_may_have(self) -> None:
        assert errors_of(findings(replace(HERE_NOW, max_trunks=None), server_trunks={"SALES": "9999"})) == []

    def test_two_rows_of_one_campaign(self) -> None:
        twice = (ServerTrunks("SALES", 1), ServerTrunks("SALES", 2))

        assert "trunks_several" in codes(replace(HERE_NOW, server_trunks=twice), server_trunks={"SALES": "20"})

    def test_a_campaign_that_is_not_there(self) -> None:
        assert "campaign_unknown" in codes(server_trunks={"NOSUCH": "20"})

    def test_only_this_server_is_set_for_an_entry_of_all(self) -> None:
        assert "trunks_here_only" in codes(server_trunks={"SALES": "20"}, server_ip="0.0.0.0")


class TestTiltx:
    def test_nothing_is_missing(self) -> None:
        assert errors_of(findings(stir_shaken="tiltx")) == []

    @pytest.mark.parametrize(
        ("tiltx", "given", "expected"),
        [
            (replace(TILTX, has_script=False), "", ["tiltx_script_missing"]),
            (replace(TILTX, has_wget=False), "", ["tiltx_wget_missing"]),
            (replace(TILTX, missing_tables=("vicidial_url_log",)), "", ["tiltx_table_missing"]),
            (replace(TILTX, key=None), "", ["tiltx_key_missing"]),
            (replace(TILTX, key=None), "my.Key", []),
            (replace(TILTX, key=Secret("")), "", ["tiltx_container_empty"]),
            (replace(TILTX, key=Secret("")), "my.Key", ["tiltx_container_exists"]),
            (TILTX, "my.Key", ["tiltx_container_exists"]),
            (TILTX, "their.Key", []),
        ],
    )
    def test_what_its_script_can_not_do_without(self, tiltx: Tiltx, given: str, expected: list[str]) -> None:
        found = findings(replace(HERE_NOW, tiltx=tiltx), stir_shaken="tiltx", tiltx_api_key=given)

        assert [each.code for each in errors_of(found)] == expected
        assert not any("Key" in sentence(each).replace("tiltx_api_key", "") for each in found)

    def test_nobody_asks_for_it_where_it_is_not_chosen(self) -> None:
        assert errors_of(findings(replace(HERE_NOW, tiltx=Tiltx()))) == []

    @pytest.mark.parametrize("protocol", ["PJSIP", "PJSIP_WIZ", "IAX2"])
    def test_it_works_through_chan_sip_alone(self, protocol: str) -> None:
        assert ("stir_shaken", "tiltx_needs_chan_sip") in alone(stir_shaken="tiltx", protocol=protocol)

    @pytest.mark.parametrize(
        "key", ["abc", "two words", 'a"; rm -rf /', "$(id)1", "`id`1", "a;b1", "line\nbreak", "URL=>https://x"]
    )
    def test_a_key_that_the_script_would_cut_or_hand_to_a_shell(self, key: str) -> None:
        assert alone(stir_shaken="tiltx", tiltx_api_key=key) == [("tiltx_api_key", "tiltx_key_form")]

    def test_a_key_without_tiltx(self) -> None:
        assert alone(tiltx_api_key="my.Key") == [("tiltx_api_key", "tiltx_key_unused")]

    @pytest.mark.parametrize(
        ("entry", "key"),
        [
            ("", ""), ("abc", ""), ("my.Key", "my.Key"), ("; my.Key", ""), (" my. Key ;old\r\n", "my.Key"),
            ("first.Key\nsecond.Key\n", "second.Key"), ("my.Key\nURL=>https://example.com/\n", "my.Key"),
        ],
    )  # fmt: skip
    def test_the_key_is_read_as_the_script_reads_it(self, entry: str, key: str) -> None:
        assert read_key(entry) == key

    @given(st.from_regex(r"[-A-Za-z0-9._~+/=]{4,60}", fullmatch=True))
    def test_every_key_that_is_taken_is_read_back(self, key: str) -> None:
        assert errors_of(check_answers(answers(IP, stir_shaken="tiltx", tiltx_api_key=key))) == []
        assert read_key(key) == key


class TestUsage:
    def test_parts_all_prefixes_by_where_they_lead(self) -> None:
        lists = (ListPrefix("101", "Leads", "survey", active=True, dial_prefix="8"),)
        own = replace(SALES, manual_dial_prefix="9", three_way_dial_prefix="X")
        usage = campaign_usage(replace(HERE_NOW, campaigns=(own, SURVEY), list_prefixes=lists), "9")

        assert [use.kind for use in usage.here] == [PrefixKind.MANUAL]
        assert [(use.kind, use.carriers) for use in usage.elsewhere] == [(PrefixKind.CAMPAIGN, ("OLD",))]
        assert [(use.kind, use.prefix) for use in usage.nowhere] == [
            (PrefixKind.THREE_WAY, ""), (PrefixKind.CAMPAIGN, "7"), (PrefixKind.LIST, "8"),
        ]  # fmt: skip

    def test_who_omits_the_phone_code_needs_patterns_of_ten_digits(self) -> None:
        assert carriers_taking(HERE_NOW, "8") == ("OLD",)
        assert carriers_taking(HERE_NOW, "8", omit_phone_code=True) == ()
        assert carriers_taking(HERE_NOW, "5") == ()

    def test_a_carrier_for_calls_abroad_alone_counts_too(self) -> None:
        assert carriers_taking(replace(HERE_NOW, carriers=(OLD, ABROAD)), "6") == ("ABROAD",)

    def test_the_more_exact_pattern_comes_first(self) -> None:
        loose = replace(OLD, carrier_id="ALOOSE", dialplan_entry="exten => _8X.,1,Dial(SIP/x/${EXTEN:1},,To)\n")

        assert carriers_taking(replace(HERE_NOW, carriers=(loose, OLD)), "8") == ("OLD", "ALOOSE")

    @pytest.mark.parametrize("change", [{"active": "N"}, {"server_ip": "10.0.0.2"}])
    def test_what_this_dialer_does_not_load_takes_no_call(self, change: dict[str, Any]) -> None:
        assert carriers_taking(replace(HERE_NOW, carriers=(replace(OLD, **change),)), "8") == ()

    def test_each_use_has_its_words(self) -> None:
        lists = (ListPrefix("101", "Leads", "SALES", active=False, dial_prefix="8"),)
        own = replace(SALES, manual_dial_prefix="9", three_way_dial_prefix="9")
        uses: tuple[PrefixUse, ...] = prefix_uses(replace(HERE_NOW, campaigns=(own,), list_prefixes=lists))

        assert [use_words(use) for use in uses] == [
            "Campaign SALES (Sales)",
            "Calls that agents of SALES (Sales) dial themselves",
            "3-way calls and transfers of SALES (Sales)",
            "List 101 (Leads) of SALES (Sales)",
        ]
        assert [use.active for use in uses] == [True, True, True, False]
