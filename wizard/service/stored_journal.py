"""The journal of an install, kept in the store."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from wizard.carrier.findings import Finding
from wizard.dialer.journal import Checkpoint, Observation, Phase
from wizard.store.installs import InstallStore


class StoredJournal:
    """The journal of one install, in the store."""

    def __init__(
        self,
        installs: InstallStore,
        install_id: str,
        tell: Callable[[str, Phase], None] | None = None,
        warn: Callable[[Sequence[Finding]], None] | None = None,
        stopped_with: str = "",
    ) -> None:
        self._stopped_with = stopped_with
        self._installs = installs
        self._id = install_id
        self._tell = tell
        self._warn = warn
        self._last: Observation | None = None
        self.begun: set[Phase] = set()

    def begin(self, phase: Phase) -> None:
        self.begun.add(phase)
        self._installs.record(self._id, phase, "begun")
        if self._tell:
            self._tell("begun", phase)

    def done(self, phase: Phase, detail: str = "") -> None:
        self._installs.record(self._id, phase, "done", detail)
        if phase is Phase.ROW_WRITTEN:
            self._installs.supersede_earlier(self._installs.get(self._id))
        if self._tell:
            self._tell("done", phase)

    def found(self, findings: Sequence[Finding]) -> None:
        if findings and self._warn:
            self._warn(findings)

    def keep(self, checkpoint: Checkpoint) -> None:
        self._installs.keep_checkpoint(self._id, checkpoint)

    def observe(self, observation: Observation) -> None:
        if observation != self._last:
            self._last = observation
            self._installs.observe(self._id, observation)

    def expect_rebuild(self, seconds: float) -> None:
        self._installs.expect_rebuild(self._id, seconds)

    def stop_requested(self) -> bool:
        ids = filter(None, (self._id, self._stopped_with))
        return any(self._installs.stop_requested(each) for each in ids)
