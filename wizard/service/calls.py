"""Test calls: one at a time on a dialer, through a carrier's own entry, to a phone of the user's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from wizard.carrier.diagnosis.cause import Cause
from wizard.carrier.dialing.own_phone import trouble_with
from wizard.carrier.entry_mark import entry_mark
from wizard.carrier.findings import Finding, error
from wizard.carrier.model import Carrier
from wizard.carrier.simulation.owners import written_carriers
from wizard.carrier.simulation.paths import CallPath, call_path
from wizard.carrier.simulation.sending import Number, caller_id_of, read_number
from wizard.carrier.switching.prefixes import candidate_prefixes
from wizard.dialer.calling import CallOrder, CallResult, place_call
from wizard.dialer.connection import Connection
from wizard.dialer.database_lock import lock_database
from wizard.dialer.dialplan import LoadedDialplan, read_loaded_dialplan
from wizard.dialer.ears import encrypted_among
from wizard.dialer.facts import DialerFacts
from wizard.dialer.gathering import gather_facts
from wizard.dialer.pace import Clock
from wizard.dialer.target import DialerTarget
from wizard.errors import NotFoundError, RefusedError
from wizard.words.causes import CAUSES

from .checking import Tell, tell_nobody
from .diagnosis import advertised_to, far_addresses, see_carrier
from .dialers import Connect
from .locks import lock_dialer
from .workspace import Workspace

_CALLER_ID_DIGITS = range(7, 16)


@dataclass(frozen=True)
class TestCall:
    """How a call through one carrier went. ``digits`` were dialled."""

    carrier_id: str
    digits: str
    result: CallResult
    #: why it wasn't answered, or wasn't heard, surest first; none where nothing speaks for a fault
    causes: tuple[Cause, ...] = ()
    #: of the entry that it went through
    entry: str = ""

    __test__ = False


def make_test_calls(
    workspace: Workspace,
    connect: Connect,
    target: DialerTarget,
    carrier_id: str,
    typed: str,
    caller_id: str = "",
    *,
    each_leg: bool = False,
    debug_log: bool = False,
    tell: Tell | None = None,
) -> list[TestCall]:
    """Call a phone through a carrier and, with ``each_leg``, then through each of its backups' own entries.

    ``debug_log``: over TLS, have the driver write what it says, for as long as each call lasts (wizard/dialer/debug_log.py).

    :raises RefusedError: this number is not to be called, nobody's caller ID is known, or the entry doesn't take the number
    :raises NotFoundError: the dialer has no such carrier
    :raises InstallInProgressError: somebody is at work on this dialer
    """
    say = tell or tell_nobody
    lock = lock_dialer(workspace.folder, target)
    try:
        say("reading_dialer")
        with connect() as connection:
            facts = gather_facts(connection)
            say("reading_dialplan")
            loaded = read_loaded_dialplan(connection, facts.ext_context)
            try:
                orders = _orders(facts, loaded, carrier_id, typed, caller_id, each_leg=each_leg)
            except RefusedError as refused:
                raise RefusedError([*refused.findings, *_because(connection, facts, loaded, refused)]) from None
            if debug_log:
                orders = [(each, replace(order, debug_log=True)) for each, order in orders]
                if not any(encrypted_among(order.carriers) for _, order in orders):
                    raise RefusedError([error("debug_log_not_needed", "debug_log")])
            lock_database(connection)
            say("calling")
            results = [(carrier, order, place_call(connection, order, Clock())) for carrier, order in orders]
            say("looking_closer")
            return [
                TestCall(
                    carrier.carrier_id,
                    order.digits,
                    result,
                    _causes(connection, facts, loaded, carrier, result),
                    entry_mark(carrier),
                )
                for carrier, order, result in results
            ]
    finally:
        lock.release()


def _because(connection: Connection, facts: DialerFacts, loaded: LoadedDialplan, refused: RefusedError) -> Iterator[Finding]:
    """Why an entry doesn't take the number, where a look at the carrier tells: it is switched off, say, or not loaded."""
    unable = {str(each.values["carrier"]) for each in refused.findings if each.code == "call_not_taken"}
    for carrier in facts.database.carriers:
        if carrier.carrier_id in unable:
            for cause in see_carrier(connection, facts, carrier, loaded).causes[:1]:
                words = CAUSES[cause.code]
                yield error("call_because", "number", happened=words.happened, next=words.try_next)


def _causes(
    connection: Connection, facts: DialerFacts, loaded: LoadedDialplan, carrier: Carrier, result: CallResult
) -> tuple[Cause, ...]:
    """From the call itself, and from a look at the carrier just after it."""
    far = result.ladder.audio_far
    seen = see_carrier(connection, facts, carrier, loaded, [far.host] if far else [])
    advertised = advertised_to(connection, facts, carrier, far_addresses(result.seen))
    return seen.with_call(result.seen, advertised).causes


def _orders(
    facts: DialerFacts, loaded: LoadedDialplan, carrier_id: str, typed: str, caller_id: str, *, each_leg: bool
) -> list[tuple[Carrier, CallOrder]]:
    """All of them before the first call: what is wrong with one is known before anything rings."""
    number = read_number(typed, facts.database.default_phone_code)
    trouble = trouble_with(number) if number else "not_a_number"
    if number is None or trouble:
        raise RefusedError([error(trouble, "number")])
    carriers = {carrier.carrier_id.lower(): carrier for carrier in facts.database.carriers}
    if carrier_id.lower() not in carriers:
        raise NotFoundError(what="carrier", name=carrier_id)
    carrier = carriers[carrier_id.lower()]
    shown = _caller_id(facts, caller_id)

    def path_through(each: Carrier) -> CallPath:
        written = written_carriers(facts.database.carriers, facts.server_ip)
        for digits in _spelled(each, number):
            path = call_path(loaded.dialplan, facts.ext_context, digits, shown, written)
            if path.first and path.first.carrier_id == each.carrier_id:
                return path
        raise RefusedError([error("call_not_taken", "number", carrier=each.carrier_id)])

    first = path_through(carrier)
    legs = [carriers[receipt.carrier_id.lower()] for receipt in first.receipts if receipt.carrier_id]
    called = list(dict.fromkeys([carrier.carrier_id, *(leg.carrier_id for leg in legs)])) if each_leg else [carrier.carrier_id]
    orders = []
    for name in called:
        own = carriers[name.lower()]
        path = path_through(own)
        receivers = {receipt.carrier_id.lower() for receipt in path.receipts if receipt.carrier_id}
        legs_of = tuple(carriers[each] for each in sorted(receivers))
        trunk = path.first.leg.destinations[0].trunk if path.first else ""
        orders.append((own, CallOrder(path.digits, number.phone_number, shown, facts.ext_context, legs_of, trunk=trunk)))
    return orders


def _spelled(carrier: Carrier, number: Number) -> list[str]:
    """What a campaign may dial for it, by how the carrier's patterns begin."""
    ways = (number.phone_code + number.phone_number, f"011{number.phone_code}{number.phone_number}", number.phone_number)
    return list(dict.fromkeys(prefix + way for prefix in candidate_prefixes(carrier) for way in ways))


def _caller_id(facts: DialerFacts, typed: str) -> str:
    digits = "".join(each for each in typed if each.isdigit())
    if typed:
        if len(digits) not in _CALLER_ID_DIGITS:
            raise RefusedError([error("call_caller_id_wrong", "caller_id")])
        return digits
    used = [caller_id_of(campaign) for campaign in facts.database.campaigns if campaign.active]
    known = next(filter(None, used), "")
    if not known:
        raise RefusedError([error("call_caller_id_missing", "caller_id")])
    return known
