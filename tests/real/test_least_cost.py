"""Rendered entries whose trunk VICIdial's look-up chooses, together with backup carriers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.lab import Lab
from tests.real.calls import call_and_log
from tests.real.entries import entry, load, load_dialplan
from wizard.carrier.dialing.backups import backup_of
from wizard.carrier.render import render_carrier

CARRIERS = ("credentials", "ip", "backup")


@pytest.fixture
def dialer(lab: Lab) -> Iterator[Lab]:
    """ACME is `ip`, its backup BKUP is `backup`, and a third carrier has rates too."""
    lab.dialer.query("CREATE TABLE IF NOT EXISTS lcr (npanxx MEDIUMINT, rate VARCHAR(10), carrier_string VARCHAR(20))")
    third = entry(carrier_id="CHEAP", auth="ip", host=lab.carriers["backup"].address, dial_prefix="7", qualify=False)
    backup = entry(carrier_id="BKUP", auth="ip", host=lab.carriers["backup"].address, dial_prefix="8", qualify=False)
    own = entry(
        auth="ip",
        host=lab.carriers["ip"].address,
        qualify=False,
        number_format="e164",
        least_cost=True,
        backup_carrier=["BKUP"],
    )
    load_dialplan(*load(lab.dialer, own, backup, third, backups=(backup_of(render_carrier(backup)),)))
    yield lab
    lab.dialer.query("DROP TABLE lcr")


def rate(lab: Lab, npanxx: str, **rates: str) -> None:
    for trunk, price in rates.items():
        lab.dialer.query("INSERT INTO lcr VALUES (%s, %s, %s)", npanxx, price, f"SIP/{trunk}")


def reached(lab: Lab) -> dict[str, list[str]]:
    return {name: [call.number for call in lab.carriers[name].calls()] for name in ("ip", "backup")}


def test_the_cheapest_trunk_gets_the_call_in_this_carriers_shape(dialer: Lab) -> None:
    rate(dialer, "212555", acme="0.02000", cheap="0.01000")

    assert call_and_log(dialer, "912125550100")["dialstatus"] == "ANSWER"
    assert reached(dialer) == {"ip": [], "backup": ["12125550100"]}


def test_without_a_rate_this_carrier_is_taken(dialer: Lab) -> None:
    rate(dialer, "213555", cheap="0.01000")

    assert call_and_log(dialer, "912125550100")["dialstatus"] == "ANSWER"
    assert reached(dialer) == {"ip": ["12125550100"], "backup": []}


def test_where_the_cheapest_fails_this_carrier_comes_next(dialer: Lab) -> None:
    rate(dialer, "212534", cheap="0.01000")

    assert call_and_log(dialer, "912125340100")["dialstatus"] == "ANSWER"
    assert reached(dialer) == {"ip": ["12125340100"], "backup": ["12125340100"]}


def test_where_this_carrier_was_the_cheapest_and_failed_it_is_not_tried_again(dialer: Lab) -> None:
    rate(dialer, "212555", acme="0.01000")

    assert call_and_log(dialer, "912125550034")["dialstatus"] == "ANSWER"
    assert reached(dialer) == {"ip": ["12125550034"], "backup": ["+12125550034"]}


def test_where_the_backup_was_the_cheapest_nobody_is_tried_twice_and_the_cause_stays(dialer: Lab) -> None:
    rate(dialer, "212534", bkup="0.01000")

    row = call_and_log(dialer, "912125340034")

    assert reached(dialer) == {"ip": ["12125340034"], "backup": ["12125340034"]}
    assert (row["dialstatus"], row["sip_hangup_cause"]) == ("CONGESTION", 503)


def test_a_busy_number_is_busy_at_the_cheapest_and_stays_so(dialer: Lab) -> None:
    rate(dialer, "212517", cheap="0.01000")

    row = call_and_log(dialer, "912125170100")

    assert (row["dialstatus"], reached(dialer)["ip"]) == ("BUSY", [])
