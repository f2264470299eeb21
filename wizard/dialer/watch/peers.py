"""Peers, and registries that list their rows by host and user name and cut both: chan_sip's and chan_iax2's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from wizard.dialer.asterisk_output import is_unknown_command
from wizard.dialer.verdict import Reach, SignedIn

from .base import Registration, Seen, Watch, with_delay

_STATES = {
    "Registered": SignedIn.REGISTERED,
    # chan_sip gives up at the first refusal, and IAX2 asks again with the same words: waiting changes nothing.
    "No Authentication": SignedIn.REFUSED,
    "Rejected": SignedIn.REFUSED,
    "Auth. Sent": SignedIn.CHALLENGED,
    "Timeout": SignedIn.UNANSWERED,
    "Failed": SignedIn.UNANSWERED,
}


@dataclass(frozen=True)
class RegistryRow:
    """A row of ``sip show registry`` or ``iax2 show registry``; host and user name are cut to their columns' widths."""

    host: str
    username: str
    state: str


@dataclass(frozen=True)
class Columns:
    """How wide a registry's columns are."""

    host: int
    username: int

    def is_cut(self, registration: Registration) -> bool:
        """Whether the table can't show all of it, so that another registration may look the same."""
        return len(registration.host) > self.host or len(registration.username) > self.username

    def states_of(self, registration: Registration, rows: Sequence[RegistryRow]) -> list[str]:
        """The states of the rows that could be this one."""
        wanted = (registration.host[: self.host].lower(), registration.username[: self.username])
        return [row.state for row in rows if (row.host.lower(), row.username) == wanted]


def signed_in(states: Sequence[str], lookalikes: int) -> SignedIn:
    """How a registration stands, by the rows that could be its own."""
    if len(states) <= lookalikes:
        return SignedIn.MISSING
    if len(set(states)) > 1:
        return SignedIn.AMBIGUOUS
    return _STATES.get(states[0], SignedIn.PENDING)


#: IAX2 has one column more: what the carrier sees of us
_ROW = r"(?P<host>\S+)\s+[YN]\s+(?P<username>\S*)\s+(?:(?:<Unregistered>|[0-9.]+:\d+)\s+)?\d+\s+(?P<state>[A-Z].{0,19})"


def parse_registry(output: str) -> list[RegistryRow] | None:
    """None where this is no answer."""
    if is_unknown_command(output):
        return []
    lines = output.splitlines()
    # Asterisk may complain first, on the same output: of an interface that it misses, say.
    header = next((at for at, line in enumerate(lines) if re.match(r"Host\s+dnsmgr\s+Username\s", line)), None)
    if header is None:
        return None
    matches = (re.match(_ROW, line) for line in lines[header + 1 :])
    return [RegistryRow(row["host"], row["username"], row["state"].strip()) for row in matches if row]


@dataclass(frozen=True)
class PeerState:
    """``sip show peer NAME``, ``iax2 show peer NAME``. ``status`` is Asterisk's word: OK, LAGGED, UNREACHABLE, UNKNOWN, …"""

    found: bool
    status: str = ""
    #: the answer's delay in ms, where there is one
    delay: int | None = None
    #: where the host resolved to, ``address:port``; empty where it did not
    address: str = ""

    @property
    def reach(self) -> Reach:
        match self.status:
            case "OK":
                return Reach.ANSWERS
            case "LAGGED":
                return Reach.SLOW
            case "UNREACHABLE":
                return Reach.SILENT
            case _ if not self.address:
                return Reach.UNRESOLVED
            case "Unmonitored":
                return Reach.UNWATCHED
            case _:
                return Reach.ASKED

    @property
    def words(self) -> str:
        return with_delay(self.status, self.delay) if self.found else "not loaded"


def parse_peer(output: str) -> PeerState | None:
    """None where this is no answer: that nothing was heard of a peer doesn't mean that there is none."""
    if re.search(r"^Peer .* not found", output, re.MULTILINE) or is_unknown_command(output):
        return PeerState(found=False)
    if "Status" not in output:
        return None
    fields = {key.strip(" *"): value.strip() for key, _, value in (line.partition(":") for line in output.splitlines())}
    said = fields.get("Status", "")
    match = re.fullmatch(r"(\S+) \((\d+) ms\)", said)
    bound = re.fullmatch(r"([0-9.]+)(?:(?: Port |:)(\d+))?", fields.get("Addr->IP", ""))
    resolved = bound is not None and bound[1] != "0.0.0.0"  # noqa: S104
    return PeerState(
        found=True,
        status=match[1] if match else said,
        delay=int(match[2]) if match else None,
        address=f"{bound[1]}:{bound[2] or ''}" if bound and resolved else "",
    )


class PeerWatch(Watch):
    """A peer, and the register line's row in a table: chan_sip and chan_iax2 speak of both in the same words."""

    #: ``sip`` or ``iax2``, as the command line has it
    family: ClassVar[str]
    #: how the registry cuts
    columns: ClassVar[Columns]

    @property
    def questions(self) -> tuple[str, ...]:
        return (f"{self.family} show peer {self.trunk or 'none'}", f"{self.family} show registry")

    def read(self, said: Sequence[str]) -> Seen:
        peer, registry = parse_peer(said[0]), parse_registry(said[1])
        states = {"peer": peer.words if peer else "no answer"}
        listed = self._as_listed(peer)
        rows = self.columns.states_of(listed, registry or []) if listed else []
        if listed is not None and registry is not None:
            states["registration"] = ", ".join(sorted(set(rows)))
        reach = None if peer is None or registry is None else peer.reach
        about_registration = None if listed is None else signed_in(rows, self.lookalikes)
        return self._seen(states, reach, about_registration, found=peer is not None and peer.found)

    def is_known(self, said: Sequence[str]) -> bool:
        peer = parse_peer(said[0])
        return peer is not None and peer.found

    @property
    def is_registration_cut(self) -> bool:
        return self.registration is not None and self.columns.is_cut(self.registration)

    def _as_listed(self, peer: PeerState | None) -> Registration | None:  # noqa: ARG002
        """The registration as the table has it."""
        return self.registration
