"""Trunks and calls that the lab is tried with."""

from __future__ import annotations

from tests.lab import Lab
from tests.lab.carriers import ACME
from tests.real.rows import add_carrier


def sip_trunk(lab: Lab, *, host: str, secret: str = ACME.secret, username: str = ACME.username) -> None:
    """A hand-written chan_sip carrier with prefix 9."""
    add_carrier(
        lab,
        "ACME",
        account_entry=(
            f"[acme]\ntype=peer\nhost={host}\ndefaultuser={username}\nsecret={secret}\ninsecure=port,invite\n"
            "context=trunkinbound\ndisallow=all\nallow=ulaw\nqualify=no\nsendrpid=no\n"
        ),
        dialplan_entry=dialplan("SIP/acme/${EXTEN:1}"),
    )


def dialplan(channel: str) -> str:
    return (
        "exten => _91NXXNXXXXXX,1,AGI(agi://127.0.0.1:4577/call_log)\n"
        f"exten => _91NXXNXXXXXX,n,Dial({channel},${{CAMPDTO}},To)\nexten => _91NXXNXXXXXX,n,Hangup()\n"
    )
