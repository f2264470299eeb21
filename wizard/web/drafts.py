"""The questions: a URL per step, and a live preview."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from dataclasses import replace

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from wizard.carrier.answers import SECRET_ANSWERS, Answers, Auth
from wizard.carrier.call_path import call_path
from wizard.carrier.checks import check_step
from wizard.carrier.findings import Finding, Severity, errors_of
from wizard.carrier.model import Protocol
from wizard.carrier.preview import preview_carrier
from wizard.carrier.reading import plain_answers, read_answers
from wizard.errors import ChangedMeanwhileError
from wizard.flow.path import DIALER, REVIEW, STEP_ORDER, Path, following, preceding
from wizard.store.drafts import Draft, Sending, Typed
from wizard.store.installs import Install
from wizard.words.errors import Words
from wizard.words.findings import sentence
from wizard.words.steps import STEP_WORDS

from .abilities import impossible, lacking, unasked
from .choices import number_choices, routing_choices
from .companions import companion_ids, dialer_of, place_for
from .forms import FORMS, DialerForm, NumbersForm, StepForm
from .pages import DialerChoices, DialerStepPage, Follow, Preview, StepPage, Tried, navigation
from .paths import shown_paths, tried_paths
from .services import htmx, services

blueprint = Blueprint("drafts", __name__, url_prefix="/drafts")


@blueprint.post("")
def create() -> ResponseReturnValue:
    """A new draft; one that was opened and never touched will do."""
    drafts = services().workspace.drafts
    draft = next((each for each in drafts.all() if _is_untouched(each)), None) or drafts.create()
    return redirect(url_for(".step", draft_id=draft.id, step=STEP_ORDER[0]), 303)


def _is_untouched(draft: Draft) -> bool:
    return draft.revision == 1 and draft.adopted is None and not services().workspace.drafts.typed(draft.id)


@blueprint.get("/<draft_id>")
def go_on(draft_id: str) -> ResponseReturnValue:
    """Resume where it stopped; at the review where it is installed."""
    draft = services().workspace.drafts.get(draft_id)
    if standing_install(draft) is not None:
        return redirect(_url_of(draft_id, REVIEW), 303)
    return redirect(_url_of(draft.id, Path(draft.answers, draft.saved_steps).first_incomplete), 303)


@blueprint.post("/<draft_id>/delete")
def delete(draft_id: str) -> ResponseReturnValue:
    services().workspace.drafts.delete(draft_id)
    return redirect(url_for("home.index"), 303)


@blueprint.get("/<draft_id>/steps/<step>")
def step(draft_id: str, step: str) -> ResponseReturnValue:
    draft = services().workspace.drafts.get(draft_id)
    if step == DIALER:
        refused = services().refused_forms.get(draft_id)
        if refused is not None:
            return dialer_page(draft, *refused, is_adding=True)
        return dialer_page(draft, DialerForm(), None, is_adding=not services().workspace.dialers.all())
    if step not in FORMS:
        abort(404)
    typed = services().workspace.drafts.typed(draft_id).get(step)
    if typed is not None and not draft.changed_since(step, typed.revision):
        form = FORMS[step](data=typed.fields)
        answers, unreadable = _read(draft, form)
        findings = [*unreadable, *check_step(step, answers)] if typed.sending is Sending.REFUSED else []
        is_unsaved = typed.sending is Sending.NOT_SENT and step in unsaved_steps(draft) and "tried" not in request.args
        is_stale = typed.sending is Sending.STALE
        return _step_page(
            draft, step, form, answers, findings, refusals=typed.refusals, is_stale=is_stale, is_unsaved=is_unsaved
        )
    findings = check_step(step, draft.answers) if step in draft.saved_steps else []
    return _step_page(draft, step, FORMS[step].from_answers(draft.answers), draft.answers, findings)


@blueprint.post("/<draft_id>/steps/<step>")
def save(draft_id: str, step: str) -> ResponseReturnValue:
    """Save a step and go on, or show what is wrong with it; ``go`` says where else to go."""
    if step not in FORMS:
        abort(404)
    drafts = services().workspace.drafts
    draft = drafts.get(draft_id)
    form = _sent_form(draft_id, step)
    if request.form.get("go", "") in ("back", "try"):
        with contextlib.suppress(ChangedMeanwhileError):
            drafts.keep_typed(draft_id, step, Typed(revision_sent(), form.typed()))
        if request.form["go"] == "try":
            return _to_tried(draft_id)
        return redirect(_url_of(draft_id, preceding(step) or step), 303)
    answers, unreadable = _read(draft, form)
    try:
        if errors_of([*unreadable, *check_step(step, answers)]):
            # Kept, and shown by a page of its own: so the browser's Back and Reload work.
            drafts.keep_typed(draft_id, step, Typed(revision_sent(), form.typed(), Sending.REFUSED))
            return redirect(_url_of(draft_id, step), 303)
        draft = drafts.save_step(draft_id, step, answers, seen=revision_sent())
    except ChangedMeanwhileError:
        now = drafts.get(draft_id).revision
        drafts.keep_typed(draft_id, step, Typed(now, form.typed(), Sending.STALE))
        return redirect(_url_of(draft_id, step), 303)
    return redirect(_url_of(draft_id, _next_stop(draft, step)), 303)


@blueprint.post("/<draft_id>/steps/<step>/discard")
def discard(draft_id: str, step: str) -> ResponseReturnValue:
    """Forget what was typed, and show what was saved."""
    services().workspace.drafts.discard_typed(draft_id, step)
    return redirect(_url_of(draft_id, step), 303)


@blueprint.post("/<draft_id>/steps/<step>/preview")
def preview(draft_id: str, step: str) -> ResponseReturnValue:
    """The boxes for what is in the form now. Nothing is saved as an answer, but what was typed is kept."""
    if step not in FORMS:
        abort(404)
    drafts = services().workspace.drafts
    draft = drafts.get(draft_id)
    form = _sent_form(draft_id, step)
    with contextlib.suppress(ChangedMeanwhileError):  # it comes late
        drafts.keep_typed(
            draft_id, step, Typed(revision_sent(), form.typed_on_the_way()), seen_refusals=_number_sent("refusals")
        )
    answers, _ = _read(draft, form)
    dialer = dialer_of(draft)
    return Follow(
        preview=preview_of(draft, answers),
        tried=_tried(draft, answers, typed_number(form)),
        numbers=number_choices(answers, dialer.summary if dialer else {}) if step == "numbers" else None,
        choices=_routing_choices(draft, answers) if step == "routing" else None,
    ).render()


@blueprint.post("/<draft_id>/steps/numbers/try")
def try_number(draft_id: str) -> ResponseReturnValue:
    """The way of one number with what is in the form now; without htmx, with what was typed there before."""
    drafts = services().workspace.drafts
    draft = drafts.get(draft_id)
    if htmx:
        form = _sent_form(draft_id, "numbers")
        return _tried(draft, _read(draft, form)[0], typed_number(form)).render()
    typed = drafts.typed(draft_id).get("numbers")
    before = typed.fields if typed else NumbersForm.from_answers(draft.answers).typed()
    number = NumbersForm(request.form).try_number.data
    drafts.keep_typed(draft_id, "numbers", Typed(draft.revision, {**before, "try_number": number}))
    return _to_tried(draft_id)


def _to_tried(draft_id: str) -> ResponseReturnValue:
    return redirect(url_for(".step", draft_id=draft_id, step="numbers", tried="y", _anchor="tried"), 303)


def _tried(draft: Draft, answers: Answers, number: str) -> Tried:
    return Tried(*tried_paths(answers, place_for(replace(draft, answers=answers)), number))


def _routing_choices(draft: Draft, answers: Answers) -> DialerChoices | None:
    dialer = dialer_of(draft)
    return routing_choices(answers, dialer.summary, companion_ids(draft)) if dialer and dialer.looked_at else None


@blueprint.post("/<draft_id>/dialer")
def choose_dialer(draft_id: str) -> ResponseReturnValue:
    """A saved dialer, or none yet."""
    workspace = services().workspace
    services().refused_forms.pop(draft_id, None)
    chosen = request.form.get("dialer_id", "")
    if not chosen:
        draft = workspace.drafts.choose_dialer(draft_id, None)
        return redirect(_url_of(draft_id, _next_stop(draft, DIALER)), 303)
    dialer = workspace.dialers.get(chosen)
    draft = workspace.drafts.choose_dialer(draft_id, dialer.id)
    if not dialer.looked_at:
        return redirect(url_for("dialers.show", dialer_id=dialer.id, draft=draft_id), 303)
    return redirect(_url_of(draft_id, _next_stop(draft, DIALER)), 303)


def _sent_form(draft_id: str, step: str) -> StepForm:
    """The form as it was sent, with a secret that was sent before and can't be shown."""
    form = FORMS[step](request.form)
    earlier = services().workspace.drafts.typed(draft_id).get(step)
    if earlier is not None:
        form.keep_secret_of(earlier.fields)
    return form


