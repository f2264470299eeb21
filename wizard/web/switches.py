"""Switching carriers: one page to choose and confirm, one on which it happens, is watched, and can be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, ClassVar

from flask import Blueprint, Response, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_htmx import make_response

from wizard.carrier.findings import Severity
from wizard.carrier.switching.plan import Kept, SwitchPlan, SwitchRequest
from wizard.carrier.switching.share import NO_CALLS
from wizard.dialer.switch_journal import SwitchOutcome, SwitchPhase, WatchState
from wizard.dialer.switcher import plan_on_dialer
from wizard.dialer.target import DialerTarget
from wizard.errors import InstallInProgressError, NeedsSecretError, NoSwitchError, WizardError
from wizard.service.dialers import missing_secret
from wizard.service.proofs import call_proof, with_call_proof
from wizard.service.switches import SwitchOn, begin_move_back, begin_switch, find_interrupted_switches
from wizard.store.dialers import SavedDialer
from wizard.store.proofs import Proof
from wizard.store.switches import Switch
from wizard.words.errors import Words, error_words
from wizard.words.findings import sentence
from wizard.words.proofs import SWITCH_CALL, SWITCH_PROVED, ago
from wizard.words.switches import (
    HOW_TO_CALL,
    OUTCOMES,
    PHASES,
    RULE,
    changes_sentences,
    kept_sentence,
    means_sentence,
    move_sentence,
    next_sentence,
    reason_sentences,
    share_sentence,
    watch_sentence,
)

from .pages import Page
from .services import remember_typed, services

blueprint = Blueprint("switches", __name__)

#: findings that a tick mends
_LOST = ("switch_number_lost", "switch_number_elsewhere", "switch_other_digits", "switch_left_out")
#: what the question about the call says itself
_ABOUT_CALL = ("switch_call_unconfirmed", "switch_call_answered")
_TONES = {SwitchOutcome.MOVED: "success", SwitchOutcome.UNCHANGED: "success", "": ""}
_CHAIN = (SwitchPhase.CHECKED, SwitchPhase.MOVED, SwitchPhase.PROVED, SwitchPhase.WATCHED)


@dataclass(frozen=True)
class CampaignChoice:
    """A campaign that can be moved, and what is going on in it."""

    campaign_id: str
    sentences: Sequence[str]
    is_chosen: bool


@dataclass(frozen=True)
class LostNumber:
    """A number that would not arrive as it does now, and whether the user lets it go."""

    number: str
    sentence: str
    is_left_out: bool


@dataclass(frozen=True)
class ProvedNumber:
    """A number's way, before and after."""

    campaign_id: str
    number: str
    before: str
    after: str


@dataclass(frozen=True)
class Proposal:
    """What would move, as it is shown."""

    campaigns: Sequence[CampaignChoice]
    stays: Sequence[str]
    lost: Sequence[LostNumber]
    #: (severity, sentence), worst first
    findings: Sequence[tuple[str, str]]
    numbers: Sequence[ProvedNumber]
    how_to_call: str
    #: of the test call that is the proof; "" where none is
    call_proved: str
    call_id: str
    can_move: bool


@dataclass(frozen=True)
class ChoosePage(Page):
    template: ClassVar[str] = "switches/choose.html"
    dialer: SavedDialer
    #: (carrier id, name) of the active ones
    carriers: Sequence[tuple[str, str]]
    from_carrier: str
    to_carrier: str
    proposal: Proposal | None = None
    rule: str = RULE
    call_first: str = ""
    #: what is wrong with what was sent
    wrong_call: str = ""
    wrong_campaigns: str = ""
    missing_secret: str = ""
    problem: Words | None = None


@dataclass(frozen=True)
class SwitchStep:
    """One link of the chain; ``state`` is ``done``, ``now`` or ``open``."""

    label: str
    state: str


@dataclass(frozen=True)
class SwitchProgress(Page):
    """The part of a switch's page that is asked for again while it runs."""

    template: ClassVar[str] = "switches/_progress.html"
    switch: Switch
    headline: str
    tone: str
    reasons: Sequence[str]
    means: str
    try_next: str
    chain: Sequence[SwitchStep]
    changes: Sequence[str]
    #: of the watch; empty before it begins
    watch: str
    shares: Sequence[str]


@dataclass(frozen=True)
class SwitchPage(Page):
    template: ClassVar[str] = "switches/show.html"
    switch: Switch
    progress: SwitchProgress
    stays: Sequence[str]
    dialer_id: str
    rule: str = RULE
    missing_secret: str = ""
    problem: Words | None = None


@blueprint.get("/dialers/<dialer_id>/switch")
def choose(dialer_id: str) -> str:
    page = _form(dialer_id, request.args.get("from", ""), request.args.get("to", ""))
    asked = SwitchRequest(page.from_carrier, page.to_carrier)
    return _with_plan(page, asked).render() if page.from_carrier and page.to_carrier else page.render()


