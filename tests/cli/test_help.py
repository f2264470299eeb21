"""Every command helps: what it does, what each option is, what somebody types, and what was meant by a slip."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from tests.fakes import FakeDialer
from wizard.cli import _COMMANDS, _group
from wizard.cli.output import Tone, painted
from wizard.words.command_line import EXAMPLES, GROUPS, STAGES


def commands(group: click.Group = _group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


ALL = dict(commands())


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_every_command_and_option_has_help(path: tuple[str, ...]) -> None:
    command = ALL[path]
    assert command.help
    assert {each.name for each in command.params if isinstance(each, click.Option) and not each.help} == set()


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_the_examples_are_right(path: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(_group, [*path, "--help"]).stdout

    assert EXAMPLES[" ".join(path)]
    for example in EXAMPLES[" ".join(path)]:
        assert f"  carrier-wizard {example}\n" in shown
        words = example.split(" > ")[0].split()
        context = click.Context(_group)
        while isinstance(context.command, click.Group) and words and not words[0].startswith("-"):
            name, command, words = context.command.resolve_command(context, words)
            assert command is not None
            context = click.Context(command, parent=context, info_name=name)
        context.command.make_parser(context).parse_args(list(words))


def test_every_command_is_in_one_group_of_the_help() -> None:
    grouped = [name for names in GROUPS.values() for name in names]
    assert len(grouped) == len(set(grouped))
    assert set(_COMMANDS) <= set(grouped)


@pytest.mark.parametrize(
    ("typed", "meant"), [(["instal", "x"], "install"), (["dialer", "lst"], "list"), (["watch", "notify", "ad"], "add")]
)
def test_a_slip_is_answered_with_what_is_close(typed: list[str], meant: str) -> None:
    result = CliRunner().invoke(_group, typed)

    assert result.exit_code == 2
    assert f"“{meant}”" in result.stderr


def test_a_slip_is_one_document_where_json_was_asked_for() -> None:
    result = CliRunner().invoke(_group, ["instal", "--json"])

    assert result.exit_code == 2
    assert "“install”" in json.loads(result.stdout)["error"]["message"]


@pytest.mark.parametrize(("variable", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_colours_can_be_declined(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert painted("up", Tone.GOOD) != "up"
    monkeypatch.setenv(variable, value)
    assert painted("up", Tone.GOOD) == "up"


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_colours_are_for_a_terminal_alone(tmp_path: Path, options: list[str]) -> None:
    answers = tmp_path / "answers.toml"
    answers.write_text('carrier_id = "ACME"\nauth = "ip"\n')
    on_terminal = CliRunner().invoke(_group, ["render", str(answers), *options], color=True)
    piped = CliRunner().invoke(_group, ["render", str(answers), *options])

    assert "\x1b" not in piped.output
    assert ("\x1b" in on_terminal.stderr) == (not options)
    assert "\x1b" not in on_terminal.stdout
    assert click.unstyle(on_terminal.output) == piped.output


def test_the_stages_are_those_that_are_told() -> None:
    package = Path(__file__).resolve().parents[2] / "wizard"
    sources = "".join(path.read_text() for folder in ("service", "cli") for path in (package / folder).glob("*.py"))
    told = {stage for stage in STAGES if f'say("{stage}")' in sources or f'say_stage("{stage}")' in sources}
    assert told == set(STAGES)


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    dialer = FakeDialer()
    monkeypatch.setattr("wizard.cli.dialer_options.connector", dialer.connector)
    monkeypatch.setenv("CARRIER_WIZARD_INSTANCE", str(tmp_path))
    for name in ("main", "matrix"):
        CliRunner().invoke(_group, ["dialer", "add", name, f"root@{name}.example.com"], catch_exceptions=False)
    return tmp_path


def completed(instance: Path, line: str, *, at: Path) -> list[str]:
    """What bash offers at the end of a line, by the script that `completion bash` prints."""
    (at / "carrier-wizard").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m wizard "$@"\n')
    (at / "carrier-wizard").chmod(0o755)
    words = line.split(" ")
    script = f"""
        source <(carrier-wizard completion bash)
        COMP_WORDS=({" ".join(f"'{word}'" for word in words)}); COMP_CWORD={len(words) - 1}
        _carrier_wizard_completion carrier-wizard
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    root = str(Path(__file__).resolve().parents[2])
    env = {
        "PATH": f"{at}:{os.environ['PATH']}",
        "HOME": str(at),
        "CARRIER_WIZARD_INSTANCE": str(instance),
        "PYTHONPATH": root,
    }
    done = subprocess.run(["bash", "--norc", "-c", script], env=env, capture_output=True, text=True, check=True)
    # Without a readline, bash itself says that compopt is for completing only.
    assert [each for each in done.stderr.splitlines() if "compopt" not in each] == []
    return done.stdout.split()


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("carrier-wizard inst", ["install"]),
        ("carrier-wizard status ACME --dialer ma", ["main", "matrix"]),
        ("carrier-wizard dialer show mai", ["main"]),
        ("carrier-wizard presets teln", ["telnyx"]),
        ("carrier-wizard render --format sh", ["sheet"]),
        ("carrier-wizard explain sign_in_ref", ["sign_in_refused"]),
        ("carrier-wizard watch notify te", ["test"]),
    ],
)
def test_bash_completes(instance: Path, tmp_path_factory: pytest.TempPathFactory, line: str, offered: list[str]) -> None:
    assert completed(instance, line, at=tmp_path_factory.mktemp("bin")) == offered


def test_carriers_and_campaigns_are_completed_as_last_seen(instance: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    summary = json.loads(CliRunner().invoke(_group, ["dialer", "list", "--json"]).stdout)[0]
    at = tmp_path_factory.mktemp("bin")

    assert set(completed(instance, "carrier-wizard status --dialer main ", at=at)) == {
        each["carrier_id"] for each in summary["carriers"]
    }
    assert set(completed(instance, "carrier-wizard simulate 1 --dialer main --campaign ", at=at)) == {
        each["campaign_id"] for each in summary["campaigns"]
    }


def test_completing_where_nothing_can_be_read_offers_nothing(tmp_path_factory: pytest.TempPathFactory) -> None:
    broken = tmp_path_factory.mktemp("broken")
    (broken / "wizard.sqlite").write_text("no database, but longer than a header would be")
    assert completed(broken, "carrier-wizard dialer show ma", at=tmp_path_factory.mktemp("bin")) == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_names_the_program(shell: str) -> None:
    script = CliRunner().invoke(_group, ["completion", shell]).stdout
    assert "carrier-wizard" in script
    assert json.loads(CliRunner().invoke(_group, ["completion", shell, "--json"]).stdout)["script"] + "\n" == script
