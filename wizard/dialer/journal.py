"""What an install writes down, before and after each act; the store keeps it, the screen shows it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Protocol, Self

from wizard.carrier.diagnosis.observations import Understood
from wizard.carrier.findings import Finding
from wizard.carrier.model import Carrier
from wizard.carrier.on_dialer.changes import Change
from wizard.carrier.profile import ConfTemplate

from .row_change import RowChange
from .verdict import Judgement


class Phase(StrEnum):
    """The durable facts of an install, in their order."""

    CONNECTED = "connected"
    CHECKED = "checked"
    SNAPSHOT = "snapshot"
    ROW_WRITTEN = "row_written"
    SETTINGS_SET = "settings_set"
    ACTIVATED = "activated"
    REBUILD_REQUESTED = "rebuild_requested"
    CONF_SEEN = "conf_seen"
    LOADED = "loaded"
    REACHABLE = "reachable"
    REGISTERED = "registered"
    CAMPAIGNS_SET = "campaigns_set"
    OTHER_SERVERS = "other_servers"
    ROLLING_BACK = "rolling_back"
    ROLLED_BACK = "rolled_back"


#: once one of these has begun, something may be on the dialer
WRITING_PHASES = frozenset({Phase.ROW_WRITTEN, Phase.SETTINGS_SET, Phase.CAMPAIGNS_SET})


@dataclass(frozen=True)
class Checkpoint:
    """All that an undo needs: what was there before, and what was written. It holds the SIP secret."""

    carrier: Carrier
    #: the columns that this dialer's table has
    columns: tuple[str, ...]
    #: the dialer's own server_ip and the context that its calls start in
    server_ip: str
    ext_context: str
    client_address: str
    #: path → SHA-256 of the generated files before
    digests: Mapping[str, str]
    #: (digits, pattern) of each route
    routes: tuple[tuple[str, str], ...]
    #: number of the database session that held the lock
    session: int
    #: what was written before the carrier, where it came with a template of its own
    template: ConfTemplate | None = None
    #: whether the template is all that was written
    only_template: bool = False
    #: what is changed beside the carrier's row, and how far each is
    changes: tuple[Change, ...] = ()

    def with_changes(self, changes: Iterable[Change]) -> Self:
        """The same with some changes in another state."""
        newer = {(change.kind, change.record): change for change in changes}
        return replace(self, changes=tuple(newer.get((each.kind, each.record), each) for each in self.changes))

    #: the other servers with an Asterisk, where the entry is for all of them
    other_servers: tuple[str, ...] = ()
    #: what becomes of a row that was there before; None where the wizard wrote a new one
    row: RowChange | None = None
    #: the other carriers that were up before, by their ids
    neighbours: tuple[str, ...] = ()


@dataclass(frozen=True)
class Observation:
    """What Asterisk said last."""

    judgement: Judgement
    states: Mapping[str, str] = field(default_factory=dict)
    #: what it holds otherwise than the entry says; None where nobody compared
    understood: tuple[Understood, ...] | None = None


class Journal(Protocol):
    """Where an install records itself. Each call must be durable when it returns."""

    def begin(self, phase: Phase) -> None:
        """The act is about to happen; from now on it may have happened."""

    def done(self, phase: Phase, detail: str = "") -> None:
        """The act has happened."""

    def found(self, findings: Sequence[Finding]) -> None:
        """For the screen: what nobody has to mend, and everybody should know."""

    def keep(self, checkpoint: Checkpoint) -> None:
        """The way back; kept before anything is written."""

    def observe(self, observation: Observation) -> None:
        """For the screen: no act."""

    def expect_rebuild(self, seconds: float) -> None:
        """For the screen: how long until the dialer looks at the flag."""

    def stop_requested(self) -> bool:
        """Whether the user wants the install undone now."""


class NoJournal:
    """For who only wants to know: nothing is written down, here or on the dialer."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def begin(self, phase: Phase) -> None: ...

    def done(self, phase: Phase, detail: str = "") -> None: ...

    def found(self, findings: Sequence[Finding]) -> None:
        self.findings.extend(findings)

    def keep(self, checkpoint: Checkpoint) -> None: ...

    def observe(self, observation: Observation) -> None: ...

    def expect_rebuild(self, seconds: float) -> None: ...

    def stop_requested(self) -> bool:
        return False


class BestEffort:
    """A journal for an undo that must happen even where nothing can be written down any more: a full disk, say."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def begin(self, phase: Phase) -> None:
        with contextlib.suppress(Exception):
            self._journal.begin(phase)

    def done(self, phase: Phase, detail: str = "") -> None:
        with contextlib.suppress(Exception):
            self._journal.done(phase, detail)

    def found(self, findings: Sequence[Finding]) -> None:
        with contextlib.suppress(Exception):
            self._journal.found(findings)

    def keep(self, checkpoint: Checkpoint) -> None:
        with contextlib.suppress(Exception):
            self._journal.keep(checkpoint)

    def observe(self, observation: Observation) -> None:
        with contextlib.suppress(Exception):
            self._journal.observe(observation)

    def expect_rebuild(self, seconds: float) -> None:
        with contextlib.suppress(Exception):
            self._journal.expect_rebuild(seconds)

    def stop_requested(self) -> bool:
        """Whoever undoes is not to be stopped."""
        return False
