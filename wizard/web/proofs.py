"""Checks, test calls and looks at a carrier: begun by a button, followed on a page of their own, and kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, ClassVar

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_htmx import make_response

from wizard.carrier.answers import STEP_OF
from wizard.carrier.findings import Severity
from wizard.errors import NeedsSecretError, SentBeforeError, WizardError
from wizard.flow.path import DIALER, Path
from wizard.service.call_choices import CallChoices, call_choices
from wizard.service.diagnosis import CausesPart, shown_causes
from wizard.service.dialers import missing_secret
from wizard.service.kept import KeptCall, call_read, causes_read
from wizard.service.proofs import CallAsked, ProofJob, ProofOn, begin_check, begin_look, begin_test_calls
from wizard.store.database import new_id
from wizard.store.dialers import SavedDialer
from wizard.store.proofs import Proof, ProofKind
from wizard.words.calls import DEBUG_LOG_WARNING, NO_LADDER, call_facts, call_headline
from wizard.words.errors import Words, error_words, words_for
from wizard.words.findings import sentence
from wizard.words.proofs import (
    HEADINGS,
    INTERRUPTED,
    LADDER_ABOUT,
    NO_ACTIVE,
    NOT_FOR_THIS,
    OUTCOMES,
    RUNNING,
    SEEN_AS,
    short_sentence,
)
from wizard.words.questions import QUESTIONS
from wizard.words.steps import STEP_WORDS
from wizard.words.understanding import understood_sentences
from wizard.words.verdicts import REASONS, VERDICTS

from .companions import backup_drafts, dialer_of
from .ladders import DrawnLadder, draw
from .pages import FoundItem, Page
from .services import services
from .showing import seconds_between

blueprint = Blueprint("proofs", __name__)

_TONES = {"clear": "success", "answered": "success", "in_the_way": "danger", "not_answered": "danger", "": ""}
_LOOK_TONES = {"up": "success", "down": "danger"}


@dataclass(frozen=True)
class ShownCall:
    """A call through one carrier."""

    carrier_id: str
    digits: str
    headline: str
    answered: bool
    facts: Sequence[tuple[str, str]]
    no_ladder: str
    ladder: DrawnLadder | None
    causes: CausesPart
    about: str = LADDER_ABOUT


@dataclass(frozen=True)
class ProofProgress(Page):
    """The part that is asked for again while it runs."""

    template: ClassVar[str] = "proofs/_progress.html"
    proof: Proof
    headline: str
    tone: str
    #: sentences below the headline
    means: Sequence[str]
    try_next: str
    elapsed: str
    findings: Sequence[FoundItem] = ()
    #: the draft where findings can be mended, if it is still there
    draft_id: str = ""
    #: (subject, sentence) of what was seen
    told: Sequence[tuple[str, str]] = ()
    #: the address that the carrier has to allow
    seen_as: str = ""
    seen_as_words: str = SEEN_AS
    calls: Sequence[ShownCall] = ()
    causes: CausesPart = field(default_factory=lambda: CausesPart(()))


@dataclass(frozen=True)
class ProofPage(Page):
    template: ClassVar[str] = "proofs/show.html"
    proof: Proof
    heading: str
    progress: ProofProgress
    #: "" where that dialer is not saved any more
    dialer_id: str
    #: of a button that does it once more
    once: str


@dataclass(frozen=True)
class CallPage(Page):
    """What to call, and from which number."""

    template: ClassVar[str] = "proofs/call.html"
    dialer: SavedDialer
    carrier_id: str
    once: str
    choices: CallChoices | None = None
    live: Sequence[str] = ()
    #: the carrier that campaigns are to leave, where the call was asked for by a switch
    switch_from: str = ""
    number: str = ""
    caller_id: str = ""
    debug_log_warning: str = DEBUG_LOG_WARNING
    about: str = NOT_FOR_THIS
    inactive: str = NO_ACTIVE
    wrong: str = ""
    missing_secret: str = ""
    problem: Words | None = None


@blueprint.post("/drafts/<draft_id>/check")
def check(draft_id: str) -> ResponseReturnValue:
    """Ask the carrier from the dialer, in the background."""
    draft = services().workspace.drafts.get(draft_id)
    dialer = dialer_of(draft)
    to_review = redirect(url_for("review.show", draft_id=draft_id), 303)
    if dialer is None or not Path(draft.answers, draft.saved_steps).is_complete:
        return to_review
    first = [each.answers for each in backup_drafts(draft)]
    replaces = request.form.get("replace") == "y"

    def begin(on: ProofOn, once: str) -> ProofJob[Any]:
        return begin_check(on, draft.answers, first, replaces=replaces, draft_id=draft.id, proof_id=once)

    return _begin(dialer, begin, to_review)


@blueprint.post("/dialers/<dialer_id>/carriers/<carrier_id>/check")
def look(dialer_id: str, carrier_id: str) -> ResponseReturnValue:
    """Look at any carrier that is there, in the background."""
    dialer = services().workspace.dialers.get(dialer_id)
    to_dialer = redirect(url_for("dialers.show", dialer_id=dialer_id), 303)
    return _begin(dialer, lambda on, once: begin_look(on, carrier_id, once), to_dialer)


@blueprint.get("/dialers/<dialer_id>/carriers/<carrier_id>/test-call")
def choose(dialer_id: str, carrier_id: str) -> str:
    """The form; the dialer is asked who is at work there."""
    dialer = services().workspace.dialers.get(dialer_id)
    page = CallPage(
        dialer, carrier_id, new_id(), switch_from=request.args.get("from", ""), number=request.args.get("number", "")
    )
    return _with_choices(page).render()


@blueprint.post("/dialers/<dialer_id>/carriers/<carrier_id>/test-call")
def call(dialer_id: str, carrier_id: str) -> ResponseReturnValue:
    """Call, in the background, once however often the button is pressed."""
    dialer = services().workspace.dialers.get(dialer_id)
    asked = CallAsked(
        carrier_id,
        request.form.get("number", "").strip(),
        request.form.get("caller_id", "").strip(),
        each_leg=request.form.get("each_leg") == "y",
        debug_log=request.form.get("debug_log") == "y",
        switch_from=request.form.get("switch_from", ""),
    )
    if not asked.number:
        page = CallPage(dialer, carrier_id, new_id(), switch_from=asked.switch_from, wrong="Which number shall ring?")
        return _with_choices(replace(page, caller_id=asked.caller_id)).render(), 422
    to_form = redirect(url_for(".choose", dialer_id=dialer_id, carrier_id=carrier_id), 303)
    return _begin(dialer, lambda on, once: begin_test_calls(on, asked, once), to_form)


@blueprint.get("/proofs/<proof_id>")
def show(proof_id: str) -> str:
    services().workspace.proofs.settle()
    proof = services().workspace.proofs.get(proof_id)
    saved = {dialer.id for dialer in services().workspace.dialers.all()}
    dialer_id = proof.dialer_id if proof.dialer_id in saved else ""
    return ProofPage(proof, HEADINGS[proof.kind], _progress_of(proof), dialer_id or "", new_id()).render()


@blueprint.get("/proofs/<proof_id>/progress")
def progress(proof_id: str) -> ResponseReturnValue:
    """The part that changes; once it has ended the whole page is asked for, and nothing polls any more."""
    proof = services().workspace.proofs.get(proof_id)
    response: Response = make_response(_progress_of(proof).render())
    if not proof.is_running:
        response.headers["HX-Refresh"] = "true"
    return response


def _begin(
    dialer: SavedDialer, begin: Callable[[ProofOn, str], ProofJob[Any]], where_it_is_unlocked: ResponseReturnValue
) -> ResponseReturnValue:
    own = services()
    once = request.form.get("once", "")
    once = once if re.fullmatch(r"[0-9a-f]{10}", once) else new_id()
    to_page = redirect(url_for(".show", proof_id=once), 303)
    try:
        connect = own.connect_to(dialer)
        target = own.workspace.host_keys.with_key(dialer.target)
        job = begin(ProofOn(own.workspace, connect, target, dialer.name, dialer.id), once)
    except SentBeforeError:
        return to_page
    except NeedsSecretError:
        return where_it_is_unlocked
    own.run(job, dialer.id, connect, looks=False)
    return to_page


def _with_choices(page: CallPage) -> CallPage:
    """What the dialer says now."""
    own = services()
    try:
        choices = call_choices(own.connect_to(page.dialer), page.carrier_id)
    except NeedsSecretError:
        return replace(page, missing_secret=missing_secret(page.dialer.target, own.secrets_of(page.dialer.id)))
    except WizardError as problem:
        return replace(page, problem=error_words(problem))
    caller_id = page.caller_id or next(iter(choices.caller_ids), "")
    return replace(
        page, carrier_id=choices.carrier_id, choices=choices, live=list(map(sentence, choices.live)), caller_id=caller_id
    )


def _progress_of(proof: Proof) -> ProofProgress:
    """What is true of it now, for its page and for its poll."""
    if proof.is_running:
        headline, means = RUNNING[proof.kind]
        elapsed = seconds_between(datetime.now(UTC).isoformat(), proof.at)
        return ProofProgress(proof, headline, "", [means], "", elapsed)
    elapsed = seconds_between(proof.ended_at, proof.at)
    plain = ProofProgress(proof, OUTCOMES[proof.outcome], _TONES.get(proof.outcome, "warning"), [], "", elapsed)
    drafts = services().workspace.drafts
    order = list(Severity)
    kept = [*proof.error.get("findings", ()), *proof.result.get("findings", ())]
    findings = sorted(kept, key=lambda each: order.index(each["severity"]))
    draft_id = proof.draft_id if proof.draft_id and drafts.has(proof.draft_id) else ""
    plain = replace(plain, findings=list(map(_found, findings)), draft_id=draft_id or "")
    if proof.error:
        return _failed(plain, proof.error)
    if not proof.result:
        return replace(plain, means=[INTERRUPTED])
    causes = shown_causes(causes_read(proof.result.get("causes", ())))
    if proof.kind is ProofKind.TEST_CALL:
        calls = [_shown_call(call_read(each)) for each in proof.result["calls"]]
        return replace(plain, headline=calls[0].headline, calls=calls)
    if proof.kind is ProofKind.LOOK:
        return replace(_looked(plain, proof.result), causes=causes)
    told = [(subject, words) for subject, words in proof.result["told"]]
    return replace(plain, told=told, seen_as=proof.result["seen_as"], causes=causes)


def _failed(plain: ProofProgress, error: Mapping[str, Any]) -> ProofProgress:
    if error["code"] == "refused":
        return plain
    words = words_for(error["code"], error.get("values", {}))
    return replace(plain, headline=words.title, means=[words.happened], try_next=words.try_next)


def _looked(plain: ProofProgress, result: Mapping[str, Any]) -> ProofProgress:
    reason = REASONS.get(result["reason"])
    return replace(
        plain,
        headline=VERDICTS[result["verdict"]],
        tone=_LOOK_TONES.get(result["verdict"], "warning"),
        means=[*([reason.happened, reason.means] if reason else []), *understood_sentences(result["understood"])],
        # What to do is told by the causes, where there are any.
        try_next="" if result["causes"] or not reason else reason.try_next,
        told=[(f"Asterisk's word on the {name}", state) for name, state in result["states"].items() if state],
    )


def _shown_call(kept: KeptCall) -> ShownCall:
    return ShownCall(
        kept.carrier_id,
        kept.digits,
        call_headline(kept.carrier_id, kept.seen),
        kept.seen.answered,
        call_facts(kept.seen, kept.ladder),
        NO_LADDER.get(kept.no_ladder, ""),
        draw(kept.ladder, [message.text for message in kept.seen.messages]),
        shown_causes(kept.causes),
    )


def _found(kept: Mapping[str, str]) -> FoundItem:
    """What is about a call has no step of its own."""
    step = STEP_OF.get(kept["field"], DIALER)
    label = QUESTIONS[kept["field"]].label if kept["field"] in QUESTIONS else _LABELS.get(kept["field"], STEP_WORDS[step].short)
    return FoundItem(kept["severity"], kept["message"], step, label)


_LABELS = {"number": "Number", "caller_id": "Caller ID"}


def proofs_of(dialer: SavedDialer) -> dict[str, list[tuple[str, str]]]:
    """What is known of each carrier of a dialer, newest of each kind first: (sentence, id of the page that tells it)."""
    now = datetime.now(UTC)
    found: dict[str, list[tuple[str, str]]] = {}
    seen: set[tuple[str, ProofKind]] = set()
    for proof in services().workspace.proofs.of_dialer(dialer.target):
        key = proof.carrier_id.lower(), proof.kind
        words = short_sentence(proof.kind, proof.outcome, proof.at, now, VERDICTS.get(proof.result.get("verdict", ""), ""))
        if words and key not in seen:
            seen.add(key)
            found.setdefault(key[0], []).append((words, proof.id))
    return found
