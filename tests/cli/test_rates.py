"""``rates`` where it ends before any dialer is asked: nobody listens at the address that is given."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from wizard.cli import _group

NOBODY = ("--dialer", "root@127.0.0.1:1")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("CARRIER_WIZARD_INSTANCE", str(tmp_path / "instance"))

    def run(*arguments: str) -> tuple[int, Any]:
        result = CliRunner().invoke(_group, ["rates", *arguments, *NOBODY, "--json"], catch_exceptions=False)
        return result.exit_code, json.loads(result.stdout)

    return run


def deck(tmp_path: Path, text: str) -> str:
    path = tmp_path / "deck.csv"
    path.write_text(text)
    return str(path)


def test_bad_lines_end_an_import_with_each_line_named(run: Any, tmp_path: Path) -> None:
    path = deck(tmp_path, "npanxx,rate\n212555,0.01\n212,0.01\n312555,-1\n")

    status, document = run("import", path, "--carrier", "ACME")

    assert status == 2
    found = [(finding["field"], finding["code"]) for finding in document["findings"]]
    assert found == [("deck", "deck_bad_lines"), ("line 3", "deck_line_area_code"), ("line 4", "deck_line_negative")]


def test_bad_lines_that_may_be_skipped_do_not_stop_it(run: Any, tmp_path: Path) -> None:
    path = deck(tmp_path, "npanxx,rate\n212555,0.01\n212,0.01\n")

    status, document = run("import", path, "--carrier", "ACME", "--skip-bad")

    assert (status, document["error"]["code"]) == (3, "cannot_connect")


@pytest.mark.parametrize(
    ("text", "options", "code"),
    [
        ("", (), "deck_empty"),
        ("a,b\nc,d\n", (), "deck_no_number_column"),
        ("npanxx,one,two\n212555,0.1,0.2\n", (), "deck_rate_column_unclear"),
        ("npanxx,rate\n212555,0.1\n", ("--rate-column", "prize"), "deck_no_such_column"),
        ("npanxx,rate\n212555,0.1\n", ("--npanxx-column", "7"), "deck_no_such_column"),
        ("npanxx,rate\n212,0.1\n", ("--skip-bad",), "deck_no_rates"),
    ],
)
def test_what_is_no_deck_is_bad_input(run: Any, tmp_path: Path, text: str, options: tuple[str, ...], code: str) -> None:
    status, document = run("import", deck(tmp_path, text), "--carrier", "ACME", *options)

    assert status == 2
    assert code in [finding["code"] for finding in document["findings"]]


def test_a_file_of_3_gb_is_refused_by_its_size(run: Any, tmp_path: Path) -> None:
    path = deck(tmp_path, "npanxx,rate\n212555,0.01\n")
    os.truncate(path, 3 * 1024**3)

    status, document = run("import", path, "--carrier", "ACME")

    assert status == 2
    assert [finding["code"] for finding in document["findings"]] == ["deck_too_big"]


@pytest.mark.parametrize("path", ["/dev/zero", "/nonexistent/deck.csv", "/tmp"])
def test_what_is_no_file_is_refused(run: Any, path: str) -> None:
    status, document = run("import", path, "--carrier", "ACME")

    assert status == 2
    assert [finding["code"] for finding in document["findings"]] == ["deck_unreadable"]


def test_what_is_no_number_can_not_be_looked_up(run: Any) -> None:
    status, document = run("lookup", "911")

    assert status == 2
    assert [finding["code"] for finding in document["findings"]] == ["rates_number"]
