"""firewalld, as ViciBox, Red Hat and SUSE have it: its rules are judged, opened in the right zone, and closed again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.lab import Lab
from tests.real.conftest import Answered, CommandLine

#: a wire that ends at the dialer, and a carrier on it that nobody is
OUTSIDE, OWN, CARRIER = "outside0", "198.51.100.1", "198.51.100.9"
#: nothing asks this carrier anything, so it stays installed
ANSWERS: dict[str, Any] = {"carrier_id": "ACME", "auth": "ip", "host": CARRIER, "qualify": False}


@pytest.fixture
def firewalld(lab: Lab) -> Iterator[Lab]:
    dialer = lab.dialer
    for command in (
        ("ip", "link", "add", OUTSIDE, "type", "veth", "peer", "name", "far0"),
        ("ip", "address", "add", f"{OWN}/24", "dev", OUTSIDE),
        ("ip", "link", "set", OUTSIDE, "up"),
        ("ip", "link", "set", "far0", "up"),
    ):
        dialer.run(*command)
    dialer.run("mkdir", "-p", "/run/dbus")
    dialer.run("dbus-daemon", "--system", "--fork")
    dialer.run("/bin/sh", "-c", "firewalld --nopid >/dev/null 2>&1 &")
    deadline = time.monotonic() + 60
    while dialer.run("firewall-cmd", "--state", check=False).returncode:
        assert time.monotonic() < deadline, "firewalld does not start"
        time.sleep(0.3)
    yield lab
    dialer.run("pkill", "-x", "firewalld", check=False)
    dialer.run("nft", "flush", "ruleset")
    dialer.run("ip", "link", "delete", OUTSIDE)
    dialer.run("pkill", "-x", "dbus-daemon", check=False)
    dialer.run("rm", "-rf", "/run/dbus", "/etc/firewalld/zones")


def rich_rules(lab: Lab, *options: str) -> list[str]:
    zones = ("public", "external")
    listed = [lab.dialer.run("firewall-cmd", *options, f"--zone={zone}", "--list-rich-rules").stdout for zone in zones]
    return [f"{zone}: {line}" for zone, text in zip(zones, listed, strict=True) for line in text.splitlines() if line]


def check(wizard: CommandLine) -> Answered:
    return wizard("check", wizard.answers(**ANSWERS), "--dialer", wizard.address, *wizard.access)


def test_a_carrier_is_let_in_where_its_traffic_is_and_only_until_the_rollback(firewalld: Lab, wizard: CommandLine) -> None:
    seen = check(wizard).document["firewall"]
    fates = {each["what"]: each["fate"] for each in seen["ways"]}
    assert seen["kind"] == "firewalld"
    assert fates == {"answers": "accepted", "calls": "dropped", "sound_answers": "accepted", "sound": "dropped"}

    installed = wizard.install("--open-firewall", **ANSWERS)

    assert installed.document["outcome"] == "not_up", installed.output
    assert len(installed.document["changes"]) == 4
    for options in ((), ("--permanent",)):
        rules = rich_rules(firewalld, *options)
        assert len(rules) == 2
        assert all(rule.startswith("public: ") and f'"{CARRIER}"' in rule for rule in rules)
    assert {each["fate"] for each in check(wizard).document["firewall"]["ways"]} == {"accepted"}

    assert wizard("rollback", installed.document["install_id"], *wizard.access).status == 0
    assert rich_rules(firewalld) == rich_rules(firewalld, "--permanent") == []


def test_the_zone_is_the_one_of_the_carriers_address(firewalld: Lab, wizard: CommandLine) -> None:
    firewalld.dialer.run("firewall-cmd", "--zone=external", f"--add-source={CARRIER}")

    opens = check(wizard).document["firewall"]["opens"]

    assert opens
    assert all("--zone=external" in command for command in opens)
