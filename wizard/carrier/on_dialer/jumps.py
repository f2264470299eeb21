"""Calls that go over to a backup's own entry: followed through the dialer's dialplan, since there is no way back from there."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.carrier.answers import Answers
from wizard.carrier.dialing.backups import Leg
from wizard.carrier.findings import Finding, error, warning
from wizard.carrier.model import CARRIERS_CONTEXT, GENERATED_PROTOCOLS, Carrier
from wizard.carrier.profile import DialerProfile
from wizard.carrier.render import render_carrier
from wizard.carrier.simulation.loaded import Context, Dialplan, Include
from wizard.carrier.simulation.paths import CallPath, call_path
from wizard.carrier.simulation.previewing import entry_dialplan

_CALLER = "2125550199"


def check_jump(leg: Leg, example: str, answers: Answers, dialer: DialerProfile) -> Iterator[Finding]:
    """Whether the digits lead to that backup's carrier alone, and not back here."""
    digits = leg.digits.apply(example)
    own = render_carrier(answers, dialer.place)
    path = _path(digits, own, dialer)
    values = {"backup": leg.carrier_id, "digits": digits}
    trunks = [receipt.carrier_id for receipt in path.receipts]
    if path.owner is None or path.owner.carrier_id.lower() != leg.carrier_id.lower():
        owner = path.owner.carrier_id if path.owner else ""
        yield error("backup_taken_elsewhere", "backup_carrier", **values, owner=owner or "something else")
    elif own.carrier_id in trunks:
        yield error("backup_circular", "backup_carrier", backup=leg.carrier_id, through=leg.carrier_id)
    elif not path.reaches_carrier or path.notes:
        written = path.notes[0].written if path.notes else path.winner.extension.pattern if path.winner else ""
        if path.reaches_carrier:
            yield warning("backup_unclear", "backup_carrier", **values, written=written)
        else:
            yield error("backup_unclear", "backup_carrier", **values, written=written)
    elif max(receipt.turn for receipt in path.receipts) > 1:
        yield warning("backup_dials_on", "backup_carrier", backup=leg.carrier_id)


def _path(digits: str, own: Carrier, dialer: DialerProfile) -> CallPath:
    """Through all carriers' entries, this one's too."""
    written = [each for each in dialer.neighbours_of(own) if each.protocol in GENERATED_PROTOCOLS]
    carriers = sorted([*written, own], key=lambda each: (GENERATED_PROTOCOLS.index(each.protocol), each.carrier_id))
    entries = entry_dialplan(*carriers)
    start = Context(dialer.ext_context, (), (Include(CARRIERS_CONTEXT, ""),))
    loaded = Dialplan({**entries.contexts, dialer.ext_context: start}, entries.variables)
    return call_path(loaded, dialer.ext_context, digits, _CALLER, carriers)
