"""What a carrier's row alone tells of its state, without asking Asterisk."""

from __future__ import annotations

from wizard.carrier.model import ALL_SERVERS, Carrier

from .verdict import Judgement, Verdict
from .watch import WATCHED_PROTOCOLS


def judge_by_row(carrier: Carrier, server_ip: str) -> Judgement | None:
    """The state of a carrier that the server with this IP never loads; None where its Asterisk has to be asked."""
    if carrier.active != "Y":
        return Judgement(Verdict.DOWN, "inactive", final=True)
    if carrier.protocol not in WATCHED_PROTOCOLS:
        return Judgement(Verdict.CANNOT_TELL, "protocol_not_supported", final=True)
    if carrier.server_ip not in (server_ip, ALL_SERVERS):
        return Judgement(Verdict.DOWN, "other_server", final=True)
    return None
