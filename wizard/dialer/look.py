"""One look at a carrier on its dialer: its row, the generated files, and what Asterisk says of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wizard.carrier.model import Carrier, file_heading
from wizard.carrier.profile import Reached

from . import operations
from .asterisk_output import PeerState, parse_dialplan_show, parse_sip_peer, parse_sip_registry
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
    peer: PeerState
    #: digits → what Asterisk would run for them
    reached: dict[str, Reached]
    observation: Observation

    def is_loaded(self, routes: Sequence[tuple[str, str]]) -> bool:
        """Whether Asterisk has the peer, and runs our pattern for our digits."""
        return self.peer.found and all(self.runs(digits, pattern) for digits, pattern in routes)

    def is_gone(self, routes: Sequence[tuple[str, str]]) -> bool:
        """Whether neither the files nor Asterisk know anything of it."""
        return not (self.in_files or self.peer.found or any(self.runs(digits, pattern) for digits, pattern in routes))

    def runs(self, digits: str, pattern: str) -> bool:
        return digits in self.reached and self.reached[digits].extension == pattern


@dataclass(frozen=True)
class Generation:
    """How far VICIdial's generator is: the flag it clears first, and the files it writes last (vicidial.md §2.2)."""

    picked_up: bool
    in_files: bool


def look_at_generation(connection: Connection, carrier: Carrier, server_ip: str) -> Generation:
    """Whether the request was picked up, and whether the files hold the carrier: the flag alone proves nothing."""
    heading = file_heading(carrier.carrier_id, carrier.carrier_name)
    files = (operations.DIALPLAN_FILE, ACCOUNT_FILES[carrier.protocol])
    *found, flag = connection.ask(
        [*(operations.find_heading(path, heading) for path in files), operations.select_flag(server_ip)]
    )
    rows = table_of(flag).rows
    picked_up = bool(rows) and rows[0]["rebuild_conf_files"] == "N"
    return Generation(picked_up, all(_found(reply) for reply in found))


def look_at(connection: Connection, carrier: Carrier, ext_context: str, digits: Sequence[str]) -> Look:
    """Ask the files and Asterisk, in one round trip."""
    heading = file_heading(carrier.carrier_id, carrier.carrier_name)
    expected = expectation_of(carrier)
    replies = connection.ask(
        [
            operations.find_heading(operations.DIALPLAN_FILE, heading),
            operations.find_heading(ACCOUNT_FILES[carrier.protocol], heading),
            asterisk(f"sip show peer {expected.peer}"),
            asterisk("sip show registry"),
            *(asterisk(f"dialplan show {number}@{ext_context}") for number in digits),
        ],
        stop_at_error=False,
    )
    in_dialplan, in_accounts, peer_reply, registry_reply, *shown = replies
    peer = parse_sip_peer(_printed(peer_reply))
    registry = parse_sip_registry(_printed(registry_reply))
    winners = {number: parse_dialplan_show(_printed(reply)) for number, reply in zip(digits, shown, strict=True)}
    states = {"peer": _peer_words(peer)}
    if expected.registration is not None:
        states["registration"] = ", ".join(sorted(rows_of(expected.registration, registry)))
    return Look(
        in_files=_found(in_dialplan) or _found(in_accounts),
        peer=peer,
        reached={number: winner for number, winner in winners.items() if winner is not None},
        observation=Observation(judge(expected, peer, registry), states),
    )


def _peer_words(peer: PeerState) -> str:
    if not peer.found:
        return "not loaded"
    delay = f" ({peer.delay} ms)" if peer.delay is not None else ""
    return f"{peer.status}{delay}"


def _printed(reply: AgentReply) -> str:
    return program_result(reply, "asterisk").output if reply.status == "ok" else ""


def _found(reply: AgentReply) -> bool:
    return reply.status == "ok" and reply.values[0] == "1"
