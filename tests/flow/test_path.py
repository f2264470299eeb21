"""The path through the questions follows from the answers."""

from __future__ import annotations

from tests.carrier.samples import REGISTRATION, answers
from wizard.carrier.answers import Answers
from wizard.flow.path import STEP_ORDER, Path, StepState, following, preceding

ALL = STEP_ORDER[:-1]


def test_a_new_draft_begins_at_the_beginning() -> None:
    assert Path(Answers(), ()).first_incomplete == "dialer"


def test_it_goes_on_where_it_stopped() -> None:
    assert Path(answers(REGISTRATION), ("dialer", "carrier")).first_incomplete == "sign_in"


def test_a_finished_draft_goes_to_the_review() -> None:
    path = Path(answers(REGISTRATION), ALL)

    assert path.is_complete
    assert path.first_incomplete == "review"


def test_a_saved_step_whose_answers_are_no_longer_right_is_where_to_go() -> None:
    path = Path(answers(REGISTRATION, secret=""), ALL)

    assert path.state("sign_in") is StepState.WRONG
    assert path.first_incomplete == "sign_in"


def test_back_and_forth() -> None:
    assert [following(step) for step in STEP_ORDER] == [*STEP_ORDER[1:], "review"]
    assert [preceding(step) for step in STEP_ORDER] == [None, *STEP_ORDER[:-1]]
