"""``backup``, and what is there again after a restore."""

from __future__ import annotations

import stat
import tarfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.fakes import FakeDialer
from wizard.cli import _group
from wizard.instance import access_token
from wizard.service.workspace import open_workspace


def run(folder: Path, *arguments: str, **env: str) -> Result:
    return CliRunner().invoke(_group, arguments, env={"CARRIER_WIZARD_INSTANCE": str(folder), **env})


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("wizard.cli.dialer_options.connector", FakeDialer().connector)
    folder = tmp_path / "instance"
    options = ["--ssh-password-env", "SSH_SECRET", "--keep-passwords"]
    assert run(folder, "dialer", "add", "main", "root@10.0.0.1", *options, SSH_SECRET="correct-horse").exit_code == 0
    access_token(folder)
    return folder


def test_a_restored_wizard_knows_its_dialers_and_passwords(folder: Path, tmp_path: Path) -> None:
    file, restored = tmp_path / "backup.tar", tmp_path / "restored"
    workspace = open_workspace(folder)
    with workspace.store.changing():
        # Somebody writes just now: what isn't committed isn't in it, and what is, is whole.
        workspace.store.database.execute("UPDATE dialers SET name = 'half-way'")
        assert run(folder, "backup", str(file)).exit_code == 0
    restored.mkdir()
    with tarfile.open(file) as tar:
        tar.extractall(restored, filter="fully_trusted")

    again = open_workspace(restored)
    saved = again.dialers.find("main")
    assert saved is not None
    assert again.dialers.secrets(saved.id).ssh_password.reveal() == "correct-horse"
    assert access_token(restored) == access_token(folder)
    assert {stat.S_IMODE(path.stat().st_mode) for path in restored.iterdir() if path.suffix not in (".sqlite-wal",)} <= {0o600}


def test_the_file_is_for_its_owner_alone(folder: Path, tmp_path: Path) -> None:
    run(folder, "backup", str(tmp_path / "backup.tar"))

    assert stat.S_IMODE((tmp_path / "backup.tar").stat().st_mode) == 0o600
    assert [path.name for path in folder.iterdir() if path.name.startswith(".backup-")] == []


def test_an_earlier_backup_is_not_written_over(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "backup.tar").write_text("the last one")
    result = run(folder, "backup", str(tmp_path / "backup.tar"))

    assert result.exit_code == 2
    assert (tmp_path / "backup.tar").read_text() == "the last one"
