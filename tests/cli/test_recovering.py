"""``recover`` on the command line, where several runs broke off."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.carrier.samples import REGISTRATION, answers
from tests.fake_asterisk import ADDRESS
from tests.fakes import FakeDialer
from wizard.cli import _group
from wizard.dialer.outcome import InstallPlan
from wizard.dialer.target import DialerSecrets, DialerTarget
from wizard.service.installs import begin_install
from wizard.service.workspace import open_workspace

#: two addresses at which nothing listens
GONE = (DialerTarget("127.0.0.1", port=1), DialerTarget("127.0.0.2", port=1))


@pytest.fixture
def broke_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("CARRIER_WIZARD_INSTANCE", str(tmp_path))
    workspace, runs = open_workspace(tmp_path), []
    for target in GONE:
        connect = FakeDialer().connector(target, DialerSecrets())
        plan = InstallPlan(answers(REGISTRATION, host=ADDRESS))
        run = begin_install(workspace, connect, target, plan, dialer_name=target.host).run()
        workspace.store.database.table("installs").update(run.id, {"outcome": "", "ended_at": ""})
        runs.append(run.id)
    return runs


def test_a_dialer_that_cannot_be_reached_keeps_no_other_run_waiting(broke_off: list[str]) -> None:
    done = CliRunner().invoke(_group, ["recover"])

    assert done.exit_code == 3, done.output
    assert all(run in done.output for run in broke_off)
    assert done.output.count("Can't connect to the dialer") == 2


def test_the_document_says_why_each_is_as_it_was(broke_off: list[str]) -> None:
    done = CliRunner().invoke(_group, ["recover", "--json"])

    ended = {each["install_id"]: each["error"]["code"] for each in json.loads(done.stdout)}
    assert (done.exit_code, ended) == (3, dict.fromkeys(broke_off, "cannot_connect"))
