"""The review of all answers, what the dialer says of them, and the button that installs."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from flask import Blueprint, Response, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from wizard.carrier.answers import SECRET_ANSWERS, STEP_OF, STEPS, Answers
from wizard.carrier.checks import check_answers
from wizard.carrier.findings import Finding, Severity, errors_of
from wizard.carrier.lint import lint_carrier
from wizard.carrier.model import Carrier
from wizard.carrier.preview import preview_carrier, preview_entry
from wizard.carrier.profile import ConfTemplate
from wizard.carrier.render import render_carrier, render_template
from wizard.carrier.sql import install_statements
from wizard.carrier.templates import merged_text, without_secrets
from wizard.dialer.facts import DialerFacts
from wizard.dialer.outcome import InstallPlan
from wizard.errors import ChangedMeanwhileError, InstallInProgressError, NeedsSecretError, WizardError
from wizard.flow.path import DIALER, REVIEW, Path
from wizard.service.backups import BackupPlan
from wizard.service.dialers import check_on_dialer, missing_secret, our_side, summary_of
from wizard.service.installs import begin_install
from wizard.store.database import new_id
from wizard.store.drafts import Draft
from wizard.store.installs import Install
from wizard.words.changes import planned_sentences
from wizard.words.errors import error_words
from wizard.words.findings import sentence
from wizard.words.questions import QUESTIONS
from wizard.words.sheets import carrier_letter, paste_sheet
from wizard.words.steps import REVIEW_WORDS, STEP_WORDS

from .companions import backup_drafts, dialer_of, place_for
from .drafts import path_of, preview_of, revision_sent, standing_install, unsaved_steps
from .pages import DialerCheck, FoundItem, ReviewPage, navigation
from .services import htmx, remember_typed, services

blueprint = Blueprint("review", __name__, url_prefix="/drafts/<draft_id>")


@blueprint.get("/review")
def show(draft_id: str) -> ResponseReturnValue:
    return _page(services().workspace.drafts.get(draft_id)).render()


@blueprint.post("/review/reveal")
def reveal(draft_id: str) -> ResponseReturnValue:
    """The entry with its secret, on request; never cached (guard.py), and gone with the next page."""
    return _page(services().workspace.drafts.get(draft_id), is_revealed=True).render()


@blueprint.post("/review/take")
def take(draft_id: str) -> ResponseReturnValue:
    """The entry as a file, on request and with its secret; never cached (guard.py)."""
    draft = services().workspace.drafts.get(draft_id)
    shape = _SHAPES.get(request.form.get("shape", ""))
    if shape is None or not _is_complete(draft):
        return redirect(url_for(".show", draft_id=draft_id), 303)
    place = place_for(draft)
    text = shape.write(render_carrier(draft.answers, place), render_template(draft.answers, place), draft.answers)
    name = f"{draft.answers.carrier.carrier_id}.{shape.suffix}"
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, mimetype=shape.mimetype, headers=disposition)


@dataclass(frozen=True)
class _Shape:
    """A way to take the entry along."""

    suffix: str
    mimetype: str
    write: Callable[[Carrier, ConfTemplate | None, Answers], str]


def _json_text(carrier: Carrier, template: ConfTemplate | None, _answers: Answers) -> str:
    row: dict[str, object] = {**carrier.columns()}
    if template is not None:
        row["template"] = asdict(template)
    return json.dumps(row, indent=2) + "\n"


def _sql_text(carrier: Carrier, template: ConfTemplate | None, _answers: Answers) -> str:
    return install_statements(carrier, template)


_SHAPES = {
    "sql": _Shape("sql", "text/plain", _sql_text),
    "json": _Shape("json", "application/json", _json_text),
    "sheet": _Shape("txt", "text/plain", paste_sheet),
}


@blueprint.get("/review/check")
def check(draft_id: str) -> ResponseReturnValue:
    """Ask the dialer itself what stands in the way; changes nothing."""
    draft = services().workspace.drafts.get(draft_id)
    dialer = dialer_of(draft)
    if dialer is None or not _is_complete(draft):
        abort(404)
    try:
        first = [each.answers for each in backup_drafts(draft)]
        facts, findings = check_on_dialer(services().connect_to(dialer), draft.answers, first, replaces=_is_replacing())
        services().workspace.dialers.remember_look(dialer.id, summary_of(_as_it_is(facts, len(first))))
        on_the_page = check_answers(draft.answers)
        new = [finding for finding in findings if finding not in on_the_page]
        merged = _merged_on(facts, draft)
        exists = any(finding.code == "carrier_exists" for finding in new)
        checked = DialerCheck(draft_id, dialer.id, findings=found(new), merged=merged, exists=exists)
    except WizardError as error:
        checked = DialerCheck(draft_id, dialer.id, problem=error_words(error))
    return checked.render() if htmx else _page(draft, checked=checked).render()


@blueprint.post("/unlock")
def unlock(draft_id: str) -> ResponseReturnValue:
    """Type the dialer's password again, and go on."""
    draft = services().workspace.drafts.get(draft_id)
    dialer = dialer_of(draft)
    if dialer is not None:
        remember_typed(dialer.id)
    return redirect(url_for(".show", draft_id=draft_id), 303)


