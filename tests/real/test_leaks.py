"""Nothing that is done to a carrier shows its password, or what its headers hold, to anybody."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lab import Lab
from tests.real.answers import carrier_answers
from tests.real.conftest import CommandLine
from tests.real.leaks import found_in, left_behind, pages_of, processes_watched
from wizard.secret import MASK

OLD, NEW, HEADER, NEW_HEADER, THEIRS = (
    "S3nt/inel+Old-1", "S3nt/inel+New-2", "K3y/Sentinel+Old", "K3y/Sentinel+New", "S3nt/inel+Theirs"
)  # fmt: skip
SECRETS = (OLD, NEW, HEADER, NEW_HEADER, THEIRS)


class Runs:
    """Commands in processes of their own; the secrets come from answers files, so no environment may have them."""

    def __init__(self, wizard: CommandLine) -> None:
        self._wizard = wizard
        self.printed: dict[str, str] = {}

    def __call__(self, *arguments: str, status: int = 0, dialer: bool = True) -> str:
        done = subprocess.run(
            self._command(arguments, dialer), env=self._environment, capture_output=True, text=True, check=False
        )
        said = done.stdout + done.stderr
        self.printed[" ".join(arguments)] = said
        assert done.returncode == status, said
        return done.stdout

    def killed_at(self, told: str, *arguments: str) -> None:
        command = self._command(arguments, dialer=True)
        with subprocess.Popen(
            command, env=self._environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
        ) as run:
            assert run.stderr is not None
            for line in run.stderr:
                if told in line:
                    run.send_signal(signal.SIGKILL)
                    return
        pytest.fail(f"it never said {told}")

    def _command(self, arguments: tuple[str, ...], dialer: bool) -> list[str]:
        to = ("--dialer", self._wizard.address) if dialer else ()
        return [sys.executable, "-m", "wizard", *arguments, *to, *self._wizard.access]

    @property
    def _environment(self) -> dict[str, str]:
        return {**os.environ, "CARRIER_WIZARD_INSTANCE": str(self._wizard.folder)}


def with_secret(wizard: CommandLine, lab: Lab, secret: str, header: str, protocol: str, name: str) -> str:
    """An answers file. The carrier at that address asks nobody for a password, so it comes up with any."""
    values, _ = carrier_answers(lab, "ip", protocol=protocol, carrier_name=name, extra_headers={"X-Key": header})
    path = Path(wizard.answers(**{**values, "auth": "credentials", "username": "acme", "secret": secret}))
    own = path.with_name(f"{name}.json")
    path.rename(own)
    return str(own)


@pytest.fixture
def run(wizard: CommandLine) -> Runs:
    return Runs(wizard)


def assert_nothing_shown(run: Runs, wizard: CommandLine, processes: set[str]) -> None:
    assert any("perl" in each for each in processes), "the watch saw the agent"
    run("dialer", "add", "main", wizard.address, dialer=False)
    pages = pages_of(wizard)
    assert any("/installs/" in address for address in pages)
    assert any("/carriers" in address for address in pages)
    places = {**run.printed, **left_behind(wizard), **pages, "other processes": "\0".join(processes)}
    assert {place: found for place, text in places.items() if (found := found_in(text, SECRETS))} == {}


def test_no_act_on_a_carrier_shows_its_secrets(lab: Lab, wizard: CommandLine, run: Runs) -> None:
    old = with_secret(wizard, lab, OLD, HEADER, "SIP", "old")
    new = with_secret(wizard, lab, NEW, NEW_HEADER, "SIP", "new")
    with processes_watched() as processes:
        run("install", old, "--dry-run")
        run("install", old)
        run("status", "ACME", "--json")
        run("adopt", "ACME")
        run("adopt", "ACME", "--json")
        run("install", new, status=2)
        run("install", new, "--replace", "--dry-run")
        run("install", new, "--replace", "--dry-run", "--json")
        run("install", new, "--replace")
        run("deactivate", "ACME", "--dry-run", "--even-if-used")
        run("delete", "ACME", "--even-if-used", "--json")
        [deleted] = [each.id for each in wizard.workspace.installs.all()[:1]]
        run("rollback", deleted, dialer=False)
        run.killed_at("Rebuild requested", "install", old, "--replace")
        run("recover", "--json", dialer=False)

    assert_nothing_shown(run, wizard, processes)


def test_nor_does_one_on_pjsip(lab: Lab, wizard: CommandLine, run: Runs) -> None:
    old = with_secret(wizard, lab, OLD, HEADER, "PJSIP", "old")
    new = with_secret(wizard, lab, NEW, NEW_HEADER, "PJSIP", "new")
    with processes_watched() as processes:
        run("check", old, "--json")
        run("install", old)
        run("test-call", "ACME", "2125550123", "--json")
        run("adopt", "ACME")
        run("install", new, "--replace", "--dry-run", "--json")
        run("delete", "ACME", "--even-if-used", "--dry-run")

    assert_nothing_shown(run, wizard, processes)


def test_nor_does_what_somebody_else_wrote_into_the_row(lab: Lab, wizard: CommandLine, run: Runs) -> None:
    ours = with_secret(wizard, lab, OLD, HEADER, "SIP", "old")
    with processes_watched() as processes:
        run("install", ours)
        lab.dialer.query(
            "UPDATE vicidial_server_carriers SET account_entry=REPLACE(account_entry, %s, %s),"
            " registration_string=CONCAT('register => them:', %s, '@192.0.2.1') WHERE carrier_id='ACME'",
            OLD, THEIRS, THEIRS,
        )  # fmt: skip
        [installed] = [each.id for each in wizard.workspace.installs.all()]
        run("rollback", installed, dialer=False, status=1)
        run("adopt", "ACME", "--json", status=1)
        run("install", ours, "--replace", "--dry-run")

    assert_nothing_shown(run, wizard, processes)


def test_nor_does_a_database_that_quotes_the_row_in_its_error(lab: Lab, wizard: CommandLine, run: Runs) -> None:
    ours = with_secret(wizard, lab, OLD, HEADER, "SIP", "old")
    lab.dialer.query(
        "CREATE TRIGGER quoting BEFORE INSERT ON vicidial_server_carriers FOR EACH ROW BEGIN"
        " DECLARE words TEXT; SET words = LEFT(SUBSTRING(NEW.account_entry, LOCATE('secret', NEW.account_entry)), 120);"
        " SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = words; END"
    )
    try:
        with processes_watched() as processes:
            said = run("install", ours, "--json", status=3)
    finally:
        lab.dialer.query("DROP TRIGGER quoting")

    assert MASK in json.loads(said)["message"], "the database's words are told, without the password"
    assert_nothing_shown(run, wizard, processes)
