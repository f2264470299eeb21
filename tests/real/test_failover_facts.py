"""What Asterisk does with one leg of a call after another: what a rollover may be judged by, and what stays with its leg."""

from __future__ import annotations

import string

import pytest

from tests.lab import Lab
from tests.lab.accounts import IAX_PERCALL, Account
from tests.real.calls import call_and_log, carrier_log, place_call
from tests.real.entries import until
from tests.real.raw_iax2 import DeafIax2Carrier
from tests.real.rows import add_carrier, rebuild
from tests.real.sip_codes import CODES, SILENT, SipCodes, silence
from tests.real.trunks import chan_sip, dial_all, iax2, pjsip

DRIVERS = ("SIP", "PJSIP", "IAX2")
#: reached as 6 and the number; leg 1 has a handler, which is run on the channel that goes out
CHAIN = """[vicidial-auto]
include => vicidial-auto-external
[vicidial-auto-external]
exten => one_out,1,{header}
same => n,Set(CONNECTEDLINE(name,i)=ACME WIDGETS)
same => n,Return()
exten => _6X.,1,AGI(agi://127.0.0.1:4577/call_log)
same => n,Dial({one},,Tob(vicidial-auto-external^one_out^1))
same => n,{note}
same => n,Dial({two},,To)
same => n,{note}
same => n,Hangup()
"""
NOTE = "Set(FILE(/tmp/legs,,,al,u)=${DIALSTATUS}|${RINGTIME}|${PROGRESSTIME}|${HANGUPCAUSE_KEYS()})"
HEADERS = {"SIP": "SIPAddHeader(X-Test: one two)", "PJSIP": "Set(PJSIP_HEADER(add,X-Test)=one two)", "IAX2": "NoOp()"}


def channel(driver: str, trunk: str, number: str) -> str:
    return f"PJSIP/{number}@{trunk}" if driver == "PJSIP" else f"{driver}/{trunk}/{number}"


def load_chain(lab: Lab, driver: str, *options: str) -> None:
    """Two trunks of one driver: `one` to the carrier `ip`, `two` to the backup."""
    one, two = lab.carriers["ip"].address, lab.carriers["backup"].address
    lab.dialer.load(
        {
            "sip-vicidial.conf": "".join(chan_sip(name, host, *options) for name, host in (("one", one), ("two", two))),
            "pjsip-vicidial.conf": "".join(pjsip(name, f"sip:{host}", *options) for name, host in (("one", one), ("two", two))),
            "iax-vicidial.conf": iax2("one", one) + iax2("two", two),
            "extensions-vicidial.conf": CHAIN.format(
                header=HEADERS[driver],
                note=NOTE,
                one=channel(driver, "one", "${EXTEN:1}"),
                two=channel(driver, "two", "${EXTEN:1}"),
            ),
        }
    )
    (lab.dialer.root / "tmp/legs").unlink(missing_ok=True)


@pytest.mark.parametrize(
    ("driver", "option", "named"),
    [
        ("SIP", "sendrpid=no", {"from_header"}),
        ("SIP", "sendrpid=yes", {"from_header", "rpid_header"}),
        ("SIP", "sendrpid=pai", {"from_header", "pai_header"}),
        ("PJSIP", "send_rpid=no", {"from_header"}),
        ("PJSIP", "send_rpid=yes", {"from_header", "rpid_header"}),
        ("PJSIP", "send_pai=yes", {"from_header", "pai_header"}),
        ("IAX2", "", set()),
    ],
)
def test_what_a_handler_gives_one_leg_is_not_in_the_next(lab: Lab, driver: str, option: str, named: set[str]) -> None:
    load_chain(lab, driver, option)
    code = place_call(lab, "612125340034")
    carrier_log(lab, code)

    [one], [two] = (lab.carriers[name].calls() for name in ("ip", "backup"))

    assert (one.caller_name, two.caller_name) == ("ACME WIDGETS", code)
    assert (one.headers, two.headers) == ({} if driver == "IAX2" else {"X-Test": "one two"}, {})
    for call, name in ((one, "ACME WIDGETS"), (two, code)):
        headers = {header: getattr(call, header) for header in ("from_header", "pai_header", "rpid_header")}
        assert {header for header, text in headers.items() if f'"{name}"' in text} == named


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize(("last_four", "rang", "had_audio"), [("1034", True, False), ("2034", False, True)])
def test_a_second_dial_begins_without_what_the_first_left_but_for_its_answer(
    lab: Lab, driver: str, last_four: str, rang: bool, had_audio: bool
) -> None:
    load_chain(lab, driver)
    call_and_log(lab, f"61212517{last_four}")

    legs = [line.split("|") for line in (lab.dialer.root / "tmp/legs").read_text().splitlines()]

    assert [(status, bool(ring), bool(audio)) for status, ring, audio, _ in legs] == [
        ("CONGESTION", rang, had_audio),
        ("BUSY", False, False),
    ]
    assert [len(keys.split(",")) for *_, keys in legs] == [1, 2], "HangupCauseClear() is needed before the next leg"