def unsaved_steps(draft: Draft) -> set[str]:
    """Steps on which something was typed that differs from what was saved."""
    typed = services().workspace.drafts.typed(draft.id)
    return {step for step, kept in typed.items() if _read(draft, FORMS[step](data=kept.fields)) != (draft.answers, [])}


def _read(draft: Draft, form: StepForm) -> tuple[Answers, list[Finding]]:
    """The draft's answers with the form's over them."""
    return read_answers(form.raw(), into=draft.answers)


def revision_sent() -> int:
    """The draft's revision that the page showed whose form was sent; 0 where it doesn't say."""
    return _number_sent("revision") or 0


def _number_sent(name: str) -> int | None:
    number = request.form.get(name, "")
    return int(number) if re.fullmatch(r"[0-9]{1,9}", number) else None


def typed_number(form: StepForm) -> str:
    """The number that somebody wants to see the way of."""
    return str(form.typed().get("try_number") or "")


def _url_of(draft_id: str, step: str) -> str:
    if step == REVIEW:
        return url_for("review.show", draft_id=draft_id)
    return url_for("drafts.step", draft_id=draft_id, step=step)


def _next_stop(draft: Draft, step: str) -> str:
    """On to the next step; once everything is answered, a change leads back to the review."""
    path = Path(draft.answers, draft.saved_steps)
    return REVIEW if path.is_complete else following(step)


