"""After an install on all servers, or its undo: each other server's request, and a look at those that are saved here."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from wizard.dialer.connection import Connection
from wizard.dialer.gathering import open_database
from wizard.dialer.journal import Checkpoint, Journal, Phase
from wizard.dialer.other_servers import PATIENCE_SECONDS, ServerReport, Task, follow
from wizard.errors import NeedsSecretError, StoppedError, WizardError
from wizard.store.dialers import SavedDialer

from .dialers import Connect, connector, missing_secret
from .workspace import Workspace

#: a saved dialer → unopened connections to it; raises NeedsSecretError where a password is not kept
Reach = Callable[[SavedDialer], Connect]


def reach_as_saved(workspace: Workspace) -> Reach:
    """With the passwords that are kept, and with no others."""

    def reach(saved: SavedDialer) -> Connect:
        secrets = workspace.dialers.secrets(saved.id)
        missing = missing_secret(saved.target, secrets)
        if missing:
            raise NeedsSecretError(which=missing)
        return connector(workspace.host_keys.with_key(saved.target), secrets)

    return reach


@dataclass(frozen=True)
class OtherServers:
    """What happens on the other servers of one install."""

    workspace: Workspace
    install_id: str
    reach: Reach
    journal: Journal
    wait_seconds: float = PATIENCE_SECONDS

    def after_install(self, connection: Connection, checkpoint: Checkpoint) -> None:
        """Follow them while the install still stands.

        :raises StoppedError: the user wants it undone; nothing that happens on another server is a reason to undo
        """
        if not checkpoint.other_servers:
            return
        self.journal.begin(Phase.OTHER_SERVERS)
        follow(connection, self._task(checkpoint, gone=False))
        self.journal.done(Phase.OTHER_SERVERS)

    def after_undo(self, connect: Connect, checkpoint: Checkpoint) -> None:
        """Follow them once the own dialer is as before; whatever happens here undoes no undo."""
        if not checkpoint.other_servers:
            return
        self._report([ServerReport(server_ip) for server_ip in checkpoint.other_servers])
        with contextlib.suppress(Exception, KeyboardInterrupt), connect() as connection:
            open_database(connection)
            follow(connection, self._task(checkpoint, gone=True))

    def not_seen(self, checkpoint: Checkpoint) -> None:
        """Nobody looked, so nothing is known."""
        self._report([ServerReport(server_ip) for server_ip in checkpoint.other_servers])

    def _task(self, checkpoint: Checkpoint, *, gone: bool) -> Task:
        seconds = min(self.wait_seconds, PATIENCE_SECONDS)
        # What was stopped was the install: whoever undoes it is not to be stopped.
        stop = _never if gone else self._stop_if_asked
        return Task(checkpoint, self._ways_in, self._report, stop, gone=gone, seconds=seconds)

    def _stop_if_asked(self) -> None:
        if self.journal.stop_requested():
            raise StoppedError

    def _ways_in(self, server_ip: str) -> Iterator[Connection]:
        for saved in self.workspace.dialers.all():
            if saved.summary.get("server_ip") == server_ip:
                yield self.reach(saved)()

    def _report(self, reports: Sequence[ServerReport]) -> None:
        self.workspace.installs.remember_servers(self.install_id, list(map(report_json, reports)))


def _never() -> None:
    """An undo goes on."""


def report_json(report: ServerReport) -> dict[str, Any]:
    """A report as the store keeps it."""
    problem: WizardError | None = report.problem
    return {
        "server_ip": report.server_ip,
        "rebuilt": report.rebuilt,
        "verdict": report.judgement.verdict.value,
        "reason": report.judgement.reason,
        "states": dict(report.states),
        "error": problem_json(problem) if problem is not None else {},
    }


def problem_json(problem: WizardError) -> dict[str, Any]:
    """An error's code and its safe values."""
    return {"code": problem.code, "values": {name: str(value) for name, value in problem.values.items()}}