class TestSilence:
    def test_how_long_a_carrier_that_says_nothing_holds_a_call(self, lab: Lab) -> None:
        """`gone` says nothing at all, and Asterisk has not found out; `deaf` answers when it is asked whether it is there."""
        qualified = "type=aor\nqualify_frequency=5\n"
        with silence() as gone, SipCodes(CODES) as deaf, DeafIax2Carrier({}, CODES):
            sip = {
                "SIP gone": chan_sip("a", gone),
                "SIP gone, timerb=8000": chan_sip("b", gone, "timerb=8000"),
                "SIP gone, timerb=6400": chan_sip("c", gone, "timerb=6400"),
                "SIP gone, timerb=3000": chan_sip("d", gone, "timerb=3000"),
                "SIP deaf": chan_sip("e", CODES, "qualify=yes"),
                "SIP deaf, timerb=3000": chan_sip("f", CODES, "qualify=yes", "timerb=3000"),
                "SIP deaf, timerb=32000": chan_sip("g", CODES, "qualify=yes", "timerb=32000"),
            }
            own_pjsip = {
                "PJSIP gone": pjsip("a", f"sip:{gone}"),
                "PJSIP deaf": pjsip("b", f"sip:{CODES}").replace("type=aor\n", qualified),
            }
            own_iax2 = {
                "IAX2 gone": iax2("a", gone),
                "IAX2 gone, qualify=yes": iax2("b", gone, None, "qualify=yes"),
                "IAX2 deaf": iax2("c", CODES, None, "qualify=yes"),
                "IAX2 deaf, qualify=500": iax2("d", CODES, None, "qualify=500"),
            }
            files = {"sip-vicidial.conf": sip, "pjsip-vicidial.conf": own_pjsip, "iax-vicidial.conf": own_iax2}
            lab.dialer.load({name: "".join(trunks.values()) for name, trunks in files.items()})
            known = ("sip show peer e", "sip show peer f", "sip show peer g", "iax2 show peer c", "iax2 show peer d")
            assert until(lambda: all("OK (" in lab.dialer.asterisk(question) for question in known), 60)
            assert until(lambda: "b/sip:127.0.0.31" in lab.dialer.asterisk("pjsip show contacts"), 60)
            trunks = {case: text[1] for each in files.values() for case, text in each.items()}
            number = "12125559999"
            legs = dial_all(
                lab.dialer, {case: channel(case.split()[0], name, number) for case, name in trunks.items()}, seconds=12
            )

        assert {case: leg.seconds for case, leg in legs.items() if leg.dialstatus == "CANCEL"}.keys() == {
            "SIP gone", "PJSIP gone", "PJSIP deaf", "IAX2 gone",
        }  # fmt: skip
        after = {
            "SIP gone, timerb=8000": 8, "SIP gone, timerb=6400": 6.4, "SIP gone, timerb=3000": 6.4, "SIP deaf": 6.4,
            "SIP deaf, timerb=3000": 6.4, "SIP deaf, timerb=32000": 6.4, "IAX2 gone, qualify=yes": 4, "IAX2 deaf": 4,
            "IAX2 deaf, qualify=500": 1,
        }  # fmt: skip
        for case, seconds in after.items():
            leg = legs[case]
            assert (leg.answer, leg.rang, leg.dialstatus in ("CONGESTION", "CHANUNAVAIL")) == ("", False, True), case
            assert seconds - 1 <= leg.seconds <= seconds + 3, case
        assert {legs[case].cause for case in after if case.startswith("IAX2")} == {0}, "no cause to judge by"
        # chan_sip goes on re-sending an INVITE that somebody gave up before any answer, an earlier test's too.
        assert f"sip:{number}" in {call.uri.partition("@")[0] for call in deaf.calls}

    def test_a_timer_b_below_six_seconds_and_a_half_is_complained_of(self, lab: Lab) -> None:
        for timer, is_complained_of in (("8000", False), ("6400", False), ("5000", True)):
            lab.dialer.load({"sip-vicidial.conf": chan_sip("acme", SILENT, f"timerb={timer}")})
            assert any("Timer B" in line for line in lab.dialer.complaints()) is is_complained_of

    def test_trunks_that_are_known_to_be_gone(self, lab: Lab) -> None:
        with silence() as gone:
            lab.dialer.load(
                {
                    "sip-vicidial.conf": chan_sip("acme", gone, "qualify=yes"),
                    "pjsip-vicidial.conf": pjsip("acme", f"sip:{gone}").replace(
                        "type=aor\n", "type=aor\nqualify_frequency=2\nqualify_timeout=1\n"
                    ),
                    "iax-vicidial.conf": iax2("acme", gone, None, "qualify=yes", "qualifyfreqok=2000"),
                }
            )
            gone_words = {
                "sip show peer acme": "Status       : UNREACHABLE",
                "pjsip show contacts": "Unavail",
                "iax2 show peers": "UNREACHABLE",
            }
            assert until(lambda: all(word in lab.dialer.asterisk(each) for each, word in gone_words.items()), 30)
            legs = dial_all(lab.dialer, {driver: channel(driver, "acme", "12125550100") for driver in DRIVERS}, seconds=8)

        assert {driver: (leg.dialstatus, leg.cause, leg.answer) for driver, leg in legs.items()} == {
            "SIP": ("CHANUNAVAIL", 20, ""),
            "PJSIP": ("CHANUNAVAIL", 3, ""),
            "IAX2": ("CHANUNAVAIL", 20, ""),
        }
        assert max(leg.seconds for leg in legs.values()) <= 1


