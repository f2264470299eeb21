"""An install as it happens, its end, and its undo."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_htmx import make_response

from wizard.carrier.answers import STEP_OF
from wizard.carrier.on_dialer.changes import ChangeKind, ChangeState
from wizard.dialer.journal import Phase
from wizard.dialer.target import SshAuth
from wizard.errors import InstallInProgressError, LaterRunError, NeedsSecretError, NothingToUndoError, WizardError
from wizard.service.diagnosis import shown_causes
from wizard.service.dialers import missing_secret
from wizard.service.jobs import INTERRUPTED
from wizard.service.kept import causes_read
from wizard.service.recovery import find_interrupted
from wizard.service.rollbacks import begin_rollback
from wizard.store.dialers import SavedDialer
from wizard.store.installs import Install
from wizard.words.changes import change_sentences
from wizard.words.errors import ROLLBACK_STEPS, error_words, words_for
from wizard.words.questions import QUESTIONS
from wizard.words.servers import PICKED_UP, server_sentence, server_verdict
from wizard.words.steps import STEP_WORDS
from wizard.words.understanding import understood_sentences
from wizard.words.verdicts import INTERRUPTED_WORDS, PHASES, REASONS, VERDICTS, WORKING, headline_of, next_words, phase_words

from .afterwards import afterwards_of
from .pages import ChainLink, FoundItem, HistoryPage, InstallPage, Progress, ServerItem, Told
from .proofs import proofs_of
from .services import remember_typed, services
from .showing import seconds_between, seconds_until

blueprint = Blueprint("installs", __name__, url_prefix="/installs")

_CHAIN = (
    Phase.CONNECTED,
    Phase.CHECKED,
    Phase.ROW_WRITTEN,
    Phase.SETTINGS_SET,
    Phase.REBUILD_REQUESTED,
    Phase.CONF_SEEN,
    Phase.LOADED,
    Phase.REACHABLE,
    Phase.REGISTERED,
    Phase.CAMPAIGNS_SET,
)
_WRITING = frozenset({Phase.ROW_WRITTEN, Phase.REBUILD_REQUESTED, Phase.CONF_SEEN, Phase.LOADED})
_TONES = {"up": "success", "not_up": "warning", "rolled_back": "warning", "refused": "warning", "done": "success"}


@blueprint.get("")
def history() -> str:
    return HistoryPage(services().workspace.installs.all()).render()


@blueprint.get("/<install_id>")
def show(install_id: str) -> str:
    find_interrupted(services().workspace)
    return _page(services().workspace.installs.get(install_id)).render()


@blueprint.get("/<install_id>/progress")
def progress(install_id: str) -> ResponseReturnValue:
    """The part that changes; once the install has ended the whole page is asked for, and nothing polls any more."""
    install = services().workspace.installs.get(install_id)
    response: Response = make_response(progress_of(install).render())
    if not install.is_running:
        response.headers["HX-Refresh"] = "true"
    return response


@blueprint.post("/<install_id>/stop")
def stop(install_id: str) -> ResponseReturnValue:
    services().workspace.installs.request_stop(install_id)
    return redirect(url_for(".show", install_id=install_id), 303)


@blueprint.post("/<install_id>/unlock")
def unlock(install_id: str) -> ResponseReturnValue:
    """Type the dialer's password again, saved or not, and go on."""
    remember_typed(_dialer_of(services().workspace.installs.get(install_id)).id)
    return redirect(url_for(".show", install_id=install_id), 303)


@blueprint.post("/<install_id>/rollback")
def rollback(install_id: str) -> ResponseReturnValue:
    own = services()
    install = own.workspace.installs.get(install_id)
    dialer = _dialer_of(install)
    try:
        connect = own.connect_to(dialer)
        job = begin_rollback(own.workspace, connect, install, reach=own.connect_to)
    except NeedsSecretError:
        return redirect(url_for(".show", install_id=install_id), 303)
    except (InstallInProgressError, LaterRunError, NothingToUndoError) as error:
        if own.workspace.installs.get(install_id).is_running:
            return redirect(url_for(".show", install_id=install_id), 303)
        return _page(install, error).render(), 409
    own.run(job, dialer.id, connect)
    return redirect(url_for(".show", install_id=install_id), 303)


