"""One pair of a moment and a fault, played on the lab's dialer: prepare, strike, mend, look, undo what is left."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tests.lab import Lab
from tests.real.answers import carrier_answers
from tests.real.conftest import Answered, CommandLine
from tests.real.lab_trunks import dialplan
from tests.real.rows import add_carrier, rebuild
from wizard.dialer import coming_up, undo

from .boundaries import Boundary, Work, at
from .faults import Fault, Ground, fault, own_generator
from .observer import Picture, is_registered, is_up, lost, take_picture, within
from .results import Ended, Result

OTHER = "BKUP"
#: what an install changes of rows that were there
CHANGED = {"campaigns", "server trunks"}
CLAIMS = {"up": "new", "rolled_back": "old", "refused": "old"}
STATUSES = {"up": {0}, "rolled_back": {4}, "refused": {2, 3}, "rollback_failed": {5}, "interrupted": {-signal.SIGKILL}}
#: Cron's minute is a second here, so what waits for a minute waits less too.
PATIENCE = (
    (coming_up, "REBUILD_SECONDS", 12.0),
    (coming_up, "SILENCE_SECONDS", 8.0),
    (undo, "REBUILD_SECONDS", 12.0),
    (undo, "PERSISTENCE_SECONDS", 8.0),
    (undo, "SILENCE_SECONDS", 8.0),
    (undo, "LOAD_PATIENCE", 8.0),
)


@dataclass
class Stage:
    """The dialer with two campaigns, another carrier that is up, and lines of a campaign's own."""

    lab: Lab
    _old: Picture | None = None
    _new: dict[str, Picture] = field(default_factory=dict)

    @property
    def old(self) -> Picture:
        assert self._old is not None
        return self._old

    def set(self) -> None:
        """As before every pair; a dialer that is so already is left alone."""
        own_generator(self.lab)
        if self._old is not None and not take_picture(self.lab).differences(self._old) and is_up(self.lab, "bkup"):
            return
        self.lab.reset()
        entry = f"[bkup]\ntype=peer\nhost={self.lab.carriers['backup'].address}\ncontext=trunkinbound\nqualify=yes\n"
        add_carrier(self.lab, OTHER, account_entry=entry, dialplan_entry=dialplan("SIP/bkup/${EXTEN:1}"))
        self.lab.dialer.query(
            "INSERT INTO vicidial_server_trunks VALUES (%s, 'SURVEY', 5, 'MAXIMUM_LIMIT')", self.lab.dialer.address
        )
        rebuild(self.lab)
        assert within(20, lambda: is_up(self.lab, "bkup"))
        self._old = take_picture(self.lab)

    def new(self, protocol: str) -> Picture:
        """What the dialer is where nothing goes wrong."""
        if protocol not in self._new:
            with tempfile.TemporaryDirectory() as folder:
                installed = install(CommandLine(Path(folder), self.lab), protocol)
            assert installed.status == 0, installed.output
            self._new[protocol] = take_picture(self.lab)
        return self._new[protocol]

    def look(self, protocol: str, claimed: str = "", seconds: float = 10) -> str:
        """``old``, ``new`` or ``between``; where one of them is claimed it has some time to come."""
        known = {"old": self.old, "new": self._new[protocol]}

        def fits(name: str) -> bool:
            return not take_picture(self.lab).differences(known[name])

        if claimed and within(seconds, lambda: fits(claimed)):
            return claimed
        return next(filter(fits, known), "between")

    def differences(self, protocol: str, name: str) -> list[str]:
        """For the message of a test that fails."""
        return take_picture(self.lab).differences({"old": self.old, "new": self._new[protocol]}.get(name, self.old))


def answers(lab: Lab, protocol: str) -> tuple[dict[str, Any], str]:
    """An entry with a campaign and lines to change, beside carriers that are there."""
    changes = {"campaigns": ["SALES"], "dial_prefix": "7", "server_trunks": {"SALES": "20", "SURVEY": "10+"}}
    return carrier_answers(lab, "registration", protocol=protocol, **changes)


