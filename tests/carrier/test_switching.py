"""What a switch of carriers would move, worked out from entries alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from wizard.carrier.model import CARRIERS_CONTEXT, Carrier, Protocol
from wizard.carrier.profile import Campaign, DialerProfile, ListPrefix, Server
from wizard.carrier.simulation.previewing import entry_dialplan
from wizard.carrier.switching.plan import SwitchPlan, SwitchRequest
from wizard.carrier.switching.planning import plan_switch

STEPS = "exten => {0},1,Dial(SIP/{1}/{2},,To)\nexten => {0},2,Hangup()\n"


def carrier(carrier_id: str, *routes: tuple[str, str], **changed: Any) -> Carrier:
    """``routes``: pattern and the digits that are dialled for it."""
    trunk = carrier_id.lower()
    values = {
        "carrier_id": carrier_id, "carrier_name": carrier_id, "registration_string": "", "template_id": "--NONE--",
        "account_entry": f"[{trunk}]\ntype=peer\nhost=sip.example.com\n", "protocol": Protocol.SIP, "globals_string": "",
        "dialplan_entry": "".join(STEPS.format(pattern, trunk, digits) for pattern, digits in routes),
        "server_ip": "10.0.0.1", "active": "Y", "carrier_description": "", "user_group": "---ALL---", **changed,
    }  # fmt: skip
    return Carrier(**values)


OLD = carrier("OLD", ("_91NXXNXXXXXX", "${EXTEN:1}"))
NEW = carrier("NEW", ("_71NXXNXXXXXX", "+${EXTEN:1}"), ("_7011X.", "+${EXTEN:4}"))


def plan(*carriers: Carrier, campaigns: tuple[Campaign, ...] = (), **asked: Any) -> SwitchPlan:
    own = campaigns or (Campaign("SALES", "Sales", True, "9"),)
    lists = asked.pop("lists", ())
    servers = asked.pop("servers", (Server("10.0.0.1"),))
    dialer = DialerProfile(
        "10.0.0.1", carriers=carriers, campaigns=own, ext_context=CARRIERS_CONTEXT, list_prefixes=lists, servers=servers
    )
    return plan_switch(SwitchRequest("old", "new", **asked), dialer, entry_dialplan(*carriers))


def moves(made: SwitchPlan) -> dict[tuple[str, str], tuple[str | None, str]]:
    return {(move.use.kind.value, move.use.record): (move.use.stored, move.after) for move in made.moves}


def codes(made: SwitchPlan) -> set[str]:
    return {finding.code for finding in made.findings}


def test_the_same_digits_lead_to_the_new_carrier() -> None:
    made = plan(OLD, NEW)

    assert moves(made) == {("campaign_prefix", "SALES"): ("9", "7")}
    assert codes(made) == set()
    assert (made.from_carrier, made.to_carrier, made.try_digits) == ("OLD", "NEW", "712125550100")
    [proof] = [each for each in made.moves[0].proofs if each.number == "12125550100"]
    assert (proof.before.receives, proof.after.receives) == ("12125550100", "+12125550100")


def test_a_prefix_that_turns_home_numbers_into_numbers_abroad_is_not_taken() -> None:
    """7011 and ten digits are taken too: by the pattern for calls abroad, as numbers of other countries."""
    made = plan(OLD, NEW, campaigns=(Campaign("SALES", "Sales", True, "91", omit_phone_code=True),))

    assert moves(made) == {("campaign_prefix", "SALES"): ("91", "71")}
    forced = plan(OLD, NEW, campaigns=(Campaign("SALES", "Sales", True, "91", omit_phone_code=True),), prefix="7011")
    assert "switch_no_way" in codes(forced)


def test_every_prefix_is_moved_as_it_is_stored_and_none_is_an_x() -> None:
    bare = carrier("NEW", ("_1NXXNXXXXXX", "${EXTEN}"))
    campaign = Campaign("SALES", "Sales", True, "", manual_dial_prefix="9", three_way_dial_prefix="9", prefix_is_null=True)
    lists = (ListPrefix("101", "", "sales", True, "9"), ListPrefix("102", "", "SALES", False, "9"))

    made = plan(OLD, bare, campaigns=(campaign,), lists=lists)

    assert moves(made) == {
        ("campaign_prefix", "SALES"): (None, "X"),
        ("manual_prefix", "SALES"): ("9", "X"),
        ("three_way_prefix", "SALES"): ("9", "X"),
        ("list_prefix", "101"): ("9", "X"),
    }
    assert [(each.use.record, each.why) for each in made.unmoved] == [("102", "inactive_list")]


def test_what_another_carrier_has_behind_the_old_prefix_is_not_lost_unsaid() -> None:
    abroad = carrier("ABROAD", ("_9011X.", "${EXTEN:4}"))
    home = carrier("NEW", ("_71NXXNXXXXXX", "${EXTEN:1}"))

    made = plan(OLD, home, abroad)

    lost = [each for each in made.findings if each.code == "switch_number_lost"]
    assert {each.values["before"] for each in lost} == {"ABROAD"}
    numbers = frozenset(str(each.values["number"]) for each in lost)
    assert codes(plan(OLD, home, abroad, leave_out=numbers)) == {"switch_left_out"}


@pytest.mark.parametrize(
    ("new", "code"),
    [
        (carrier("NEW", ("_71NXXNXXXXXX", "+${EXTEN:2}")), "switch_no_way"),
        (carrier("NEW", ("_71212NXXXXXX", "${EXTEN:1}")), "switch_number_lost"),
        (carrier("NEW", ("_5XX", "${EXTEN}")), "switch_no_way"),
        (replace(NEW, active="N"), "switch_to_inactive"),
    ],
    ids=["a-country-too-few", "part-of-it", "nothing-of-it", "off"],
)
def test_a_carrier_that_does_not_take_them_is_refused(new: Carrier, code: str) -> None:
    assert code in codes(plan(OLD, new))


def test_servers_that_have_only_the_old_carrier_are_said() -> None:
    everywhere = replace(OLD, server_ip="0.0.0.0")
    servers = (Server("10.0.0.1"), Server("10.0.0.2"))

    assert codes(plan(everywhere, NEW, servers=servers)) == {"switch_not_on_servers"}
    assert codes(plan(everywhere, replace(NEW, server_ip="0.0.0.0"), servers=servers)) == set()


def test_a_named_campaign_that_goes_elsewhere_and_names_that_nobody_has() -> None:
    campaigns = (Campaign("SALES", "", True, "9"), Campaign("OTHER", "", True, "5"), Campaign("MOVED", "", True, "7"))

    assert codes(plan(OLD, NEW, campaigns=campaigns)) == set()
    assert codes(plan(OLD, NEW, campaigns=campaigns, prefix="*7")) == {"switch_prefix_digits"}
    named = plan_named(campaigns, "OTHER", "MOVED", "NOPE")
    assert named == {"campaign_unknown"}
    assert plan_named(campaigns, "OTHER", "moved") == {"switch_campaign_elsewhere"}


def plan_named(campaigns: tuple[Campaign, ...], *names: str) -> set[str]:
    dialer = DialerProfile("10.0.0.1", carriers=(OLD, NEW), campaigns=campaigns, ext_context=CARRIERS_CONTEXT)
    return codes(plan_switch(SwitchRequest("OLD", "NEW", names), dialer, entry_dialplan(OLD, NEW)))