class TestWhatACarrierSays:
    def test_iax2_tells_a_carriers_refusal_from_what_became_of_the_call(self, lab: Lab) -> None:
        registration, ip = (lab.carriers[name].address for name in ("registration", "ip"))
        lab.dialer.load(
            {
                "iax-vicidial.conf": iax2("wrong", registration, Account(IAX_PERCALL.username, "not-this-one"))
                + iax2("nobody", registration, Account("nobody", "not-this-one"))
                + iax2("nameless", registration)
                + iax2("acme", ip)
            }
        )
        channels = {
            "wrong password": "IAX2/wrong/12125550100",
            "unknown account": "IAX2/nobody/12125550100",
            "no account": "IAX2/nameless/12125550100",
            "no such trunk": "IAX2/nonesuch/12125550100",
            # The lab's carriers have no number that begins so.
            "no such number": "IAX2/acme/#12125550100",
            **{f"cause {cause}": f"IAX2/acme/121255500{cause}" for cause in ("01", "17", "21", "27", "34", "38", "42")},
        }

        legs = dial_all(lab.dialer, channels)

        assert {name: (leg.dialstatus, leg.cause, leg.answer) for name, leg in legs.items()} == {
            "wrong password": ("CHANUNAVAIL", 50, "IAX2 REJECT (50)"),
            "unknown account": ("CHANUNAVAIL", 50, "IAX2 REJECT (50)"),
            "no account": ("CHANUNAVAIL", 0, ""),
            "no such trunk": ("CHANUNAVAIL", 20, ""),
            "no such number": ("CHANUNAVAIL", 3, "IAX2 REJECT (3)"),
            "cause 01": ("CHANUNAVAIL", 1, "IAX2 HANGUP (1)"),
            "cause 17": ("BUSY", 17, "IAX2 HANGUP (17)"),
            "cause 21": ("CHANUNAVAIL", 21, "IAX2 HANGUP (21)"),
            "cause 27": ("CHANUNAVAIL", 27, "IAX2 HANGUP (27)"),
            "cause 34": ("CONGESTION", 34, "IAX2 HANGUP (34)"),
            "cause 38": ("CHANUNAVAIL", 38, "IAX2 HANGUP (38)"),
            "cause 42": ("CHANUNAVAIL", 42, "IAX2 HANGUP (42)"),
        }

    @pytest.mark.parametrize(
        ("driver", "without", "with_reason"),
        [("SIP", ("CONGESTION", 34), ("CONGESTION", 34)), ("PJSIP", ("CONGESTION", 34), ("NOANSWER", 16))],
    )
    def test_a_reason_header_changes_everything_but_the_code(
        self, lab: Lab, driver: str, without: tuple[str, int], with_reason: tuple[str, int]
    ) -> None:
        lab.dialer.load({"sip-vicidial.conf": chan_sip("acme", CODES), "pjsip-vicidial.conf": pjsip("acme", f"sip:{CODES}")})
        with SipCodes(CODES):
            legs = dial_all(lab.dialer, {end: channel(driver, "acme", f"1212555{end}") for end in ("0503", "3503")})

        assert [(leg.dialstatus, leg.cause) for leg in (legs["0503"], legs["3503"])] == [without, with_reason]
        assert {leg.code for leg in legs.values()} == {503}


