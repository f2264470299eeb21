"""Findings about a carrier that is to be switched off or deleted: who would be left without it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wizard.carrier.conf import read_conf, section_names
from wizard.carrier.findings import Finding, error
from wizard.carrier.model import Carrier
from wizard.carrier.profile import DialerProfile

from .campaign_usage import prefix_uses

#: all that is found here, which whoever asks for it may pass over
USED_CODES = frozenset({"carrier_in_use", "carrier_is_named"})


def check_leaving(carrier: Carrier, dialer: DialerProfile) -> Iterator[Finding]:
    """Active campaigns and lists whose calls it takes, and other entries that name it."""
    users = {use.campaign_id for use in prefix_uses(dialer) if use.active and use.carriers[:1] == (carrier.carrier_id,)}
    if users:
        yield error("carrier_in_use", "carrier_id", carrier=carrier.carrier_id, campaigns=", ".join(sorted(users)))
    names = [option.key for option in read_conf(carrier.globals_string)[0].options] + section_names(carrier.account_entry)
    named = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in names) or "$^")
    naming = [other.carrier_id for other in dialer.neighbours_of(carrier) if named.search(other.dialplan_entry)]
    if naming:
        yield error("carrier_is_named", "carrier_id", carrier=carrier.carrier_id, others=", ".join(naming))