def install(wizard: CommandLine, protocol: str, *, right: bool = True) -> Answered:
    values, secret = answers(wizard.lab, protocol)
    return wizard.install("--wait", "40", secret=secret if right else "wrong.Word", **values)


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """A disk of its own for the wizard's folder, which fills at once."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m,mode=0700", "wizard", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@dataclass
class Play:
    """One pair; :meth:`run` says what came of it, and fails where the wizard said something else than is so."""

    stage: Stage
    wizard: CommandLine
    boundary: Boundary
    fault: Fault
    protocol: str

    def run(self) -> Result:
        began = time.monotonic()
        with contextlib.ExitStack() as stack:
            if self.fault.name == "wizard-disk-full":
                stack.enter_context(small_disk(self.wizard.folder))
            for module, name, seconds in PATIENCE:
                stack.enter_context(patch.object(module, name, seconds))
            standing = install(self.wizard, self.protocol) if self.boundary.work is Work.ROLLBACK else None
            ended, install_id = self._strike(standing)
            undone = self._undo(install_id) if ended.outcome in ("interrupted", "rollback_failed") else None
        self._require_others()
        names = (self.boundary.name, self.fault.name, self.protocol)
        return Result(*names, ended, undone, round(time.monotonic() - began, 1))

    def _strike(self, standing: Answered | None) -> tuple[Ended, str]:
        ground = Ground(self.stage.lab, self.wizard.folder)
        timers: list[threading.Timer] = []

        def act() -> None:
            self.fault.strike(ground)
            if self.fault.seconds:
                timers.append(threading.Timer(self.fault.seconds, lambda: self.fault.heal(ground)))
                timers[0].start()

        try:
            said = self._killed(standing) if self.fault.kills else self._work(standing, act)
        finally:
            for timer in timers:
                timer.join()
            if self.fault.lasts:
                self.fault.heal(ground)
        return self._ended(said), said.document.get("install_id") or ""

    def _work(self, standing: Answered | None, act: Any) -> Answered:
        with at(self.boundary, act, reply_lost=self.fault.reply_lost) as happened:
            if standing is not None:
                said = self.wizard("rollback", standing.document["install_id"], *self.wizard.access)
            else:
                said = install(self.wizard, self.protocol, right=self.boundary.work is Work.INSTALL)
        assert happened, f"the work never came to {self.boundary.name}: {said.output}"
        return said

    def _killed(self, standing: Answered | None) -> Answered:
        """The same in a process of its own, which dies there; what it left is what the next command finds."""
        values, secret = answers(self.stage.lab, self.protocol)
        wizard = self.wizard
        if standing is not None:
            arguments = ["rollback", standing.document["install_id"], *wizard.access]
        else:
            secrets = ("--secret-env", "SIP_SECRET")
            arguments = ["install", wizard.answers(**values), "--dialer", wizard.address, *wizard.access, *secrets]
        own = {"CARRIER_WIZARD_INSTANCE": str(wizard.folder), "SIP_SECRET": secret}
        if self.boundary.work is Work.UNDO:
            own["SIP_SECRET"] = "wrong.Word"
        command = [sys.executable, "-m", "tests.real.matrix.killed", self.boundary.name, *arguments]
        done = subprocess.run(command, env={**os.environ, **own}, capture_output=True, text=True, check=False)
        assert done.returncode == -signal.SIGKILL, done.stderr
        [found] = wizard("history").document
        return Answered(done.returncode, found, json.dumps(found))

    def _ended(self, said: Answered) -> Ended:
        """What was said, held against what is so."""
        outcome = said.document.get("outcome") or "none"
        reason = said.document.get("reason") or ""
        if self.boundary.work is Work.ROLLBACK:
            assert said.status in {"rolled_back": {0}, "rollback_failed": {5}, "up": {1, 3}}.get(outcome, {-9}), said.output
        else:
            assert said.status in STATUSES.get(outcome, set()), said.output
        claimed = CLAIMS.get(outcome, "")
        dialer = self.stage.look(self.protocol, claimed)
        if claimed:
            assert dialer == claimed, (outcome, reason, self.stage.differences(self.protocol, claimed), said.output)
        kept = lost(self.stage.old, take_picture(self.stage.lab), CHANGED)
        assert not kept, kept
        return Ended(said.status, outcome, reason, dialer)

    def _undo(self, install_id: str) -> Ended:
        """The way back, once nothing stands in it any more; where nothing was written there is none."""
        said = self.wizard("rollback", install_id, *self.wizard.access)
        code = said.document.get("error", {}).get("code", "")
        dialer = self.stage.look(self.protocol, "old")
        assert dialer == "old", (said.output, self.stage.differences(self.protocol, "old"))
        assert said.status == 0 or code == "nothing_to_undo", said.output
        return Ended(said.status, said.document.get("outcome") or "none", said.document.get("reason") or code, dialer)

    def _require_others(self) -> None:
        """The carrier that was there is up, whatever happened to ours."""
        assert within(30, lambda: is_up(self.stage.lab, "bkup")), self.stage.lab.dialer.asterisk("sip show peers")
        if not take_picture(self.stage.lab).differences(self.stage.new(self.protocol)):
            username = answers(self.stage.lab, self.protocol)[0]["username"]
            assert within(20, lambda: is_registered(self.stage.lab, username))


def play(stage: Stage, wizard: CommandLine, boundary: Boundary, name: str, protocol: str) -> Result:
    """Set the stage and play one pair."""
    stage.set()
    stage.new(protocol)
    stage.set()
    return Play(stage, wizard, boundary, fault(name), protocol).run()
