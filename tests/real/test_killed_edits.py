"""The wizard is killed while it changes or deletes a carrier that is there: ``recover`` says how it ended, and it is so.

Somebody who uses none of the wizard's code looks at the dialer: rows to the byte, digests of the generated files, and
what Asterisk has of peers, registrations and dialplan. A changed row is always put back, since nobody can tell whether the
trunk that is up is the old one; so after ``recover`` the dialer is the old one wherever the wizard died.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.lab import Lab
from tests.real.answers import carrier_answers
from tests.real.conftest import Answered, CommandLine
from tests.real.matrix.observer import Picture, is_registered, take_picture, within
from wizard.cli import _group
from wizard.dialer.journal import Phase

#: of the carrier that is there, and of what becomes of it: the same trunk with other digits, or another driver's
OLD = {"protocol": "SIP", "number_format": "e164"}
NEW = {
    "digits": {"protocol": "SIP", "number_format": "nanp10"},
    "driver": {"protocol": "PJSIP", "number_format": "nanp10"},
}
#: seconds until the dialer has followed, on a machine with much else to do
PATIENCE = 30
#: what both write into the journal, and the phases in which an undo dies, each after a connection that broke off
WAY = ("row_written-begun", "row_written-acted", "rebuild_requested-acted", "conf_seen-acted", "loaded-begun")
BACK = ("rolling_back-begun", "rolling_back-acted", "rolled_back-done")

REPLACED = [
    *((f"replace-{moment}", "digits") for moment in (*WAY, "registered-done")),
    *(
        (f"replace-{moment}", "driver")
        for moment in ("row_written-done", "rebuild_requested-done", "conf_seen-done", "loaded-done")
    ),
    *((f"replace-{moment},replace-loaded-begun", "driver") for moment in BACK),
]
DELETED = [
    *(f"delete-{moment}" for moment in (*WAY, "loaded-done")),
    *(f"delete-{moment},delete-loaded-begun" for moment in BACK[1:]),
]
NOTHING_WRITTEN = ["replace-checked-done", "replace-snapshot-done", "delete-connected-done", "delete-snapshot-done"]


@dataclass
class Standing:
    """A dialer with a carrier that is up; put up again only where the last test left a trace."""

    lab: Lab
    _old: Picture | None = None

    @property
    def old(self) -> Picture:
        assert self._old is not None
        return self._old

    @property
    def registers(self) -> bool:
        return is_registered(self.lab, self._answers(OLD)[0]["username"])

    def _answers(self, changed: dict[str, str]) -> tuple[dict[str, Any], str]:
        return carrier_answers(self.lab, "registration", **changed)

    def set(self) -> None:
        if self._old is not None and not take_picture(self.lab).differences(self._old) and self.registers:
            return
        self.lab.reset()
        with tempfile.TemporaryDirectory() as folder:
            values, secret = self._answers(OLD)
            installed = CommandLine(Path(folder), self.lab).install(secret=secret, **values)
        assert installed.status == 0, installed.output
        self._old = take_picture(self.lab)

    def arguments(self, wizard: CommandLine, moment: str, new: str) -> list[str]:
        where = ["--dialer", wizard.address, *wizard.access]
        if moment.startswith("delete"):
            return ["delete", "ACME", *where, "--even-if-used"]
        values, _ = self._answers(NEW[new])
        return ["install", wizard.answers(**values), *where, "--replace", "--secret-env", "SIP_SECRET"]

    def kill(self, wizard: CommandLine, moment: str, new: str = "digits") -> None:
        """Nothing is shortened in this process: it is the wizard as users have it."""
        environment = {"CARRIER_WIZARD_INSTANCE": str(wizard.folder), "SIP_SECRET": self._answers(OLD)[1]}
        done = subprocess.run(
            [sys.executable, "-m", "tests.real.matrix.killed", moment, *self.arguments(wizard, moment, new)],
            env={**os.environ, **environment}, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert done.returncode == -signal.SIGKILL, done.stdout + done.stderr

    def assert_old(self, said: str) -> None:
        assert within(PATIENCE, lambda: not take_picture(self.lab).differences(self.old)), (
            take_picture(self.lab).differences(self.old),
            said,
        )
        assert within(PATIENCE, lambda: self.registers), self.lab.dialer.asterisk("sip show registry")


@pytest.fixture(scope="module")
def a_carrier(running_lab: Lab) -> Standing:
    return Standing(running_lab)


@pytest.fixture
def standing(a_carrier: Standing) -> Standing:
    a_carrier.set()
    return a_carrier


def recover_on_screen(wizard: CommandLine) -> Answered:
    """What a user reads, with what the history has of it afterwards."""
    environment = {"CARRIER_WIZARD_INSTANCE": str(wizard.folder)}
    result = CliRunner().invoke(_group, ["recover", *wizard.access], env=environment, catch_exceptions=False)
    return Answered(result.exit_code, wizard("history").document, result.output)


def assert_recovered_to_old(standing: Standing, wizard: CommandLine) -> None:
    recovered = recover_on_screen(wizard)

    assert recovered.status == 0, recovered.output
    assert [each["outcome"] for each in recovered.document] == ["rolled_back"], json.dumps(recovered.document)
    assert "put back" in recovered.output.lower()
    standing.assert_old(recovered.output)
    assert "Nothing to do" in recover_on_screen(wizard).output


@pytest.mark.parametrize(("moment", "new"), REPLACED)
def test_a_change_that_is_killed_is_put_back(standing: Standing, own_wizard: CommandLine, moment: str, new: str) -> None:
    standing.kill(own_wizard, moment, new)

    assert_recovered_to_old(standing, own_wizard)


@pytest.mark.parametrize("moment", DELETED)
def test_a_delete_that_is_killed_is_put_back(standing: Standing, own_wizard: CommandLine, moment: str) -> None:
    standing.kill(own_wizard, moment)

    assert_recovered_to_old(standing, own_wizard)


@pytest.mark.parametrize("moment", NOTHING_WRITTEN)
def test_killed_before_it_wrote_anything_there_is_nothing_to_put_back(
    standing: Standing, own_wizard: CommandLine, moment: str
) -> None:
    standing.kill(own_wizard, moment)

    recovered = recover_on_screen(own_wizard)

    assert (recovered.status, [each["outcome"] for each in recovered.document]) == (0, ["interrupted"]), recovered.output
    assert "before anything was written" in recovered.document[0]["message"], recovered.document
    standing.assert_old(recovered.output)


def test_where_the_dialer_cannot_be_reached_nothing_is_claimed_and_the_next_recover_ends_it(
    standing: Standing, own_wizard: CommandLine
) -> None:
    standing.kill(own_wizard, "replace-row_written-done", "driver")
    standing.lab.dialer.control("stop-database")
    try:
        failed = own_wizard("recover", *own_wizard.access)
    finally:
        standing.lab.dialer.control("start-database")

    assert failed.status != 0, failed.output
    assert [each["outcome"] for each in failed.document] == ["interrupted"], failed.output
    assert_recovered_to_old(standing, own_wizard)


@pytest.mark.parametrize("work", ["replace", "delete"])
def test_no_phase_of_the_journal_is_left_out(standing: Standing, own_wizard: CommandLine, work: str) -> None:
    """And where nothing dies, the dialer is the new one, and ``rollback`` brings the old one back."""
    arguments = standing.arguments(own_wizard, work, "driver")
    _, secret = carrier_answers(standing.lab, "registration", **OLD)

    done = own_wizard(*arguments, secret=secret)

    assert done.status == 0, done.output
    moments = [*(moment for moment, _ in REPLACED), *DELETED, *NOTHING_WRITTEN]
    tried = {moment.split("-")[1] for moment in moments if moment.startswith(work)}
    # Nothing is asked of the dialer between these and the phase that follows: killed at one is killed at the other.
    same = {Phase.CONNECTED, Phase.CHECKED, Phase.REACHABLE}
    assert {each["phase"] for each in done.document["phases"]} - same <= tried
    assert take_picture(standing.lab).differences(standing.old)
    undone = own_wizard("rollback", done.document["install_id"], *own_wizard.access)
    assert undone.status == 0, undone.output
    standing.assert_old(undone.output)
