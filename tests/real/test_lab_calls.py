"""What the lab's carriers make of a call, as the dialer's three drivers see it."""

from __future__ import annotations

import pytest

from tests.lab import Lab
from tests.lab.accounts import ACME
from tests.real.calls import received
from tests.real.sip_codes import CODES, MORE_CODES, SipCodes, silence
from tests.real.trunks import Leg, chan_sip, dial_all, iax2, pjsip

DRIVERS = ("SIP", "PJSIP", "IAX2")
#: last four digits → SIP's code, IAX2's cause, whether it rang, whether there was audio before the end
OUTCOMES: dict[str, tuple[int, int, bool, bool]] = {
    "0100": (200, 16, False, False),
    "0001": (404, 1, False, False),
    "0016": (603, 16, False, False),
    "0017": (486, 17, False, False),
    "0018": (408, 18, False, False),
    "0020": (480, 20, False, False),
    "0021": (403, 21, False, False),
    "0027": (502, 27, False, False),
    "0028": (484, 28, False, False),
    "0034": (503, 34, False, False),
    "0038": (500, 38, False, False),
    "1000": (200, 16, True, False),
    "1016": (603, 16, True, False),
    "1021": (403, 21, True, False),
    "1034": (503, 34, True, False),
    "2000": (200, 16, False, True),
    "2034": (503, 34, False, True),
    "3000": (100, 0, False, False),
    "0019": (180, 0, True, False),
}
#: exchange → the same, at the backup
BACKUPS_OUTCOMES = {"555": (200, 16), "501": (404, 1), "517": (486, 17), "521": (403, 21), "534": (503, 34)}


def load_trunks(lab: Lab, host: str) -> None:
    lab.dialer.load(
        {
            "sip-vicidial.conf": chan_sip("acme", host),
            "pjsip-vicidial.conf": pjsip("acme", f"sip:{host}:5060"),
            "iax-vicidial.conf": iax2("acme", host),
        }
    )


def channel(driver: str, number: str) -> str:
    return f"PJSIP/{number}@acme" if driver == "PJSIP" else f"{driver}/acme/{number}"


def channels(driver: str, numbers: list[str]) -> dict[str, str]:
    return {number: channel(driver, number) for number in numbers}


def end_of(driver: str, leg: Leg) -> int:
    return leg.cause if driver == "IAX2" else leg.code


@pytest.mark.parametrize("driver", DRIVERS)
def test_the_last_four_digits_choose_the_outcome(lab: Lab, driver: str) -> None:
    load_trunks(lab, lab.carriers["ip"].address)
    if driver == "SIP":
        # the carrier with chan_sip
        lab.dialer.load({"sip-vicidial.conf": chan_sip("acme", lab.carriers["registration"].address, account=ACME)})

    legs = dial_all(lab.dialer, channels(driver, [f"1212777{last_four}" for last_four in OUTCOMES]), seconds=4)

    for last_four, (code, cause, rang, had_audio) in OUTCOMES.items():
        leg = legs[f"1212777{last_four}"]
        end = (end_of(driver, leg), leg.rang, leg.had_audio)
        assert end == (cause if driver == "IAX2" else code, rang, had_audio), last_four


@pytest.mark.parametrize("driver", DRIVERS)
def test_at_the_backup_the_exchange_does(lab: Lab, driver: str) -> None:
    load_trunks(lab, lab.carriers["backup"].address)

    legs = dial_all(lab.dialer, channels(driver, [f"1212{exchange}0034" for exchange in BACKUPS_OUTCOMES]))

    ends = {number[4:7]: end_of(driver, leg) for number, leg in legs.items()}
    assert ends == {exchange: outcome[driver == "IAX2"] for exchange, outcome in BACKUPS_OUTCOMES.items()}


@pytest.mark.parametrize("driver", ["SIP", "PJSIP"])
def test_a_raw_carrier_gives_any_code(lab: Lab, driver: str) -> None:
    # chan_sip goes on asking those who say nothing, long after its caller left.
    address = CODES if driver == "SIP" else MORE_CODES
    load_trunks(lab, address)
    ends = {
        "0200": (200, False, False), "0402": (402, False, False), "0488": (488, False, False), "0607": (607, False, False),
        "1200": (200, True, False), "1603": (603, True, False), "2503": (503, False, True), "0100": (100, False, False),
        "9999": (0, False, False),
    }  # fmt: skip

    with SipCodes(address) as carrier:
        legs = dial_all(lab.dialer, channels(driver, [f"1212777{end}" for end in ends]), seconds=3)

    assert {number[-4:]: (leg.code, leg.rang, leg.had_audio) for number, leg in legs.items()} == ends
    assert sorted(call.user_of("to") for call in carrier.calls) == sorted(legs)


@pytest.mark.parametrize("driver", DRIVERS)
def test_silence_is_given_up_by_the_caller(lab: Lab, driver: str) -> None:
    with silence() as address:
        load_trunks(lab, address)
        [leg] = dial_all(lab.dialer, channels(driver, ["12125550100"]), seconds=2).values()

    assert (leg.dialstatus, leg.cause, leg.rang) == ("CANCEL", 0, False)


@pytest.mark.parametrize("carrier", ["ip", "registration"])
def test_extra_headers_and_the_callers_name_are_written_down(lab: Lab, carrier: str) -> None:
    account = ACME if carrier == "registration" else None
    lab.dialer.load({"sip-vicidial.conf": chan_sip("acme", lab.carriers[carrier].address, "sendrpid=no", account=account)})
    with_header = "exten => call,1,SIPAddHeader(X-Test: one two)\nsame => n,Dial(SIP/acme/12125550100)\n"
    lab.dialer.load({"extensions-vicidial.conf": f"[with-header]\n{with_header}"})
    lab.dialer.asterisk("channel originate Local/call@with-header application Wait 0.5")

    call = received(lab.carriers[carrier])

    assert call.headers == {"X-Test": "one two"}
    assert call.from_name == call.caller_name


def test_two_raw_carriers_are_told_apart(lab: Lab) -> None:
    trunks = chan_sip("one", CODES) + chan_sip("two", MORE_CODES)
    lab.dialer.load({"sip-vicidial.conf": trunks})

    with SipCodes(CODES) as one, SipCodes(MORE_CODES) as two:
        legs = dial_all(lab.dialer, {"one": "SIP/one/12127770486", "two": "SIP/two/12127770404"})

    assert {name: leg.code for name, leg in legs.items()} == {"one": 486, "two": 404}
    assert [len(each.calls) for each in (one, two)] == [1, 1]
