"""Rows as people and providers' guides write them."""

from __future__ import annotations

from typing import Any

from tests.carrier.samples import DIALER
from wizard.carrier.adopting.adopt import Adoption, adopt
from wizard.carrier.adopting.differences import Difference, Fate
from wizard.carrier.model import ALL_USER_GROUPS, NO_TEMPLATE, Carrier, Protocol
from wizard.carrier.profile import ConfTemplate

#: the steps of almost every carrier: three priorities, by number
PLAIN_DIALPLAN = (
    "exten => _91NXXNXXXXXX,1,AGI(agi://127.0.0.1:4577/call_log)\n"
    "exten => _91NXXNXXXXXX,2,Dial(${MAINTRUNK}/${EXTEN:1},${CAMPDTO},To)\n"
    "exten => _91NXXNXXXXXX,3,Hangup\n"
)
PLAIN_ACCOUNT = "[acme]\ntype=peer\nhost=sip.acme.test\n"


def row(**columns: Any) -> Carrier:
    plain = {
        "carrier_id": "ACME", "carrier_name": "Acme", "registration_string": "", "template_id": NO_TEMPLATE,
        "account_entry": PLAIN_ACCOUNT, "protocol": Protocol.SIP, "globals_string": "MAINTRUNK = SIP/acme",
        "dialplan_entry": PLAIN_DIALPLAN, "server_ip": "10.0.0.1", "active": "Y", "carrier_description": "",
        "user_group": ALL_USER_GROUPS,
    }  # fmt: skip
    return Carrier(**{**plain, **columns})


def adopted(*templates: ConfTemplate, **columns: Any) -> Adoption:
    """On a dialer whose campaigns dial 9."""
    return adopt(row(**columns), DIALER.place, templates, {"9"})


def told(adoption: Adoption, fate: Fate, column: str = "") -> list[str]:
    """The lines that had a fate."""
    return [each.text for each in of_fate(adoption, fate) if column in ("", each.column)]


def of_fate(adoption: Adoption, fate: Fate) -> list[Difference]:
    return [each for each in adoption.differences if each.fate is fate]
