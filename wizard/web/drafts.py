"""The questions: a URL per step, a live preview, and the review."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from wizard.carrier.answers import STEP_OF, STEPS, Answers
from wizard.carrier.checks import check_answers, check_step
from wizard.carrier.findings import Finding, Severity, errors_of
from wizard.carrier.lint import lint_carrier
from wizard.carrier.numbers import formatted_caller_id, routes
from wizard.carrier.preview import preview_carrier
from wizard.carrier.reading import read_answers
from wizard.carrier.render import render_carrier
from wizard.dialer.installer import InstallPlan
from wizard.errors import InstallInProgressError, NeedsSecretError, NotFoundError, WizardError
from wizard.flow.path import DIALER, REVIEW, STEP_ORDER, Path, following, preceding
from wizard.service.dialers import check_on_dialer
from wizard.service.installs import begin_install
from wizard.store.dialers import SavedDialer
from wizard.store.drafts import Draft
from wizard.words.errors import error_words, words_for
from wizard.words.findings import sentence
from wizard.words.questions import QUESTIONS
from wizard.words.steps import STEP_WORDS

from .forms import FORMS, DialerForm, StepForm
from .pages import DialerCheck, DialerStepPage, FoundItem, Preview, ReviewPage, StepPage, navigation
from .services import missing_secret, services

blueprint = Blueprint("drafts", __name__, url_prefix="/drafts")
#: what the preview shows as the caller's number
_EXAMPLE_CALLER = "2125550199"


@blueprint.post("")
def create() -> ResponseReturnValue:
    draft = services().workspace.drafts.create()
    return redirect(url_for(".step", draft_id=draft.id, step=STEP_ORDER[0]), 303)


@blueprint.get("/<draft_id>")
def go_on(draft_id: str) -> ResponseReturnValue:
    """Resume where it stopped."""
    draft = services().workspace.drafts.get(draft_id)
    return redirect(_url_of(draft.id, Path(draft.answers, draft.saved_steps).first_incomplete), 303)


@blueprint.post("/<draft_id>/delete")
def delete(draft_id: str) -> ResponseReturnValue:
    services().workspace.drafts.delete(draft_id)
    return redirect(url_for("home.index"), 303)


@blueprint.get("/<draft_id>/steps/<step>")
def step(draft_id: str, step: str) -> ResponseReturnValue:
    draft = services().workspace.drafts.get(draft_id)
    if step == DIALER:
        return _dialer_page(draft, DialerForm(), is_adding=not services().workspace.dialers.all())
    if step not in FORMS:
        abort(404)
    typed = services().workspace.drafts.typed(draft_id).get(step)
    if typed is not None:
        form = FORMS[step](data=typed)
        answers, _ = _read(draft, form)
        return _step_page(draft, step, form, answers, [])
    findings = check_step(step, draft.answers) if step in draft.saved_steps else []
    return _step_page(draft, step, FORMS[step].from_answers(draft.answers), draft.answers, findings)


@blueprint.post("/<draft_id>/steps/<step>")
def save(draft_id: str, step: str) -> ResponseReturnValue:
    """Save a step and go on, or show what is wrong with it; ``go`` says where else to go."""
    if step not in FORMS:
        abort(404)
    drafts = services().workspace.drafts
    draft = drafts.get(draft_id)
    form = _typed_form(draft_id, step)
    go_to = request.form.get("go", "")
    answers, unreadable = _read(draft, form)
    if go_to == "back":
        return redirect(_url_of(draft_id, preceding(step) or step), 303)
    if draft.changed_since(step, _revision()):
        return _step_page(draft, step, form, answers, [], is_stale=True), 409
    findings = [*unreadable, *check_step(step, answers)]
    if errors_of(findings):
        return _step_page(draft, step, form, answers, findings), 422
    draft = drafts.save_step(draft_id, step, answers)
    return redirect(_url_of(draft_id, _next_stop(draft, step)), 303)


@blueprint.post("/<draft_id>/steps/<step>/preview")
def preview(draft_id: str, step: str) -> ResponseReturnValue:
    """The boxes for what is in the form now. Nothing is saved as an answer, but what was typed is kept."""
    if step not in FORMS:
        abort(404)
    draft = services().workspace.drafts.get(draft_id)
    form = _typed_form(draft_id, step)
    answers, _ = _read(draft, form)
    return _preview(draft, answers).render()


@blueprint.post("/<draft_id>/dialer")
def choose_dialer(draft_id: str) -> ResponseReturnValue:
    """A saved dialer, or none yet."""
    workspace = services().workspace
    chosen = request.form.get("dialer_id", "")
    if not chosen:
        draft = workspace.drafts.choose_dialer(draft_id, None)
        return redirect(_url_of(draft_id, _next_stop(draft, DIALER)), 303)
    dialer = workspace.dialers.get(chosen)
    draft = workspace.drafts.choose_dialer(draft_id, dialer.id)
    if not dialer.looked_at:
        return redirect(url_for("dialers.show", dialer_id=dialer.id, draft=draft_id), 303)
    return redirect(_url_of(draft_id, _next_stop(draft, DIALER)), 303)


@blueprint.get("/<draft_id>/review")
def review(draft_id: str) -> ResponseReturnValue:
    return _review_page(services().workspace.drafts.get(draft_id))


@blueprint.post("/<draft_id>/review/reveal")
def reveal(draft_id: str) -> ResponseReturnValue:
    """The entry with its secret, on request; never cached (guard.py), and gone with the next page."""
    return _review_page(services().workspace.drafts.get(draft_id), is_revealed=True)


@blueprint.get("/<draft_id>/review/check")
def check(draft_id: str) -> ResponseReturnValue:
    """Ask the dialer itself what stands in the way; changes nothing."""
    draft = services().workspace.drafts.get(draft_id)
    dialer = _dialer_of(draft)
    if dialer is None or not Path(draft.answers, draft.saved_steps).is_complete:
        abort(404)
    try:
        _, findings = check_on_dialer(services().connect_to(dialer), draft.answers)
    except WizardError as error:
        return DialerCheck(problem=error_words(error)).render()
    return DialerCheck(findings=_found(findings)).render()


@blueprint.post("/<draft_id>/install")
def install(draft_id: str) -> ResponseReturnValue:
    """Start the install in the background, once, however often the button is pressed."""
    own = services()
    draft = own.workspace.drafts.get(draft_id)
    dialer = _dialer_of(draft)
    if dialer is None or not Path(draft.answers, draft.saved_steps).is_complete:
        return redirect(url_for(".review", draft_id=draft_id), 303)
    try:
        connect = own.connect_to(dialer)
        keep = request.form.get("keep") == "y"
        plan = InstallPlan(draft.answers, wait_seconds=current_app.config["WAIT_SECONDS"], keep=keep)
        job = begin_install(
            own.workspace, connect, dialer.target, plan, dialer_name=dialer.name, dialer_id=dialer.id, draft_id=draft.id
        )
    except NeedsSecretError:
        return redirect(url_for(".review", draft_id=draft_id), 303)
    except InstallInProgressError as error:
        running = own.workspace.installs.of_draft(draft_id)
        if running is not None and running.is_running:
            return redirect(url_for("installs.show", install_id=running.id), 303)
        return _review_page(draft, problem=error), 409
    own.run(job)
    return redirect(url_for("installs.show", install_id=job.install_id), 303)


def _typed_form(draft_id: str, step: str) -> StepForm:
    """The form as it was sent, kept before anything is judged: nothing typed is lost, whatever comes of it."""
    drafts = services().workspace.drafts
    form = FORMS[step](request.form)
    form.keep_secret_of(drafts.typed(draft_id).get(step, {}))
    drafts.keep_typed(draft_id, step, form.typed())
    return form


def _unsaved_steps(draft: Draft) -> list[str]:
    """Steps on which something was typed that differs from what was saved."""
    typed = services().workspace.drafts.typed(draft.id)
    return [step for step in STEPS if step in typed and _read(draft, FORMS[step](data=typed[step]))[0] != draft.answers]


def _read(draft: Draft, form: StepForm) -> tuple[Answers, list[Finding]]:
    """The draft's answers with the form's over them."""
    return read_answers(form.raw(), into=draft.answers)


def _revision() -> int:
    revision = request.form.get("revision", "")
    return int(revision) if revision.isdigit() else 0


def _url_of(draft_id: str, step: str) -> str:
    if step == REVIEW:
        return url_for("drafts.review", draft_id=draft_id)
    return url_for("drafts.step", draft_id=draft_id, step=step)


def _next_stop(draft: Draft, step: str) -> str:
    """On to the next step; once everything is answered, a change leads back to the review."""
    path = Path(draft.answers, draft.saved_steps)
    return REVIEW if path.is_complete else following(step)


def _dialer_of(draft: Draft) -> SavedDialer | None:
    try:
        return services().workspace.dialers.get(draft.dialer_id) if draft.dialer_id else None
    except NotFoundError:
        return None


def _step_page(
    draft: Draft, step: str, form: StepForm, answers: Answers, findings: Sequence[Finding], *, is_stale: bool = False
) -> str:
    rest = form.show(findings)
    return StepPage(
        draft=draft,
        step=step,
        words=STEP_WORDS[step],
        form=form,
        navigation=navigation(draft, step),
        preview=_preview(draft, answers),
        back=preceding(step),
        warnings=[sentence(finding) for finding in rest if finding.severity is not Severity.ERROR],
        other_errors=[sentence(finding) for finding in rest if finding.severity is Severity.ERROR],
        is_stale=is_stale,
        has_secret=bool(answers.sign_in.secret),
    ).render()


def _dialer_page(draft: Draft, form: DialerForm, *, is_adding: bool) -> str:
    return DialerStepPage(
        draft=draft,
        words=STEP_WORDS[DIALER],
        navigation=navigation(draft, DIALER),
        dialers=services().workspace.dialers.all(),
        form=form,
        is_adding=is_adding,
    ).render()


def _preview(draft: Draft, answers: Answers) -> Preview:
    dialer = _dialer_of(draft)
    server_ip = dialer.summary.get("server_ip") if dialer else None
    return Preview(preview_carrier(answers, server_ip).columns(), _examples(answers))


def _examples(answers: Answers) -> list[tuple[str, str]]:
    """(what VICIdial sends, what the carrier receives) for each route, as far as the answers allow."""
    if errors_of(check_step("numbers", answers)):
        return []
    numbers = answers.numbers
    shown = [(route.example, route.dial_string.apply(route.example)) for route in routes(numbers)]
    caller = formatted_caller_id(_EXAMPLE_CALLER, numbers)
    return [(sent, f"{received}, caller ID {caller}") for sent, received in shown]


def _review_page(draft: Draft, *, is_revealed: bool = False, problem: WizardError | None = None) -> str:
    own = services()
    path = Path(draft.answers, draft.saved_steps)
    dialer = _dialer_of(draft)
    preview = _preview(draft, draft.answers)
    columns: dict[str, Any] = dict(preview.columns)
    findings = check_answers(draft.answers)
    if path.is_complete:
        server_ip = dialer.summary.get("server_ip") if dialer else None
        carrier = render_carrier(draft.answers, server_ip)
        findings = [*findings, *lint_carrier(carrier)]
        if is_revealed:
            columns = carrier.columns()
    missing = missing_secret(dialer.target, own.secrets_of(dialer.id)) if dialer else ""
    return ReviewPage(
        draft=draft,
        words=STEP_WORDS[REVIEW],
        navigation=navigation(draft, REVIEW),
        preview=preview,
        columns=columns,
        findings=_found(findings),
        is_complete=path.is_complete and not errors_of(findings),
        first_incomplete=path.first_incomplete,
        dialer=dialer,
        is_revealed=is_revealed and path.is_complete,
        missing_secret=missing,
        problem=error_words(problem) if problem else None,
        unsaved=[(step, STEP_WORDS[step].short) for step in _unsaved_steps(draft)],
    ).render()


def _found(findings: Sequence[Finding]) -> list[FoundItem]:
    """Findings for a page, worst first, each with the step where it is mended."""
    order = list(Severity)
    return [found_item(finding) for finding in sorted(findings, key=lambda each: order.index(each.severity))]


def found_item(finding: Finding) -> FoundItem:
    if finding.field in STEP_OF:
        text, label = sentence(finding), QUESTIONS[finding.field].label
        return FoundItem(finding.severity.value, text, STEP_OF[finding.field], label)
    return FoundItem(finding.severity.value, dialer_sentence(finding), DIALER, STEP_WORDS[DIALER].short)


def dialer_sentence(finding: Finding) -> str:
    """Findings about the dialer itself have the words of errors."""

    words = words_for(finding.code, finding.values)
    return f"{words.happened} {words.try_next}"
