"""An entry held against its dialer, before anything is written: one round trip."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from wizard.carrier.answers import Answers
from wizard.carrier.checks import check_answers
from wizard.carrier.conf import section_names
from wizard.carrier.dialing.dialplan_reading import read_dialplan
from wizard.carrier.dialing.numbers import routes
from wizard.carrier.drivers import driver_of
from wizard.carrier.findings import Finding, error, warning
from wizard.carrier.lint import lint_carrier
from wizard.carrier.model import Carrier, Protocol
from wizard.carrier.names import INBOUND_CONTEXT, is_outbound_context
from wizard.carrier.on_dialer.collisions import check_against_dialer
from wizard.carrier.profile import DialerProfile, Reached

from . import operations
from .asterisk_output import parse_dialplan_show, parse_includes, parse_option_names
from .connection import Connection
from .earlier_entry import Placed
from .facts import DialerFacts
from .protocol import asterisk, printed, program_result, read_file
from .watch import Watch, watch_of

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


@dataclass(frozen=True)
class _Heard:
    """What the dialer said about an entry, in one round trip."""

    #: of the carrier's host, and of its proxy, where there is one
    addresses: frozenset[str]
    proxy_addresses: frozenset[str]
    own_addresses: frozenset[str]
    digests: Mapping[str, str]
    #: whether the generator is at work, and whether its files have a carrier of this id
    is_building: bool
    is_in_files: bool
    #: what Asterisk said, by what it was asked about
    said: Mapping[str, Sequence[str]]


def check_entry(connection: Connection, answers: Answers, placed: Placed) -> Preflight:
    """Everything about an entry on this dialer."""
    carrier, facts, earlier = placed.carrier, placed.facts, placed.earlier
    watch = watch_of(carrier)
    heard = _ask(connection, answers, watch, facts)
    examples = _examples(answers)
    reached, options = _reached(examples, heard.said["numbers"]), _known_options(answers, heard.said["options"])
    reached = {digits: winner for digits, winner in reached.items() if winner.extension not in _patterns_of(earlier)}
    profile = replace(facts.profile(), reached=reached, known_options=options)
    findings = [
        *check_answers(answers),
        *lint_carrier(carrier),
        *_about_host(answers, profile, heard.addresses, heard.own_addresses | {facts.server_ip, *_OWN_ADDRESSES}),
        *_about_proxy(answers, heard.proxy_addresses),
        *_unmatched(answers, heard.addresses),
        *_doors(answers, heard.said["doors"]),
        *_against(answers, watch, profile, heard, earlier, is_flagged=facts.database.server["rebuild_conf_files"] == "Y"),
    ]
    return Preflight(findings, heard.digests, _alike(watch, heard, earlier))


def _ask(connection: Connection, answers: Answers, watch: Watch, facts: DialerFacts) -> _Heard:
    context, examples = answers.connection.inbound_context, _examples(answers)
    questions = {
        "trunk": list(watch.questions),
        "numbers": [f"dialplan show {digits}@{facts.ext_context}" for digits in examples],
        "doors": [f"dialplan show {context}", *(f"dialplan show {digits}@{context}" for digits in examples)],
        "options": [f"config show help {module} {kind}" for _, (module, kind) in _documented(answers)],
    }
    proxy = _proxy_host(answers)
    hosts = [answers.connection.host, *([proxy] if proxy else [])]
    files = (operations.DIALPLAN_FILE, watch.account_file)
    interfaces, digests, building, *rest = connection.ask(
        [
            operations.own_addresses(),
            operations.file_digests(),
            read_file(operations.BUILD_FILE, 1),
            *(operations.find_carrier(path, watch.carrier.carrier_id) for path in files),
            *map(operations.resolve, hosts),
            *(asterisk(question) for group in questions.values() for question in group),
        ],
        stop_at_error=False,
    )
    replies = iter(rest)
    found = [next(replies) for _ in files]
    resolved = [operations.parse_addresses(printed(next(replies))) for _ in hosts]
    return _Heard(
        addresses=resolved[0],
        proxy_addresses=resolved[-1],
        own_addresses=operations.parse_own_addresses(printed(interfaces)),
        digests=operations.parse_digests(program_result(digests, "sha256sum").output),
        is_building=building.status == "ok",
        is_in_files=any(reply.status == "ok" and reply.values[0] == "1" for reply in found),
        said={group: [printed(next(replies)) for _ in asked] for group, asked in questions.items()},
    )


def _examples(answers: Answers) -> list[str]:
    return [route.example for route in routes(answers.numbers)]


def _proxy_host(answers: Answers) -> str:
    return answers.connection.outbound_proxy.partition(":")[0]


def _documented(answers: Answers) -> list[tuple[str, tuple[str, str]]]:
    """Kinds of section whose options Asterisk documents, where anybody wants to know."""
    return list(driver_of(answers.carrier.protocol).documentation.items()) if answers.audio.extra_options else []


def _patterns_of(earlier: Carrier | None) -> set[str]:
    return {extension.pattern for extension in read_dialplan(earlier.dialplan_entry)} if earlier is not None else set()


def _alike(watch: Watch, heard: _Heard, earlier: Carrier | None) -> int:
    """Registrations that look like the one to come, without its earlier self's."""
    alike = watch.alike(heard.said["trunk"], heard.addresses)
    own, old = watch.registration, watch_of(earlier).registration if earlier is not None else None
    is_own = own is not None and old is not None and own.is_same_as(old)
    return alike - 1 if is_own and alike else alike


def _against(
    answers: Answers, watch: Watch, dialer: DialerProfile, heard: _Heard, earlier: Carrier | None, *, is_flagged: bool
) -> list[Finding]:
    """What of the dialer's own stands in the way."""
    against = check_against_dialer(answers, watch.carrier, dialer)
    if any(finding.code == "carrier_exists" for finding in against):
        return against
    neighbours = dialer.neighbours_of(watch.carrier)
    registered = list(_registered_by_another(watch, neighbours))
    alike = 0 if registered else _alike(watch, heard, earlier)
    known = [*neighbours, *([earlier] if earlier is not None else [])]
    against += _in_asterisk(watch, heard.said["trunk"], alike, known)
    is_pending, is_left_over = heard.is_building or is_flagged, heard.is_in_files and earlier is None
    return [*_pending(against, is_in_files=is_left_over, is_pending=is_pending), *registered]


def _reached(examples: Sequence[str], said: Sequence[str]) -> dict[str, Reached]:
    winners = {digits: parse_dialplan_show(text) for digits, text in zip(examples, said, strict=True)}
    return {digits: winner for digits, winner in winners.items() if winner is not None}


def _known_options(answers: Answers, said: Sequence[str]) -> dict[str, frozenset[str]]:
    """Kind of section → its options, as far as Asterisk documents itself."""
    named = {kind: parse_option_names(text) for (kind, _), text in zip(_documented(answers), said, strict=True)}
    return {kind: options for kind, options in named.items() if options is not None}


def _doors(answers: Answers, said: Sequence[str]) -> Iterator[Finding]:
    """Calls that come in must not go out again: the context may include more than its name tells."""
    shown, *about_numbers = said
    context = answers.connection.inbound_context
    if re.search(r"There is no existence of '[^']+' context", shown):
        yield error("context_missing", "inbound_context", context=context, usual=INBOUND_CONTEXT)
        return
    reached = _reached(_examples(answers), about_numbers)
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


def _about_proxy(answers: Answers, addresses: frozenset[str]) -> Iterator[Finding]:
    proxy = _proxy_host(answers)
    if proxy and not addresses:
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