@blueprint.post("/dialers/<dialer_id>/switch/begin")
def begin(dialer_id: str) -> ResponseReturnValue:
    own = services()
    page = _form(dialer_id, request.form.get("from", ""), request.form.get("to", ""))
    asked = SwitchRequest(
        page.from_carrier,
        page.to_carrier,
        tuple(request.form.getlist("campaign")),
        frozenset(request.form.getlist("leave_out")),
        call_got_through="call_got_through" in request.form,
    )
    has_call = asked.call_got_through or call_proof(own.workspace, _target_of(page.dialer), page.to_carrier)
    wrong_call = "" if has_call else "Make the call first, and tick this once both sides heard each other."
    wrong_campaigns = "" if asked.campaigns else "Tick at least one campaign."
    if wrong_call or wrong_campaigns:
        again = replace(page, wrong_call=wrong_call, wrong_campaigns=wrong_campaigns)
        return _with_plan(again, asked).render(), 422
    try:
        on = _on(page.dialer)
        job = begin_switch(on, asked, current_app.config["WATCH_SECONDS"])
    except NeedsSecretError:
        return redirect(_address_of(page), 303)
    except InstallInProgressError as problem:
        return replace(page, problem=error_words(problem)).render(), 409
    own.run(job, page.dialer.id, on.connect)
    return redirect(url_for(".show", switch_id=job.switch_id), 303)


@blueprint.get("/switches/<switch_id>")
def show(switch_id: str) -> str:
    find_interrupted_switches(services().workspace)
    return _page(services().workspace.switches.get(switch_id)).render()


@blueprint.get("/switches/<switch_id>/progress")
def progress(switch_id: str) -> ResponseReturnValue:
    """The part that changes; once the switch has ended the whole page is asked for, and nothing polls any more."""
    switch = services().workspace.switches.get(switch_id)
    response: Response = make_response(_progress_of(switch).render())
    if not switch.is_running:
        response.headers["HX-Refresh"] = "true"
    return response


@blueprint.post("/switches/<switch_id>/back")
def back(switch_id: str) -> ResponseReturnValue:
    """Move back: who still watches is asked to do it, else somebody begins."""
    own = services()
    switch = own.workspace.switches.get(switch_id)
    to_page = redirect(url_for(".show", switch_id=switch_id), 303)
    if switch.is_running:
        own.workspace.switches.request_back(switch_id)
        return to_page
    try:
        on = _on(_dialer_of(switch))
        job = begin_move_back(on, switch)
    except (NeedsSecretError, NoSwitchError):
        return to_page
    except InstallInProgressError as problem:
        return _page(switch, problem).render(), 409
    own.run(job, _dialer_of(switch).id, on.connect)
    return to_page


@blueprint.post("/switches/<switch_id>/unlock")
def unlock(switch_id: str) -> ResponseReturnValue:
    """Type the dialer's password again, and go on."""
    remember_typed(_dialer_of(services().workspace.switches.get(switch_id)).id)
    return redirect(url_for(".show", switch_id=switch_id), 303)


def _on(dialer: SavedDialer) -> SwitchOn:
    """:raises NeedsSecretError: a password that is not kept has to be typed again"""
    own = services()
    return SwitchOn(own.workspace, own.connect_to(dialer), _target_of(dialer), dialer.name, dialer.id)


def _target_of(dialer: SavedDialer) -> DialerTarget:
    return services().workspace.host_keys.with_key(dialer.target)


def _form(dialer_id: str, from_carrier: str, to_carrier: str) -> ChoosePage:
    dialer = services().workspace.dialers.get(dialer_id)
    known = dialer.summary.get("carriers", ())
    carriers = [(each["carrier_id"], each["carrier_name"]) for each in known if each["active"] == "Y"]
    return ChoosePage(dialer, carriers, from_carrier, to_carrier, call_first=SWITCH_CALL.format(carrier=to_carrier))


def _address_of(page: ChoosePage) -> str:
    asked: dict[str, Any] = {"from": page.from_carrier, "to": page.to_carrier}
    return url_for(".choose", dialer_id=page.dialer.id, **asked)


def _with_plan(page: ChoosePage, asked: SwitchRequest) -> ChoosePage:
    """What the dialer says now, with what was ticked; what can be ticked is known only by asking for everything."""
    dialer = page.dialer
    try:
        connect = services().connect_to(dialer)
        proved = with_call_proof(services().workspace, _target_of(dialer), asked)
        plan = plan_on_dialer(connect, replace(proved, campaigns=(), call_got_through=False))
    except NeedsSecretError:
        return replace(page, missing_secret=missing_secret(dialer.target, services().secrets_of(dialer.id)))
    except WizardError as problem:
        return replace(page, problem=error_words(problem))
    return replace(page, proposal=_proposal(plan, asked, call_proof(services().workspace, _target_of(dialer), plan.to_carrier)))


