"""Which servers get an entry, what their carrier has to know, and how much they may send it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.carrier.samples import DIALER, IP, REGISTRATION, answers
from wizard.carrier.answers import Answers
from wizard.carrier.findings import Finding
from wizard.carrier.on_dialer.capacity import check_capacity, check_limits
from wizard.carrier.on_dialer.placement import check_placement
from wizard.carrier.profile import DialerProfile, Server
from wizard.carrier.render import render_carrier
from wizard.words.findings import sentence

MAIN = Server("10.0.0.1", "DIALER1", channels=96, calls_per_second=5)
SECOND = Server("10.0.0.2", "DIALER2", channels=50, calls_per_second=10, external_address="203.0.113.9")
CLOSED = Server("10.0.0.3", "DIALER3", generates=False)
WEB = Server("10.0.0.4", "WEB1", runs_asterisk=False)
CLUSTER = replace(DIALER, servers=(MAIN, SECOND, CLOSED, WEB))


def placed(own: Answers, dialer: DialerProfile = CLUSTER) -> dict[str, Finding]:
    return {each.code: each for each in check_placement(own, render_carrier(own, dialer.place), dialer)}


def test_an_entry_for_all_names_the_servers_that_get_it_and_those_that_do_not() -> None:
    found = placed(answers(IP, server_ip="0.0.0.0"))

    assert found["goes_to_servers"].values["servers"] == "DIALER2 (10.0.0.2)"
    assert found["servers_not_generating"].values["servers"] == "DIALER3 (10.0.0.3)"
    assert found["servers_without_asterisk"].values["servers"] == "WEB1 (10.0.0.4)"


def test_a_carrier_that_goes_by_address_has_to_allow_each_server() -> None:
    found = placed(answers(IP, server_ip="0.0.0.0"))

    assert "10.0.0.1, 10.0.0.2 or 203.0.113.9" in sentence(found["addresses_to_allow"])
    assert "registers_on_each" not in found


def test_an_account_is_registered_once_by_each_server() -> None:
    found = placed(answers(REGISTRATION, server_ip="0.0.0.0"))

    assert found["registers_on_each"].values["count"] == 2
    assert "addresses_to_allow" not in found


def test_an_entry_for_one_server_says_which_others_lack_it() -> None:
    assert placed(answers(IP))["other_servers_lack_it"].values["servers"] == "DIALER2 (10.0.0.2)"


def test_a_dialer_on_its_own_has_nothing_to_say() -> None:
    alone = replace(DIALER, servers=(MAIN, WEB))

    assert placed(answers(IP), alone) == {}
    assert set(placed(answers(IP, server_ip="0.0.0.0"), alone)) == {"servers_without_asterisk"}


def test_an_entry_for_another_server_would_never_get_here() -> None:
    assert set(placed(answers(IP, server_ip="10.0.0.2"))) == {"server_ip_elsewhere"}


def capacity(limits: dict[str, int], server_ip: str = "10.0.0.1") -> list[tuple[str, str]]:
    return [(each.field, each.code) for each in check_capacity(answers(IP, **limits).routing, server_ip, CLUSTER)]


@pytest.mark.parametrize(
    ("limits", "found"),
    [
        ({"max_channels": 96, "calls_per_second": 5}, []),
        ({"max_channels": 95, "calls_per_second": 5}, [("max_channels", "channels_exceeded")]),
        ({"max_channels": 96, "calls_per_second": 4}, [("calls_per_second", "calls_per_second_exceeded")]),
        ({"calls_per_second": 5}, [("max_channels", "limits_unknown")]),
        ({"max_channels": 96}, [("calls_per_second", "limits_unknown")]),
    ],
)
def test_what_the_dialer_may_do_beyond_what_the_carrier_allows(limits: dict[str, int], found: list[tuple[str, str]]) -> None:
    assert capacity(limits) == found


def test_servers_that_get_the_entry_count_together() -> None:
    assert capacity({"max_channels": 146, "calls_per_second": 15}, "0.0.0.0") == []
    assert capacity({"max_channels": 145, "calls_per_second": 14}, "0.0.0.0") == [
        ("max_channels", "channels_exceeded_together"),
        ("calls_per_second", "calls_per_second_exceeded_together"),
    ]


def test_a_warning_says_which_number_to_set_where() -> None:
    [finding] = check_capacity(answers(IP, max_channels=20, calls_per_second=5).routing, "10.0.0.1", CLUSTER)

    assert "“Max VICIDIAL Trunks” to 20" in sentence(finding)


def test_a_server_that_does_not_say_its_limit_is_not_judged() -> None:
    dialer = replace(DIALER, servers=(MAIN, replace(SECOND, channels=None)))

    assert list(check_capacity(answers(IP, max_channels=1, calls_per_second=99).routing, "0.0.0.0", dialer)) == []


@pytest.mark.parametrize(
    ("limits", "found"),
    [
        ({"max_channels": 0}, [("max_channels", "limit_range")]),
        ({"max_channels": -5}, [("max_channels", "limit_range")]),
        ({"max_channels": 40_000}, [("max_channels", "limit_range")]),
        ({"calls_per_second": 0}, [("calls_per_second", "limit_range")]),
        ({"max_channels": 5, "calls_per_second": 100}, [("calls_per_second", "limits_swapped")]),
        ({"max_channels": 1, "calls_per_second": 1}, []),
        ({}, []),
    ],
)
def test_limits_that_nobody_can_mean(limits: dict[str, int], found: list[tuple[str, str]]) -> None:
    assert [(each.field, each.code) for each in check_limits(answers(IP, **limits).routing)] == found