def _dialer_of(install: Install) -> SavedDialer:
    """The dialer as it is saved now, or as it was where it is not saved any more."""
    for dialer in services().workspace.dialers.all():
        if dialer.id == install.dialer_id:
            return dialer
    return SavedDialer(install.dialer_id or install.target.key, install.dialer_name, install.target, "", {})


def _page(install: Install, problem: WizardError | None = None) -> InstallPage:
    dialer = _dialer_of(install)
    missing = missing_secret(dialer.target, services().secrets_of(dialer.id)) or _refused_secret(install)
    missing = missing if install.can_roll_back else ""
    installs = services().workspace.installs
    main = installs.get(install.part_of) if install.part_of else None
    words = error_words(problem) if problem else None
    later = installs.later_than(install) if install.can_roll_back else None
    is_there = install.is_standing and install.act not in ("deactivate", "delete") and later is None
    return InstallPage(
        install,
        progress_of(install),
        missing,
        words,
        installs.parts_of(install.id),
        main,
        later,
        call_on=dialer.id if is_there and dialer.looked_at else "",
        proofs=proofs_of(dialer).get(install.carrier_id.lower(), ()) if is_there else (),
        causes=shown_causes(causes_read(install.causes)),
        afterwards=afterwards_of(install, dialer) if is_there else None,
    )


def _refused_secret(install: Install) -> str:
    """The secret that did not do when the undo was last tried: where it is to be typed again."""
    match install.error.get("code"):
        case "sudo":
            return "sudo_password"
        case "key_file":
            return "key_passphrase"
        case "invalid_auth" if install.target.auth is SshAuth.PASSWORD:
            return "ssh_password"
        case _:
            return ""


def progress_of(install: Install) -> Progress:
    """What is true of an install now, for its page and for its poll."""
    return Progress(
        install=install,
        chain=_chain(install),
        told=tell(install),
        is_undoing=_is_undoing(install),
        verdict=VERDICTS[install.verdict] if _has_verdict(install) else "",
        states=[(name, state) for name, state in install.states.items() if state],
        rebuild_in=_rebuild_in(install),
        findings=[_found(each) for each in install.error.get("findings", []) if each["severity"] == "error"],
        draft_id=_draft_id_of(install),
        steps_left=[ROLLBACK_STEPS[step] for step in install.error.get("steps", [])],
        also=words_for(also["code"], also["values"]) if (also := install.error.get("also")) else None,
        changes=[] if install.is_running else change_sentences(install.changes, install.outcome),
        elapsed=_elapsed(install),
        understood=understood_sentences(install.understood or ()),
        servers=[
            ServerItem(each["server_ip"], PICKED_UP[each["rebuilt"]], server_verdict(each), server_sentence(each))
            for each in install.servers
        ],
    )


def _elapsed(install: Install) -> str:
    """How long it took; nothing where somebody came back to it later, or nobody saw its end."""
    came_back = any(event.state == "asked" for event in install.events)
    return "" if came_back or install.outcome == INTERRUPTED else seconds_between(install.ended_at, install.started_at)


def _draft_id_of(install: Install) -> str:
    """The draft of its answers, if it is still there."""
    return install.draft_id if install.draft_id and services().workspace.drafts.has(install.draft_id) else ""


def tell(install: Install) -> Told:
    """The reason first, then what is on the dialer now."""
    if install.is_running:
        return _tell_running(install)
    outcome, code = headline_of(install.outcome, install.error), install.error.get("code")
    tone = "danger" if install.error.get("during") == "undo" else _TONES.get(install.outcome, "danger")
    if install.outcome == INTERRUPTED and install.error.get("during") != "undo":
        return Told(outcome, *INTERRUPTED_WORDS[install.can_roll_back], tone)
    if code and code != "refused":
        words = words_for(code, install.error.get("values", {}))
        return Told(words.title, words.happened, outcome, words.try_next, tone)
    if code == "refused" or install.reason not in REASONS:
        return Told(outcome, tone=tone)
    reason = REASONS[install.reason]
    return Told(reason.happened, reason.means, outcome, next_words(reason, _campaigns_of(install)), tone)