@pytest.mark.parametrize("driver", ["SIP", "PJSIP"])
def test_the_signs_in_a_number_leave_as_they_are_but_for_the_hash(lab: Lab, driver: str) -> None:
    lab.dialer.load({"sip-vicidial.conf": chan_sip("acme", CODES), "pjsip-vicidial.conf": pjsip("acme", f"sip:{CODES}")})
    numbers = {"+12120486": "+12120486", "*67#12120486": "*67%2312120486", "00112*1#0486": "00112*1%230486"}
    with SipCodes(CODES) as carrier:
        dial_all(lab.dialer, {number: channel(driver, "acme", number) for number in numbers})

    sent = {call.uri.removeprefix("sip:").partition("@")[0] for call in carrier.calls}
    assert sent == set(numbers.values())
    assert {call.user_of("to") for call in carrier.calls} == set(numbers)


def test_over_iax2_the_hash_is_one_too(lab: Lab) -> None:
    carrier = lab.carriers["ip"]
    lab.dialer.load({"iax-vicidial.conf": iax2("acme", carrier.address)})
    numbers = {"+12125550017", "*67#12125550017", "00112*1#12125550017"}
    dial_all(lab.dialer, {number: channel("IAX2", "acme", number) for number in numbers})

    assert {call.number for call in carrier.calls()} == numbers


#: values of a header that arrive as others, per driver; a bare semicolon is not among them: it begins a comment
CHANGED: dict[str, dict[str, str]] = {
    "SIP": {"a\\b": "ab", '"one two"': '"one two', "a\\;b": "a;b", "${NOTHING}x": "x", "a$[1+1]": "a2", "x ": "x"},
    "PJSIP": {"a\\;b": "a;b", "${NOTHING}x": "x", "a$[1+1]": "a2", "x ": "x"},
}


@pytest.mark.parametrize("driver", ["SIP", "PJSIP"])
def test_which_signs_of_a_headers_value_arrive(lab: Lab, driver: str) -> None:
    lab.dialer.load({"sip-vicidial.conf": chan_sip("acme", CODES), "pjsip-vicidial.conf": pjsip("acme", f"sip:{CODES}")})
    plain = [f"a{sign}b" for sign in f"{string.punctuation} " if sign != ";"]
    values = {f"c{index}": value for index, value in enumerate(dict.fromkeys([*plain, '"one two"', *CHANGED[driver]]))}
    lines = "".join(header_steps(driver, name, value) for name, value in values.items())
    lab.dialer.load({"extensions-vicidial.conf": f"[headers]\n{lines}"})
    with SipCodes(CODES) as carrier:
        for name in values:
            lab.dialer.asterisk(f"channel originate Local/{name}@headers application Wait 0.1")
        assert until(lambda: len(carrier.calls) == len(values), 60)

    arrived = {call.headers["x-name"]: call.headers["x-test"] for call in carrier.calls}
    expected = {name: CHANGED[driver].get(value, value) for name, value in values.items()}
    assert arrived == expected


def header_steps(driver: str, name: str, value: str) -> str:
    if driver == "SIP":
        steps = [f"SIPAddHeader(X-Name: {name})", f"SIPAddHeader(X-Test: {value})", "Dial(SIP/acme/0486)"]
        return "".join(f"exten => {name},{n},{step}\n" for n, step in enumerate(steps, 1))
    return (
        f"exten => {name},1,Dial(PJSIP/0486@acme,,b(headers^out-{name}^1))\n"
        f"exten => out-{name},1,Set(PJSIP_HEADER(add,X-Name)={name})\nsame => n,Set(PJSIP_HEADER(add,X-Test)={value})\n"
        "same => n,Return()\n"
    )


def test_labels_in_a_pattern_are_found_in_what_the_generator_wrote(lab: Lab) -> None:
    steps = ['n,GotoIf($["${EXTEN:-1}" = "1"]?cwnext:cwend)', f"n,{note_of('neither')}", "n(cwnext),NoOp()"]
    steps += [f"n,{note_of('next')}", "n,Hangup()", f"n(cwend),{note_of('end')}", "n,Hangup()"]
    lines = ["1,NoOp()", *steps]
    add_carrier(lab, "ACME", dialplan_entry="\n".join(f"exten => _91NXXNXXXXXX,{line}" for line in lines))
    rebuild(lab)
    noted = lab.dialer.root / "tmp/noted"
    noted.unlink(missing_ok=True)

    for number in ("912125550101", "912125550100"):
        lab.dialer.asterisk(f"channel originate Local/{number}@default application Wait 0.1")

    assert until(lambda: noted.exists() and len(noted.read_text().split()) == 2, 60)
    assert sorted(noted.read_text().split()) == ["end", "next"]


def note_of(text: str) -> str:
    return f"Set(FILE(/tmp/noted,,,al,u)={text})"
