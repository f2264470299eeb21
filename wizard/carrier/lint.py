"""Findings about a finished entry: a last look at the row itself, whatever it was made from."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .answers import AUTO
from .conf import LONGEST_LINE, has_open_block_comment, read_conf
from .dialing.dialplan_reading import read_dialplan
from .dialing.failover import LCR_TRUNK
from .findings import Finding, error, note, warning
from .model import COLUMN_LIMITS, Carrier, saved_again

#: the one thing that PJSIP can't say without a semicolon
_LOOSE_ROUTE = "\\;lr"
#: column → the answer that a reader would change
_BLAMED = {
    "registration_string": "username",
    "account_entry": "host",
    "globals_string": "carrier_id",
    "dialplan_entry": "destinations",
}


def lint_carrier(carrier: Carrier) -> list[Finding]:
    """Everything that can be wrong with a row as a row."""
    return [*_lengths(carrier), *_survival(carrier), *_structure(carrier), *_placement(carrier)]


def _lengths(carrier: Carrier) -> Iterator[Finding]:
    for column, limit in COLUMN_LIMITS.items():
        value = carrier.columns()[column]
        length = len(value.encode())
        if length > limit:
            yield error("column_too_long", _blamed(column), column=column, length=length, most=limit)
        if any(len(line) > LONGEST_LINE for line in value.splitlines()):
            yield error("line_too_long", _blamed(column), column=column, most=LONGEST_LINE)


def _survival(carrier: Carrier) -> Iterator[Finding]:
    for column, value in carrier.columns().items():
        if not value.isascii():
            yield error("not_ascii", _blamed(column))
        elif saved_again(column, value) != value and not (column == "server_ip" and value == AUTO):
            without = value.replace(_LOOSE_ROUTE, "")
            if saved_again(column, without) == without:
                yield warning("proxy_lost_when_saved", "outbound_proxy", protocol=carrier.protocol.value)
            else:
                yield error("changes_when_saved_again", _blamed(column), column=column)


def _structure(carrier: Carrier) -> Iterator[Finding]:
    sections = read_conf(carrier.account_entry)
    if sections[0].options:
        yield error("account_without_section", "carrier_id")
    if len(read_conf(carrier.dialplan_entry)) > 1:
        yield error("dialplan_opens_context", "destinations")
    for column in ("account_entry", "dialplan_entry"):
        if has_open_block_comment(carrier.columns()[column]):
            yield error("open_comment", _blamed(column), column=column)
    defined = {option.key for option in read_conf(carrier.globals_string)[0].options}
    used = _own_trunk_variables(carrier)
    for name in sorted(used - defined):
        yield error("global_undefined", "carrier_id", name=name)


def _own_trunk_variables(carrier: Carrier) -> set[str]:
    """The variables that stand for a trunk in the first Dial() of each extension; the later ones are other carriers'."""
    extensions = read_dialplan(carrier.dialplan_entry)
    dials = [[step.argument(0) for step in each.steps if step.application == "Dial"] for each in extensions]
    first = " ".join(each[0] for each in dials if each)
    return set(re.findall(r"(?:@|\B)\$\{(\w+)\}", first)) - {"EXTEN", LCR_TRUNK}


def _placement(carrier: Carrier) -> Iterator[Finding]:
    if carrier.server_ip == AUTO:
        yield note("server_ip_auto", "server_ip")


def _blamed(column: str) -> str:
    return _BLAMED.get(column, column)
