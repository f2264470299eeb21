"""Everything that can be known of a carrier on a dialer before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from wizard.carrier.answers import Answers
from wizard.carrier.diagnosis.cause import Cause
from wizard.carrier.diagnosis.diagnose import diagnose
from wizard.carrier.diagnosis.observations import Observations
from wizard.carrier.findings import Finding, errors_of, warning
from wizard.carrier.firewall.seen import check_firewall
from wizard.carrier.on_dialer.outlook import check_outlook
from wizard.carrier.traffic import traffic_of_answers
from wizard.dialer.asking_carrier.asking import ask_carrier
from wizard.dialer.asking_carrier.own_side import advertised_by
from wizard.dialer.earlier_entry import facts_with, place_entry
from wizard.dialer.facts import DialerFacts
from wizard.dialer.firewall_look import look_at_firewall
from wizard.dialer.fitness import check_fitness
from wizard.dialer.gathering import gather_facts
from wizard.dialer.preconditions import preconditions_of_answers
from wizard.dialer.preflight import check_entry

from .dialers import Connect


@dataclass(frozen=True)
class Checked:
    """What was found, and what was seen."""

    findings: Sequence[Finding]
    seen: Observations
    facts: DialerFacts

    @property
    def is_clear(self) -> bool:
        """Whether nothing stands in the way, as far as it was looked at."""
        return not errors_of(self.findings)

    @property
    def causes(self) -> tuple[Cause, ...]:
        """Why the carrier wouldn't work, surest first; none where nothing speaks for a fault."""
        return diagnose(self.seen)


#: is told each stage as it begins: a name of :data:`wizard.words.command_line.STAGES`
Tell = Callable[[str], None]


def tell_nobody(_: str) -> None:
    """Where nobody waits before a terminal."""


def check_carrier(
    connect: Connect,
    answers: Answers,
    first: Sequence[Answers] = (),
    *,
    replaces: bool = False,
    tell: Tell | None = None,
) -> Checked:
    """Look at the dialer, ask the carrier from there, and judge; nothing is changed, here, there or at the carrier.

    ``first`` and ``replaces`` as in :func:`wizard.service.dialers.check_on_dialer`.

    :raises DialerError: the dialer can't be reached, or is none
    """
    say = tell or tell_nobody
    say("reading_dialer")
    with connect() as connection:
        facts = facts_with(gather_facts(connection), first)
        say("holding_entry")
        placed = place_entry(answers, facts, replaces=replaces)
        findings = [*check_fitness(facts), *check_entry(connection, answers, placed).findings]
        say("asking_carrier")
        asked = ask_carrier(connection, answers, facts.place)
        advertised = advertised_by(connection, answers, facts, asked.host_addresses)
        say("reading_firewall")
        firewall = look_at_firewall(connection, traffic_of_answers(answers), facts, asked.host_addresses).seen
    outlook = check_outlook(answers, asked.door, asked.sign_in, advertised)
    # Where the dialer itself throws the answers away, the carrier's silence says nothing.
    findings += [each for each in outlook if not (firewall.questions_blocked and each.code == "carrier_silent")]
    findings += check_firewall(firewall)
    if asked.services:
        places = ", ".join(f"{each.host} port {each.port}" for each in asked.services)
        findings.append(warning("host_has_services", "host", host=answers.connection.host, places=places))
    seen = Observations(
        carrier=placed.carrier,
        host_addresses=asked.host_addresses,
        door=asked.door,
        sign_in=asked.sign_in,
        advertised=advertised,
        firewall=firewall,
        preconditions=preconditions_of_answers(answers, facts),
        findings=tuple(finding.code for finding in findings),
    )
    return Checked(findings, seen, facts)
