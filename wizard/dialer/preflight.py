"""An entry held against its dialer, before anything is written: one round trip."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from wizard.carrier.answers import Answers
from wizard.carrier.checks import check_answers
from wizard.carrier.collisions import check_against_dialer
from wizard.carrier.findings import Finding, error
from wizard.carrier.lint import lint_carrier
from wizard.carrier.model import Carrier
from wizard.carrier.numbers import routes

from . import operations
from .asterisk_output import parse_dialplan_show
from .connection import Connection
from .facts import DialerFacts
from .protocol import AgentReply, asterisk, program_result


def check_entry(
    connection: Connection, answers: Answers, carrier: Carrier, facts: DialerFacts
) -> tuple[list[Finding], Mapping[str, str]]:
    """All findings about an entry on this dialer, and the digests of its generated files as they are."""
    examples = [route.example for route in routes(answers.numbers)]
    resolved, digests, *shown = connection.ask(
        [
            operations.resolve(answers.connection.host),
            operations.file_digests(),
            *(asterisk(f"dialplan show {digits}@{facts.ext_context}") for digits in examples),
        ],
        stop_at_error=False,
    )
    findings = [*check_answers(answers), *lint_carrier(carrier)]
    if not _resolves(resolved):
        # An unresolvable host can stall all of chan_sip (vicidial.md §9).
        findings.append(error("host_unresolved", "host", host=answers.connection.host))
    winners = [parse_dialplan_show(program_result(reply, "dialplan show").output) for reply in shown]
    reached = {digits: winner for digits, winner in zip(examples, winners, strict=True) if winner is not None}
    findings += check_against_dialer(answers, carrier, replace(facts.profile(), reached=reached))
    return findings, operations.parse_digests(program_result(digests, "sha256sum").output)


def _resolves(reply: AgentReply) -> bool:
    return reply.status == "ok" and reply.values[0] == "0"
