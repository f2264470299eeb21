"""What ``dialer show`` tells of a dialer, for people."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.fakes import FakeDialer
from wizard.cli import _group


@pytest.fixture
def shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    dialer = FakeDialer(caller_ids={"2125551234": "SALES", "0000000000": "SURVEY"})
    dialer.add_server("10.0.0.2", generate_vicidial_conf="N")
    monkeypatch.setattr("wizard.cli.dialer_options.connector", dialer.connector)
    env = {"CARRIER_WIZARD_INSTANCE": str(tmp_path)}
    for arguments in (["dialer", "add", "main", "root@10.0.0.1"], ["dialer", "show", "main"]):
        result = CliRunner().invoke(_group, arguments, env=env, catch_exceptions=False)
        assert result.exit_code == 0, result.output
    return result.stdout


def test_servers_with_their_limits(shown: str) -> None:
    assert "server:           10.0.0.1        DIALER1     gets carriers, 96 calls at once, 5 new ones per second" in shown
    assert "server:           10.0.0.2        D2          gets no carriers, 96 calls at once" in shown


def test_caller_ids_with_what_looks_wrong_first(shown: str) -> None:
    wrong, right = shown.index("caller ID:        0000000000      campaign SURVEY"), shown.index("caller ID:        2125551234")

    assert wrong < right
    assert "warning: 0000000000 is what VICIdial puts into a new campaign" in shown
    assert "Ask your carrier which of these numbers it knows as yours" in shown
