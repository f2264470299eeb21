"""Following a call: what the carriers receive, what only a call can tell, and what is never shown."""

from __future__ import annotations

import pytest

from tests.carrier.entries import entry
from tests.carrier.samples import IP, PROTOCOLS, answers
from wizard.carrier.model import CARRIERS_CONTEXT, Carrier
from wizard.carrier.simulation.expressions import Text, expand
from wizard.carrier.simulation.loaded import Dialplan, context_of_entries
from wizard.carrier.simulation.paths import CallPath, call_path
from wizard.carrier.simulation.previewing import preview_paths
from wizard.carrier.simulation.state import Unclear
from wizard.words.simulation import condition_lines, headline, note_words, receipt_lines

CALLER = "5551239999"
LOG = "AGI(agi://127.0.0.1:4577/call_log)"


def followed(
    *steps: str, digits: str = "912125550100", variables: dict[str, str] | None = None, further: str = "", caller: str = CALLER
) -> CallPath:
    """The path through one extension of these steps."""
    lines = [
        f"exten => _9.,{'n' if number else '1'}{step if step[0] == '(' else ',' + step}" for number, step in enumerate(steps)
    ]
    context = context_of_entries("default", ["\n".join([*lines, further])])
    return call_path(Dialplan({"default": context}, variables or {}), "default", digits, caller)


def dialled(path: CallPath) -> list[str]:
    return [each.leg.destinations[0].written for each in path.receipts]


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("number_format", ["plus_e164", "e164", "nanp11", "nanp10", "as_dialled"])
def test_an_entry_of_the_wizards_own_is_understood_whole(protocol: str, number_format: str) -> None:
    own = answers(
        IP,
        protocol=protocol,
        number_format=number_format,
        caller_id_format=number_format,
        destinations=["nanp", "international"],
    )

    for previewed in preview_paths(own, ["212 555 0100", "+442079460000", "011442079460000"], CALLER):
        assert previewed.path.notes == ()
        for receipt in previewed.path.receipts:
            assert receipt.carrier_id == "ACME"
            assert all(destination.is_known for destination in receipt.leg.destinations)
            assert receipt.leg.caller_id is not None


def test_a_preview_says_what_is_received_with_and_without_the_phone_code() -> None:
    own = answers(IP, destinations=["nanp", "nanp10"], number_format="plus_e164", caller_id_format="plus_e164")

    with_code, without = preview_paths(own, ["212 555 0100", "nonsense"], CALLER)

    assert [with_code.path.digits, without.path.digits] == ["912125550100", "92125550100"]
    assert [with_code.sends_phone_code, without.sends_phone_code] == [True, False]
    for previewed in (with_code, without):
        assert previewed.path.first is not None
        assert previewed.path.first.leg.destinations[0].digits == "+12125550100"
        assert previewed.path.first.leg.caller_id == "+15551239999"


def test_a_hash_leaves_a_sip_driver_as_its_code() -> None:
    for dialled_first, on_the_wire in (
        ("SIP/acme/77#${EXTEN:1}", "77%2312125550100"),
        ("IAX2/acme/77#${EXTEN:1}", "77#12125550100"),
    ):
        path = followed(LOG, f"Dial({dialled_first},,To)")
        assert path.first is not None
        assert path.first.leg.destinations[0].on_the_wire == on_the_wire


def test_a_variable_that_nobody_knows_is_shown_as_it_is_written() -> None:
    path = followed(LOG, "Dial(${ACME_TRUNK}/${EXTEN:1},,To)")

    assert path.first is not None
    [destination] = path.first.leg.destinations
    assert not destination.is_known
    assert destination.written == "${ACME_TRUNK}/12125550100"


def test_legs_come_once_each_in_the_order_in_which_they_are_tried() -> None:
    rule = 'GotoIf($["${DIALSTATUS}" = "CHANUNAVAIL" | "${DIALSTATUS}" = "CONGESTION"]?:end)'
    legs = [
        step
        for number in range(1, 7)
        for step in (f"Dial(SIP/c{number}/${{EXTEN:1}})", rule, 'GotoIf($["${HANGUPCAUSE}" = "1"]?end)')
    ]

    path = followed(*legs, "(end),Hangup()")

    assert dialled(path) == [f"SIP/c{number}/12125550100" for number in range(1, 7)]
    assert [each.turn for each in path.receipts] == [1, 2, 3, 4, 5, 6]
    assert path.notes == ()


