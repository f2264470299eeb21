"""The docs say what is there: every setting, command, status and verdict, and the example works."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from wizard.carrier.checks import check_answers
from wizard.carrier.reading import read_answers
from wizard.cli import _COMMANDS
from wizard.cli.output import Exit
from wizard.dialer.verdict import Verdict

ROOT = Path(__file__).resolve().parents[1]
DOCS = {path.name: path.read_text() for path in (ROOT / "docs").glob("*.md")}
README = (ROOT / "README.md").read_text()


def test_every_setting_of_the_lab_is_described() -> None:
    source = (ROOT / "tests/lab/settings.py").read_text()
    named = set(re.findall(r'"(LAB_[A-Z_]+)"', source))
    named |= {f"LAB_{name.upper()}_ADDRESS" for name in re.findall(r'=carrier\("(\w+)"', source)}

    assert named == set(re.findall(r"^\| `(LAB_[A-Z_]+)`", DOCS["lab.md"], re.MULTILINE))


def test_every_command_is_described() -> None:
    assert set(_COMMANDS) == set(re.findall(r"^\| `carrier-wizard ([\w-]+)", DOCS["commands.md"], re.MULTILINE))


def test_every_exit_status_is_described() -> None:
    assert {str(status.value) for status in Exit} == set(re.findall(r"^\| (\d) \|", DOCS["commands.md"], re.MULTILINE))


def test_every_verdict_is_described() -> None:
    described = set(re.findall(r"^\| (up|down|not yet|cannot tell) \|", DOCS["installs.md"], re.MULTILINE))
    assert described == {verdict.value.replace("_", " ") for verdict in Verdict}


def test_the_example_answers_are_right() -> None:
    [example] = re.findall(r"```toml\n(.*?)```", DOCS["commands.md"], re.DOTALL)
    answers, unreadable = read_answers(tomllib.loads(example))

    assert unreadable == []
    assert check_answers(answers) == []


@pytest.mark.parametrize("layer", sorted(path.name for path in (ROOT / "wizard").iterdir() if (path / "__init__.py").exists()))
def test_every_layer_is_described(layer: str) -> None:
    assert f"`wizard/{layer}" in DOCS["architecture.md"]


def test_the_readme_names_targets_and_files_that_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"(?:`|^)make ([a-z-]+)", README, re.MULTILINE):
        assert f"\n{target}:" in makefile
    for link in re.findall(r"\]\(((?!https?:)[^)#]+)", README):
        assert (ROOT / link).exists(), link


def test_links_of_the_diagnoses_lead_somewhere() -> None:
    for path in (ROOT / "docs/diagnoses").glob("*.md"):
        for link in re.findall(r"\]\(((?!https?:)[^)#]+)", path.read_text()):
            assert (path.parent / link).exists(), f"{path.name}: {link}"


def test_links_between_the_docs_lead_somewhere() -> None:
    for name, text in DOCS.items():
        for link in re.findall(r"\]\(((?!https?:)[^)#]+)", text):
            assert (ROOT / "docs" / link).exists(), f"{name}: {link}"
