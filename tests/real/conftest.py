"""A clean dialer for each test, and the wizard's own command line in an instance of its own."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from tests.lab import Lab
from wizard.cli import _group
from wizard.service.workspace import Workspace, open_workspace

if TYPE_CHECKING:
    from tests.real.matrix.stage import Stage


@dataclass
class Answered:
    """What a command printed as JSON, and the status it ended with."""

    status: int
    document: Any
    #: everything that it printed
    output: str


@dataclass
class CommandLine:
    """``carrier-wizard`` with an instance of its own, signing in to the lab's dialer with its key."""

    folder: Path
    lab: Lab

    def __call__(self, *arguments: str, secret: str = "", **environment: str) -> Answered:
        env = {"CARRIER_WIZARD_INSTANCE": str(self.folder), "SIP_SECRET": secret, **environment}
        result = CliRunner().invoke(_group, [*arguments, "--json"], env=env, catch_exceptions=False)
        document = json.loads(result.stdout) if result.stdout.strip() else {}
        return Answered(result.exit_code, document, result.output)

    @property
    def address(self) -> str:
        return f"root@{self.lab.dialer.address}:{self.lab.settings.ssh_port}"

    @property
    def access(self) -> tuple[str, ...]:
        return ("--ssh-key", str(self.lab.key), "--accept-host-key", "new")

    def answers(self, **values: Any) -> str:
        """An answers file."""
        path = self.folder.parent / f"{values['carrier_id']}.json"
        path.write_text(json.dumps(values))
        return str(path)

    def install(self, *options: str, secret: str = "", **values: Any) -> Answered:
        secrets = ("--secret-env", "SIP_SECRET") if secret else ()
        path = self.answers(**values)
        return self("install", path, "--dialer", self.address, *self.access, *secrets, *options, secret=secret)

    @contextlib.contextmanager
    def installing(self, secret: str, **values: Any) -> Iterator[subprocess.Popen[str]]:
        """An install in a process of its own, whose standard error tells each phase."""
        arguments = [self.answers(**values), "--dialer", self.address, *self.access, "--secret-env", "SIP_SECRET"]
        # Whoever runs the tests in the background may have them ignore Ctrl-C, and a child would too.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        with subprocess.Popen(
            [sys.executable, "-m", "wizard", "install", *arguments],
            env={**os.environ, "CARRIER_WIZARD_INSTANCE": str(self.folder), "SIP_SECRET": secret},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            yield process

    @property
    def workspace(self) -> Workspace:
        return open_workspace(self.folder)


@pytest.fixture
def wizard(tmp_path: Path, lab: Lab) -> CommandLine:
    folder = tmp_path / "instance"
    folder.mkdir()
    return CommandLine(folder, lab)


@pytest.fixture(scope="session")
def stage(running_lab: Lab) -> Stage:
    """A dialer for faults, which is set again only where the last one left a trace."""
    # It plays with the command line above.
    from tests.real.matrix.stage import Stage

    return Stage(running_lab)


@pytest.fixture
def own_wizard(tmp_path: Path, running_lab: Lab) -> CommandLine:
    """The command line on a dialer that is as the last test left it."""
    folder = tmp_path / "instance"
    folder.mkdir()
    return CommandLine(folder, running_lab)


@dataclass(frozen=True)
class DialerState:
    """What has to be as before after an undo."""

    carriers: list[dict[str, Any]]
    servers: list[dict[str, Any]]
    campaigns: list[dict[str, Any]]
    files: dict[str, str]
    templates: list[dict[str, Any]]
    server_trunks: list[dict[str, Any]]
    containers: list[dict[str, Any]]
    #: command → what Asterisk prints of it, without delays and times to come
    asterisk: dict[str, str]


#: everything that an entry of any protocol leaves in Asterisk, but for its variable, which stays until a restart
ASKED = (
    "sip show peers", "sip show registry", "iax2 show peers", "iax2 show users", "iax2 show registry", "pjsip show endpoints",
    "pjsip show aors", "pjsip show auths", "pjsip show identifies", "pjsip show registrations",
    "dialplan show vicidial-auto-external",
)  # fmt: skip


#: VICIdial's own loops come and go, registrations have their times, and PJSIP's endpoints a state that follows their calls
_PASSING = re.compile(
    r"\(\d+ ms\) *|\(exp\. \d+s\)| \d+ (?=Registered)|\w{3}, \d\d \w{3} \d{4} [\d:]{8}|Request Sent|Timeout"
    r"|(?<=Avail) +[\d.]+|(Invalid|Not in use|Unavailable) +(?=0 of)|\d+ (online|offline)|UNREACHABLE|UNKNOWN"
)


def _steady(printed: str) -> str:
    return _PASSING.sub("", printed)


@pytest.fixture
def state(lab: Lab) -> Callable[[], DialerState]:
    """Takes down the dialer's rows, generated files, and what Asterisk has loaded."""

    def take() -> DialerState:
        dialer = lab.dialer
        return DialerState(
            carriers=dialer.query("SELECT * FROM vicidial_server_carriers ORDER BY carrier_id"),
            # What the wizard touches or relies on; a dialer's own scripts change other columns all the time.
            servers=dialer.query(
                "SELECT server_ip, active_asterisk_server, generate_vicidial_conf, rebuild_conf_files FROM servers"
            ),
            campaigns=dialer.query("SELECT * FROM vicidial_campaigns ORDER BY campaign_id"),
            files=dialer.generated(),
            templates=dialer.query("SELECT * FROM vicidial_conf_templates ORDER BY template_id"),
            server_trunks=dialer.query("SELECT * FROM vicidial_server_trunks ORDER BY server_ip, campaign_id"),
            containers=dialer.query("SELECT * FROM vicidial_settings_containers ORDER BY container_id"),
            asterisk={command: _steady(dialer.asterisk(command)) for command in ASKED},
        )

    return take