def standing_install(draft: Draft) -> Install | None:
    """The install of exactly these answers that is on the draft's dialer now."""
    install = services().workspace.installs.standing_of_draft(draft.id)
    if install is None or not install.is_standing or install.dialer_id != draft.dialer_id or draft.answers.secret_values():
        return None  # a password that was typed since may be another one
    return install if dict(install.answers) == plain_answers(draft.answers, with_secret=False) else None


def path_of(draft: Draft) -> Path:
    """How far a draft is; a password that its dialer has now is not missed."""
    return Path(draft.answers, draft.saved_steps, SECRET_ANSWERS if standing_install(draft) else ())


def _step_page(
    draft: Draft,
    step: str,
    form: StepForm,
    answers: Answers,
    findings: Sequence[Finding],
    *,
    refusals: int = 0,
    is_stale: bool = False,
    is_unsaved: bool = False,
) -> str:
    rest = form.show(findings)
    dialer = dialer_of(draft)
    return StepPage(
        draft=draft,
        step=step,
        words=STEP_WORDS[step],
        form=form,
        navigation=navigation(path_of(draft), step),
        preview=preview_of(draft, answers),
        tried=_tried(draft, answers, typed_number(form)),
        back=preceding(step),
        warnings=[sentence(finding) for finding in rest if finding.severity is not Severity.ERROR],
        other_errors=[sentence(finding) for finding in rest if finding.severity is Severity.ERROR],
        refusals=refusals,
        is_stale=is_stale,
        is_unsaved=is_unsaved,
        has_secret=bool(answers.sign_in.secret),
        unasked=unasked(answers),
        impossible=impossible(answers.carrier.protocol, dialer.summary) if dialer else {},
        lacking=lacking(answers.carrier.protocol, dialer.summary) if dialer else (),
        templates=dialer.summary.get("templates", ()) if dialer else (),
        choices=_routing_choices(draft, answers),
        numbers=number_choices(answers, dialer.summary if dialer else {}),
    ).render()


def dialer_page(draft: Draft, form: DialerForm, problem: Words | None, *, is_adding: bool) -> str:
    return DialerStepPage(
        draft=draft,
        words=STEP_WORDS[DIALER],
        navigation=navigation(path_of(draft), DIALER),
        dialers=services().workspace.dialers.all(),
        form=form,
        is_adding=is_adding,
        problem=problem,
    ).render()


def preview_of(draft: Draft, answers: Answers) -> Preview:
    """The boxes for some answers, on the draft's dialer, and what becomes of numbers."""
    place = place_for(replace(draft, answers=answers))
    is_pjsip = answers.carrier.protocol in (Protocol.PJSIP, Protocol.PJSIP_WIZ)
    auth = answers.sign_in.auth
    registers = is_pjsip and auth is Auth.REGISTRATION
    return Preview(
        preview_carrier(answers, place).columns(), shown_paths(answers, place), auth is not None, registers, call_path(answers)
    )
