"""Backup carriers: what a chain looks like, and what is said of a backup that can't stand in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.carrier.samples import DIALER, HERE, IP, answers
from wizard.carrier.checks import check_answers
from wizard.carrier.dialing.backups import backup_of, leg_for
from wizard.carrier.dialing.dialplan_reading import read_dialplan
from wizard.carrier.dialing.numbers import routes
from wizard.carrier.findings import errors_of
from wizard.carrier.model import Carrier
from wizard.carrier.on_dialer.backup_checks import check_backups, check_without_dialer
from wizard.carrier.on_dialer.least_cost import check_least_cost
from wizard.carrier.profile import Campaign, DialerProfile, LeastCost, Server
from wizard.carrier.render import render_carrier

BKUP = {**IP, "carrier_id": "BKUP", "host": "203.0.113.8", "dial_prefix": "8"}


def made(**changed: Any) -> Carrier:
    """A backup as the wizard writes it."""
    return render_carrier(answers(BKUP, **changed), HERE)


def by_hand(dialplan_entry: str, **changed: Any) -> Carrier:
    """A backup as somebody typed it."""
    return replace(made(), globals_string="BKTRUNK = SIP/bkup", dialplan_entry=dialplan_entry, **changed)


def dialer_with(*carriers: Carrier, **changed: Any) -> DialerProfile:
    place = replace(DIALER.place, backups=tuple(map(backup_of, carriers)), **changed)
    return replace(DIALER, carriers=carriers, place=place)


def steps(dialer: DialerProfile, pattern: str = "_91NXXNXXXXXX", **changed: Any) -> list[str]:
    entry = render_carrier(answers(IP, **changed), dialer.place).dialplan_entry
    [extension] = [each for each in read_dialplan(entry) if each.pattern == pattern]
    return [f"{step.application}({step.arguments})" for step in extension.steps]


def found(dialer: DialerProfile, *backups: str, **changed: Any) -> list[str]:
    return [each.code for each in check_backups(answers(IP, backup_carrier=list(backups), **changed), dialer)]


HAND = "exten => _8NXXNXXXXXX,1,AGI(agi://127.0.0.1:4577/call_log)\nexten => _8NXXNXXXXXX,n,Dial(${BKTRUNK}/1${EXTEN:1},,To)\n"
#: more than dialling
BUSY_HAND = HAND.replace("n,Dial", "n,Gosub(own,s,1)\nexten => _8NXXNXXXXXX,n,Dial")


class TestTheChain:
    def test_each_leg_has_its_own_digits_and_its_caller_id_rebuilt_from_what_vicidial_gave(self) -> None:
        chain = steps(dialer_with(made(number_format="nanp10", caller_id_format="nanp10")), backup_carrier="BKUP")

        assert chain[2] == "Set(CWCID=${CALLERID(num)})"
        second = chain[chain.index("HangupCauseClear()") + 1 :]
        assert second == [
            "Set(CALLERID(num)=${CWCID})",
            "Set(CWNUM=8${EXTEN:1})",
            next(step for step in made().dialplan_entry.splitlines() if "GotoIf" in step)
            .split(",n,")[1]
            .replace("${EXTEN", "${CWNUM"),
            'ExecIf($["${CALLERID(num)}" =~ "^1[2-9][0-9]{9}$"]?Set(CALLERID(num)=${CALLERID(num):1}))',
            "Dial(${BKUP_TRUNK}/${CWNUM:2},${CAMPDTO},To)",
            "Hangup()",
        ]

    def test_a_leg_is_followed_by_the_rule_of_its_own_driver(self) -> None:
        by_sip = steps(dialer_with(made()), backup_carrier="BKUP", protocol="PJSIP")
        by_iax = steps(dialer_with(made()), backup_carrier="BKUP", protocol="IAX2")

        assert "Set(CWSAID=${HANGUPCAUSE(${HANGUPCAUSE_KEYS()},tech):4:3})" in by_sip
        assert "Set(CWSAID=${HANGUPCAUSE})" in by_iax

    def test_the_log_line_names_both(self) -> None:
        assert any("carrier-wizard ACME to BKUP:" in step for step in steps(dialer_with(made()), backup_carrier="BKUP"))

    @pytest.mark.parametrize(
        ("reasons", "codes", "silent"),
        [
            (["unreachable"], "^(408)$", "cwleg2"),
            (["refused"], "^(401|402|403|407|488)$", "cwend"),
            (["congested"], "^(5..)$", "cwend"),
        ],
    )
    def test_only_the_chosen_reasons_go_on(self, reasons: list[str], codes: str, silent: str) -> None:
        chain = steps(dialer_with(made()), backup_carrier="BKUP", failover_on=reasons)

        assert f'GotoIf($["${{CWSAID}}" =~ "{codes}"]?cwleg2:cwend)' in chain
        nothing_said = '"${DIALSTATUS}" = "CHANUNAVAIL" | "${DIALSTATUS}" = "CONGESTION"'
        assert f"GotoIf($[{nothing_said}]?{silent}:cwend)" in chain

    def test_an_asterisk_that_cannot_tell_ringing_goes_on_only_where_nothing_answered(self) -> None:
        chain = steps(dialer_with(made(), tells_ringing=False), backup_carrier="BKUP")

        assert 'GotoIf($["${HANGUPCAUSE_KEYS()}" != ""]?cwend)' in chain
        assert not any("cwleg2said" in step or '"${CWSAID}" =~' in step for step in chain)

    def test_several_are_tried_in_their_order(self) -> None:
        third = replace(made(carrier_id="THIRD", dial_prefix="7"))
        chain = steps(dialer_with(made(), third), backup_carrier=["THIRD", "BKUP"])

        assert [step.split("/")[0] for step in chain if step.startswith("Dial(")] == [
            "Dial(${ACME_TRUNK}", "Dial(${THIRD_TRUNK}", "Dial(${BKUP_TRUNK}",
        ]  # fmt: skip
        assert sum(step == "HangupCauseClear()" for step in chain) == 2

    def test_a_backup_that_somebody_typed_gets_the_digits_that_it_expects(self) -> None:
        chain = steps(dialer_with(by_hand(HAND)), backup_carrier="BKUP")

        assert "Set(CWNUM=8${EXTEN:2})" in chain
        assert "Dial(${BKTRUNK}/1${CWNUM:1},${CAMPDTO},To)" in chain

    def test_one_that_does_more_than_dial_is_gone_over_to(self) -> None:
        chain = steps(dialer_with(by_hand(BUSY_HAND), ext_context="inside"), backup_carrier="BKUP")

        assert chain[-3:] == ["Set(CALLERID(num)=${CWCID})", "Goto(inside,8${EXTEN:2},1)", "Hangup()"]

    def test_without_a_dialer_the_backup_is_taken_for_one_of_the_wizards_own(self) -> None:
        own = answers(IP, backup_carrier="BKUP")

        assert "Dial(${BKUP_TRUNK}/+${CWNUM:1},${CAMPDTO},To)" in render_carrier(own).dialplan_entry
        assert [each.code for each in check_without_dialer(own)] == ["backup_assumed"]

    def test_a_silent_carrier_leaves_time_for_its_backup(self) -> None:
        assert "timerb=" in render_carrier(answers(IP, backup_carrier="BKUP")).account_entry
        assert "timerb=" not in render_carrier(answers(IP)).account_entry


class TestLeastCost:
    def test_the_cheapest_trunk_comes_first_and_nobody_is_tried_twice(self) -> None:
        chain = steps(dialer_with(made()), backup_carrier="BKUP", least_cost=True)

        assert "Set(LCRTRUNK=${ACME_TRUNK})" in chain
        assert "AGI(agi-LCR-Route.agi,${EXTEN:2:6})" in chain
        assert [step.split("/")[0] for step in chain if step.startswith("Dial(")] == [
            "Dial(${LCRTRUNK}", "Dial(${ACME_TRUNK}", "Dial(${BKUP_TRUNK}",
        ]  # fmt: skip
        assert 'GotoIf($["${LCRTRUNK}" = "${ACME_TRUNK}"]?cwleg3)' in chain
        assert 'GotoIf($["${LCRTRUNK}" = "${BKUP_TRUNK}"]?cwend)' in chain

    @pytest.mark.parametrize(
        ("has", "codes"),
        [
            (LeastCost(), ["least_cost_no_script"]),
            (LeastCost(has_script=True), ["least_cost_no_rates"]),
            (LeastCost(has_script=True, has_table=True), []),
        ],
    )
    def test_what_a_dialer_lacks_for_it(self, has: LeastCost, codes: list[str]) -> None:
        dialer = replace(DIALER, least_cost=has)

        assert [each.code for each in check_least_cost(answers(IP, least_cost=True), dialer)] == codes
        assert list(check_least_cost(answers(IP), dialer)) == []

    def test_numbers_abroad_have_no_rates(self) -> None:
        chain = steps(DIALER, "_9[2-9]XXXXXX.", least_cost=True, destinations=["nanp", "international"])

        assert not any("LCR" in step for step in chain)

    @pytest.mark.parametrize(
        ("changed", "codes"),
        [
            ({}, ["least_cost_one_shape"]),
            ({"protocol": "PJSIP"}, ["least_cost_protocol"]),
            ({"destinations": ["international"]}, ["least_cost_abroad"]),
        ],
    )
    def test_where_it_works_and_where_not(self, changed: dict[str, Any], codes: list[str]) -> None:
        about = [each for each in check_answers(answers(IP, least_cost=True, **changed)) if each.field == "least_cost"]

        assert [each.code for each in about] == codes


class TestWhatIsSaidOfABackup:
    def test_one_that_fits_is_nothing_to_talk_about(self) -> None:
        assert found(dialer_with(made()), "bkup") == []

    def test_one_that_is_not_there(self) -> None:
        [finding] = check_backups(answers(IP, backup_carrier="GONE"), dialer_with(made()))

        assert (finding.code, finding.values) == ("backup_missing", {"backup": "GONE", "carriers": "BKUP"})

    def test_one_that_is_switched_off_or_lives_elsewhere(self) -> None:
        assert found(dialer_with(replace(made(), active="N")), "BKUP") == ["backup_inactive"]
        assert found(dialer_with(replace(made(), server_ip="10.9.9.9")), "BKUP") == ["backup_elsewhere"]

    def test_one_with_no_pattern_for_any_or_some_of_the_numbers(self) -> None:
        assert found(dialer_with(made(destinations=["international"])), "BKUP") == ["backup_no_route"]
        assert found(dialer_with(made()), "BKUP", destinations=["nanp", "international"]) == ["backup_part_route"]

    def test_one_that_does_more_than_dial_has_to_be_the_last(self) -> None:
        dialer = dialer_with(by_hand(BUSY_HAND), made(carrier_id="THIRD", dial_prefix="7"))

        assert found(dialer, "BKUP", "THIRD") == ["backup_only_last"]
        assert found(dialer, "THIRD", "BKUP") == ["backup_jumps", "backup_unclear"]

    @pytest.mark.parametrize(
        "onward",
        [
            "exten => _8NXXNXXXXXX,n,Goto(default,91${EXTEN:1},1)\n",
            "exten => _8NXXNXXXXXX,n,Dial(${ACME_TRUNK}/${EXTEN:1},,To)\n",
            "exten => _8NXXNXXXXXX,n,Dial(SIP/acme/${EXTEN:1},,To)\n",
            "exten => _8NXXNXXXXXX,n,Dial(PJSIP/${EXTEN:1}@acme,,To)\n",
        ],
    )
    def test_one_that_leads_back_here(self, onward: str) -> None:
        assert found(dialer_with(by_hand(HAND + onward)), "BKUP") == ["backup_circular"]

    def test_a_way_back_over_a_third(self) -> None:
        third = replace(
            made(carrier_id="THIRD", dial_prefix="7"),
            dialplan_entry="exten => _71NXXNXXXXXX,1,Dial(${THIRD_TRUNK}/1)\nexten => _71NXXNXXXXXX,n,Dial(SIP/acme/1)\n",
        )
        onward = HAND + "exten => _8NXXNXXXXXX,n,Dial(${THIRD_TRUNK}/${EXTEN},,To)\n"

        assert found(dialer_with(by_hand(onward), third), "BKUP") == ["backup_circular"]

    @pytest.mark.parametrize(
        ("changed", "timeout", "codes"),
        [
            ({}, 26, []),
            ({}, 13, ["backup_after_timeout"]),
            ({}, 14, []),
            ({"failover_on": ["congested"]}, 8, []),
            ({"dial_prefix": "7"}, 8, []),
            ({"dial_prefix": "7", "campaigns": ["SALES"]}, 8, ["backup_after_timeout"]),
            ({"protocol": "PJSIP", "qualify": False}, 26, ["backup_after_timeout"]),
            ({"protocol": "PJSIP"}, 26, []),
        ],
    )
    def test_a_campaign_that_gives_up_before_a_silent_carrier_has_failed(
        self, changed: dict[str, Any], timeout: int, codes: list[str]
    ) -> None:
        campaign = Campaign("SALES", "Sales", active=True, dial_prefix="9", dial_timeout=timeout)
        dialer = replace(dialer_with(made()), campaigns=(campaign,))

        assert found(dialer, "BKUP", **changed) == codes

    def test_an_old_asterisk(self) -> None:
        assert found(dialer_with(made(), tells_ringing=False), "BKUP") == ["failover_only_silence"]

    @pytest.mark.parametrize(
        ("changed", "codes"),
        [
            ({"backup_carrier": ["acme"]}, ["backup_is_itself"]),
            ({"backup_carrier": ["A B"]}, ["id_characters"]),
            ({"backup_carrier": ["BKUP", "bkup"]}, ["repeated"]),
            ({"backup_carrier": ["BKUP"], "failover_on": []}, ["failover_never"]),
            ({"backup_carrier": ["BKUP"], "protocol": "PJSIP", "qualify": False}, ["qualify_off", "backup_comes_late"]),
        ],
    )
    def test_what_can_be_said_without_a_dialer(self, changed: dict[str, Any], codes: list[str]) -> None:
        assert [each.code for each in check_answers(answers(IP, **changed))] == codes


def test_a_trunk_with_a_password_in_its_dial_line_is_never_borrowed() -> None:
    entry = "exten => _8NXXNXXXXXX,1,Dial(SIP/user:s3cret@sip.example.com/1${EXTEN:1},,To)\n"

    [route] = backup_of(by_hand(entry)).routes

    assert not route.can_be_borrowed
    assert "s3cret" not in repr(route)


def test_two_trunks_that_ring_at_once_are_never_borrowed() -> None:
    entry = "exten => _8NXXNXXXXXX,1,Dial(SIP/a/${EXTEN:1}&SIP/b/${EXTEN:1},,To)\n"

    assert not backup_of(by_hand(entry)).routes[0].can_be_borrowed


@pytest.mark.parametrize(
    ("pattern", "digits"),
    [
        ("_81NXXNXXXXXX", "8${EXTEN:1}"),
        ("_8NXXNXXXXXX", "8${EXTEN:2}"),
        ("_1NXXNXXXXXX", "${EXTEN:1}"),
        ("_77X.", "77${EXTEN:1}"),
        ("_X.", "${EXTEN:1}"),
        ("_8[2-5]XXNXXXXXX", None),
        ("_8NXXXXXX", None),
    ],
)
def test_the_digits_for_a_backups_pattern(pattern: str, digits: str | None) -> None:
    [route] = routes(answers(IP).numbers)
    strip = len(digits.partition("$")[0]) if digits else 0
    leg = leg_for(route, backup_of(by_hand(f"exten => {pattern},1,Dial(SIP/bkup/${{EXTEN:{strip}}})\n")))

    assert (leg and leg.digits.expression()) == digits


def test_good_answers_with_everything_have_no_errors() -> None:
    assert errors_of(check_answers(answers(IP, backup_carrier=["BKUP"], least_cost=True))) == []


@pytest.mark.parametrize(
    ("pattern", "dialled", "destinations", "is_taken"),
    [
        ("_8.", "${EXTEN:1}", ["nanp", "international"], [True, True, True]),
        ("_8.", "+${EXTEN:1}", ["nanp"], [True]),
        # Whatever it is, a 1 goes before it: right for the ten digits that its owner dials, wrong for anything else.
        ("_9.", "1${EXTEN:1}", ["nanp", "international"], [False, False, False]),
        ("_X.", "${EXTEN:1}", ["nanp", "international"], [False, False, False]),
        ("_8X.", "011${EXTEN:1}", ["international"], [True, True]),
        ("_81NXXNXXXXXX", "77#${EXTEN:1}", ["nanp"], [True]),
    ],
)
def test_an_entry_for_any_digits_has_to_send_the_number_itself(
    pattern: str, dialled: str, destinations: list[str], is_taken: list[bool]
) -> None:
    backup = backup_of(by_hand(f"exten => {pattern},1,Dial(SIP/bkup/{dialled})\n"))
    own = answers(IP, destinations=destinations, dial_prefix="7")

    assert [leg_for(route, backup) is not None for route in routes(own.numbers)] == is_taken


@pytest.mark.parametrize("trunk", ["Local/9${EXTEN:1}@default", "DAHDI/g1/${EXTEN:1}", "${T}/${EXTEN:1}"])
def test_only_one_trunk_of_a_carrier_is_borrowed(trunk: str) -> None:
    entry = f"exten => _81NXXNXXXXXX,1,Dial({trunk},,To)\n"
    [route] = backup_of(replace(by_hand(entry), globals_string="T=SIP/a/17005550000&SIP/b")).routes

    assert not route.can_be_borrowed


class TestAnEntryThatIsGoneOverTo:
    """It is followed through the dialer's carriers, since the call doesn't come back."""

    def found(self, entry: str, *others: Carrier) -> list[str]:
        return found(dialer_with(by_hand(entry), *others), "BKUP")

    def test_one_that_dials_its_carrier_once_is_only_noted(self) -> None:
        assert self.found("exten => _81NXXNXXXXXX,1,Wait(1)\nsame => n,Dial(SIP/bkup/${EXTEN:1},,To)\n") == ["backup_jumps"]

    def test_one_that_dials_again_by_its_own_rule(self) -> None:
        entry = "exten => _81NXXNXXXXXX,1,Dial(SIP/bkup/${EXTEN:1},55,L(600000))\nsame => n,Dial(SIP/more/${EXTEN:1},55,To)\n"

        assert self.found(entry) == ["backup_jumps", "backup_dials_on"]

    @pytest.mark.parametrize(
        "step", ["Goto(9${EXTEN:1},1)", "Goto(vicidial-auto-external,9${EXTEN:1},1)", "Goto(${PFX}${EXTEN:1},1)"]
    )
    def test_one_that_leads_back_here(self, step: str) -> None:
        row = replace(by_hand(f"exten => _81NXXNXXXXXX,1,Wait(1)\nsame => n,{step}\n"), globals_string="PFX=9")

        assert "backup_circular" in found(dialer_with(row), "BKUP")

    def test_one_whose_digits_another_carrier_takes(self) -> None:
        other = replace(made(carrier_id="OTH"), dialplan_entry="exten => _81NXXNXXXXXX,1,Dial(SIP/oth/${EXTEN:1})\n")
        entry = "exten => _8XXXXXXXXXXX,1,Wait(1)\nsame => n,Dial(SIP/bkup/${EXTEN:1})\n"

        assert "backup_taken_elsewhere" in self.found(entry, other)

    def test_one_that_leads_nowhere_that_can_be_told(self) -> None:
        assert "backup_unclear" in self.found("exten => _81NXXNXXXXXX,1,Dial(Local/77${EXTEN:1}@own,,To)\n")


def test_numbers_that_a_backup_leaves_out_go_on_to_the_next() -> None:
    third = made(carrier_id="THIRD", dial_prefix="7", allow_caribbean=True, allow_premium=True)
    chain = steps(dialer_with(made(), third), backup_carrier=["BKUP", "THIRD"], allow_caribbean=True, allow_premium=True)

    guard = next(step for step in chain if "${CWNUM:2:6}" in step)
    assert guard.endswith("?cwleg3)")


def test_a_carrier_for_all_dialers_with_a_backup_on_one() -> None:
    servers = tuple(Server(f"10.0.0.{number}", f"D{number}") for number in (1, 2))
    dialer = replace(dialer_with(replace(made(), server_ip="10.0.0.1")), servers=servers)

    assert found(dialer, "BKUP", server_ip="0.0.0.0") == ["backup_one_server"]


def test_no_more_backups_than_can_be_tried_in_one_call() -> None:
    assert "too_many" in [each.code for each in check_answers(answers(IP, backup_carrier=["A1", "A2", "A3", "A4"]))]
