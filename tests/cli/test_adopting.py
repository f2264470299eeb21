"""``adopt``, against a dialer in memory."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

from click.testing import Result

from tests.cli.test_changes import run
from tests.fake_asterisk import ADDRESS
from tests.fakes import FakeDialer
from wizard.carrier.conf import read_conf

SECRET, KEY = "s3cret.Word", "k3y.Value"
ANSWERS: dict[str, Any] = {
    "carrier_id": "ACME", "auth": "registration", "host": ADDRESS, "username": "acme", "secret": SECRET,
    "dial_prefix": "7", "extra_headers": {"X-Token": KEY}, "destinations": ["nanp", "international"],
    "destination_digits": {"international": "add 00"}, "extra_options": "rtpkeepalive=20\n",
}  # fmt: skip
ADOPT = ("adopt", "acme", "--dialer", "root@10.0.0.1")


def installed(folder: Path) -> FakeDialer:
    dialer, answers = FakeDialer(), folder / "answers.json"
    answers.write_text(json.dumps(ANSWERS))
    result = run(folder, dialer, "install", str(answers), "--dialer", "root@10.0.0.1")
    assert result.exit_code == 0, result.output
    return dialer


def adopted(folder: Path, dialer: FakeDialer, *options: str) -> Result:
    return run(folder, dialer, *ADOPT, *options)


def test_what_was_installed_is_an_answers_file_without_what_is_secret(tmp_path: Path) -> None:
    result = adopted(tmp_path, installed(tmp_path))

    assert result.exit_code == 0, result.output
    assert SECRET not in result.output
    assert KEY not in result.output
    answers = tomllib.loads(result.stdout)
    assert answers == {**{name: value for name, value in ANSWERS.items() if name != "secret"}, "extra_headers": {"X-Token": ""}}
    assert "left out (secret and extra_headers)" in result.stdout


def test_a_file_with_the_secret_says_so_is_nobody_elses_and_renders_the_same(tmp_path: Path) -> None:
    dialer, file = installed(tmp_path), tmp_path / "adopted.toml"

    result = adopted(tmp_path, dialer, "--with-secret", "--output", str(file))

    assert (result.exit_code, result.stdout) == (0, "")
    assert file.stat().st_mode & 0o077 == 0
    assert tomllib.loads(file.read_text()) == ANSWERS
    assert "holds what is secret" in file.read_text()
    rendered = json.loads(run(tmp_path, dialer, "render", str(file), "--format", "json").stdout)
    row = dialer.rows["ACME"]
    same = ("registration_string", "account_entry", "globals_string", "dialplan_entry", "protocol", "template_id")
    assert {name: rendered[name] for name in same} == {name: row[name] for name in same}


def test_a_file_that_is_there_is_left_alone(tmp_path: Path) -> None:
    dialer, file = installed(tmp_path), tmp_path / "mine.toml"
    file.write_text("mine")

    result = adopted(tmp_path, dialer, "--output", str(file))

    assert result.exit_code == 2
    assert "There is a file" in result.stderr
    assert file.read_text() == "mine"


def test_a_file_that_can_not_be_written_is_said(tmp_path: Path) -> None:
    result = adopted(tmp_path, installed(tmp_path), "--output", str(tmp_path / "nowhere" / "x.toml"))

    assert result.exit_code == 2
    assert "can't be written" in result.stderr


def test_a_line_that_was_added_by_hand_is_told_with_its_column_and_number(tmp_path: Path) -> None:
    dialer = installed(tmp_path)
    row = dialer.rows["ACME"]
    row["account_entry"] += "md5secret=d34db33f\ncontext=default\n"
    number = len(row["account_entry"].splitlines())

    text = adopted(tmp_path, dialer)
    document = json.loads(adopted(tmp_path, dialer, "--json").stdout)

    assert text.exit_code == 1
    assert f"warning: account_entry: Line {number} could not be placed" in text.stderr
    assert tomllib.loads(text.stdout)["carrier_id"] == "ACME"
    assert not document["all_placed"]
    told = {(each["column"], each["line"]) for each in document["not_placed"]}
    assert told == {("account_entry", number - 1), ("account_entry", number)}
    assert {each["code"] for each in document["findings"]} >= {"adopt_changed", "adopt_lost"}
    assert all(set(each) == {"code", "field", "severity", "message"} for each in document["findings"])
    assert "d34db33f" not in text.output + json.dumps(document)


def test_json_has_the_secret_only_where_it_was_asked_for(tmp_path: Path) -> None:
    dialer = installed(tmp_path)

    without = adopted(tmp_path, dialer, "--json")
    document = json.loads(adopted(tmp_path, dialer, "--json", "--with-secret").stdout)

    assert SECRET not in without.stdout
    assert KEY not in without.stdout
    assert document["answers"] == ANSWERS
    assert document["all_placed"]


def test_nothing_is_written_on_the_dialer(tmp_path: Path) -> None:
    dialer = installed(tmp_path)
    before = dialer.state

    adopted(tmp_path, dialer)

    assert dialer.state == before


def test_a_carrier_that_is_not_there_and_one_that_vicidial_never_writes(tmp_path: Path) -> None:
    dialer = installed(tmp_path)
    dialer.rows["T1"] = {**dialer.rows["ACME"], "carrier_id": "T1", "protocol": "Zap"}

    missing = run(tmp_path, dialer, "adopt", "NONE", "--dialer", "root@10.0.0.1", "--json")
    zap = run(tmp_path, dialer, "adopt", "T1", "--dialer", "root@10.0.0.1", "--json")

    assert (missing.exit_code, json.loads(missing.stdout)["error"]["code"]) == (2, "not_found")
    assert zap.exit_code == 2
    assert [each["code"] for each in json.loads(zap.stdout)["findings"]] == ["not_supported"]
    assert read_conf(dialer.rows["T1"]["account_entry"])
