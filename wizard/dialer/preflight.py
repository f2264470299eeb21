"""An entry held against its dialer, before anything is written: one round trip."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from wizard.carrier.answers import Answers
from wizard.carrier.checks import check_answers
from wizard.carrier.collisions import check_against_dialer
from wizard.carrier.conf import section_names
from wizard.carrier.drivers import driver_of
from wizard.carrier.findings import Finding, error, warning
from wizard.carrier.lint import lint_carrier
from wizard.carrier.model import Carrier, Protocol
from wizard.carrier.names import INBOUND_CONTEXT, is_outbound_context
from wizard.carrier.numbers import routes
from wizard.carrier.profile import DialerProfile, Reached

from . import operations
from .asterisk_output import parse_dialplan_show, parse_includes, parse_option_names
from .connection import Connection
from .facts import DialerFacts
from .protocol import AgentReply, asterisk, program_result, read_file
from .watch import Watch, watch_of

#: Debian gives a host's own name the second
_OWN_ADDRESSES = ("127.0.0.1", "127.0.1.1")
#: findings that go by what Asterisk has loaded
_OF_ASTERISK = frozenset({"pattern_never_reached", "peer_in_asterisk", "registration_taken", "context_leads_out"})


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
    watch = watch_of(carrier)
    proxy = answers.connection.outbound_proxy.partition(":")[0]
    examples = [route.example for route in routes(answers.numbers)]
    context = answers.connection.inbound_context
    documented = list(driver_of(carrier.protocol).documentation.items()) if answers.audio.extra_options else []
    questions = {
        "trunk": list(watch.questions),
        "numbers": [f"dialplan show {digits}@{facts.ext_context}" for digits in examples],
        "doors": [f"dialplan show {context}", *(f"dialplan show {digits}@{context}" for digits in examples)],
        "options": [f"config show help {module} {kind}" for _, (module, kind) in documented],
    }
    resolved, proxy_resolved, interfaces, digests, building, in_dialplan, in_accounts, *asked = connection.ask(
        [
            operations.resolve(answers.connection.host),
            operations.resolve(proxy or answers.connection.host),
            operations.own_addresses(),
            operations.file_digests(),
            read_file(operations.BUILD_FILE, 1),
            operations.find_carrier(operations.DIALPLAN_FILE, carrier.carrier_id),
            operations.find_carrier(watch.account_file, carrier.carrier_id),
            *(asterisk(question) for group in questions.values() for question in group),
        ],
        stop_at_error=False,
    )
    said = _grouped(questions, [_printed(reply) for reply in asked])
    own = operations.parse_own_addresses(_printed(interfaces)) | {facts.server_ip, *_OWN_ADDRESSES}
    reached = _reached(examples, said["numbers"])
    profile = replace(facts.profile(), reached=reached, known_options=_known_options(documented, said["options"]))
    addresses = operations.parse_addresses(_printed(resolved))
    findings = [
        *check_answers(answers),
        *lint_carrier(carrier),
        *_about_host(answers, profile, addresses, own),
        *_about_proxy(proxy, proxy_resolved),
        *_unmatched(answers, addresses),
        *_doors(context, said["doors"][0], _reached(examples, said["doors"][1:])),
    ]
    against = check_against_dialer(answers, carrier, profile)
    alike = watch.alike(said["trunk"], addresses)
    if not any(finding.code == "carrier_exists" for finding in against):
        neighbours = profile.neighbours_of(carrier)
        registered = list(_registered_by_another(watch, neighbours))
        against += _in_asterisk(watch, said["trunk"], 0 if registered else alike, neighbours)
        is_in_files = any(reply.status == "ok" and reply.values[0] == "1" for reply in (in_dialplan, in_accounts))
        is_pending = building.status == "ok" or facts.database.server["rebuild_conf_files"] == "Y"
        against = [*_pending(against, is_in_files=is_in_files, is_pending=is_pending), *registered]
    return Preflight([*findings, *against], operations.parse_digests(program_result(digests, "sha256sum").output), alike)


def _grouped(questions: Mapping[str, Sequence[str]], said: Sequence[str]) -> dict[str, list[str]]:
    """The answers by the group of their questions."""
    rest = iter(said)
    return {group: [next(rest) for _ in asked] for group, asked in questions.items()}


def _reached(examples: Sequence[str], said: Sequence[str]) -> dict[str, Reached]:
    winners = {digits: parse_dialplan_show(text) for digits, text in zip(examples, said, strict=True)}
    return {digits: winner for digits, winner in winners.items() if winner is not None}


def _known_options(documented: Sequence[tuple[str, tuple[str, str]]], said: Sequence[str]) -> dict[str, frozenset[str]]:
    """Kind of section → its options, as far as Asterisk documents itself."""
    named = {kind: parse_option_names(text) for (kind, _), text in zip(documented, said, strict=True)}
    return {kind: options for kind, options in named.items() if options is not None}


def _doors(context: str, shown: str, reached: Mapping[str, Reached]) -> Iterator[Finding]:
    """Calls that come in must not go out again: the context may include more than its name tells."""
    if re.search(r"There is no existence of '[^']+' context", shown):
        yield error("context_missing", "inbound_context", context=context, usual=INBOUND_CONTEXT)
        return
    leading = [*parse_includes(shown), *(winner.context for winner in reached.values())]
    outward = [name for name in leading if is_outbound_context(name)]
    if outward:
        yield error("context_leads_out", "inbound_context", context=context, usual=INBOUND_CONTEXT, through=outward[0])


def _pending(findings: Sequence[Finding], *, is_in_files: bool, is_pending: bool) -> list[Finding]:
    """While a rebuild is due, Asterisk still has what VICIdial's tables have no longer: that blames nobody."""
    stale = [finding for finding in findings if finding.code in _OF_ASTERISK]
    if not is_in_files and not (is_pending and stale):
        return list(findings)
    return [*(finding for finding in findings if finding not in stale), error("rebuild_pending", "carrier_id")]


