"""What would be written, before it is: for answers, and for what is done to a carrier that is there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, ClassVar

from flask import Blueprint, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from wizard.carrier.findings import Finding, errors_of
from wizard.carrier.on_dialer.leaving import USED_CODES
from wizard.dialer.outcome import InstallPlan
from wizard.dialer.planned_run import PlannedRun
from wizard.dialer.row_editor import Act, ActPlan
from wizard.errors import InstallInProgressError, NeedsSecretError, RefusedError, WizardError
from wizard.service.dialers import Connect
from wizard.service.installs import begin_act
from wizard.service.planning import plan_run, plan_with_backups
from wizard.store.dialers import SavedDialer
from wizard.words.acts import ACT_WORDS, ActWords
from wizard.words.errors import Words, error_words
from wizard.words.plans import carrier_heading, pending_sentence

from .companions import backup_drafts, dialer_of
from .pages import FoundItem, Page
from .review import found
from .services import services

blueprint = Blueprint("planning", __name__)


@dataclass(frozen=True)
class ShownPlan:
    """What is written for one carrier of a run."""

    plan: PlannedRun
    #: what the rebuild brings live besides
    pending: Sequence[str]
    #: which carrier of several it is; empty where there is one
    heading: str = ""


@dataclass(frozen=True)
class PlanPage(Page):
    """A plan, or why there is none."""

    template: ClassVar[str] = "planning/plan.html"
    carrier_id: str
    dialer: SavedDialer
    plans: Sequence[ShownPlan] = ()
    #: what stands in the way
    findings: Sequence[FoundItem] = ()
    problem: Words | None = None
    #: where to press the button, and its words; None for answers, whose button is on the review
    act: ActWords | None = None
    act_url: str = ""
    #: the same page for whoever insists; empty where what stands in the way can't be passed over
    insist_url: str = ""
    #: whether somebody has insisted, so that the button has to say it too
    insists: bool = False
    back: str = ""


@blueprint.get("/drafts/<draft_id>/plan")
def of_answers(draft_id: str) -> str:
    """Everything that the install of a draft would write; printable."""
    draft = services().workspace.drafts.get(draft_id)
    dialer = dialer_of(draft)
    if dialer is None:
        abort(404)
    plan = InstallPlan(draft.answers, replaces=request.args.get("replace") == "y")
    first = [InstallPlan(each.answers) for each in backup_drafts(draft)]
    page, _ = _planned(dialer, draft.answers.carrier.carrier_id, lambda connect: plan_with_backups(connect, plan, first))
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
    values: dict[str, Any] = {"dialer_id": dialer.id, "carrier_id": plan.carrier_id, "act": plan.act.value}
    insist_url = url_for(".of_act", **values, even_if_used="y")
    page, codes = _planned(dialer, plan.carrier_id, lambda connect: [plan_run(connect, plan)])
    return _page(
        page,
        act=ACT_WORDS[plan.act],
        act_url=url_for(".do", **values),
        insist_url=insist_url if codes and codes <= USED_CODES else "",
        insists=plan.even_if_used,
        back=url_for("dialers.show", dialer_id=dialer.id),
    )


def _planned(
    dialer: SavedDialer, carrier_id: str, make_plans: Callable[[Connect], list[PlannedRun]]
) -> tuple[PlanPage, set[str]]:
    """The page, and the codes of what stands in the way."""
    try:
        planned = make_plans(services().connect_to(dialer))
    except RefusedError as refused:
        codes = {finding.code for finding in errors_of(refused.findings)}
        return PlanPage(carrier_id, dialer, findings=found(refused.findings)), codes
    except WizardError as error:
        return PlanPage(carrier_id, dialer, problem=error_words(error)), set()
    findings: list[Finding] = []
    for finding in chain.from_iterable(plan.findings for plan in planned):
        if finding not in findings:
            findings.append(finding)
    return PlanPage(carrier_id, dialer, plans=_shown(planned), findings=found(findings)), set()


def _shown(planned: Sequence[PlannedRun]) -> list[ShownPlan]:
    several, last = len(planned) > 1, planned[-1]
    return [
        ShownPlan(
            plan,
            list(map(pending_sentence, plan.pending)),
            carrier_heading(plan.carrier_id, is_backup=plan is not last) if several else "",
        )
        for plan in planned
    ]


def _page(page: PlanPage, **changed: object) -> PlanPage:
    values: Mapping[str, object] = {name: getattr(page, name) for name in PlanPage.__dataclass_fields__ if name != "template"}
    return PlanPage(**{**values, **changed})  # type: ignore[arg-type]
