"""What a least-cost call to a carrier dials: the text before the slash and the number."""

from __future__ import annotations

import re
from dataclasses import dataclass

from wizard.carrier.conf import section_names
from wizard.carrier.findings import Finding, error
from wizard.carrier.model import Carrier, Protocol

#: column ``carrier_string`` of table ``lcr`` (vicidial.md §4)
LONGEST = 20
#: VICIdial's dialplan puts a slash and the number behind it, which PJSIP doesn't read so
_TECHNOLOGIES = {Protocol.SIP: "SIP", Protocol.IAX2: "IAX2"}


@dataclass(frozen=True)
class TrunkString:
    """``text`` is empty where there is none; ``findings`` say why."""

    text: str
    findings: tuple[Finding, ...] = ()


def trunk_string(carrier: Carrier) -> TrunkString:
    """``SIP/acme`` for a carrier's row: the section that its variable names, else the trunk's own, which is the last one."""
    name = carrier.carrier_id
    technology = _TECHNOLOGIES.get(carrier.protocol)
    if technology is None:
        return TrunkString("", (error("rates_protocol", "carrier", carrier=name, protocol=carrier.protocol.value),))
    sections = section_names(carrier.account_entry)
    named = [name for name in re.findall(rf"{technology}/([^/&,@:\s]+)", carrier.globals_string) if name in sections]
    if not named and not sections:
        return TrunkString("", (error("rates_no_trunk", "carrier", carrier=name),))
    text = f"{technology}/{named[0] if named else sections[-1]}"
    if len(text.encode()) > LONGEST:
        return TrunkString("", (error("rates_trunk_long", "carrier", carrier=name, trunk=text, most=LONGEST),))
    if carrier.active != "Y":
        return TrunkString(text, (error("rates_carrier_inactive", "carrier", carrier=name),))
    return TrunkString(text)
