"""Other carriers' text that would swallow an entry, or become part of it: VICIdial writes all of them into the same files.

The order is vicidial.md §2.3's: in the accounts file every registration, then each carrier's account entry and template; in
the dialplan every carrier's globals, whatever its protocol, then each carrier's dialplan entry.
"""

from __future__ import annotations

from collections.abc import Iterator

from wizard.carrier.conf import has_open_block_comment, read_conf, section_names
from wizard.carrier.findings import Finding, error
from wizard.carrier.model import GENERATED_PROTOCOLS, Carrier, Protocol
from wizard.carrier.profile import DialerProfile

#: PJSIP's registrations are sections of the account entry; the column is ignored there
_WITH_REGISTER_LINES = frozenset({Protocol.SIP, Protocol.IAX2})


def check_traps(carrier: Carrier, dialer: DialerProfile) -> Iterator[Finding]:
    """Everything in other carriers that would cut this one off (vicidial.md §2.7), wherever they are written."""
    neighbours = dialer.neighbours_of(carrier)
    for other in neighbours:
        yield from _above_everything(other, carrier)
        if writing_order(other) < writing_order(carrier):
            yield from _before(other, carrier, dialer)
    yield from _appended(carrier, neighbours)


def _above_everything(other: Carrier, carrier: Carrier) -> Iterator[Finding]:
    """Lines that stand above every entry, whoever comes first."""
    if has_open_block_comment(other.globals_string):
        yield error("carrier_opens_comment", "carrier_id", carrier=other.carrier_id, column="globals string")
    shares_register_lines = other.protocol is carrier.protocol and other.protocol in _WITH_REGISTER_LINES
    if shares_register_lines and has_open_block_comment(other.registration_string):
        yield error("carrier_opens_comment", "carrier_id", carrier=other.carrier_id, column="registration string")


def _before(other: Carrier, carrier: Carrier, dialer: DialerProfile) -> Iterator[Finding]:
    contexts = section_names(other.dialplan_entry)
    if contexts:
        yield error("carrier_opens_context", "carrier_id", carrier=other.carrier_id, context=contexts[-1])
    if section_names(other.globals_string):
        yield error(
            "carrier_ends_globals", "carrier_id", carrier=other.carrier_id, line=section_names(other.globals_string)[-1]
        )
    if has_open_block_comment(other.dialplan_entry):
        yield error("carrier_opens_comment", "carrier_id", carrier=other.carrier_id, column="dialplan entry")
    if other.protocol is not carrier.protocol:
        return
    if has_open_block_comment(other.account_entry):
        yield error("carrier_opens_comment", "carrier_id", carrier=other.carrier_id, column="account entry")
    template = next((each for each in dialer.templates if each.template_id.lower() == other.template_id.lower()), None)
    if template is not None and has_open_block_comment(template.template_contents):
        yield error("carrier_opens_comment", "carrier_id", carrier=other.carrier_id, column=f"template {template.template_id}")


def _appended(carrier: Carrier, neighbours: list[Carrier]) -> Iterator[Finding]:
    """The next carrier's lines before its first [section] would become ours."""
    later = [each for each in neighbours if each.protocol is carrier.protocol and writing_order(each) > writing_order(carrier)]
    for other in sorted(later, key=writing_order):
        loose, *sections = read_conf(other.account_entry)
        if loose.options:
            yield error("carrier_adds_to_ours", "carrier_id", carrier=other.carrier_id, line=loose.options[0].key)
        if loose.options or sections:
            return


def writing_order(carrier: Carrier) -> tuple[int, str]:
    """Sorts carriers as VICIdial writes them into the dialplan."""
    return GENERATED_PROTOCOLS.index(carrier.protocol), carrier.carrier_id.lower()
