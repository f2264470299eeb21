"""A free prefix on a dialer, and numbers that somebody there has already."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.carrier.samples import DIALER, HERE, IP, answers
from wizard.carrier.answers import NumberAnswers
from wizard.carrier.dialing.special_numbers import SpecialKind, Taken, special_numbers
from wizard.carrier.findings import Severity
from wizard.carrier.model import Carrier, Protocol
from wizard.carrier.on_dialer.collisions import check_against_dialer
from wizard.carrier.on_dialer.prefixes import IN_THE_WAY, is_free, propose_prefixes
from wizard.carrier.profile import Campaign, DialerProfile
from wizard.carrier.render import render_carrier
from wizard.words.findings import sentence

OTHER = render_carrier(answers(IP, carrier_id="OTHER", host="198.51.100.9"), HERE)


def with_patterns(*patterns: str, **columns: str) -> Carrier:
    lines = "".join(f"exten => {pattern},1,Hangup()\n" for pattern in patterns)
    return replace(OTHER, account_entry="[other]\n", globals_string="", dialplan_entry=lines, **columns)  # type: ignore[arg-type]


def with_carriers(*carriers: Carrier) -> DialerProfile:
    return replace(DIALER, carriers=carriers)


def test_an_empty_dialer_has_what_everybody_is_used_to() -> None:
    assert propose_prefixes(DIALER, NumberAnswers()) == ["9", "8", "7"]


def test_the_campaigns_own_prefix_comes_first_where_it_is_free() -> None:
    campaigns = (Campaign("A", "", True, "77"), Campaign("B", "", True, "77"), Campaign("C", "", True, "6"))

    assert propose_prefixes(replace(DIALER, campaigns=campaigns), NumberAnswers())[:2] == ["77", "6"]


def test_prefixes_of_other_carriers_are_not_free() -> None:
    assert propose_prefixes(with_carriers(with_patterns("_91NXXNXXXXXX", "_8.")), NumberAnswers()) == ["7", "6", "5"]


def test_patterns_of_vicidials_own_are_not_free() -> None:
    assert propose_prefixes(DIALER, NumberAnswers(destinations=("nanp10",)))[0] == "8", "98009… is VICIdial's"


def test_a_phone_that_is_dialled_by_such_a_number_is_in_the_way() -> None:
    dialer = replace(DIALER, phone_numbers=frozenset({"912125550100", "100"}))

    assert propose_prefixes(dialer, NumberAnswers())[0] == "8"
    findings = check_against_dialer(answers(IP), render_carrier(answers(IP), HERE), dialer)
    assert [(each.code, each.values["number"]) for each in findings] == [("phone_has_number", "912125550100")]


def test_two_digits_where_all_single_ones_are_taken() -> None:
    assert propose_prefixes(with_carriers(with_patterns("_[3-9]1NXXNXXXXXX")), NumberAnswers())[0] == "79"


def test_where_everything_is_taken_nothing_is_proposed() -> None:
    assert propose_prefixes(with_carriers(with_patterns("_X.")), NumberAnswers()) == []


def test_carriers_of_other_servers_count_only_where_the_entry_goes_there_too() -> None:
    dialer = with_carriers(with_patterns("_91NXXNXXXXXX", server_ip="10.0.0.2"))

    assert propose_prefixes(dialer, NumberAnswers())[0] == "9"
    assert propose_prefixes(dialer, NumberAnswers(), server_ip="0.0.0.0")[0] == "8"


def test_a_taken_pattern_comes_with_what_is_free_instead() -> None:
    own = answers(IP)
    dialer = with_carriers(with_patterns("_91NXXNXXXXXX"))
    [finding] = check_against_dialer(own, render_carrier(own, HERE), dialer)

    assert finding.values["free"] == "8 or 7 or 6"
    assert "(here 8 or 7 or 6 would be free)" in sentence(finding)


def test_a_sentence_without_a_free_prefix_is_whole() -> None:
    own = answers(IP)
    [finding] = check_against_dialer(own, render_carrier(own, HERE), with_carriers(with_patterns("_X.")))

    assert "Choose another dial prefix, or switch that carrier off" in sentence(finding)


def test_a_pattern_without_a_first_step_takes_no_calls() -> None:
    dead = replace(with_patterns(), dialplan_entry="exten => _9.,n,Hangup()\nexten => _91NXX.,n,Hangup()\n")

    assert is_free("9", with_carriers(dead), NumberAnswers())


def test_a_more_exact_pattern_without_a_first_step_breaks_in_on_our_calls() -> None:
    own = answers(IP)
    dead = replace(with_patterns(), dialplan_entry="exten => _91212NXXXXXX,n,Hangup()\n")
    [finding] = check_against_dialer(own, render_carrier(own, HERE), with_carriers(dead))

    assert (finding.code, finding.severity) == ("pattern_breaks_in", Severity.ERROR)
    assert "begin here and go on there" in sentence(finding)


def test_the_same_pattern_gets_mixed_up_even_without_a_first_step() -> None:
    dead = replace(with_patterns(), dialplan_entry="exten => _91NXXNXXXXXX,n,Hangup()\n")

    assert not is_free("9", with_carriers(dead), NumberAnswers())


def test_a_same_line_is_no_pattern_and_a_callers_number_no_part_of_one() -> None:
    entry = "exten => _91NXXNXXXXXX/2125550100,1,Dial(SIP/other)\n same => n,Hangup()\n"
    own = answers(IP)
    [finding] = check_against_dialer(
        own, render_carrier(own, HERE), with_carriers(replace(with_patterns(), dialplan_entry=entry))
    )

    assert (finding.code, finding.values["pattern"]) == ("pattern_taken", "_91NXXNXXXXXX")


@pytest.mark.parametrize("carrier_id", ["AAA", "ZZZ"])
def test_whoever_is_written_first_the_more_exact_pattern_has_the_numbers(carrier_id: str) -> None:
    dialer = with_carriers(with_patterns("_91212NXXXXXX", carrier_id=carrier_id))

    assert not is_free("9", dialer, NumberAnswers())


PIECES = st.lists(st.sampled_from(["9", "8", "7", "1", "N", "X", "Z", "[2-5]"]), max_size=5).map("".join)
PATTERNS = st.builds(
    lambda start, tail: f"_{start}{tail}", PIECES, st.sampled_from([".", "NXXNXXXXXX", "1NXXNXXXXXX", "XXXXXXX", "!"])
)
DESTINATIONS = st.lists(st.sampled_from(["nanp", "nanp10", "international"]), min_size=1, max_size=3, unique=True).map(tuple)


@given(
    st.lists(PATTERNS, max_size=6),
    DESTINATIONS,
    st.sampled_from(list(Protocol)[:3]),
    st.sets(st.from_regex(r"[3-9]1?212555[0-9]{4}", fullmatch=True), max_size=3),
)
def test_what_is_proposed_never_collides(
    patterns: list[str], destinations: tuple[str, ...], protocol: Protocol, phones: set[str]
) -> None:
    dialer = replace(with_carriers(replace(with_patterns(*patterns), protocol=protocol)), phone_numbers=frozenset(phones))
    for prefix in propose_prefixes(dialer, NumberAnswers(destinations=destinations)):
        own = answers(IP, dial_prefix=prefix, destinations=list(destinations))
        findings = check_against_dialer(own, render_carrier(own, HERE), dialer)
        assert [each for each in findings if each.code in IN_THE_WAY and each.severity is not Severity.NOTE] == []


def taken(**numbers: object) -> dict[SpecialKind, Taken]:
    return {each.kind: each.taken for each in special_numbers(NumberAnswers(**numbers))}  # type: ignore[arg-type]


def test_special_numbers_of_north_america() -> None:
    assert taken()[SpecialKind.TOLL_FREE] is Taken.ALL
    assert taken()[SpecialKind.EMERGENCY] is Taken.NONE
    assert taken(destinations=("international",))[SpecialKind.TOLL_FREE] is Taken.NONE
    assert taken(destinations=("_X.",))[SpecialKind.EMERGENCY] is Taken.ALL
    assert taken(destinations=("_8XXNXXXXXX",))[SpecialKind.CARIBBEAN] is Taken.SOME
