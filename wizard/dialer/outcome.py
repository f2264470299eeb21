"""What is asked of an install, and how it ends."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from wizard.carrier.answers import Answers
from wizard.carrier.diagnosis.cause import Cause
from wizard.errors import WizardError

from .journal import Observation
from .undo import UndoReport

WAIT_SECONDS = 180.0


class Outcome(StrEnum):
    """How an install ended (interface.md)."""

    UP = "up"
    NOT_UP = "not_up"
    ROLLED_BACK = "rolled_back"
    ROLLBACK_FAILED = "rollback_failed"
    REFUSED = "refused"
    #: a carrier that was to go is gone, or off
    DONE = "done"


@dataclass(frozen=True)
class InstallPlan:
    """What to install, and how long to wait for it."""

    answers: Answers
    wait_seconds: float = WAIT_SECONDS
    #: leave what is not up on the dialer
    keep: bool = False
    #: an entry with the same id that is there may be changed into this one
    replaces: bool = False
    #: the dialer's firewall is to let the carrier in
    open_firewall: bool = False
    #: carriers that are there by then, since the same run installs them first; they matter to a plan alone
    after: tuple[Answers, ...] = ()


@dataclass(frozen=True)
class InstallResult:
    """What is true now."""

    outcome: Outcome
    observation: Observation
    #: why an install was undone, where it was not the verdict
    cause: WizardError | None = None
    undone: UndoReport | None = None
    #: whether all was on the dialer already, so that nothing was written
    is_unchanged: bool = False
    #: why it didn't come up, as it was seen before anything was undone; surest first
    causes: tuple[Cause, ...] = ()
