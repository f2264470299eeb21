"""What would be written, before it is: for answers, and for what is done to a carrier that is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import Blueprint, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from wizard.dialer.outcome import InstallPlan
from wizard.dialer.planned_run import PlannedRun
from wizard.dialer.row_editor import Act, ActPlan
from wizard.errors import InstallInProgressError, NeedsSecretError, RefusedError, WizardError
from wizard.service.installs import begin_act
from wizard.service.planning import plan_run
from wizard.store.dialers import SavedDialer
from wizard.words.acts import ACT_WORDS, ActWords
from wizard.words.errors import Words, error_words
from wizard.words.plans import pending_sentence

from .companions import dialer_of
from .pages import FoundItem, Page
from .review import found
from .services import services

blueprint = Blueprint("planning", __name__)


@dataclass(frozen=True)
class PlanPage(Page):
    """A plan, or why there is none."""

    template: ClassVar[str] = "planning/plan.html"
    carrier_id: str
    dialer: SavedDialer
    plan: PlannedRun | None = None
    pending: Sequence[str] = ()
    #: what stands in the way
    findings: Sequence[FoundItem] = ()
    problem: Words | None = None
    #: where to press the button, and its words; None for answers, whose button is on the review
    act: ActWords | None = None
    act_url: str = ""
    #: whether what stands in the way may be passed over
    may_insist: bool = False
    back: str = ""


@blueprint.get("/drafts/<draft_id>/plan")
def of_answers(draft_id: str) -> str:
    """Everything that the install of a draft would write; printable."""
    draft = services().workspace.drafts.get(draft_id)
    dialer = dialer_of(draft)
    if dialer is None:
        abort(404)
    plan = InstallPlan(draft.answers, replaces=request.args.get("replace") == "y")
    page = _planned(dialer, plan, draft.answers.carrier.carrier_id)
    return _page(page, back=url_for("review.show", draft_id=draft_id, replace=request.args.get("replace"))).render()


@blueprint.get("/dialers/<dialer_id>/carriers/<carrier_id>/<act>")
def of_act(dialer_id: str, carrier_id: str, act: str) -> str:
    """What an act would do, with the button that does it."""
    dialer = services().workspace.dialers.get(dialer_id)
    return _act_page(dialer, _act_plan(act, carrier_id)).render()


@blueprint.post("/dialers/<dialer_id>/carriers/<carrier_id>/<act>")
def do(dialer_id: str, carrier_id: str, act: str) -> ResponseReturnValue:
    """Begin it in the background, and watch."""
    own = services()
    dialer = own.workspace.dialers.get(dialer_id)
    plan = _act_plan(act, carrier_id)
    try:
        connect = own.connect_to(dialer)
        job = begin_act(own.workspace, connect, dialer.target, plan, dialer_name=dialer.name, dialer_id=dialer.id)
    except NeedsSecretError:
        return redirect(url_for("dialers.show", dialer_id=dialer.id), 303)
    except InstallInProgressError as error:
        return _page(PlanPage(carrier_id, dialer), problem=error_words(error)).render(), 409
    own.run(job, dialer.id, connect)
    return redirect(url_for("installs.show", install_id=job.install_id), 303)


def _act_plan(act: str, carrier_id: str) -> ActPlan:
    if act not in set(Act):
        abort(404)
    insists = "y" in (request.form.get("even_if_used"), request.args.get("even_if_used"))
    return ActPlan(Act(act), carrier_id, wait_seconds=current_app.config["WAIT_SECONDS"], even_if_used=insists)


def _act_page(dialer: SavedDialer, plan: ActPlan) -> PlanPage:
    page = _planned(dialer, plan, plan.carrier_id)
    return _page(
        page,
        act=ACT_WORDS[plan.act],
        act_url=url_for(".do", dialer_id=dialer.id, carrier_id=plan.carrier_id, act=plan.act.value),
        may_insist=bool(page.findings) and not plan.even_if_used,
        back=url_for("dialers.show", dialer_id=dialer.id),
    )


def _planned(dialer: SavedDialer, plan: InstallPlan | ActPlan, carrier_id: str) -> PlanPage:
    try:
        planned = plan_run(services().connect_to(dialer), plan)
    except RefusedError as refused:
        return PlanPage(carrier_id, dialer, findings=found(refused.findings))
    except WizardError as error:
        return PlanPage(carrier_id, dialer, problem=error_words(error))
    pending = list(map(pending_sentence, planned.pending))
    return PlanPage(carrier_id, dialer, plan=planned, pending=pending, findings=found(planned.findings))


def _page(page: PlanPage, **changed: object) -> PlanPage:
    values: Mapping[str, object] = {name: getattr(page, name) for name in PlanPage.__dataclass_fields__ if name != "template"}
    return PlanPage(**{**values, **changed})  # type: ignore[arg-type]
