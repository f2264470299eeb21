"""What of an entry's digits, names and headers arrives at a carrier."""

from __future__ import annotations

import pytest

from tests.lab import Lab
from tests.lab.carriers import Call
from tests.real.calls import call_and_log, place_call, received
from tests.real.entries import SIP_KINDS, Trunk, entry, load, load_dialplan
from wizard.carrier.checks.headers import MOST_HEADERS
from wizard.carrier.dialing.backups import backup_of
from wizard.carrier.render import render_carrier

SIP_PROTOCOLS = ("SIP", "PJSIP", "PJSIP_WIZ")
#: every sign that a header's value may have
SIGNS = "aZ09 ._~+/=:@!?*%-z"
TOLD = {"caller_id_name": "ACME WIDGETS", "extra_headers": {"X-Test": SIGNS}}


def on_dialer(lab: Lab, **values: object) -> Trunk:
    [trunk] = load(lab.dialer, entry(**{"auth": "ip", "host": lab.carriers["ip"].address, "qualify": False, **values}))
    load_dialplan(trunk)
    return trunk


def arrived(lab: Lab, dialled: str) -> Call:
    place_call(lab, dialled)
    return received(lab.carriers["ip"])


@pytest.mark.parametrize("protocol", SIP_PROTOCOLS)
def test_a_name_and_a_header_arrive_and_vicidial_knows_its_call(lab: Lab, protocol: str) -> None:
    on_dialer(lab, protocol=protocol, **TOLD)

    row = call_and_log(lab, "912125550100")
    call = received(lab.carriers["ip"])

    assert row["dialstatus"] == "ANSWER"
    assert (call.from_name, call.caller_number) == ("ACME WIDGETS", "+15551239999")
    assert call.headers == {"X-Test": SIGNS}


@pytest.mark.parametrize(("first", "second"), [("SIP", "SIP"), ("PJSIP", "PJSIP"), ("SIP", "PJSIP"), ("PJSIP_WIZ", "SIP")])
def test_the_next_carrier_gets_neither(lab: Lab, first: str, second: str) -> None:
    backup = entry(
        carrier_id="BKUP", protocol=second, auth="ip", host=lab.carriers["backup"].address, dial_prefix="8", qualify=False,
        caller_id_name="NEXT ONE",
    )  # fmt: skip
    own = entry(protocol=first, auth="ip", host=lab.carriers["ip"].address, qualify=False, backup_carrier=["BKUP"], **TOLD)
    load_dialplan(*load(lab.dialer, own, backup, backups=(backup_of(render_carrier(backup)),)))

    row = call_and_log(lab, "912125550034")

    assert received(lab.carriers["ip"]).headers == {"X-Test": SIGNS}
    second_call = received(lab.carriers["backup"])
    assert (second_call.headers, second_call.from_name) == ({}, "NEXT ONE")
    assert (row["dialstatus"], row["sip_hangup_cause"]) == ("ANSWER", 200)


@pytest.mark.parametrize(("protocol", "_host"), SIP_KINDS[:2])
@pytest.mark.parametrize("tech_prefix", ["77*", "1234#", "99"])
def test_a_tech_prefix_on_the_wire(lab: Lab, protocol: str, _host: str, tech_prefix: str) -> None:
    on_dialer(lab, protocol=protocol, tech_prefix=tech_prefix, number_format="e164")

    # It leaves as %23, and Asterisk as a carrier reads that as #.
    assert arrived(lab, "912125550100").number == f"{tech_prefix}12125550100"


@pytest.mark.parametrize("protocol", ["SIP", "PJSIP", "IAX2"])
def test_numbers_that_are_left_out_reach_nobody_and_others_do(lab: Lab, protocol: str) -> None:
    on_dialer(lab, protocol=protocol)

    for number in ("19005550100", "12129765555", "18765550100"):
        place_call(lab, f"9{number}")

    assert arrived(lab, "917875550100").number == "+17875550100"
    assert [call.number for call in lab.carriers["ip"].calls()] == ["+17875550100"]


def test_they_can_be_switched_on(lab: Lab) -> None:
    on_dialer(lab, allow_premium=True, allow_caribbean=True)

    assert arrived(lab, "918765550100").number == "+18765550100"


def test_each_destination_has_digits_of_its_own(lab: Lab) -> None:
    on_dialer(lab, destinations=["nanp", "0XXXXXXXXX"], destination_digits={"0XXXXXXXXX": "strip 1 add 0049"})

    assert arrived(lab, "90301234567").number == "0049301234567"


@pytest.mark.parametrize("dialled", ["9442079460000", "9011442079460000"])
def test_a_rule_for_abroad_is_about_the_number_however_it_is_dialled(lab: Lab, dialled: str) -> None:
    on_dialer(lab, destinations=["international"], destination_digits={"international": "add 00"})

    assert arrived(lab, dialled).number == "00442079460000"


def test_as_many_headers_as_there_may_be(lab: Lab) -> None:
    names = {f"X-Own-{number}": str(number) for number in range(MOST_HEADERS - 1)}
    on_dialer(lab, extra_headers={**names, "X-Test": "last"})

    assert arrived(lab, "912125550100").headers["X-Test"] == "last"
