"""Every way into a dialer, every way that is shut, and no secret left behind."""

from __future__ import annotations

import json
import re
import threading
import time
from pathlib import Path

import pytest

from tests.lab import Lab
from tests.real.answers import PROTOCOLS, carrier_answers
from tests.real.conftest import Answered, CommandLine


class TestAccess:
    @pytest.mark.parametrize(
        ("user", "options", "environment"),
        [
            ("root", ("--ssh-password-env", "PW"), {"PW": "root_password"}),
            ("support", ("--ssh-password-env", "PW", "--sudo"), {"PW": "support_password"}),
            ("ops", ("--ssh-password-env", "PW", "--sudo"), {"PW": "ops_password"}),
            ("root", ("--ssh-key", "KEY", "--key-passphrase-env", "PW"), {"PW": "key_passphrase"}),
        ],
        ids=["root-password", "sudo-with-password", "sudo-without-password", "key-with-passphrase"],
    )
    def test_every_way_in_installs(
        self, lab: Lab, wizard: CommandLine, user: str, options: tuple[str, ...], environment: dict[str, str]
    ) -> None:
        values = {name: getattr(lab.credentials, credential) for name, credential in environment.items()}
        given = [str(lab.key_with_passphrase) if each == "KEY" else each for each in options]
        path = wizard.answers(carrier_id="ACME", auth="ip", host=lab.carriers["ip"].address)
        address = f"{user}@{lab.dialer.address}:{lab.settings.ssh_port}"

        done = wizard("install", path, "--dialer", address, *given, "--accept-host-key", "new", **values)

        assert done.status == 0, done.output
        for secret in values.values():
            assert secret not in done.output

    @pytest.mark.parametrize(
        ("user", "options", "password", "code"),
        [
            ("root", ("--ssh-password-env", "PW"), "wrong", "invalid_auth"),
            ("nobody-here", ("--ssh-password-env", "PW"), "wrong", "invalid_auth"),
            ("guest", ("--ssh-password-env", "PW", "--sudo"), "guest_password", "sudo"),
            ("guest", ("--ssh-password-env", "PW"), "guest_password", "not_root"),
            ("root", ("--ssh-key", "/nowhere"), "", "key_file"),
        ],
        ids=["wrong-password", "no-such-user", "no-sudo", "no-root", "no-key"],
    )
    def test_every_way_that_is_shut_is_said(
        self, lab: Lab, wizard: CommandLine, user: str, options: tuple[str, ...], password: str, code: str
    ) -> None:
        secret = getattr(lab.credentials, password, password)
        path = wizard.answers(carrier_id="ACME", auth="ip", host=lab.carriers["ip"].address)
        address = f"{user}@{lab.dialer.address}:{lab.settings.ssh_port}"

        refused = wizard("install", path, "--dialer", address, *options, "--accept-host-key", "new", PW=secret)

        assert (refused.status, _code(refused)) == (3, code)
        assert lab.dialer.query("SELECT * FROM vicidial_admin_log") == []

    def test_an_unknown_host_key_is_shown_and_not_trusted_unasked(self, lab: Lab, wizard: CommandLine) -> None:
        path = wizard.answers(carrier_id="ACME", auth="ip", host=lab.carriers["ip"].address)
        key = ("--ssh-key", str(lab.key))

        shown = wizard("install", path, "--dialer", wizard.address, *key)
        fingerprint = re.search(r"SHA256:\S+[^.\s]", shown.output)
        assert (shown.status, _code(shown)) == (3, "host_key_unknown")
        assert fingerprint is not None

        wrong = wizard("install", path, "--dialer", wizard.address, *key, "--accept-host-key", "SHA256:somethingelse")
        assert _code(wrong) == "host_key_unknown"
        right = wizard("install", path, "--dialer", wizard.address, *key, "--accept-host-key", fingerprint[0])
        assert right.status == 0

    def test_a_sign_in_that_ends_early_leaves_no_half_open_connection_behind(self, lab: Lab, wizard: CommandLine) -> None:
        path = wizard.answers(carrier_id="ACME", auth="ip", host=lab.carriers["ip"].address)
        for _ in range(3):
            wizard("install", path, "--dialer", wizard.address, "--ssh-key", str(lab.key))
        time.sleep(0.3)

        waiting = lab.dialer.run("pgrep", "-c", "-f", r"^sshd: .*\[(net|priv|accepted)\]", check=False).stdout
        assert waiting.strip() == "0"

    def test_a_changed_host_key_is_refused_loudly_and_never_accepted(self, lab: Lab, wizard: CommandLine) -> None:
        assert wizard("dialer", "add", "lab", wizard.address, *wizard.access).status == 0
        store = wizard.workspace
        [saved] = store.dialers.all()
        store.host_keys.confirm(
            saved.target, "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ5Nz2n5e2mH0cGz4H7v0oBfMmZ9r3h8q0o3m5k0pQ9x"
        )

        refused = wizard("dialer", "show", "lab", "--accept-host-key", "new")

        assert (refused.status, _code(refused)) == (3, "host_key_changed")

    def test_a_saved_dialer_by_name(self, lab: Lab, wizard: CommandLine) -> None:
        added = wizard("dialer", "add", "Main", wizard.address, *wizard.access)
        assert added.status == 0
        assert added.document["server_ip"] == lab.dialer.address
        assert {"SALES", "SURVEY"} == {each["campaign_id"] for each in added.document["campaigns"]}
        assert wizard("dialer", "add", "main", wizard.address, *wizard.access).status == 2

        path = wizard.answers(carrier_id="ACME", auth="ip", host=lab.carriers["ip"].address)
        done = wizard("install", path, "--dialer", "main")

        assert done.status == 0
        assert [each["dialer"] for each in wizard("history", "--dialer", "MAIN").document] == ["Main"]
        assert wizard("dialer", "remove", "Main").status == 0
        assert wizard("dialer", "list").document == []


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_secrets_show_nowhere(lab: Lab, wizard: CommandLine, tmp_path: Path, protocol: str) -> None:
    """A sentinel in the place of each secret, looked for in every place that a secret could leak to."""
    sentinel = "S3ntinel.Secret"
    password = lab.credentials.support_password
    command_lines: set[str] = set()
    watching = threading.Event()

    def watch() -> None:
        while not watching.is_set():
            for process in Path("/proc").iterdir():
                if process.name.isdigit():
                    try:
                        command_lines.add((process / "cmdline").read_text(errors="replace"))
                    except OSError:
                        continue

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        values, _ = carrier_answers(lab, "registration", protocol=protocol, template_id="ACMEGEN", make_template=True)
        path = wizard.answers(**values)
        address = f"support@{lab.dialer.address}:{lab.settings.ssh_port}"
        access = ("--ssh-password-env", "PW", "--sudo", "--accept-host-key", "new")
        done = wizard(
            "install", path, "--dialer", address, *access, "--secret-env", "SIP_SECRET", "--keep", secret=sentinel, PW=password
        )
        wizard("rollback", done.document["install_id"], *access, PW=password)
    finally:
        watching.set()
        watcher.join()

    log = lab.dialer.query("SELECT * FROM vicidial_admin_log")
    assert done.document["outcome"] == "not_up", "it came as far as the carrier's own refusal"
    places = {
        "what the command printed": done.output,
        "the admin log": json.dumps(log, default=str),
        "process lists": "\0".join(command_lines),
        "the wizard's own files": b"".join(each.read_bytes() for each in wizard.folder.rglob("*") if each.is_file()).decode(
            "latin1"
        ),
        "the dialer's logs": "".join(
            each.read_text(errors="replace") for each in (lab.dialer.root / "var/log").rglob("*") if each.is_file()
        ),
        "the dialer's temporary files": "".join(
            each.read_text(errors="replace") for each in (lab.dialer.root / "tmp").rglob("*") if each.is_file()
        ),
    }
    assert len(log) == 2
    assert any("perl" in each for each in command_lines), "the watch saw the agent"
    for place, text in places.items():
        assert sentinel not in text, place
        assert password not in text, place


def _code(answered: Answered) -> str:
    code = answered.document.get("reason") or answered.document["error"]["code"]
    return str(code)
