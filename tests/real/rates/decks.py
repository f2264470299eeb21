"""Decks on the lab's dialer."""

from __future__ import annotations

from tests.lab import Lab
from tests.real.rows import add_carrier
from wizard.carrier.rates.deck import read_deck
from wizard.dialer.target import DialerSecrets, DialerTarget
from wizard.service.dialers import connector
from wizard.service.rates import import_rates
from wizard.service.workspace import Workspace

OLD, NEW = "0.01000000", "0.02000000"


#: three numbers of the old deck, of which the new one keeps two, and one that is new
OLD_DECK = b"npanxx,rate\n212555,0.01\n312555,0.01\n412555,0.01\n"


NEW_DECK = b"npanxx,rate\n212555,0.02\n412555,0.02\n512555,0.02\n"


BEFORE = {(212555, OLD), (312555, OLD), (412555, OLD)}


AFTER = {(212555, NEW), (412555, NEW), (512555, NEW)}


def add_trunk(lab: Lab, name: str, *, account: str = "type=peer\nhost=127.0.0.1\n", protocol: str = "SIP") -> None:
    """A carrier that goes by a trunk of that name."""
    own = {"account_entry": f"[{name}]\n{account}", "globals_string": f"{name.upper()}_TRUNK={protocol}/{name}"}
    add_carrier(lab, name.upper(), carrier_name=name, protocol=protocol, **own)


def load(workspace: Workspace, target: DialerTarget, deck: bytes, carrier: str = "ACME") -> None:
    import_rates(workspace, connector(target, DialerSecrets()), target, carrier, read_deck([deck]))


def seen_by_calls(lab: Lab) -> set[tuple[int, str]]:
    rows = lab.dialer.query("SELECT npanxx, rate FROM lcr WHERE npanxx BETWEEN 0 AND 999999 AND carrier_string='SIP/acme'")
    return {(row["npanxx"], row["rate"]) for row in rows}


def everything_there(lab: Lab) -> set[tuple[int, str]]:
    return {(row["npanxx"], row["rate"]) for row in lab.dialer.query("SELECT npanxx, rate FROM lcr")}
