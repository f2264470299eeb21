"""What would open a firewall, and how it is written down."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.carrier.firewall.strategies import IPSETS, iptables_rules
from wizard.carrier.firewall.ipsets import read_ipsets
from wizard.carrier.firewall.iptables import read_iptables
from wizard.carrier.firewall.judging import Fate
from wizard.carrier.firewall.model import Ruleset
from wizard.carrier.firewall.opening import Opening, find_handle, opening_of, plan_openings
from wizard.carrier.firewall.seen import check_firewall, firewall_seen
from wizard.carrier.firewall.ways import Judged, Needs, Route, What, judge_way, ways
from wizard.words.findings import sentence
from wizard.words.firewall import firewall_told

#: making rules takes longer than judging them
FEW = settings(max_examples=25)
ROUTES = [Route("10.9.0.20", "eth0", "10.9.0.1"), Route("10.9.1.0/24", "eth0", "10.9.0.1")]
UDP = Needs("udp", 5060, 5060, (10000, 20000))
CLOSED = """*filter
:INPUT DROP [0:0]
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p udp -m udp --dport 10000:15000 -j ACCEPT
COMMIT
"""


def judged(rules: Ruleset, needs: Needs = UDP) -> list[Judged]:
    return [judge_way(rules, way) for way in ways(needs, ROUTES)]


def opened(rules: Ruleset, openings: tuple[Opening, ...]) -> Ruleset:
    for opening in openings:
        table, chain = opening.place.split("/")
        place = next(place for place in rules.tables if place.table == table)
        rules = rules.with_first(place, chain, opening.rule())
    return rules


@FEW
@given(iptables_rules())
def test_what_is_planned_lets_everything_in_that_was_kept_out(text: str) -> None:
    rules = read_iptables(text, read_ipsets(IPSETS))

    planned = plan_openings(rules, judged(rules), firewalld=False)

    assert planned is not None
    after = judged(opened(rules, planned))
    assert {each.fate for each in after} == {Fate.ACCEPTED} or all(
        each.way.what in (What.ANSWERS, What.SOUND_ANSWERS) for each in after if each.fate is not Fate.ACCEPTED
    )


@FEW
@given(iptables_rules())
def test_where_all_is_let_in_nothing_is_planned(text: str) -> None:
    rules = read_iptables(text, read_ipsets(IPSETS))
    before = judged(rules)

    is_open = all(each.fate is Fate.ACCEPTED for each in before if each.way.what in (What.CALLS, What.SOUND))

    assert (plan_openings(rules, before, firewalld=False) == ()) is is_open


@FEW
@given(iptables_rules())
def test_everything_that_is_seen_can_be_said(text: str) -> None:
    rules = read_iptables(text, read_ipsets(IPSETS))
    before = judged(rules)

    seen = firewall_seen("iptables", before, plan_openings(rules, before, firewalld=False), "ACME")

    for said in [*firewall_told(seen), *map(sentence, check_firewall(seen))]:
        assert said
        assert "{" not in said


def test_a_firewall_that_remembers_lets_answers_in_and_no_calls() -> None:
    fates = {(each.way.what, each.fate) for each in judged(read_iptables(CLOSED, {}))}

    assert fates == {
        (What.ANSWERS, Fate.ACCEPTED),
        (What.CALLS, Fate.DROPPED),
        (What.SOUND_ANSWERS, Fate.ACCEPTED),
        (What.SOUND, Fate.DROPPED),
    }


def test_a_range_that_is_open_in_part_is_said_to_be_shut_in_the_rest() -> None:
    seen = firewall_seen("iptables", judged(read_iptables(CLOSED, {})), (), "ACME")

    assert {each.closed_ports for each in seen.ways if each.what == "sound"} == {"15001-20000"}


def test_a_stranger_gains_nothing_by_what_is_opened_for_a_carrier() -> None:
    rules = read_iptables(CLOSED, {})
    planned = plan_openings(rules, judged(rules), firewalld=False) or ()
    stranger = [Route("10.8.0.20", "eth0", "10.9.0.1")]

    after = [judge_way(opened(rules, planned), way) for way in ways(UDP, stranger)]

    assert [each.fate for each in after] == [judge_way(rules, way).fate for way in ways(UDP, stranger)]


_OPENINGS = st.builds(
    Opening,
    st.sampled_from(["iptables", "iptables-legacy", "nft", "firewalld", "firewalld-permanent"]),
    st.sampled_from(["filter/INPUT", "inet/filter/input", "public"]),
    st.sampled_from(["192.0.2.1", "192.0.2.0/24"]),
    st.sampled_from(["udp", "tcp"]),
    st.integers(1, 1000),
    st.integers(1000, 65535),
)


@given(_OPENINGS)
def test_what_an_install_keeps_of_a_rule_is_the_rule(opening: Opening) -> None:
    assert opening_of(opening.text) == opening


@given(
    st.sampled_from([("nft", "inet/filter/input"), ("iptables", "filter/INPUT"), ("firewalld", "public")]), st.text(min_size=1)
)
def test_a_carrier_id_is_only_ever_a_word_of_a_command(means: tuple[str, str], carrier_id: str) -> None:
    opening = Opening(*means, "192.0.2.1", "udp", 5060, 5060)
    plain = [opening.make("ACME"), opening.remove("ACME"), opening.query("ACME")]

    for command, usual in zip(
        [opening.make(carrier_id), opening.remove(carrier_id), opening.query(carrier_id)], plain, strict=True
    ):
        assert len(command) == len(usual)
        assert all(re.fullmatch(r'[\w.:=" /-]+', word, re.ASCII) for word in command)


def test_nfts_number_of_a_rule_is_that_of_the_rule_with_the_whole_comment() -> None:
    opening = Opening("nft", "inet/filter/input", "192.0.2.1", "udp", 5060, 5060)
    listing = (
        '\t\tip saddr 192.0.2.1 udp dport 5060 accept comment "carrier-wizard:ACME2 192.0.2.1 udp 5060" # handle 7\n'
        '\t\tip saddr 192.0.2.1 udp dport 5060 accept comment "carrier-wizard:ACME 192.0.2.1 udp 5060" # handle 9\n'
    )

    assert find_handle(listing, opening.mark("ACME")) == "9"
    assert find_handle(listing, opening.mark("OTHER")) is None


@pytest.mark.parametrize("needs", [Needs("tcp", 5060, 5060, (10000, 20000)), Needs("udp", 4569, 4569)])
def test_other_transports_and_drivers_need_other_ports(needs: Needs) -> None:
    asked = {(way.what, way.protocol, way.first_port) for way in ways(needs, ROUTES)}

    assert (What.CALLS, needs.protocol, needs.port) in asked
    assert ((What.SOUND, "udp", 10000) in asked) is bool(needs.sound[1])
