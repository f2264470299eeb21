"""One look at a carrier on its dialer: its row, the generated files, and what Asterisk says of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wizard.carrier.model import Carrier
from wizard.carrier.profile import Reached

from . import operations
from .asterisk_output import (
    PeerState,
    is_dialplan_answer,
    is_not_running,
    parse_dialplan_show,
    parse_sip_peer,
    parse_sip_registry,
)
from .connection import Connection
from .journal import Observation
from .protocol import AgentReply, asterisk, program_result, table_of
from .verdict import expectation_of, judge, rows_of

#: the generated file that holds a protocol's account entries
ACCOUNT_FILES = {"SIP": "/etc/asterisk/sip-vicidial.conf"}


@dataclass(frozen=True)
class Look:
    """What was seen at one moment."""

    in_files: bool
    #: whether Asterisk said something to every question; its silence proves nothing, neither way
    answered: bool
    #: False only where Asterisk itself is not there, so that it can't have anything loaded
    running: bool
    peer: PeerState | None
    #: digits → what Asterisk would run for them
    reached: dict[str, Reached]
    observation: Observation

    def is_loaded(self, routes: Sequence[tuple[str, str]]) -> bool:
        """Whether Asterisk has the peer, and runs our pattern for our digits."""
        return self.has_peer and all(self.runs(digits, pattern) for digits, pattern in routes)

    def is_gone(self, routes: Sequence[tuple[str, str]]) -> bool:
        """Whether neither the files nor Asterisk know anything of it."""
        if self.in_files or not self.running:
            return not self.in_files
        return self.answered and not self.has_peer and not any(self.runs(digits, pattern) for digits, pattern in routes)

    @property
    def has_peer(self) -> bool:
        return self.peer is not None and self.peer.found

    def runs(self, digits: str, pattern: str) -> bool:
        return digits in self.reached and self.reached[digits].extension == pattern


@dataclass(frozen=True)
class Generation:
    """How far VICIdial's generator is: the flag it clears first, and the files it writes last (vicidial.md §2.2)."""

    picked_up: bool
    in_files: bool

    @property
    def is_done(self) -> bool:
        return self.picked_up and self.in_files


def look_at_generation(connection: Connection, carrier: Carrier, server_ip: str) -> Generation:
    """Whether the request was picked up, and whether the files hold the carrier: the flag alone proves nothing."""
    files = (operations.DIALPLAN_FILE, ACCOUNT_FILES[carrier.protocol])
    *found, flag = connection.ask(
        [*(operations.find_carrier(path, carrier.carrier_id) for path in files), operations.select_flag(server_ip)]
    )
    rows = table_of(flag).rows
    picked_up = bool(rows) and rows[0]["rebuild_conf_files"] == "N"
    return Generation(picked_up, all(_found(reply) for reply in found))


def look_at(connection: Connection, carrier: Carrier, ext_context: str, digits: Sequence[str], lookalikes: int = 0) -> Look:
    """Ask the files and Asterisk, in one round trip."""
    expected = expectation_of(carrier, lookalikes)
    replies = connection.ask(
        [
            operations.find_carrier(operations.DIALPLAN_FILE, carrier.carrier_id),
            operations.find_carrier(ACCOUNT_FILES[carrier.protocol], carrier.carrier_id),
            asterisk(f"sip show peer {expected.peer or 'none'}"),
            asterisk("sip show registry"),
            *(asterisk(f"dialplan show {number}@{ext_context}") for number in digits),
        ],
        stop_at_error=False,
    )
    in_dialplan, in_accounts, *asked = replies
    said = [_said(reply) for reply in asked]
    peer, registry = parse_sip_peer(said[0]), parse_sip_registry(said[1])
    winners = {number: parse_dialplan_show(text) for number, text in zip(digits, said[2:], strict=True)}
    states = {"peer": _peer_words(peer)}
    if expected.registration is not None and registry is not None:
        states["registration"] = ", ".join(sorted(set(rows_of(expected.registration, registry))))
    return Look(
        in_files=_found(in_dialplan) or _found(in_accounts),
        answered=peer is not None and registry is not None and all(map(is_dialplan_answer, said[2:])),
        running=not any(map(_is_not_running, asked)),
        peer=peer,
        reached={number: winner for number, winner in winners.items() if winner is not None},
        observation=Observation(judge(expected, peer, registry), states),
    )


def _peer_words(peer: PeerState | None) -> str:
    if peer is None:
        return "no answer"
    if not peer.found:
        return "not loaded"
    delay = f" ({peer.delay} ms)" if peer.delay is not None else ""
    return f"{peer.status}{delay}"


def _said(reply: AgentReply) -> str:
    """What Asterisk printed; nothing where it could not be asked."""
    return program_result(reply, "asterisk").output if reply.status == "ok" else ""


def _is_not_running(reply: AgentReply) -> bool:
    return reply.status == "ok" and is_not_running(program_result(reply, "asterisk").errors)


def _found(reply: AgentReply) -> bool:
    return reply.status == "ok" and reply.values[0] == "1"
