"""Where a carrier finds the caller's number, by what its account entry says."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.carrier.conf import read_conf
from wizard.carrier.model import Carrier, Protocol

from .destinations import Destination

_YES = frozenset({"yes", "true", "y", "t", "1", "on"})


def caller_id_headers(destination: Destination, carrier: Carrier, caller_id: str | None) -> Iterator[tuple[str, str]]:
    """(header, user part) of From, P-Asserted-Identity and Remote-Party-ID, as far as the account says something.

    What it doesn't say, sip.conf or a template may. IAX2 has no headers.
    """
    if caller_id is None or destination.technology not in ("SIP", "PJSIP"):
        return
    options = _options(carrier, destination.trunk)
    yield "From", (options.get("fromuser") or options.get("from_user") or options.get("endpoint/from_user") or caller_id)
    if carrier.protocol is Protocol.SIP:
        way = options.get("sendrpid", "no").lower()
        sends_pai, sends_rpid = way == "pai", way == "rpid" or way in _YES
    else:
        sends_pai, sends_rpid = (_says_yes(options, name) for name in ("send_pai", "send_rpid"))
    if sends_pai:
        yield "P-Asserted-Identity", caller_id
    if sends_rpid:
        yield "Remote-Party-ID", caller_id


def _says_yes(options: dict[str, str], name: str) -> bool:
    return options.get(name, options.get(f"endpoint/{name}", "no")).lower() in _YES


def _options(carrier: Carrier, trunk: str) -> dict[str, str]:
    """All options of the sections with the trunk's name: what the caller's number depends on is of one of them alone."""
    return {
        option.key.lower(): option.value
        for section in read_conf(carrier.account_entry)
        if section.name == trunk
        for option in section.options
    }
