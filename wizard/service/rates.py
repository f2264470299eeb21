"""Rate decks on a dialer: read from a file, loaded, looked at, looked up, taken out."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from wizard.carrier.findings import Finding, error, errors_of, note, warning
from wizard.carrier.model import Carrier
from wizard.carrier.rates.choice import Offer, judge_offers
from wizard.carrier.rates.deck import Deck, read_deck
from wizard.carrier.rates.layout import AS_GUESSED, Choice
from wizard.carrier.rates.trunk import trunk_string
from wizard.carrier.rates.values import npanxx_of
from wizard.dialer import operations
from wizard.dialer.connection import Connection
from wizard.dialer.database_lock import lock_database
from wizard.dialer.gathering import open_database
from wizard.dialer.protocol import sql, table_of
from wizard.dialer.rates.loading import Loaded, about_leftovers, load_rates, remove_rates
from wizard.dialer.rates.reading import Parts, default_trunk, read_parts, read_rates
from wizard.dialer.rates.table import look_at_table, prepare_table
from wizard.dialer.rows import carrier_of_row
from wizard.dialer.target import DialerTarget
from wizard.errors import NotFoundError, RefusedError, UnfitError

from .dialers import Connect
from .locks import lock_dialer
from .workspace import Workspace

#: ten times the decks that carriers send; a bigger file is not even opened
MOST_BYTES = 100 * 1024 * 1024
_CHUNK_BYTES = 256 * 1024


@dataclass(frozen=True)
class Imported:
    """``count`` rates are there now, ``before`` there were."""

    carrier_id: str
    trunk: str
    count: int
    before: int
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class DeckOnDialer:
    """``carriers`` are the active ones with this trunk."""

    parts: Parts
    carriers: tuple[str, ...]


@dataclass(frozen=True)
class RatesLook:
    """What a dialer has. ``statement`` is what somebody who may has to run first, where there is no table."""

    has_table: bool
    decks: tuple[DeckOnDialer, ...] = ()
    findings: tuple[Finding, ...] = ()
    #: carriers that a deck can be loaded for: (carrier id, trunk)
    carriers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class LookedUp:
    """A number's offers, the one that is taken first; ``default`` is Asterisk's LCRTRUNK, where it has one."""

    npanxx: int
    offers: tuple[Offer, ...]
    default: str
    findings: tuple[Finding, ...]

    @property
    def chosen(self) -> Offer | None:
        return self.offers[0] if self.offers else None


def read_deck_file(path: Path, choice: Choice = AS_GUESSED) -> Deck:
    """:raises RefusedError: no such file, no ordinary one, or one that is bigger than any deck"""
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            raise RefusedError([error("deck_unreadable", "deck", reason="no ordinary file")])
        if about.st_size > MOST_BYTES:
            raise RefusedError([error("deck_too_big", "deck", most=MOST_BYTES // 1024**2, size=about.st_size // 1024**2)])
        return read_deck(_chunks(path), choice)
    except OSError as problem:
        reason = problem.strerror or type(problem).__name__
        raise RefusedError([error("deck_unreadable", "deck", reason=reason)]) from problem


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        # A file that grows meanwhile is no deck either.
        for _ in range(MOST_BYTES // _CHUNK_BYTES + 1):
            chunk = file.read(_CHUNK_BYTES)
            if not chunk:
                return
            yield chunk


def what_stops(deck: Deck, *, skip_bad: bool) -> list[Finding]:
    """Everything for which a deck is not loaded."""
    stops = errors_of(deck.findings)
    if deck.bad_count and not skip_bad:
        stops = [*stops, error("deck_bad_lines", "deck", count=f"{deck.bad_count:,}"), *deck.bad_lines]
    return stops


def import_rates(
    workspace: Workspace, connect: Connect, target: DialerTarget, carrier_id: str, deck: Deck, *, skip_bad: bool = False
) -> Imported:
    """Give a carrier the deck in the place of the one that it has.

    :raises RefusedError: bad lines that nobody allowed to skip, or a carrier that can't be called by price
    :raises RatesTableError: no table, and nobody may make it
    :raises InstallInProgressError: somebody is at work on this dialer
    """
    stops = what_stops(deck, skip_bad=skip_bad)
    if stops:
        raise RefusedError(stops)
    lock = lock_dialer(workspace.folder, target)
    try:
        with connect() as connection:
            config = open_database(connection)
            carrier, trunk = _carrier_and_trunk(connection, carrier_id)
            _refuse_replica(connection)
            state = prepare_table(connection, config)
            lock_database(connection)
            loaded = load_rates(connection, trunk, deck.rates.rows(), len(deck.rates))
    finally:
        lock.release()
    return Imported(carrier, trunk, loaded.count, loaded.before, (*state.findings, *loaded.findings))


def try_import(connect: Connect, carrier_id: str, deck: Deck, *, skip_bad: bool = False) -> Imported:
    """All that an import would look at; nothing is changed.

    :raises RefusedError: as :func:`import_rates`
    """
    stops = what_stops(deck, skip_bad=skip_bad)
    if stops:
        raise RefusedError(stops)
    with connect() as connection:
        open_database(connection)
        carrier, trunk = _carrier_and_trunk(connection, carrier_id)
        state = look_at_table(connection)
        before = [parts.count for parts in read_parts(connection) if parts.trunk == trunk] if state.exists else []
    return Imported(carrier, trunk, len(deck.rates), sum(before), state.findings)


def remove_deck(workspace: Workspace, connect: Connect, target: DialerTarget, carrier: str) -> Imported:
    """Take out the deck of a carrier, or of a trunk (``SIP/acme``) whose carrier is gone.

    :raises NotFoundError: there is no such deck
    """
    lock = lock_dialer(workspace.folder, target)
    try:
        with connect() as connection:
            open_database(connection)
            trunk = carrier if "/" in carrier else _trunk_whatever_it_is(connection, carrier)
            _refuse_replica(connection)
            lock_database(connection)
            decks = {parts.trunk for parts in read_parts(connection)} if look_at_table(connection).exists else set()
            if trunk not in decks:
                raise NotFoundError(what="rate deck", name=carrier)
            removed: Loaded = remove_rates(connection, trunk)
    finally:
        lock.release()
    return Imported(carrier, trunk, 0, removed.before, removed.findings)


def look_at_rates(connect: Connect) -> RatesLook:
    """Decks, carriers and leftovers; nothing is changed."""
    with connect() as connection:
        open_database(connection)
        carriers = _carriers(connection)
        names = _by_trunk(carriers)
        fitting = tuple(
            (carrier.carrier_id, found.text) for carrier in carriers if not (found := trunk_string(carrier)).findings
        )
        state = look_at_table(connection)
        if not state.exists:
            return RatesLook(has_table=False, findings=state.findings, carriers=fitting)
        parts = read_parts(connection)
    decks = tuple(DeckOnDialer(each, names.get(each.trunk, ())) for each in parts if each.count)
    return RatesLook(
        has_table=True,
        decks=decks,
        findings=(*state.findings, *about_leftovers(parts), *_about_decks(decks)),
        carriers=fitting,
    )


def _about_decks(decks: Sequence[DeckOnDialer]) -> Iterator[Finding]:
    for deck in decks:
        if not deck.carriers:
            yield warning("rates_trunk_gone", "dialer", trunk=deck.parts.trunk)
        if deck.parts.odd:
            yield note("rates_odd", "dialer", trunk=deck.parts.trunk, count=f"{deck.parts.odd:,}")


def look_up(connect: Connect, number: str) -> LookedUp:
    """Who has a rate for a number, the cheapest first, and what VICIdial takes.

    :raises RefusedError: this is no number of North America
    :raises DatabaseError: there is no table to look in
    """
    npanxx = npanxx_of(number)
    if npanxx is None:
        raise RefusedError([error("rates_number", "number", number=number[:40])])
    with connect() as connection:
        open_database(connection)
        state = look_at_table(connection)
        rates = read_rates(connection, npanxx) if state.exists else []
        names = _by_trunk(_carriers(connection))
        default = default_trunk(connection)
    offers = tuple(Offer(rate.trunk, rate.rate, names.get(rate.trunk, ())) for rate in rates)
    missing = [finding for finding in state.findings if not state.exists]
    return LookedUp(npanxx, offers, default, (*missing, *judge_offers(offers, default)))


def _carrier_and_trunk(connection: Connection, carrier_id: str) -> tuple[str, str]:
    carrier = _carrier(connection, carrier_id)
    found = trunk_string(carrier)
    if errors_of(found.findings):
        raise RefusedError(list(found.findings))
    return carrier.carrier_id, found.text


def _trunk_whatever_it_is(connection: Connection, carrier_id: str) -> str:
    """Also of a carrier that is switched off: its deck can go."""
    found = trunk_string(_carrier(connection, carrier_id))
    if not found.text:
        raise RefusedError(list(found.findings))
    return found.text


def _carrier(connection: Connection, carrier_id: str) -> Carrier:
    [reply] = connection.ask([operations.select_carrier(carrier_id)])
    rows = table_of(reply).rows
    if not rows:
        raise NotFoundError(what="carrier", name=carrier_id)
    return carrier_of_row(rows[0])


def _carriers(connection: Connection) -> list[Carrier]:
    [reply] = connection.ask([sql("SELECT * FROM vicidial_server_carriers ORDER BY carrier_id")])
    return [carrier_of_row(row) for row in table_of(reply).rows]


def _by_trunk(carriers: Sequence[Carrier]) -> Mapping[str, tuple[str, ...]]:
    """Trunk → active carriers."""
    found: dict[str, tuple[str, ...]] = {}
    for carrier in carriers:
        trunk = trunk_string(carrier)
        if not trunk.findings:
            found[trunk.text] = (*found.get(trunk.text, ()), carrier.carrier_id)
    return found


def _refuse_replica(connection: Connection) -> None:
    [reply] = connection.ask([sql("SELECT @@global.read_only AS read_only")])
    if table_of(reply).rows[0]["read_only"] not in ("0", "OFF"):
        raise UnfitError("database_read_only")
