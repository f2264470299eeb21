"""Dialplan entries that somebody else wrote."""

from __future__ import annotations

import pytest

from tests.carrier.adopting.entries import adopted, of_fate, told
from tests.carrier.samples import DIALER, REGISTRATION, answers
from wizard.carrier.adopting.adopt import Adoption, adopt
from wizard.carrier.adopting.differences import Fate
from wizard.carrier.answers import FailoverReason, NumberFormat, StirShaken
from wizard.carrier.model import Protocol
from wizard.carrier.render import render_carrier

_LOG = "AGI(agi://127.0.0.1:4577/call_log)"


def dialling(pattern: str, dialled: str) -> str:
    """Three priorities, as in VICIdial's own sample."""
    return f"exten => {pattern},1,{_LOG}\nexten => {pattern},2,Dial({dialled},${{CAMPDTO}},To)\nexten => {pattern},3,Hangup\n"


def read(*entries: str) -> Adoption:
    return adopted(dialplan_entry="".join(entries))


@pytest.mark.parametrize(
    ("pattern", "sent", "answers"),
    [
        ("_91NXXNXXXXXX", "${EXTEN:1}", ("9", "nanp", NumberFormat.E164)),
        ("_91NXXNXXXXXX", "+${EXTEN:1}", ("9", "nanp", NumberFormat.PLUS_E164)),
        ("_91NXXNXXXXXX", "${EXTEN:2}", ("9", "nanp", NumberFormat.NANP10)),
        ("_91nxxnxxxxxx", "${EXTEN:2}", ("9", "nanp", NumberFormat.NANP10)),
        ("_9NXXNXXXXXX", "1${EXTEN:1}", ("9", "nanp10", NumberFormat.E164)),
        ("_9NXXNXXXXXX", "+1${EXTEN:1}", ("9", "nanp10", NumberFormat.PLUS_E164)),
        ("_81NXXNXXXXXX", "${EXTEN:1}", ("8", "nanp", NumberFormat.E164)),
        ("_1NXXNXXXXXX", "${EXTEN}", ("", "nanp", NumberFormat.E164)),
        ("_7231NXXNXXXXXX", "${EXTEN:3}", ("723", "nanp", NumberFormat.E164)),
        ("_9XXX", "${EXTEN:1}", ("9", "XXX", NumberFormat.E164)),
    ],
)
def test_a_pattern_is_prefix_and_destination_and_what_is_sent_a_format(
    pattern: str, sent: str, answers: tuple[str, str, NumberFormat]
) -> None:
    adoption = read(dialling(pattern, f"${{MAINTRUNK}}/{sent}"))

    numbers = adoption.answers.numbers
    assert (numbers.dial_prefix, numbers.destinations[0], numbers.number_format) == answers
    assert numbers.tech_prefix == ""
    assert numbers.destination_digits == ()
    assert adoption.is_whole


@pytest.mark.parametrize(
    ("entries", "answers"),
    [
        (
            [dialling("_91NXXNXXXXXX", "${MAINTRUNK}/5566#${EXTEN:1}")],
            {"tech_prefix": "5566#", "destinations": ("nanp",), "number_format": NumberFormat.E164},
        ),
        (
            [dialling("_91NXXNXXXXXX", "${MAINTRUNK}/${EXTEN:2}"), dialling("_9011[2-9]XXX", "${MAINTRUNK}/00${EXTEN:4}")],
            {"dial_prefix": "9", "destination_digits": (("011[2-9]XXX", "strip 3 add 00"),)},
        ),
        ([dialling("_9044XXXXXXX", "${MAINTRUNK}/44${EXTEN:4}")], {"dial_prefix": "9"}),
    ],
)
def test_a_tech_prefix_and_rules_of_single_destinations(entries: list[str], answers: dict[str, object]) -> None:
    adoption = read(*entries)

    assert {name: adoption.answers.value(name) for name in answers} == answers
    assert adoption.is_whole


