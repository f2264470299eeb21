"""What is seen of a carrier, put together for a diagnosis; and causes as the pages and the command line show them."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from wizard.carrier.diagnosis.cause import Cause
from wizard.carrier.diagnosis.diagnose import diagnose
from wizard.carrier.diagnosis.observations import Advertised, CallSeen, Observations
from wizard.carrier.model import Carrier
from wizard.carrier.traffic import traffic_of
from wizard.dialer.asking_carrier.own_side import advertised_over
from wizard.dialer.by_row import judge_by_row
from wizard.dialer.calls_seen import campaign_calls, recent_calls
from wizard.dialer.carrier_addresses import addresses_of
from wizard.dialer.connection import Connection
from wizard.dialer.dialplan import LoadedDialplan, read_loaded_dialplan
from wizard.dialer.facts import DialerFacts
from wizard.dialer.firewall_look import look_at_firewall
from wizard.dialer.journal import Observation
from wizard.dialer.look import look_at
from wizard.dialer.observing import observe
from wizard.dialer.understanding.asking import ask_understood
from wizard.dialer.verdict import Judgement, Verdict
from wizard.dialer.watch import WATCHED_PROTOCOLS
from wizard.errors import AsteriskSilentError
from wizard.words.causes import CAUSES, CERTAINTIES, CauseWords, evidence_lines


@dataclass(frozen=True)
class ShownCause:
    code: str
    certainty: str
    words: CauseWords
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class CausesPart:
    """What ``templates/diagnosis/causes.html`` takes as its ``page``."""

    causes: tuple[ShownCause, ...]


@dataclass(frozen=True)
class Seen:
    """One carrier on its dialer, now: what Asterisk says of it, and all that was observed."""

    observation: Observation
    observations: Observations

    @property
    def causes(self) -> tuple[Cause, ...]:
        """Why it doesn't work, surest first; none where nothing speaks for a fault."""
        return diagnose(self.observations)

    def with_call(self, call: CallSeen, advertised: Advertised | None = None) -> Seen:
        """The same with a call that was just made through it, which tells more than those before."""
        observations = replace(
            self.observations, call=call, advertised=advertised, host_addresses=far_addresses(call) or None, recent=None
        )
        return replace(self, observations=observations)


def see_carrier(
    connection: Connection,
    facts: DialerFacts,
    carrier: Carrier,
    loaded: LoadedDialplan | None = None,
    media: Sequence[str] = (),
) -> Seen:
    """Look at a carrier that is on a dialer, whoever put it there: nothing is sent to the carrier, and nothing is changed.

    ``loaded``: the dialplan, where it was read already. ``media``: addresses that its sound comes from, where a call told.
    The database has to be open.
    """
    known = judge_by_row(carrier, facts.server_ip)
    if known is not None:
        observation = Observation(known)
        return Seen(observation, observe(connection, facts, carrier, observation))
    look = look_at(connection, carrier, facts.ext_context, [])
    observation = look.observation
    if not look.in_files and observation.judgement.reason != "no_section":
        observation = Observation(Judgement(Verdict.DOWN, "not_generated"), observation.states)
    elif look.trunk.found:
        observation = replace(observation, understood=ask_understood(connection, carrier))
    addresses = sorted(addresses_of(connection, [carrier]))
    firewall = look_at_firewall(connection, traffic_of(carrier), facts, [*addresses, *media]).seen
    observations = replace(observe(connection, facts, carrier, observation, addresses), firewall=firewall)
    with contextlib.suppress(AsteriskSilentError):
        dialplan = (loaded or read_loaded_dialplan(connection, facts.ext_context)).dialplan
        observations = replace(
            observations,
            campaigns=campaign_calls(facts, dialplan, carrier),
            recent=recent_calls(connection, facts, dialplan, carrier),
        )
    return Seen(observation, observations)


def far_addresses(call: CallSeen) -> tuple[str, ...]:
    """Where a call's messages went, in their order."""
    return tuple(dict.fromkeys(message.far.host for message in call.messages if message.is_outgoing))


def advertised_to(
    connection: Connection, facts: DialerFacts, carrier: Carrier, addresses: Sequence[str] = ()
) -> Advertised | None:
    """What the dialer tells a carrier that is there, at these addresses, of its own address."""
    if carrier.protocol not in WATCHED_PROTOCOLS:
        return None
    return advertised_over(connection, carrier.protocol, traffic_of(carrier).transport, facts, addresses)


def causes_part(observations: Observations) -> CausesPart:
    """The diagnosis of what was seen, ready to be shown."""
    return shown_causes(diagnose(observations))


def shown_causes(causes: Sequence[Cause]) -> CausesPart:
    """Causes, ready to be shown."""
    return CausesPart(tuple(map(_shown, causes)))


def _shown(cause: Cause) -> ShownCause:
    return ShownCause(cause.code, CERTAINTIES[cause.certainty], CAUSES[cause.code], tuple(evidence_lines(cause)))