def _proposal(plan: SwitchPlan, asked: SwitchRequest, proof: tuple[Proof, str] | None) -> Proposal:
    chosen = {name.lower() for name in asked.campaigns or plan.campaigns}
    inactive = [each.use for each in plan.unmoved if each.why is Kept.INACTIVE_CAMPAIGN]
    names = dict.fromkeys([*plan.campaigns, *(use.campaign_id for use in inactive)])
    order = list(Severity)
    call = proof[0] if proof and any(each.code == "switch_call_answered" for each in plan.findings) else None
    told = [each for each in plan.findings if each.code not in (*_LOST, *_ABOUT_CALL)]
    others = sorted(told, key=lambda each: order.index(each.severity))
    lost = {str(each.values["number"]): sentence(each) for each in plan.findings if each.code in _LOST}
    return Proposal(
        campaigns=[CampaignChoice(name, _about(name, plan), name.lower() in chosen) for name in names],
        stays=[kept_sentence(each) for each in plan.unmoved],
        lost=[LostNumber(number, words, number in asked.leave_out) for number, words in lost.items()],
        findings=[(each.severity.value, sentence(each)) for each in others],
        numbers=[
            ProvedNumber(
                move.use.campaign_id,
                proof.number,
                _taken_words(proof.sent_before, proof.before.carrier_id, proof.before.receives),
                _taken_words(proof.sent_after, proof.after.carrier_id, proof.after.receives),
            )
            for move in plan.moves
            for proof in move.proofs
        ],
        how_to_call=HOW_TO_CALL.format(digits=plan.try_digits) if plan.try_digits else "",
        call_proved=SWITCH_PROVED.format(carrier=plan.to_carrier, ago=ago(call.at, datetime.now(UTC))) if call else "",
        call_id=call.id if call else "",
        can_move=bool(names) and not any(each.severity is Severity.ERROR for each in others),
    )


def _about(campaign: str, plan: SwitchPlan) -> list[str]:
    moves = [move_sentence(move) for move in plan.moves if move.use.campaign_id == campaign]
    if not moves:
        return ["Switched off."]
    agents, calls = plan.live[campaign]
    return [*moves, f"{agents} agents signed in, {calls} calls under way."]


def _taken_words(sent: str, carrier_id: str, receives: str | None) -> str:
    if not carrier_id:
        return f"{sent}: no carrier"
    return f"{sent}: {carrier_id} receives {receives if receives is not None else 'what only a call can tell'}"


def _dialer_of(switch: Switch) -> SavedDialer:
    """The dialer as it is saved now, or as it was where it is not saved any more."""
    for dialer in services().workspace.dialers.all():
        if dialer.id == switch.dialer_id:
            return dialer
    return SavedDialer(switch.dialer_id or switch.target.key, switch.dialer_name, switch.target, "", {})


def _page(switch: Switch, problem: WizardError | None = None) -> SwitchPage:
    dialer = _dialer_of(switch)
    missing = missing_secret(dialer.target, services().secrets_of(dialer.id)) if switch.can_move_back else ""
    return SwitchPage(
        switch,
        _progress_of(switch),
        [each["message"] for each in switch.plan.get("not_moved", [])],
        dialer.id if dialer.looked_at else "",
        missing_secret=missing,
        problem=error_words(problem) if problem else None,
    )


def _progress_of(switch: Switch) -> SwitchProgress:
    """What is true of a switch now, for its page and for its poll."""
    is_moving_back = switch.is_running and bool(switch.begun_at(SwitchPhase.MOVED_BACK) or switch.back_requested)
    watched = bool(switch.begun_at(SwitchPhase.WATCHED)) or (bool(switch.changes) and not switch.is_running)
    counted = watched and switch.watch.state is not WatchState.NOT_WATCHED
    return SwitchProgress(
        switch=switch,
        headline="Moving back" if is_moving_back else OUTCOMES[switch.outcome],
        tone=_TONES.get(switch.outcome, "danger" if switch.outcome == SwitchOutcome.BACK_FAILED else "warning"),
        reasons=reason_sentences(switch),
        means=means_sentence(switch),
        try_next=next_sentence(switch),
        chain=_chain(switch),
        changes=[] if switch.is_running else changes_sentences(switch.changes),
        watch=watch_sentence(replace(switch.watch, old=NO_CALLS, new=NO_CALLS)) if watched else "",
        shares=[share_sentence("New", switch.watch.new), share_sentence("Old", switch.watch.old)] if counted else [],
    )


def _chain(switch: Switch) -> list[SwitchStep]:
    """What has been done; the first that has not is under way."""
    steps: list[SwitchStep] = []
    for phase in _CHAIN:
        is_now = switch.is_running and all(step.state == "done" for step in steps)
        state = "done" if switch.done_at(phase) else "now" if is_now else "open"
        steps.append(SwitchStep(PHASES[phase], state))
    return steps