def test_same_and_labels_and_priorities_by_n_are_the_same_to_asterisk() -> None:
    steps = f"exten => _91NXXNXXXXXX,1,{_LOG}\n same => n(out),Dial(${{MAINTRUNK}}/${{EXTEN:1}},${{CAMPDTO}},To)\n"
    text = f"{steps} same => n,Hangup()\n"

    assert read(text).is_whole


def test_a_trunk_that_is_dialled_by_its_name_is_the_one_that_a_variable_stands_for() -> None:
    for dialled in ("SIP/acme/${EXTEN:1}", "SIP/${EXTEN:1}@acme"):
        adoption = adopted(globals_string="", dialplan_entry=dialling("_91NXXNXXXXXX", dialled))

        assert adoption.answers.numbers.number_format is NumberFormat.E164
        assert told(adoption, Fate.ADDED, "globals_string") == ["ACME_TRUNK=SIP/acme"]
    assert adopted(globals_string="", dialplan_entry=dialling("_91NXXNXXXXXX", "SIP/acme/${EXTEN:1}")).is_whole


def test_no_guard_against_costly_numbers_means_that_they_are_allowed() -> None:
    numbers = read(dialling("_91NXXNXXXXXX", "${MAINTRUNK}/${EXTEN:1}")).answers.numbers

    assert numbers.allow_premium
    assert numbers.allow_caribbean


def test_what_the_wizard_never_writes_is_lost_line_by_line() -> None:
    text = (
        f"exten => _91NXXNXXXXXX,1,{_LOG}\n"
        "exten => _91NXXNXXXXXX,n,Set(CALLERID(num)=5551230000)\n"
        "exten => _91NXXNXXXXXX,n,Dial(${MAINTRUNK}/${EXTEN:1},${CAMPDTO},To)\n"
        "exten => _91NXXNXXXXXX,n,System(/usr/local/bin/done)\n"
        "exten => _91NXXNXXXXXX,n,Hangup\n"
        "exten => h,1,NoOp(bye)\n"
    )

    adoption = read(text)

    lost = {each.line: each.text for each in of_fate(adoption, Fate.LOST)}
    assert sorted(lost) == [2, 4, 6]
    assert told(adoption, Fate.CHANGED) == []


@pytest.mark.parametrize("options", [",,tTor", ",55,o", ""])
def test_another_patience_and_other_options_are_told(options: str) -> None:
    text = f"exten => _91NXXNXXXXXX,1,{_LOG}\nexten => _91NXXNXXXXXX,2,Dial(${{MAINTRUNK}}/${{EXTEN:1}}{options})\n"

    adoption = read(text)

    [changed] = of_fate(adoption, Fate.CHANGED)
    assert changed.line == 2
    assert changed.instead.endswith("Dial(${MAINTRUNK}/${EXTEN:1},${CAMPDTO},To)")


def test_an_open_pattern_that_sends_anything_on_would_send_only_what_can_be_dialled() -> None:
    adoption = read(dialling("_9X.", "${MAINTRUNK}/${EXTEN:1}"))

    assert adoption.answers.numbers.destinations == ("X.",)
    [changed] = of_fate(adoption, Fate.CHANGED)
    assert "FILTER" in changed.instead


def test_lines_that_asterisk_never_runs_are_told() -> None:
    text = dialling("_91NXXNXXXXXX", "${MAINTRUNK}/${EXTEN:1}")
    more = "exten => _91NXXNXXXXXX,2,Dial(SIP/other/${EXTEN})\nexten => _91NXXNXXXXXX,7,NoOp(far)\nnonsense\n; a note\n"

    adoption = read(text, more)

    assert told(adoption, Fate.UNREAD) == more.splitlines()[:3]
    assert told(adoption, Fate.COMMENT) == ["; a note"]
    assert adoption.is_whole


def test_a_header_before_the_dial_is_a_header_of_the_carriers_and_its_value_is_secret() -> None:
    text = (
        f"exten => _91NXXNXXXXXX,1,{_LOG}\nexten => _91NXXNXXXXXX,2,SIPAddHeader(X-Key: top.S3cret)\n"
        "exten => _91NXXNXXXXXX,3,Dial(${MAINTRUNK}/${EXTEN:1},${CAMPDTO},To)\nexten => _91NXXNXXXXXX,4,Hangup\n"
    )

    adoption = read(text)

    [(name, value)] = adoption.answers.numbers.extra_headers
    assert (name, value.reveal()) == ("X-Key", "top.S3cret")
    assert told(adoption, Fate.LOST) == []
    assert "top.S3cret" not in " ".join(str(each.values) for each in adoption.findings())


