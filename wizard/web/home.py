"""The first page."""

from __future__ import annotations

from flask import Blueprint

from wizard.flow.path import STEP_ORDER, StepState
from wizard.service.recovery import find_interrupted
from wizard.store.drafts import Draft

from .drafts import path_of
from .pages import DraftRow, HomePage
from .services import Services, services

blueprint = Blueprint("home", __name__)
_RECENT = 5


@blueprint.get("/")
def index() -> str:
    own = services()
    workspace = own.workspace
    find_interrupted(workspace)
    drafts = [_row(own, draft) for draft in workspace.drafts.all()]
    return HomePage(drafts, workspace.installs.all()[:_RECENT], workspace.dialers.all()).render()


def _row(own: Services, draft: Draft) -> DraftRow:
    path = path_of(draft)
    questions = STEP_ORDER[:-1]
    installs = own.workspace.installs
    return DraftRow(
        draft=draft,
        go_on=path.first_incomplete,
        is_complete=path.is_complete,
        done=sum(path.state(step) is StepState.DONE for step in questions),
        steps=len(questions),
        install=installs.standing_of_draft(draft.id) or installs.of_draft(draft.id),
    )
