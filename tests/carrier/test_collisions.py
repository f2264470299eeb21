"""What else is on a dialer, and what of it stands in the way of an entry."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.carrier.samples import DIALER, HERE, IP, answers
from wizard.carrier.findings import Severity
from wizard.carrier.model import Carrier, Protocol
from wizard.carrier.on_dialer.collisions import check_against_dialer
from wizard.carrier.profile import Campaign, ConfTemplate, DialerProfile, Reached
from wizard.carrier.render import render_carrier

OTHER = replace(
    render_carrier(answers(IP, carrier_id="OTHER", dial_prefix="8", host="198.51.100.9"), HERE),
    globals_string="OTHERTRUNK=SIP/other",
)


def found(dialer: DialerProfile, **changed: object) -> list[tuple[str, str]]:
    own = answers(IP, **changed)
    return [(each.field, each.code) for each in check_against_dialer(own, render_carrier(own, dialer.place), dialer)]


def test_a_dialer_with_other_carriers_only_is_no_trouble() -> None:
    assert found(replace(DIALER, carriers=(OTHER,))) == []


def test_a_carrier_id_is_taken_whatever_its_capital_letters() -> None:
    taken = replace(OTHER, carrier_id="Acme", active="N")

    assert found(replace(DIALER, carriers=(taken,))) == [("carrier_id", "carrier_exists")]


def test_a_phone_of_the_trunks_name_would_replace_it() -> None:
    assert found(replace(DIALER, phones=frozenset({"100", "Acme"}))) == [("trunk_name", "trunk_is_phone")]


def test_a_server_of_the_trunks_name() -> None:
    assert found(DIALER, carrier_id="web1") == [("trunk_name", "trunk_is_server")]


def test_another_carriers_section_and_variable() -> None:
    other = replace(OTHER, account_entry="[ACME]\ntype=peer\n", globals_string="acme_trunk = SIP/ACME")

    assert found(replace(DIALER, carriers=(other,))) == [("trunk_name", "trunk_taken"), ("global_name", "global_taken")]


def test_a_variable_that_vicidial_makes_for_a_server() -> None:
    assert found(DIALER, global_name="trunkDIALER1") == [("global_name", "name_reserved")]


def test_the_sections_of_further_addresses_are_names_too() -> None:
    other = replace(OTHER, account_entry="[acme_in1]\ntype=peer\n")

    assert found(replace(DIALER, carriers=(other,)), match=["203.0.113.8"]) == [("trunk_name", "trunk_taken")]


@pytest.mark.parametrize("change", [{"active": "N"}, {"server_ip": "10.0.0.2"}, {"protocol": Protocol.EXTERNAL}])
def test_what_this_dialer_does_not_generate_is_in_nobodys_way(change: dict[str, object]) -> None:
    other = replace(OTHER, account_entry="[acme]\n", dialplan_entry="exten => _91NXXNXXXXXX,1,Hangup()\n", **change)  # type: ignore[arg-type]

    assert found(replace(DIALER, carriers=(other,))) == []


def test_an_entry_for_all_servers_meets_the_carriers_of_all_servers() -> None:
    other = replace(OTHER, account_entry="[acme]\n", server_ip="10.0.0.2")

    assert found(replace(DIALER, carriers=(other,)), server_ip="0.0.0.0") == [("trunk_name", "trunk_taken")]


def test_the_same_pattern_would_merge_priorities() -> None:
    other = replace(OTHER, dialplan_entry="exten => _91NXXNXXXXXX,1,Hangup()\nexten => _91NXXNXXXXXX,n,Hangup()\n")

    assert found(replace(DIALER, carriers=(other,))) == [("dial_prefix", "pattern_taken")]


def test_another_spelling_of_the_same_pattern_is_the_same() -> None:
    other = replace(OTHER, dialplan_entry="exten => _9-1-NXX-NXX-XX[0-9]X,1,Hangup()\n")

    assert found(replace(DIALER, carriers=(other,))) == [("dial_prefix", "pattern_taken")]


def test_numbers_are_not_taken_away_from_a_carrier_that_has_them() -> None:
    other = replace(OTHER, dialplan_entry="exten => _9.,1,Hangup()\n")

    assert found(replace(DIALER, carriers=(other,))) == [("dial_prefix", "pattern_takes_numbers")]


def test_what_follows_a_context_of_its_own_takes_nothing() -> None:
    later = replace(OTHER, carrier_id="ZED", dialplan_entry=f"{OTHER.dialplan_entry}[zed-in]\nexten => _X.,1,Hangup()\n")

    assert found(replace(DIALER, carriers=(later,))) == []


def test_numbers_that_another_carrier_goes_on_having_are_a_warning() -> None:
    other = replace(OTHER, dialplan_entry="exten => _91800NXXXXXX,1,Hangup()\n")

    [finding] = check_against_dialer(answers(IP), render_carrier(answers(IP), HERE), replace(DIALER, carriers=(other,)))

    assert (finding.code, finding.severity) == ("pattern_shares_numbers", Severity.WARNING)


@pytest.mark.parametrize(
    ("omits", "destinations", "code"),
    [
        (True, ["nanp"], "campaigns_omit_code"),
        (False, ["nanp10"], "campaigns_send_code"),
        (True, ["nanp10"], None),
        (False, ["nanp"], None),
        (True, ["nanp", "nanp10"], None),
        (True, ["international"], None),
        (True, ["nanp", "international"], "campaigns_dial_abroad"),
        (False, ["nanp", "international"], None),
    ],
)
def test_campaigns_whose_numbers_no_pattern_takes(omits: bool, destinations: list[str], code: str | None) -> None:
    campaign = Campaign("SALES", "Sales", active=True, dial_prefix="9", omit_phone_code=omits)

    findings = found(replace(DIALER, campaigns=(campaign,)), destinations=destinations)

    assert findings == ([("destinations", code)] if code else [])


def test_a_context_line_in_an_earlier_carrier_cuts_off_every_later_one() -> None:
    earlier = replace(OTHER, carrier_id="AAA", dialplan_entry="[mine]\nexten => _8X.,1,Hangup()\n")

    assert found(replace(DIALER, carriers=(earlier,))) == [("carrier_id", "carrier_opens_context")]
    assert found(replace(DIALER, carriers=(replace(earlier, carrier_id="ZZZ"),))) == [], (
        "what comes after us is not our trouble"
    )


@pytest.mark.parametrize("column", ["dialplan_entry", "account_entry"])
def test_an_open_comment_in_an_earlier_carrier_swallows_every_later_one(column: str) -> None:
    earlier = Carrier(**{**OTHER.columns(), "protocol": Protocol.SIP, "carrier_id": "AAA", column: ";-- my trunk\n"})  # type: ignore[arg-type]

    assert ("carrier_id", "carrier_opens_comment") in found(replace(DIALER, carriers=(earlier,)))


@pytest.mark.parametrize(
    ("winner", "is_trouble"),
    [
        (Reached("default", "_9."), True),  # the outer context wins however loose its pattern
        (Reached("vicidial-auto-internal", "_9."), True),
        (Reached("vicidial-auto-phones", "912125550100"), True),
        (Reached("vicidial-auto-external", "_9."), False),  # inside one context the more exact pattern wins
        (Reached("vicidial-auto-external", "_912125550100"), True),
        (Reached("vicidial-auto-server-custom", "_91NXXNXXXXXX"), False),  # asked after the carriers
    ],
)
def test_what_the_dialer_runs_today_for_our_digits(winner: Reached, is_trouble: bool) -> None:
    dialer = replace(DIALER, reached={"912125550100": winner})

    assert found(dialer) == ([("dial_prefix", "pattern_never_reached")] if is_trouble else [])


def test_a_protocol_that_the_dialers_database_does_not_know() -> None:
    assert found(replace(DIALER, protocols=frozenset({"IAX2"}))) == [("protocol", "protocol_unknown_to_dialer")]


def test_a_driver_that_asterisk_does_not_have() -> None:
    assert found(replace(DIALER, modules=DIALER.modules - {"chan_sip"})) == [("protocol", "driver_missing")]


@pytest.mark.parametrize(
    ("campaign", "is_served"),
    [
        (Campaign("C", "C", active=True, dial_prefix="9"), True),
        (Campaign("C", "C", active=True, dial_prefix=""), True),  # empty means 9
        (Campaign("C", "C", active=True, dial_prefix="X"), False),
        (Campaign("C", "C", active=True, dial_prefix="8", manual_dial_prefix="9"), True),
        (Campaign("C", "C", active=False, dial_prefix="9"), False),
    ],
)
def test_campaigns_that_dial_with_the_prefix(campaign: Campaign, is_served: bool) -> None:
    assert found(replace(DIALER, campaigns=(campaign,))) == ([] if is_served else [("dial_prefix", "campaigns_unserved")])


def test_carrier_logging_that_is_off_is_noted() -> None:
    assert found(replace(DIALER, carrier_logging=False)) == [("server_ip", "carrier_logging_off")]


@pytest.mark.parametrize("carrier_id", ["AAA", "ZZZ"])
@pytest.mark.parametrize("column", ["globals_string", "registration_string"])
def test_an_open_comment_above_all_entries_swallows_every_one(carrier_id: str, column: str) -> None:
    other = Carrier(**{**OTHER.columns(), "protocol": Protocol.SIP, "carrier_id": carrier_id, column: ";-- mine"})  # type: ignore[arg-type]

    assert found(replace(DIALER, carriers=(other,))) == [("carrier_id", "carrier_opens_comment")]


def test_register_lines_of_another_driver_stand_in_another_file() -> None:
    other = replace(OTHER, protocol=Protocol.IAX2, registration_string=";-- mine")

    assert found(replace(DIALER, carriers=(other,))) == []


def test_an_open_comment_in_an_earlier_carriers_template_swallows_us_too() -> None:
    template = ConfTemplate("HERS", "Hers", ";-- see the wiki\nnat=no\n")
    dialer = replace(DIALER, templates=(template,))

    earlier, later = (replace(OTHER, carrier_id=name, template_id="hers") for name in ("AAA", "ZZZ"))
    assert found(replace(dialer, carriers=(earlier,))) == [("carrier_id", "carrier_opens_comment")]
    assert found(replace(dialer, carriers=(later,))) == []


def test_a_section_in_an_earlier_carriers_globals_ends_the_globals() -> None:
    earlier = replace(OTHER, carrier_id="AAA", globals_string="[mine]")

    assert found(replace(DIALER, carriers=(earlier,))) == [("carrier_id", "carrier_ends_globals")]
    assert found(replace(DIALER, carriers=(replace(earlier, carrier_id="ZZZ"),))) == []


def test_the_next_carriers_loose_lines_would_become_ours() -> None:
    loose = replace(OTHER, carrier_id="BBB", account_entry="host=evil.example.com\n[bbb]\ntype=peer\n")
    between = replace(OTHER, carrier_id="AZZ", account_entry="[azz]\n", globals_string="", dialplan_entry="")

    assert found(replace(DIALER, carriers=(loose,))) == [("carrier_id", "carrier_adds_to_ours")]
    assert found(replace(DIALER, carriers=(loose, between))) == [], "they are the carrier's in between"
    assert found(replace(DIALER, carriers=(replace(loose, carrier_id="AAA"),))) == [], "what comes before us is not added to us"
    assert found(replace(DIALER, carriers=(replace(loose, protocol=Protocol.PJSIP),))) == []


@pytest.mark.parametrize(
    ("omits", "destinations", "code"),
    [
        (False, ["nanp"], "campaigns_send_country_code"),
        (False, ["nanp", "international"], None),
        (False, ["_44XXXXXXXXXX"], None),
        (True, ["nanp"], "campaigns_send_national"),
        (True, ["_[1-9]XXXXXXXXX"], None),
    ],
)
def test_campaigns_of_a_dialer_abroad(omits: bool, destinations: list[str], code: str | None) -> None:
    campaign = Campaign("SALES", "Sales", active=True, dial_prefix="9", omit_phone_code=omits)
    dialer = replace(DIALER, campaigns=(campaign,), default_phone_code="44")

    own = answers(IP, destinations=destinations)
    findings = [each for each in check_against_dialer(own, render_carrier(own, HERE), dialer) if each.field == "destinations"]

    assert [each.code for each in findings] == ([code] if code else [])
    assert all("441212345678" in str(each.values["example"]) or omits for each in findings)


def test_a_phone_code_of_no_country_is_not_judged() -> None:
    campaign = Campaign("SALES", "Sales", active=True, dial_prefix="9")

    assert found(replace(DIALER, campaigns=(campaign,), default_phone_code="999")) == []


def test_a_carrier_without_a_prefix_wants_campaigns_without_one() -> None:
    campaign = Campaign("SALES", "Sales", active=True, dial_prefix="9")
    dialer = replace(DIALER, campaigns=(campaign,))

    assert found(dialer, dial_prefix="") == [("dial_prefix", "campaigns_unserved_bare")]
    assert found(replace(DIALER, campaigns=(replace(campaign, dial_prefix="X"),)), dial_prefix="") == []


@pytest.mark.parametrize("prefix", ["7" * 20, "73", "8"])
def test_a_prefix_of_any_length_is_held_against_the_others(prefix: str) -> None:
    other = replace(OTHER, globals_string="", dialplan_entry=f"exten => _{prefix}1NXXNXXXXXX,1,Hangup()\n")

    assert ("dial_prefix", "pattern_taken") in found(replace(DIALER, carriers=(other,)), dial_prefix=prefix)
