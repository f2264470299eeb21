"""docs/diagnoses, ``explain`` and the web's pages say what the code knows."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from tests.diagnosis_pages import FOLDER, documents, observed_by
from wizard.carrier.diagnosis.rules import RULES
from wizard.cli import _group
from wizard.words.causes import CAUSES, OBSERVATIONS
from wizard.words.causes.pages import PAGES
from wizard.words.verdicts import REASONS


def test_the_pages_are_written_from_today() -> None:
    assert {path.name: path.read_text() for path in FOLDER.glob("*.md")} == documents(), "python -m tests.diagnosis_pages"


def test_every_cause_and_every_reason_has_a_page() -> None:
    assert set(PAGES) == set(CAUSES) | set(REASONS)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_page_tells_what_its_rule_sees(rule: object) -> None:
    assert set(observed_by(rule)) <= set(OBSERVATIONS)  # type: ignore[arg-type]


def test_explain_prints_a_page() -> None:
    shown = CliRunner().invoke(_group, ["explain", "sign_in_refused"]).stdout
    assert CAUSES["sign_in_refused"].happened in shown
    assert CAUSES["sign_in_refused"].try_next in shown
    document = json.loads(CliRunner().invoke(_group, ["explain", "registered", "--json"]).stdout)
    assert document["happened"] == REASONS["registered"].happened


def test_explain_lists_all() -> None:
    shown = CliRunner().invoke(_group, ["explain"]).stdout
    assert all(page.happened in shown for page in PAGES.values())


def test_explain_knows_what_is_close() -> None:
    result = CliRunner().invoke(_group, ["explain", "sign_in_refusd"])
    assert result.exit_code == 2
    assert "sign_in_refused" in result.stderr
