"""What the views work with, one set per application."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Protocol, cast

from flask import current_app, request
from flask_htmx import HTMX

from wizard.dialer.target import DialerSecrets, DialerTarget
from wizard.errors import NeedsSecretError, VaultError, WizardError
from wizard.secret import Secret
from wizard.service.dialers import Connect, connector, look_at_dialer, missing_secret, summary_of
from wizard.service.recovery import recover, recoverable
from wizard.service.watching.schedule import Schedule
from wizard.service.watching.telling import Telling
from wizard.service.watching.watcher import Watcher
from wizard.service.workspace import Workspace
from wizard.store.dialers import SavedDialer
from wizard.store.installs import Install
from wizard.words.errors import Words

from .forms import DialerForm

_EXTENSION = "carrier_wizard"
#: true in a request of htmx's own, which wants a part of a page
htmx = HTMX()
#: installs wait more than they work, so there can be many at once
_WORKERS = 16
_log = logging.getLogger(__name__)


class Job(Protocol):
    """Work on a dialer that was given its lock."""

    def run(self) -> object: ...


@dataclass
class Services:
    """Stores, workers, and the dialers' passwords that live in memory only."""

    workspace: Workspace
    connector: Callable[[DialerTarget, DialerSecrets], Connect] = connector
    executor: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(_WORKERS, thread_name_prefix="install"))
    remembered: dict[str, DialerSecrets] = field(default_factory=dict)
    #: draft → the form of a dialer that could not be added, and why; shown by a page of its own, so that Back works
    refused_forms: dict[str, tuple[DialerForm, Words | None]] = field(default_factory=dict)
    #: dialer → what the last look ran into
    problems: dict[str, WizardError] = field(default_factory=dict)
    #: looks at the watched dialers once it is started, which only `serve` does
    watcher: Watcher = field(init=False)

    def __post_init__(self) -> None:
        self.watcher = Watcher(Schedule(self.workspace, self.connect_to), Telling(self.workspace))

    def remember(self, dialer_id: str, secrets: DialerSecrets) -> None:
        """Keep what was typed until the wizard ends; what is empty leaves what was there."""
        kept = self.secrets_of(dialer_id)
        self.remembered[dialer_id] = DialerSecrets(
            **{name: getattr(secrets, name) or getattr(kept, name) for name in DialerSecrets.__dataclass_fields__}
        )
        self.watcher.schedule.look_soon(dialer_id)

    def secrets_of(self, dialer_id: str) -> DialerSecrets:
        """What was typed since the start, or what is kept."""
        if dialer_id in self.remembered:
            return self.remembered[dialer_id]
        try:
            return self.workspace.dialers.secrets(dialer_id)
        except VaultError:
            # What can't be read any more has to be typed again, like what was never kept.
            return DialerSecrets()

    def connect_to(self, dialer: SavedDialer) -> Connect:
        """A way in.

        :raises NeedsSecretError: a password that is not kept has to be typed again
        """
        secrets = self.secrets_of(dialer.id)
        missing = missing_secret(dialer.target, secrets)
        if missing:
            raise NeedsSecretError(which=missing)
        return self.connector(self.workspace.host_keys.with_key(dialer.target), secrets)

    def run(self, job: Job, dialer_id: str, connect: Connect, *, looks: bool = True) -> Future[object]:
        """Work in the background; the journal is in the store, so nothing is lost with the thread.

        What is known of the dialer is another thing afterwards, so somebody looks again; but not after what changed nothing.
        """
        future = self.executor.submit(self._in_thread, job, dialer_id, connect, looks)
        future.add_done_callback(_log_fault)
        return future

    def recover_interrupted(self) -> None:
        """Bring what broke off to its end, in the background, as far as the passwords for it are kept.

        One after the other on each dialer: a later run stands on an earlier.
        """
        runs: dict[str, list[Install]] = {}
        for install in recoverable(self.workspace):
            runs.setdefault(install.dialer_id or "", []).append(install)
        for dialer in self.workspace.dialers.all():
            if dialer.id in runs:
                self.executor.submit(self._recover, dialer, runs[dialer.id])

    def _recover(self, dialer: SavedDialer, installs: Sequence[Install]) -> None:
        # Where it can't be done the run stays as it is, and its page says so, with a button.
        try:
            with contextlib.suppress(WizardError):
                for install in installs:
                    recover(self.workspace, self.connect_to(dialer), install)
        finally:
            self.workspace.store.close()

    def _in_thread(self, job: Job, dialer_id: str, connect: Connect, looks: bool) -> object:
        try:
            try:
                return job.run()
            finally:
                if looks:
                    self._look_again(dialer_id, connect)
        finally:
            self.workspace.store.close()

    def _look_again(self, dialer_id: str, connect: Connect) -> None:
        # The install has ended, whatever comes of this; nor is a dialer that is not saved any more worth a word.
        with contextlib.suppress(WizardError):
            self.workspace.dialers.get(dialer_id)
            self.workspace.dialers.remember_look(dialer_id, summary_of(look_at_dialer(connect)))


def remember_typed(dialer_id: str) -> None:
    """Keep the passwords that the form at hand has, until the wizard ends."""
    typed = {name: Secret(request.form.get(name, "")) for name in DialerSecrets.__dataclass_fields__}
    services().remember(dialer_id, DialerSecrets(**typed))


def services() -> Services:
    return cast(Services, current_app.extensions[_EXTENSION])


def install_services(extensions: dict[str, object], made: Services) -> None:
    extensions[_EXTENSION] = made


def _log_fault(future: Future[object]) -> None:
    fault = future.exception()
    if fault is not None:
        # The type alone: a message may quote what it stumbled over.
        _log.error("a job ended in a fault of the wizard's own: %s", type(fault).__name__)
