"""The path is derived from the answers each time, never stored: changing an early answer strands nobody."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from wizard.carrier.answers import STEPS, Answers
from wizard.carrier.checks import check_step
from wizard.carrier.findings import errors_of


class StepState(StrEnum):
    """How far a step is."""

    OPEN = "open"
    DONE = "done"
    #: saved, and no longer right
    WRONG = "wrong"


DIALER = "dialer"
REVIEW = "review"
#: every step, in order; dialer and review ask nothing about the provider
STEP_ORDER = (DIALER, *STEPS, REVIEW)


@dataclass(frozen=True)
class Path:
    """Where a draft stands. ``saved`` are the steps that the user has been through."""

    answers: Answers
    saved: Collection[str]
    #: answers that may be missing: a secret that the dialer has, say
    given_away: Collection[str] = ()

    def state(self, step: str) -> StepState:
        if step not in self.saved:
            return StepState.OPEN
        if step in STEPS and any(each.field not in self.given_away for each in errors_of(check_step(step, self.answers))):
            return StepState.WRONG
        return StepState.DONE

    @property
    def first_incomplete(self) -> str:
        """Where to go on; the review once everything is answered."""
        return next((step for step in STEP_ORDER if step != REVIEW and self.state(step) is not StepState.DONE), REVIEW)

    @property
    def is_complete(self) -> bool:
        return self.first_incomplete == REVIEW


def following(step: str) -> str:
    """The next step; the review is the last."""
    return STEP_ORDER[min(STEP_ORDER.index(step) + 1, len(STEP_ORDER) - 1)]


def preceding(step: str) -> str | None:
    position = STEP_ORDER.index(step)
    return STEP_ORDER[position - 1] if position else None
