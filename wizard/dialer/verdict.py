"""From what Asterisk says to a verdict that is true: pure judgement, nothing asked here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from wizard.carrier.conf import read_conf
from wizard.carrier.model import Carrier

from .asterisk_output import REGISTRY_HOST_WIDTH, REGISTRY_USERNAME_WIDTH, PeerState, RegistryRow


class Verdict(StrEnum):
    """``cannot_tell`` is an answer too: without evidence nothing is up."""

    UP = "up"
    NOT_YET = "not_yet"
    DOWN = "down"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True)
class Judgement:
    """A verdict, why (a code of :mod:`wizard.words.verdicts`), and whether waiting could still change it."""

    verdict: Verdict
    reason: str
    final: bool = False


@dataclass(frozen=True)
class Expectation:
    """What must be seen before a chan_sip carrier is up, read off its own row."""

    #: the section that calls go out through
    peer: str
    #: (host:port, user name) of the registration, where there is one
    registration: tuple[str, str] | None
    #: registrations of somebody else's that look like ours in Asterisk's table, counted before ours was there
    lookalikes: int = 0


def expectation_of(carrier: Carrier, lookalikes: int = 0) -> Expectation:
    """What a row of protocol SIP promises, whoever wrote it."""
    names = [section.name for section in read_conf(carrier.account_entry) if section.name]
    return Expectation(names[-1] if names else "", registration_of(carrier.registration_string), lookalikes)


def registration_of(registration_string: str) -> tuple[str, str] | None:
    """(host:port, user name) of a register line, as ``sip show registry`` would list it."""
    for option in read_conf(registration_string)[0].options:
        if option.key == "register" and "@" in option.value:
            user_part, _, host_part = option.value.rpartition("@")
            host = re.split(r"[/~]", host_part)[0]
            username = re.split(r"[:@]", user_part.rpartition("?")[2].rpartition("//")[2])[0]
            return (host if ":" in host else f"{host}:5060", username)
    return None


def judge(expected: Expectation, peer: PeerState | None, registry: Sequence[RegistryRow] | None) -> Judgement:
    """Peer and registration together: one may be fine while the other is refused (vicidial.md §9).

    Either is None where Asterisk didn't answer.
    """
    if not expected.peer:
        return Judgement(Verdict.CANNOT_TELL, "no_section", final=True)
    if peer is None or registry is None:
        return Judgement(Verdict.CANNOT_TELL, "asterisk_silent")
    if not peer.found:
        return Judgement(Verdict.NOT_YET, "not_loaded")
    about_peer = _judge_peer(peer)
    if expected.registration is None:
        return about_peer
    about_registration = _judge_registration(rows_of(expected.registration, registry), expected.lookalikes)
    if about_registration.reason == "registration_refused":
        return about_registration
    if about_peer.verdict in (Verdict.DOWN, Verdict.NOT_YET):
        if about_registration.verdict is Verdict.UP and about_peer.reason == "peer_unreachable":
            return Judgement(Verdict.DOWN, "registered_but_unreachable")
        return about_peer
    return about_registration


def _judge_peer(peer: PeerState) -> Judgement:
    match peer.status:
        case "OK":
            return Judgement(Verdict.UP, "reachable")
        case "LAGGED":
            return Judgement(Verdict.UP, "reachable_slowly")
        case "UNREACHABLE":
            return Judgement(Verdict.DOWN, "peer_unreachable")
        case "Unmonitored":
            return Judgement(Verdict.CANNOT_TELL, "qualify_off", final=True)
        case "UNKNOWN" if not peer.address:
            return Judgement(Verdict.DOWN, "host_unresolved")
        case _:
            return Judgement(Verdict.NOT_YET, "peer_unknown")


def _judge_registration(states: Sequence[str], lookalikes: int) -> Judgement:
    if len(states) <= lookalikes:
        return Judgement(Verdict.NOT_YET, "registration_missing")
    if len(set(states)) > 1:
        return Judgement(Verdict.CANNOT_TELL, "registration_ambiguous")
    match states[0]:
        case "Registered":
            return Judgement(Verdict.UP, "registered")
        case "No Authentication" | "Rejected":
            # chan_sip gives up at the first refusal, so waiting changes nothing.
            return Judgement(Verdict.DOWN, "registration_refused", final=True)
        case "Timeout" | "Failed":
            return Judgement(Verdict.DOWN, "registration_unanswered")
        case _:
            return Judgement(Verdict.NOT_YET, "registration_pending")


def rows_of(registration: tuple[str, str], registry: Sequence[RegistryRow]) -> list[str]:
    """The states of the rows that could be ours: the table cuts long hosts and names, so several may look alike."""
    host, username = registration
    wanted = (host[:REGISTRY_HOST_WIDTH].lower(), username[:REGISTRY_USERNAME_WIDTH])
    return [row.state for row in registry if (row.host.lower(), row.username) == wanted]


def is_cut(registration: tuple[str, str]) -> bool:
    """Whether the table can't show all of it, so that another registration may look the same."""
    host, username = registration
    return len(host) > REGISTRY_HOST_WIDTH or len(username) > REGISTRY_USERNAME_WIDTH
