"""What the command line prints of the changes beside a carrier's row."""

from __future__ import annotations

import json
from pathlib import Path
from unittest.mock import patch

import pytest
from click.testing import CliRunner, Result

from tests.fake_asterisk import ADDRESS
from tests.fakes import FakeDialer
from wizard.cli import _group

ANSWERS = {
    "carrier_id": "ACME", "auth": "registration", "host": ADDRESS, "username": "acme", "secret": "s3cret.Word",
    "dial_prefix": "7", "campaigns": ["SALES"], "server_trunks": {"SALES": "20"},
}  # fmt: skip


def run(folder: Path, dialer: FakeDialer, *arguments: str) -> Result:
    with (
        patch("wizard.cli.dialer_options.connector", dialer.connector),
        patch("wizard.cli.installs.connector", dialer.connector),
    ):
        return CliRunner().invoke(_group, list(arguments), env={"CARRIER_WIZARD_INSTANCE": str(folder)}, catch_exceptions=False)


@pytest.mark.parametrize("as_json", [True, False], ids=["json", "text"])
def test_an_install_and_its_undo_say_what_they_changed(tmp_path: Path, as_json: bool) -> None:
    dialer, answers = FakeDialer(), tmp_path / "answers.json"
    answers.write_text(json.dumps(ANSWERS))
    options = ["--json"] if as_json else []

    installed = run(tmp_path, dialer, "install", str(answers), "--dialer", "root@10.0.0.1", *options)

    assert installed.exit_code == 0, installed.output
    [install] = json.loads(run(tmp_path, dialer, "history", "--json").stdout)
    dialer.campaigns["SALES"]["dial_prefix"] = "5"
    undone = run(tmp_path, dialer, "rollback", install["install_id"], *options)
    assert undone.exit_code == 0, undone.output
    if as_json:
        states = [[each["state"] for each in json.loads(result.stdout)["changes"]] for result in (installed, undone)]
        assert states == [["made", "made"], ["put_back", "left"]]
    else:
        assert "The dial prefix of the campaign SALES was 9 and is 7 now." in installed.stdout
        assert "The dial prefix of the campaign SALES was left alone" in undone.stdout