def test_what_only_a_call_decides_goes_both_ways_with_its_condition() -> None:
    path = followed('GotoIf($["${ODD}" = "1"]?odd)', "Dial(SIP/even/${EXTEN:1})", "Hangup()", "(odd),Dial(SIP/odd/${EXTEN:1})")

    assert sorted(dialled(path)) == ["SIP/even/12125550100", "SIP/odd/12125550100"]
    assert {each.conditions[0].holds for each in path.receipts} == {True, False}


def test_a_condition_that_is_known_goes_one_way() -> None:
    path = followed('GotoIf($["${CALLERID(num)}" =~ "^555"]?ours)', "Dial(SIP/no/1)", "Hangup()", "(ours),Dial(SIP/yes/1)")

    assert dialled(path) == ["SIP/yes/1"]


def test_a_caller_id_that_is_set_on_an_unknown_condition_is_unknown() -> None:
    path = followed('ExecIf($["${ODD}" = "1"]?Set(CALLERID(num)=1))', "Dial(SIP/acme/1)")

    assert path.first is not None
    assert path.first.leg.caller_id is None


def test_digits_that_are_passed_on_are_followed() -> None:
    path = followed("Goto(default,7${EXTEN:1},1)", further="exten => _7.,1,Dial(SIP/bkup/${EXTEN:1})")

    assert dialled(path) == ["SIP/bkup/12125550100"]


def test_what_goes_round_in_circles_ends() -> None:
    assert dialled(followed("Goto(default,${EXTEN},1)")) == []
    assert dialled(followed("(again),Dial(SIP/acme/1)", "Goto(again)"))[:1] == ["SIP/acme/1"]
    assert dialled(followed("Goto(default,9${EXTEN},1)")) == []


def test_headers_of_one_driver_do_not_reach_a_leg_of_the_other() -> None:
    legs = ["Dial(SIP/acme/1)", "Dial(PJSIP/1@bkup)", "Dial(SIP/third/1)"]

    path = followed("SIPAddHeader(X-Key: k3y)", *legs, "SIPRemoveHeader()", "Dial(SIP/fourth/1)")

    assert [dict(each.leg.headers) for each in path.receipts] == [{"X-Key": "k3y"}, {}, {"X-Key": "k3y"}, {}]


def test_what_a_subroutine_does_to_the_outgoing_channel_is_this_legs_alone() -> None:
    further = (
        "exten => own,1,Set(PJSIP_HEADER(add,P-Asserted-Identity)=<sip:${ARG1}@example.com>)\n"
        "exten => own,n,Set(CONNECTEDLINE(name,i)=ACME)\nexten => own,n,Return()"
    )
    path = followed("Dial(PJSIP/1@acme,,Tob(default^own^1(${CALLERID(num)})))", "Dial(PJSIP/1@bkup,,To)", further=further)

    first, second = path.receipts
    assert first.leg.headers == (("P-Asserted-Identity", f"<sip:{CALLER}@example.com>"),)
    assert (first.leg.caller_name, second.leg.caller_name, second.leg.headers) == ("ACME", None, ())


@pytest.mark.parametrize(
    ("step", "about"),
    [
        ("Macro(trunk,${EXTEN})", Unclear.STEP),
        ("AGI(agi-LCR-Route.agi,${EXTEN:2:6})", Unclear.SCRIPT),
        ("Set(CALLERID(name)=ACME)", Unclear.CALLER_NAME),
        ("Goto(default,none,1)", Unclear.NOWHERE),
        ("Goto(elsewhere,1,1)", Unclear.STEP),
    ],
)
def test_what_is_not_understood_is_said(step: str, about: Unclear) -> None:
    path = followed(step, "Dial(SIP/acme/1)")

    assert [note.about for note in path.notes] == [about]


