"""The entries in docs/entries are documentation, and true: each is what its answers give today."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from wizard.carrier.checks import check_answers
from wizard.carrier.findings import errors_of
from wizard.carrier.lint import lint_carrier
from wizard.carrier.reading import read_answers
from wizard.carrier.render import render_carrier, render_template
from wizard.words.sheets import entry_text

ENTRIES = sorted((Path(__file__).resolve().parents[1] / "docs/entries").glob("*.toml"))


@pytest.mark.parametrize("path", ENTRIES, ids=lambda path: path.stem)
def test_a_typical_carrier_gives_the_entry_that_is_shown(path: Path) -> None:
    answers, unreadable = read_answers(tomllib.loads(path.read_text()))
    carrier = render_carrier(answers)

    assert errors_of([*unreadable, *check_answers(answers), *lint_carrier(carrier)]) == []
    assert entry_text(carrier, render_template(answers)) == path.with_suffix(".txt").read_text()


def test_each_has_both_files_and_a_word_of_introduction() -> None:
    folder = ENTRIES[0].parent
    assert {path.stem for path in folder.glob("*.txt")} == {path.stem for path in ENTRIES}
    assert all(path.read_text().startswith("# ") for path in ENTRIES)
    assert len(ENTRIES) >= 12
