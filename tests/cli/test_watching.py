"""What is set for the watch on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from wizard.cli import _group
from wizard.dialer.target import DialerSecrets, DialerTarget
from wizard.service.workspace import open_workspace
from wizard.store.watches import WatchSetting

URL = "jsons://hooks.example.com/s3cret.Path"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    open_workspace(tmp_path).dialers.add("main", DialerTarget("127.0.0.1", "root", 1), DialerSecrets())
    return tmp_path


def run(folder: Path, *arguments: str, **environment: str) -> Result:
    env = {"CARRIER_WIZARD_INSTANCE": str(folder), **environment}
    return CliRunner().invoke(_group, list(arguments), env=env, catch_exceptions=False)


def document(folder: Path, *arguments: str, **environment: str) -> Any:
    return json.loads(run(folder, *arguments, "--json", **environment).stdout)


def test_a_watch_is_switched_on_and_off_and_keeps_its_interval(folder: Path) -> None:
    assert document(folder, "watch", "on", "main", "--every", "30")["interval_seconds"] == 30
    assert document(folder, "watch", "off", "main") == {"dialer": "main", "is_on": False, "interval_seconds": 30}
    assert document(folder, "watch", "on", "main")["interval_seconds"] == 30
    assert run(folder, "watch", "on", "main", "--every", "1").exit_code == 2
    assert document(folder, "watch", "on", "nobody")["error"]["code"] == "not_found"


def test_whom_to_tell_comes_from_a_variable_and_is_never_shown(folder: Path) -> None:
    added = run(folder, "watch", "notify", "add", "hook", "--url-env", "HOOK", HOOK=URL)
    listed = run(folder, "watch", "notify", "list")

    assert added.exit_code == 0
    assert "jsons://hooks.example.com…" in listed.output
    assert "all dialers" in listed.output
    assert "s3cret" not in added.output + listed.output
    assert run(folder, "watch", "notify", "add", "HOOK", "--url-env", "HOOK", HOOK=URL).exit_code == 2
    assert document(folder, "watch", "notify", "remove", "hook") == {"removed": "hook"}
    assert document(folder, "watch", "notify", "list") == []


def test_whom_to_tell_of_one_dialer_alone(folder: Path) -> None:
    added = document(folder, "watch", "notify", "add", "hook", "--dialer", "main", "--url-env", "HOOK", HOOK=URL)

    assert added["dialer"] == "main"


@pytest.mark.parametrize("arguments", [(), ("--url-env", "MISSING"), ("--url-env", "BAD")])
def test_a_url_that_is_not_there_or_no_url_is_refused(folder: Path, arguments: tuple[str, ...]) -> None:
    refused = run(folder, "watch", "notify", "add", "hook", *arguments, BAD="s3cret")

    assert refused.exit_code == 2
    assert "s3cret" not in refused.output
    assert open_workspace(folder).watches.targets() == []


def test_a_test_that_nobody_takes_says_so(folder: Path) -> None:
    run(folder, "watch", "notify", "add", "hook", "--url-env", "HOOK", HOOK="json://127.0.0.1:9/s3cret")
    tested = run(folder, "watch", "notify", "test", "hook")

    assert tested.exit_code == 1
    assert "nothing answers there" in tested.output
    assert "s3cret" not in tested.output


def test_a_link_has_no_token(folder: Path) -> None:
    assert document(folder, "watch", "link", "https://wizard.example.com")["link"] == "https://wizard.example.com"
    assert run(folder, "watch", "link", "https://wizard.example.com/?token=s3cret").exit_code == 2
    assert run(folder, "watch", "link", "wizard.example.com").exit_code == 2
    assert open_workspace(folder).watches.link == "https://wizard.example.com"
    assert document(folder, "watch", "link", "none") == {"link": None}


def test_a_dialer_that_is_not_reached_is_said_and_kept_and_shown(folder: Path) -> None:
    workspace = open_workspace(folder)
    saved = workspace.dialers.find("main")
    assert saved is not None
    workspace.watches.set(WatchSetting(saved.id, is_on=True))
    looked = run(folder, "watch", "--once", "--json")

    assert looked.exit_code == 3
    [only] = json.loads(looked.stdout)["dialers"]
    assert only["error"]["code"] == "cannot_connect"
    shown = document(folder, "watch", "show", "main")
    assert [(each["carrier_id"], each["state"]) for each in shown["carriers"]] == [(None, "down")]
    assert "main: watched" in run(folder, "watch", "show", "main").output


def test_without_a_watched_dialer_one_look_says_what_to_do(folder: Path) -> None:
    nothing = run(folder, "watch", "--once")

    assert nothing.exit_code == 1
    assert "carrier-wizard watch on D" in nothing.output
