"""An entry held against its dialer, before anything is written: one round trip."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from wizard.carrier.answers import Answers
from wizard.carrier.checks import check_answers
from wizard.carrier.collisions import check_against_dialer
from wizard.carrier.findings import Finding, error
from wizard.carrier.lint import lint_carrier
from wizard.carrier.model import Carrier
from wizard.carrier.numbers import routes

from . import operations
from .asterisk_output import RegistryRow, parse_dialplan_show, parse_sip_peer, parse_sip_registry
from .connection import Connection
from .facts import DialerFacts
from .protocol import AgentReply, asterisk, program_result
from .verdict import expectation_of, is_cut, registration_of, rows_of


@dataclass(frozen=True)
class Preflight:
    """What was found before anything was written."""

    findings: list[Finding]
    #: path → SHA-256 of the generated files as they are
    digests: Mapping[str, str]
    #: registrations that already look like the one to come, where Asterisk's table can't tell them apart
    lookalikes: int


def check_entry(connection: Connection, answers: Answers, carrier: Carrier, facts: DialerFacts) -> Preflight:
    """Everything about an entry on this dialer."""
    expected = expectation_of(carrier)
    examples = [route.example for route in routes(answers.numbers)]
    resolved, addresses, digests, peer, registry, *shown = connection.ask(
        [
            operations.resolve(answers.connection.host),
            operations.own_addresses(),
            operations.file_digests(),
            asterisk(f"sip show peer {expected.peer or 'none'}"),
            asterisk("sip show registry"),
            *(asterisk(f"dialplan show {digits}@{facts.ext_context}") for digits in examples),
        ],
        stop_at_error=False,
    )
    findings = [*check_answers(answers), *lint_carrier(carrier)]
    own = operations.parse_own_addresses(_printed(addresses)) | {facts.server_ip, "127.0.0.1"}
    findings += _about_host(answers.connection.host, resolved, own)
    winners = [parse_dialplan_show(_printed(reply)) for reply in shown]
    reached = {digits: winner for digits, winner in zip(examples, winners, strict=True) if winner is not None}
    against = check_against_dialer(answers, carrier, replace(facts.profile(), reached=reached))
    findings += against
    if not any(finding.code == "carrier_exists" for finding in against):
        alike = _alike(carrier, parse_sip_registry(_printed(registry)) or [])
        findings += _in_asterisk(carrier, _printed(peer), alike, facts.profile().neighbours_of(carrier))
    else:
        alike = 0
    return Preflight(findings, operations.parse_digests(program_result(digests, "sha256sum").output), alike)


def _about_host(host: str, resolved: AgentReply, own: frozenset[str]) -> Iterator[Finding]:
    addresses = operations.parse_addresses(_printed(resolved))
    if not addresses:
        # An unresolvable host can stall all of chan_sip (vicidial.md §9).
        yield error("host_unresolved", "host", host=host)
    elif addresses & own:
        yield error("host_is_dialer", "host", host=host, address=min(addresses & own))


def _alike(carrier: Carrier, registry: Sequence[RegistryRow]) -> int:
    registration = expectation_of(carrier).registration
    return len(rows_of(registration, registry)) if registration else 0


def _in_asterisk(carrier: Carrier, peer: str, alike: int, neighbours: Sequence[Carrier]) -> Iterator[Finding]:
    """What Asterisk has already: from a file that somebody writes by hand, say."""
    expected = expectation_of(carrier)
    state = parse_sip_peer(peer)
    if state is not None and state.found:
        yield error("peer_in_asterisk", "carrier_id", name=expected.peer)
    if expected.registration is None:
        return
    same = any(registration_of(other.registration_string) == expected.registration for other in neighbours)
    if same or (alike and not is_cut(expected.registration)):
        host, username = expected.registration
        yield error("registration_taken", "username", host=host, username=username)


def _printed(reply: AgentReply) -> str:
    return program_result(reply, "program").output if reply.status == "ok" else ""
