"""An entry held against its dialer, before anything is written: one round trip."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from wizard.carrier.answers import Answers
from wizard.carrier.checks import check_answers
from wizard.carrier.collisions import check_against_dialer
from wizard.carrier.conf import section_names
from wizard.carrier.findings import Finding, error, warning
from wizard.carrier.lint import lint_carrier
from wizard.carrier.model import Carrier
from wizard.carrier.numbers import routes

from . import operations
from .asterisk_output import RegistryRow, parse_dialplan_show, parse_sip_peer, parse_sip_registry
from .connection import Connection
from .facts import DialerFacts
from .look import ACCOUNT_FILES
from .protocol import AgentReply, asterisk, program_result, read_file
from .verdict import expectation_of, is_cut, registration_of, rows_of

SIP_PORT = 5060
#: Debian gives a host's own name the second
_OWN_ADDRESSES = ("127.0.0.1", "127.0.1.1")
#: findings that go by what Asterisk has loaded
_OF_ASTERISK = frozenset({"pattern_never_reached", "peer_in_asterisk", "registration_taken"})


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
    files = (operations.DIALPLAN_FILE, ACCOUNT_FILES[carrier.protocol])
    resolved, addresses, digests, building, in_dialplan, in_accounts, peer, registry, *shown = connection.ask(
        [
            operations.resolve(answers.connection.host),
            operations.own_addresses(),
            operations.file_digests(),
            read_file(operations.BUILD_FILE, 1),
            *(operations.find_carrier(path, carrier.carrier_id) for path in files),
            asterisk(f"sip show peer {expected.peer or 'none'}"),
            asterisk("sip show registry"),
            *(asterisk(f"dialplan show {digits}@{facts.ext_context}") for digits in examples),
        ],
        stop_at_error=False,
    )
    own = operations.parse_own_addresses(_printed(addresses)) | {facts.server_ip, *_OWN_ADDRESSES}
    findings = [*check_answers(answers), *lint_carrier(carrier), *_about_host(answers, resolved, own)]
    winners = [parse_dialplan_show(_printed(reply)) for reply in shown]
    reached = {digits: winner for digits, winner in zip(examples, winners, strict=True) if winner is not None}
    against = check_against_dialer(answers, carrier, replace(facts.profile(), reached=reached))
    alike = _alike(carrier, parse_sip_registry(_printed(registry)) or [])
    if not any(finding.code == "carrier_exists" for finding in against):
        neighbours = facts.profile().neighbours_of(carrier)
        registered = list(_registered_by_another(carrier, neighbours))
        against += _in_asterisk(carrier, _printed(peer), 0 if registered else alike, neighbours)
        is_in_files = any(reply.status == "ok" and reply.values[0] == "1" for reply in (in_dialplan, in_accounts))
        is_pending = building.status == "ok" or facts.database.server["rebuild_conf_files"] == "Y"
        against = [*_pending(against, is_in_files=is_in_files, is_pending=is_pending), *registered]
    return Preflight([*findings, *against], operations.parse_digests(program_result(digests, "sha256sum").output), alike)


def _pending(findings: Sequence[Finding], *, is_in_files: bool, is_pending: bool) -> list[Finding]:
    """While a rebuild is due, Asterisk still has what VICIdial's tables have no longer: that blames nobody."""
    stale = [finding for finding in findings if finding.code in _OF_ASTERISK]
    if not is_in_files and not (is_pending and stale):
        return list(findings)
    return [*(finding for finding in findings if finding not in stale), error("rebuild_pending", "carrier_id")]


def _about_host(answers: Answers, resolved: AgentReply, own: frozenset[str]) -> Iterator[Finding]:
    host, port = answers.connection.host, answers.connection.port
    addresses = operations.parse_addresses(_printed(resolved))
    if not addresses:
        # An unresolvable host can stall all of chan_sip (vicidial.md §9).
        yield error("host_unresolved", "host", host=host)
    elif addresses & own:
        address = min(addresses & own)
        if port in (None, SIP_PORT):
            yield error("host_is_dialer", "host", host=host, address=address)
        else:
            # Somebody's own proxy may listen there.
            yield warning("host_is_on_dialer", "host", host=host, address=address, port=port)


def _alike(carrier: Carrier, registry: Sequence[RegistryRow]) -> int:
    registration = expectation_of(carrier).registration
    return len(rows_of(registration, registry)) if registration else 0


def _in_asterisk(carrier: Carrier, peer: str, alike: int, neighbours: Sequence[Carrier]) -> Iterator[Finding]:
    """What Asterisk has already: from a file that somebody writes by hand, say."""
    expected = expectation_of(carrier)
    state = parse_sip_peer(peer)
    known = {name for other in neighbours for name in section_names(other.account_entry)}
    if state is not None and state.found and expected.peer not in known:
        yield error("peer_in_asterisk", "carrier_id", name=expected.peer)
    if expected.registration is not None and alike and not is_cut(expected.registration):
        host, username = expected.registration
        yield error("registration_taken", "username", host=host, username=username)


def _registered_by_another(carrier: Carrier, neighbours: Sequence[Carrier]) -> Iterator[Finding]:
    """Another carrier of VICIdial's with the same registration: no rebuild will change that."""
    registration = expectation_of(carrier).registration
    others = [registration_of(other.registration_string) for other in neighbours if other.protocol is carrier.protocol]
    if registration is not None and any(_is_same(other, registration) for other in others):
        host, username = registration
        yield error("registration_taken", "username", host=host, username=username)


def _is_same(one: tuple[str, str] | None, other: tuple[str, str]) -> bool:
    return one is not None and (one[0].lower(), one[1]) == (other[0].lower(), other[1])


def _printed(reply: AgentReply) -> str:
    return program_result(reply, "program").output if reply.status == "ok" else ""