def _campaigns_of(install: Install) -> list[str]:
    """The chosen campaigns that dial through the carrier now; those that did before are not among the changes."""
    elsewhere = {
        change["record"].lower()
        for change in install.changes
        if change["kind"] == ChangeKind.CAMPAIGN_PREFIX and change["state"] != ChangeState.MADE
    }
    return [campaign for campaign in install.answers.get("campaigns", ()) if campaign.lower() not in elsewhere]


def _is_undoing(install: Install) -> bool:
    return install.is_running and bool(install.begun_at(Phase.ROLLING_BACK))


def _tell_running(install: Install) -> Told:
    if _is_undoing(install):
        return Told("Undoing: the dialer becomes what it was")
    reason = REASONS.get(install.reason)
    return Told(WORKING[install.act], reason.happened if reason else "")


def _has_verdict(install: Install) -> bool:
    """Whether there is one worth a word: not for what never got that far, or was taken off again."""
    is_gone = install.reason == "removed" or install.outcome == "done"
    return bool(install.verdict) and not (install.is_running or install.error or is_gone)


def _chain(install: Install) -> Sequence[ChainLink]:
    wanted = [phase for phase in _CHAIN if _is_to_come(phase, install)]
    links: list[ChainLink] = []
    previous, is_at_the_front = install.started_at, False
    undoing = bool(install.begun_at(Phase.ROLLING_BACK))
    for phase in wanted:
        done = install.done_at(phase)
        state = "done" if done else "open"
        if not done and not is_at_the_front:
            is_at_the_front = True
            interrupted = install.outcome == INTERRUPTED  # nobody was there to see whether it happened
            state = "now" if install.is_running and not undoing else "open" if interrupted else "failed"
        links.append(ChainLink(phase, phase_words(phase, install.act), state, seconds_between(done, previous)))
        previous = done or previous
    if begun := install.begun_at(Phase.OTHER_SERVERS):
        done = install.done_at(Phase.OTHER_SERVERS)
        state = "done" if done else "now" if install.is_running and not undoing else "open"
        links.append(ChainLink(Phase.OTHER_SERVERS, PHASES[Phase.OTHER_SERVERS], state, seconds_between(done, begun)))
    return [*links, _undo_link(install)] if undoing else links


def _is_to_come(phase: Phase, install: Install) -> bool:
    """Whether an install of these answers comes to a phase."""
    if phase in (Phase.REACHABLE, Phase.REGISTERED, Phase.CAMPAIGNS_SET) and install.act in ("deactivate", "delete"):
        return False
    if phase in _WRITING and install.error.get("also", {}).get("code") == "unchanged":
        return False
    match phase:
        case Phase.REGISTERED:
            return install.answers.get("auth") == "registration"
        case Phase.CAMPAIGNS_SET | Phase.SETTINGS_SET:
            of_campaign = {change["kind"] == ChangeKind.CAMPAIGN_PREFIX for change in install.changes}
            return (phase is Phase.CAMPAIGNS_SET) in of_campaign
        case _:
            return True


def _undo_link(install: Install) -> ChainLink:
    done = install.done_at(Phase.ROLLED_BACK)
    state = "done" if done else "now" if install.is_running else "failed"
    took = seconds_between(done, install.begun_at(Phase.ROLLING_BACK))
    return ChainLink(Phase.ROLLED_BACK, PHASES[Phase.ROLLED_BACK if done else Phase.ROLLING_BACK], state, took)


def _rebuild_in(install: Install) -> int | None:
    """Seconds to the dialer's next look at its flag, while that is what the install waits for."""
    waiting = install.is_running and install.done_at(Phase.REBUILD_REQUESTED) and not install.done_at(Phase.CONF_SEEN)
    if not waiting or _is_undoing(install) or not install.rebuild_at:
        return None
    return max(0, round(seconds_until(install.rebuild_at)))


def _found(kept: dict[str, str]) -> FoundItem:
    step = STEP_OF.get(kept["field"], "dialer")
    label = QUESTIONS[kept["field"]].label if kept["field"] in QUESTIONS else STEP_WORDS[step].short
    return FoundItem(kept["severity"], kept["message"], step, label)