def test_the_script_of_least_cost_routing_chooses_the_trunk_and_nobody_guesses_which() -> None:
    path = followed("AGI(agi-LCR-Route.agi,212555)", "Dial(${LCRTRUNK}/1,,To)", variables={"LCRTRUNK": "SIP/default"})

    assert path.first is not None
    assert not path.first.leg.destinations[0].is_known


@pytest.mark.parametrize(
    "steps",
    [
        ("SIPAddHeader(X-Token: tops3cret)", "Macro(x)", "Dial(SIP/acme/1)"),
        ('ExecIf($["${ODD}" = "1"]?SIPAddHeader(X-Token: tops3cret))', "Dial(SIP/acme/1)"),
        ("Dial(IAX2/user:tops3cret@203.0.113.7/${EXTEN},,To)",),
        ("Dial(${LOOP}/9${EXTEN},,To)",),
        ("Set(CURLOPT(userpwd)=password:tops3cret)", "Dial(SIP/acme/1)"),
        ('GotoIf($["${ODD}" = "1"]?x)', "Dial(SIP/1234:tops3cret@sip.example.com,,To)"),
    ],
)
def test_nothing_that_is_shown_holds_a_secret(steps: tuple[str, ...]) -> None:
    path = followed(*steps, variables={"LOOP": "IAX2/ASTloop:tops3cret@127.0.0.1:40569"})

    shown = [headline(path), *map(note_words, path.notes)]
    shown += [str(line) for each in path.receipts for line in (*receipt_lines(each), *condition_lines(each))]
    assert "tops3cret" not in "".join(shown)
    assert path.receipts


def test_vicidials_own_loop_is_no_carrier() -> None:
    path = followed("Dial(${TRUNKloop}/9${EXTEN},,to)", variables={"TRUNKloop": "IAX2/ASTloop:pw@127.0.0.1:40569"})

    assert not path.reaches_carrier


def _carrier(carrier_id: str, dialplan: str) -> Carrier:
    columns = entry(IP, carrier_id=carrier_id).columns()
    return Carrier(**{**columns, "protocol": entry(IP).protocol, "dialplan_entry": dialplan})  # type: ignore[arg-type]


def test_equal_patterns_of_two_carriers_merge_and_the_first_ones_lines_run() -> None:
    first = _carrier("AAA", "exten => _9N1,1,NoOp(a)\nexten => _9N1,2,Dial(SIP/aaa/1)\n")
    second = _carrier(
        "BBB", "exten => _9[2-9]1,1,NoOp(b)\nexten => _9[2-9]1,2,Dial(SIP/bbb/1)\nexten => _9[2-9]1,3,Dial(SIP/bbb/2)\n"
    )
    context = context_of_entries(CARRIERS_CONTEXT, [first.dialplan_entry, second.dialplan_entry])

    path = call_path(Dialplan({context.name: context}), CARRIERS_CONTEXT, "921", CALLER, [first, second])

    assert dialled(path) == ["SIP/aaa/1", "SIP/bbb/2"]
    assert path.owner is not None
    assert (path.owner.carrier_id, path.others_lines) == ("AAA", ("BBB",))


def test_numbers_that_a_carrier_leaves_out_are_told_as_such() -> None:
    own = _carrier("ACME", "exten => _91900NXXXXXX,1,Hangup()\nexten => _91NXXNXXXXXX,1,Dial(SIP/acme/${EXTEN:1})\n")
    context = context_of_entries(CARRIERS_CONTEXT, [own.dialplan_entry])

    path = call_path(Dialplan({context.name: context}), CARRIERS_CONTEXT, "919005550100", CALLER, [own])

    assert path.is_refused_on_purpose
    assert [each.match.extension.pattern for each in path.losers] == ["_91NXXNXXXXXX"]


UNCLEAR = ["$[1 + 2]", '$["a" < "b"]', '$["1" =~ "(0)|(1)"]', '$["a" =~ "[[:digit:]]"]', "${SHELL(date)}", "$[1"]


@pytest.mark.parametrize("text", UNCLEAR)
def test_what_is_not_worked_out_stays_as_it_is_written(text: str) -> None:
    assert expand(text, lambda _: None) == Text(text, is_known=False)