def _about_host(answers: Answers, dialer: DialerProfile, addresses: frozenset[str], own: frozenset[str]) -> Iterator[Finding]:
    host, port = answers.connection.host, answers.connection.port
    listened = {each.port for each in dialer.place.listeners}
    if not addresses:
        # An unresolvable host can stall all of chan_sip (vicidial.md §9).
        yield error("host_unresolved", "host", host=host)
    elif addresses & own:
        address = min(addresses & own)
        if port is None or port in listened:
            yield error("host_is_dialer", "host", host=host, address=address)
        else:
            # Somebody's own proxy may listen there.
            yield warning("host_is_on_dialer", "host", host=host, address=address, port=port)


def _about_proxy(proxy: str, resolved: AgentReply) -> Iterator[Finding]:
    if proxy and not operations.parse_addresses(_printed(resolved)):
        yield error("host_unresolved", "outbound_proxy", host=proxy)


def _unmatched(answers: Answers, addresses: frozenset[str]) -> Iterator[Finding]:
    """chan_sip knows a peer by its host's first address, IAX2's access list none of a name's; PJSIP knows them all."""
    protocol, host = answers.carrier.protocol, answers.connection.host
    left = sorted(addresses - set(answers.connection.match))
    if protocol is Protocol.SIP and len(addresses) > 1 and len(left) > 1:
        values = {"host": host, "protocol": protocol.value, "addresses": ", ".join(left)}
        yield warning("host_several_addresses", "match", **values)


def _in_asterisk(watch: Watch, said: Sequence[str], alike: int, neighbours: Sequence[Carrier]) -> Iterator[Finding]:
    """What Asterisk has already: from a file that somebody writes by hand, say."""
    known = {name for other in neighbours for name in section_names(other.account_entry)}
    if watch.is_known(said) and watch.trunk not in known:
        yield error("peer_in_asterisk", "trunk_name", name=watch.trunk)
    if watch.registration is not None and alike and not watch.is_registration_cut:
        yield error("registration_taken", "username", host=watch.registration.host, username=watch.registration.username)


def _registered_by_another(watch: Watch, neighbours: Sequence[Carrier]) -> Iterator[Finding]:
    """Another carrier of VICIdial's with the same registration: no rebuild will change that."""
    own = watch.registration
    others = [watch_of(other).registration for other in neighbours]
    if own is not None and any(other is not None and own.is_same_as(other) for other in others):
        yield error("registration_taken", "username", host=own.host, username=own.username)


def _printed(reply: AgentReply) -> str:
    return program_result(reply, "program").output if reply.status == "ok" else ""