def test_an_account_in_a_dial_string_is_not_shown() -> None:
    adoption = read(dialling("_91NXXNXXXXXX", "SIP/joe:s3cret.Word@sip.acme.test/${EXTEN:1}"))

    assert not adoption.is_whole
    assert "s3cret.Word" not in " ".join(str(each.values) for each in adoption.findings())


def test_least_cost_and_tiltx_are_known_by_their_scripts() -> None:
    text = (
        f"exten => _91NXXNXXXXXX,1,{_LOG}\n"
        "exten => _91NXXNXXXXXX,n,AGI(agi-TILTX_SHAKEN.agi,${EXTEN:-10}-----${CALLERID(num)}-----NO-----)\n"
        "exten => _91NXXNXXXXXX,n,AGI(agi-LCR-Route.agi,${EXTEN:2:6})\n"
        "exten => _91NXXNXXXXXX,n,Dial(${LCRTRUNK}/${EXTEN:1},,tTo)\n"
    )

    adoption = read(text)

    routing = adoption.answers.routing
    assert (routing.least_cost, routing.stir_shaken) == (True, StirShaken.TILTX)
    assert not adoption.is_whole


def test_a_second_dial_that_is_no_rule_of_ours_is_no_backup() -> None:
    text = (
        f"exten => _91NXXNXXXXXX,1,{_LOG}\nexten => _91NXXNXXXXXX,2,Dial(${{MAINTRUNK}}/${{EXTEN:1}},${{CAMPDTO}},To)\n"
        "exten => _91NXXNXXXXXX,3,Dial(SIP/spare/${EXTEN:1},30,To)\nexten => _91NXXNXXXXXX,4,Hangup\n"
    )

    adoption = read(text)

    assert adoption.answers.routing.backup_carrier == ()
    assert adoption.answers.routing.failover_on == tuple(FailoverReason)
    assert [each.line for each in of_fate(adoption, Fate.LOST)] == [3]


def test_further_variables_are_not_placed() -> None:
    adoption = adopted(globals_string="MAINTRUNK = SIP/acme\nSPARETRUNK = SIP/spare")

    assert told(adoption, Fate.LOST, "globals_string") == ["SPARETRUNK = SIP/spare"]


def test_a_variable_that_a_channel_could_hide_gets_another_name() -> None:
    adoption = adopted(globals_string="ACME=SIP/acme", dialplan_entry=dialling("_91NXXNXXXXXX", "${ACME}/${EXTEN:1}"))

    [changed] = of_fate(adoption, Fate.CHANGED)
    assert (changed.column, changed.text, changed.instead) == ("globals_string", "ACME=SIP/acme", "ACME_TRUNK=SIP/acme")


def test_digits_that_are_no_account_are_shown() -> None:
    adoption = adopted(
        protocol=Protocol.PJSIP,
        account_entry="[acme]\ntype=endpoint\n",
        globals_string="MAINTRUNK=acme",
        dialplan_entry="exten => _91NXXNXXXXXX,1,Dial(PJSIP/42${EXTEN:1}@${MAINTRUNK},55)\n",
    )

    assert told(adoption, Fate.CHANGED, "dialplan_entry") == [
        "exten => _91NXXNXXXXXX,1,Dial(PJSIP/42${EXTEN:1}@${MAINTRUNK},55)"
    ]


def test_a_reading_whose_answers_are_refused_is_not_taken_where_another_makes_the_same() -> None:
    own = answers({**REGISTRATION, "dial_prefix": "485", "destinations": ["2"], "tech_prefix": "42"})

    adoption = adopt(render_carrier(own, DIALER.place), DIALER.place)

    assert adoption.is_whole
    assert adoption.answers.numbers.dial_prefix != ""
