"""A dialer with a firewall: ``check`` says what is in the way, ``install --open-firewall`` opens it, every undo closes it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.lab import Lab
from tests.real.answers import carrier_answers
from tests.real.conftest import Answered, CommandLine

DEAF_IPTABLES = "-s {carrier}/32 -d {dialer}/32 -j DROP"


@dataclass(frozen=True)
class Wall:
    """A firewall at the dialer that throws away all that one carrier sends; ``kind`` as ``check`` calls it."""

    kind: str
    lab: Lab

    @property
    def carrier(self) -> str:
        return self.lab.carriers["registration"].address

    def run(self, *command: str) -> str:
        return self.lab.dialer.run(*command).stdout

    @property
    def _drop(self) -> list[str]:
        return DEAF_IPTABLES.format(carrier=self.carrier, dialer=self.lab.dialer.address).split()

    def up(self) -> None:
        if self.kind == "nftables":
            rule = f"ip saddr {self.carrier} ip daddr {self.lab.dialer.address} drop"
            chain = f"chain input {{ type filter hook input priority 0; policy accept; {rule}; }}"
            self.run("nft", f"table inet lab {{ {chain}\n}}\n")
        else:
            self.run("iptables", "-A", "INPUT", *self._drop)

    def down(self) -> None:
        if self.kind == "nftables":
            self.run("nft", "delete", "table", "inet", "lab")
        else:
            self.run("iptables", "-F", "INPUT")

    @property
    def rules(self) -> list[str]:
        """Every rule, without counters and numbers."""
        if self.kind == "nftables":
            return [line.strip() for line in self.run("nft", "list", "table", "inet", "lab").splitlines()]
        return [line for line in self.run("iptables-save", "-t", "filter").splitlines() if line.startswith("-A")]

    @property
    def own(self) -> list[str]:
        return [rule for rule in self.rules if "carrier-wizard:" in rule]


@pytest.fixture(params=["iptables", "nftables"])
def wall(lab: Lab, request: pytest.FixtureRequest) -> Iterator[Wall]:
    made = Wall(request.param, lab)
    made.up()
    yield made
    made.down()


def check(wizard: CommandLine, lab: Lab) -> Answered:
    values, secret = carrier_answers(lab, "registration")
    path = wizard.answers(**values)
    return wizard("check", path, "--dialer", wizard.address, *wizard.access, "--secret-env", "SIP_SECRET", secret=secret)


def codes(answered: Answered) -> set[str]:
    return {each["code"] for each in answered.document["findings"]}


def install(wizard: CommandLine, lab: Lab, *options: str, **changed: Any) -> Answered:
    values, secret = carrier_answers(lab, "registration")
    return wizard.install("--wait", "8", *options, **{"secret": secret, **values, **changed})


def test_check_names_the_rule_that_drops_the_carrier_and_the_commands_that_open(
    wall: Wall, wizard: CommandLine, lab: Lab
) -> None:
    before = wall.rules

    checked = check(wizard, lab)

    seen = checked.document["firewall"]
    assert {"firewall_drops_answers", "firewall_drops_sound"} <= codes(checked)
    assert (seen["kind"], seen["signalling_blocked"], seen["audio_blocked"]) == (wall.kind, True, True)
    assert wall.carrier in seen["blocks"][0]
    assert "drop" in seen["blocks"][0].lower()
    assert all(wall.carrier in command for command in seen["opens"])
    assert wall.rules == before


def test_the_commands_that_check_shows_do_open_it(wall: Wall, wizard: CommandLine, lab: Lab) -> None:
    for command in check(wizard, lab).document["firewall"]["opens"]:
        wall.run("/bin/sh", "-c", command)

    checked = check(wizard, lab)

    # This firewall remembers no connections, so answers to what the check itself asks don't get in.
    assert {code for code in codes(checked) if code.startswith("firewall")} == {"firewall_drops_questions"}
    assert "carrier_silent" not in codes(checked)
    assert (checked.status, checked.document["firewall"]["opens"]) == (0, [])


def test_without_the_option_the_carrier_stays_down_and_the_firewall_as_it_was(
    wall: Wall, wizard: CommandLine, lab: Lab
) -> None:
    before = wall.rules

    assert install(wizard, lab).status == 4
    assert wall.rules == before


def test_an_install_that_opens_the_firewall_comes_up_and_a_rollback_closes_it(
    wall: Wall, wizard: CommandLine, lab: Lab
) -> None:
    before = wall.rules

    installed = install(wizard, lab, "--open-firewall")

    assert (installed.status, installed.document["outcome"]) == (0, "up"), installed.output
    assert [(each["kind"], each["state"]) for each in installed.document["changes"]] == [("firewall_rule", "made")] * 2
    assert len(wall.own) == 2
    assert [rule for rule in wall.rules if rule not in wall.own] == before

    undone = wizard("rollback", installed.document["install_id"], *wizard.access)

    assert undone.status == 0, undone.output
    assert {each["state"] for each in undone.document["changes"]} == {"put_back"}
    assert wall.rules == before


def test_an_install_that_does_not_come_up_closes_it_again(wall: Wall, wizard: CommandLine, lab: Lab) -> None:
    before = wall.rules

    assert install(wizard, lab, "--open-firewall", secret="wr0ng-Pass").status == 4
    assert wall.rules == before


def test_what_was_open_before_stays_open_after_the_rollback(wall: Wall, wizard: CommandLine, lab: Lab) -> None:
    for command in check(wizard, lab).document["firewall"]["opens"]:
        wall.run("/bin/sh", "-c", command)
    before = wall.rules

    installed = install(wizard, lab, "--open-firewall")
    assert (installed.status, installed.document["changes"]) == (0, [])
    assert wizard("rollback", installed.document["install_id"], *wizard.access).status == 0

    assert wall.rules == before


def test_a_dry_run_shows_the_commands_and_runs_none(wall: Wall, wizard: CommandLine, lab: Lab) -> None:
    before = wall.rules

    planned = install(wizard, lab, "--open-firewall", "--dry-run")

    assert len(planned.document["commands"]) == 2
    assert wall.rules == before


@pytest.mark.parametrize("moment", ["before_open", "after_open"])
def test_a_wizard_that_is_killed_at_the_firewall_leaves_nothing_after_recover(
    wall: Wall, wizard: CommandLine, lab: Lab, moment: str
) -> None:
    before = wall.rules
    values, secret = carrier_answers(lab, "registration")
    arguments = [
        wizard.answers(**values),
        "--dialer",
        wizard.address,
        *wizard.access,
        "--secret-env",
        "SIP_SECRET",
        "--open-firewall",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "tests.real.killed_at_firewall", moment, "install", *arguments],
        env={**os.environ, "CARRIER_WIZARD_INSTANCE": str(wizard.folder), "SIP_SECRET": secret},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stdout + done.stderr
    assert len(wall.own) == {"before_open": 0, "after_open": 2}[moment]

    [install_] = wizard("history").document
    undone = wizard("rollback", install_["install_id"], *wizard.access)

    assert undone.status == 0, undone.output
    assert wall.rules == before
    assert lab.dialer.query("SELECT carrier_id FROM vicidial_server_carriers WHERE carrier_id='ACME'") == []


def test_who_is_not_root_is_told_that_nobody_can_look(wizard: CommandLine, lab: Lab) -> None:
    values, secret = carrier_answers(lab, "registration")
    guest = f"guest@{lab.dialer.address}:{lab.settings.ssh_port}"
    password = lab.dialer.credentials.guest_password
    access = ("--ssh-password-env", "GUEST", "--accept-host-key", "new")
    path = wizard.answers(**values)

    checked = wizard("check", path, "--dialer", guest, *access, "--secret-env", "SIP_SECRET", secret=secret, GUEST=password)

    assert (checked.document["firewall"]["kind"], checked.document["firewall"]["why"]) == ("unknown", "not_root")
