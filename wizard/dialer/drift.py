"""A row that somebody else has changed since the wizard wrote it."""

from __future__ import annotations

from collections.abc import Mapping

from wizard.carrier.model import Carrier
from wizard.carrier.row_diff import row_diff
from wizard.errors import DriftError

from .protocol import Cell
from .rows import carrier_of_row


def drift(meant: Carrier | None, now: Mapping[str, Cell] | None) -> DriftError:
    """``meant`` is what the wizard left there, None for no row; ``now`` what is there."""
    found = carrier_of_row(dict(now)) if now is not None else None
    diff = row_diff(meant, found)
    lines = [(each.column, line.sign, line.text) for each in diff for line in each.lines if line.sign != " "]
    whose = meant or found
    return DriftError(
        carrier_id=whose.carrier_id if whose is not None else "", columns=", ".join(each.column for each in diff), diff=lines
    )
