"""What a switch has to know of a dialer before anything moves: one connection, small tables, nothing changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from wizard.carrier.entry_mark import entry_mark
from wizard.carrier.findings import Finding, error, note, warning
from wizard.carrier.on_dialer.changes import Change
from wizard.carrier.profile import sent_prefix
from wizard.carrier.simulation.loaded import Dialplan
from wizard.carrier.switching.following import Follower
from wizard.carrier.switching.plan import SwitchPlan, SwitchRequest
from wizard.carrier.switching.planning import plan_switch

from .carrier_log import CarrierLog, Unwatchable, log_questions, read_log
from .connection import Connection
from .dialplan import read_loaded_dialplan
from .facts import DialerFacts
from .look import look_at
from .protocol import AgentReply, sql, table_of
from .verdict import Verdict
from .watch import WATCHED_PROTOCOLS

#: one row for each call that VICIdial has under way
_LIVE_CALLS = "SELECT campaign_id, COUNT(*) AS calls FROM vicidial_auto_calls GROUP BY campaign_id"


@dataclass(frozen=True)
class SwitchLook:
    """A dialer, as far as a switch goes by it."""

    facts: DialerFacts
    dialplan: Dialplan
    #: campaign, in small letters → calls under way
    calls: Mapping[str, int]
    log: CarrierLog

    @property
    def follower(self) -> Follower:
        return Follower(self.facts.profile(), self.dialplan)


def look_for_switch(connection: Connection, facts: DialerFacts) -> SwitchLook:
    """The rest of what has to be known; the database has to be open.

    :raises AsteriskSilentError: Asterisk says nothing
    """
    loaded = read_loaded_dialplan(connection, facts.ext_context)
    live, *about_log = connection.ask([sql(_LIVE_CALLS), *log_questions()], stop_at_error=False)
    is_logging = facts.profile().carrier_logging
    return SwitchLook(facts, loaded.dialplan, _calls(live), read_log(about_log, is_logging=is_logging))


def _calls(reply: AgentReply) -> Mapping[str, int]:
    rows = table_of(reply).rows if reply.status == "ok" else ()
    return {(row["campaign_id"] or "").lower(): int(row["calls"] or 0) for row in rows}


def plan_on(connection: Connection, look: SwitchLook, request: SwitchRequest, *, is_watched: bool = True) -> SwitchPlan:
    """The plan, with what the dialer itself says about it."""
    plan = plan_switch(request, look.facts.profile(), look.dialplan, look.calls)
    if not plan.moves:
        return plan
    findings = [*_about_carrier(connection, look, plan.to_carrier), *(_about_log(look.log) if is_watched else ())]
    if _is_proved(look, plan.to_carrier, request.proved_entry):
        findings.append(note("switch_call_answered", "call_got_through", carrier=plan.to_carrier))
    elif not request.call_got_through:
        findings.append(
            error("switch_call_unconfirmed", "call_got_through", carrier=plan.to_carrier, digits=plan.try_digits or "?")
        )
    return replace(plan, findings=(*plan.findings, *findings))


def _is_proved(look: SwitchLook, carrier_id: str, proved_entry: str) -> bool:
    """Whether a call was answered through the very entry that the dialer has now."""
    carrier = next(each for each in look.facts.database.carriers if each.carrier_id == carrier_id)
    return bool(proved_entry) and entry_mark(carrier) == proved_entry


def _about_carrier(connection: Connection, look: SwitchLook, carrier_id: str) -> Iterator[Finding]:
    """Whether the new carrier is up now."""
    carrier = next(each for each in look.facts.database.carriers if each.carrier_id == carrier_id)
    if carrier.protocol not in WATCHED_PROTOCOLS:
        return
    judgement = look_at(connection, carrier, look.facts.ext_context, []).observation.judgement
    if judgement.verdict is Verdict.DOWN and judgement.reason != "no_section":
        yield error("switch_to_down", "to_carrier", carrier=carrier.carrier_id, verdict_reason=judgement.reason)
    elif judgement.verdict is Verdict.NOT_YET:
        yield warning("switch_to_not_up", "to_carrier", carrier=carrier.carrier_id, verdict_reason=judgement.reason)


def _about_log(log: CarrierLog) -> Iterator[Finding]:
    match log.unwatchable:
        case Unwatchable.OFF:
            yield warning("switch_log_off", "watch")
        case Unwatchable.TOO_OLD:
            yield warning("switch_log_too_old", "watch")
        case Unwatchable.NO_INDEX:
            yield warning("switch_log_unindexed", "watch")


def leads_back(follower: Follower, change: Change, from_carrier: str) -> bool:
    """Whether the old carrier would take a record's calls again; True too where nobody takes them now."""
    for use in follower.uses():
        if (use.kind, use.record) == (change.kind, change.record):
            proofs = follower.proofs(use, sent_prefix(change.before or ""))
            is_served = any(proof.before.carrier_id for proof in proofs)
            return not is_served or any(proof.after.carrier_id.lower() == from_carrier.lower() for proof in proofs)
    return True