@blueprint.post("/install")
def install(draft_id: str) -> ResponseReturnValue:
    """Start the install in the background, once, however often the button is pressed."""
    own = services()
    draft = own.workspace.drafts.get(draft_id)
    dialer = dialer_of(draft)
    if dialer is None or not _is_complete(draft):
        return redirect(url_for(".show", draft_id=draft_id), 303)
    try:
        running = own.workspace.installs.of_draft(draft_id)
        if running is not None and running.is_running:
            return redirect(url_for("installs.show", install_id=running.id), 303)
        if (revision_sent(), request.form.get("dialer_id")) != (draft.revision, dialer.id):
            raise ChangedMeanwhileError
        connect = own.connect_to(dialer)
        plan = InstallPlan(
            draft.answers,
            wait_seconds=current_app.config["WAIT_SECONDS"],
            keep=request.form.get("keep") == "y",
            replaces=_is_replacing(),
            open_firewall=request.form.get("open_firewall") == "y",
        )
        first = [
            BackupPlan(replace(plan, answers=each.answers, keep=False, replaces=False), each.id)
            for each in backup_drafts(draft)
        ]
        job = begin_install(
            own.workspace,
            connect,
            dialer.target,
            plan,
            dialer_name=dialer.name,
            dialer_id=dialer.id,
            draft_id=draft.id,
            reach=own.connect_to,
            first=first,
        )
    except NeedsSecretError:
        return redirect(url_for(".show", draft_id=draft_id), 303)
    except (InstallInProgressError, ChangedMeanwhileError) as error:
        return _page(draft, problem=error).render(), 409
    own.run(job, dialer.id, connect)
    return redirect(url_for("installs.show", install_id=job.install_id), 303)


def _as_it_is(facts: DialerFacts, planned: int) -> DialerFacts:
    """Without the carriers that were only thought to be there, which are the last ones."""
    carriers = facts.database.carriers
    return replace(facts, database=replace(facts.database, carriers=carriers[: len(carriers) - planned]))


def _merged_on(facts: DialerFacts, draft: Draft) -> str:
    """What Asterisk will read where a template of the dialer's is used; without passwords, whoever's they are."""
    wanted = draft.answers.audio.template_id.lower()
    template = next((each for each in facts.database.templates if each.template_id.lower() == wanted), None)
    if not wanted or template is None or draft.answers.audio.make_template:
        return ""
    return merged_text(preview_carrier(draft.answers, facts.place), without_secrets(template))


def _is_complete(draft: Draft) -> bool:
    return Path(draft.answers, draft.saved_steps).is_complete


def _page(
    draft: Draft,
    *,
    is_revealed: bool = False,
    problem: WizardError | None = None,
    checked: DialerCheck | None = None,
) -> ReviewPage:
    own = services()
    path = Path(draft.answers, draft.saved_steps)
    dialer = dialer_of(draft)
    preview = preview_of(draft, draft.answers)
    columns: dict[str, Any] = dict(preview.columns)
    findings = check_answers(draft.answers)
    if path.is_complete:
        carrier = render_carrier(draft.answers, place_for(draft))
        findings = [*findings, *lint_carrier(carrier)]
        if is_revealed:
            columns = carrier.columns()
    installed, unfinished = standing_install(draft), _unfinished(draft)
    if installed is not None:
        # The dialer has it; that it is gone from here is no fault of the answers.
        findings = [finding for finding in findings if finding.field not in SECRET_ANSWERS]
    return ReviewPage(
        draft=draft,
        words=REVIEW_WORDS[_state(path, installed, unfinished)],
        navigation=navigation(path_of(draft), REVIEW),
        preview=preview,
        columns=columns,
        findings=found(findings),
        is_complete=path.is_complete and not errors_of(findings),
        dialer=dialer,
        installed=installed,
        unfinished=unfinished,
        is_revealed=is_revealed and path.is_complete,
        missing_secret=missing_secret(dialer.target, own.secrets_of(dialer.id)) if dialer else "",
        problem=error_words(problem) if problem else None,
        checked=checked,
        merged=_merged(draft),
        letter=carrier_letter(draft.answers, our_side(dialer.summary if dialer else {})) if path_of(draft).is_complete else "",
        first=[(each.id, each.answers.carrier.carrier_id) for each in backup_drafts(draft)],
        changes=planned_sentences(draft.answers, dialer.summary) if dialer else [],
        is_replacing=_is_replacing(),
        once=new_id(),
        unsaved=[(step, STEP_WORDS[step].short) for step in STEPS if step in unsaved_steps(draft)],
    )


def _is_replacing() -> bool:
    """Whether somebody said that the carrier which is there shall be changed."""
    return request.values.get("replace") == "y"


def _merged(draft: Draft) -> str:
    """The account with the template that is to be made, as Asterisk will read it."""
    carrier, template = preview_entry(draft.answers, place_for(draft))
    return merged_text(carrier, template) if template is not None else ""


def _unfinished(draft: Draft) -> Install | None:
    """An install that is at work, or that ended in the middle and is still on the dialer."""
    installs = services().workspace.installs
    latest, standing = installs.of_draft(draft.id), installs.standing_of_draft(draft.id)
    if latest is not None and latest.is_running:
        return latest
    return standing if standing is not None and standing.is_left_over else None


def _state(path: Path, installed: Install | None, unfinished: Install | None) -> str:
    """Which words the page begins with."""
    if unfinished is not None:
        return "running" if unfinished.is_running else "left_over"
    if installed is not None:
        return "installed"
    return "ready" if path.is_complete else "incomplete"


def found(findings: Sequence[Finding]) -> list[FoundItem]:
    """Findings for a page, worst first, each with the step where it is mended."""
    order = list(Severity)
    return [_found_item(finding) for finding in sorted(findings, key=lambda each: order.index(each.severity))]


def _found_item(finding: Finding) -> FoundItem:
    step = STEP_OF.get(finding.field, DIALER)
    label = QUESTIONS[finding.field].label if finding.field in QUESTIONS else STEP_WORDS[step].short
    return FoundItem(finding.severity.value, sentence(finding), step, label)
