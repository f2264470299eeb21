"""A line of somebody's entry beside what became of it: masked, and short enough to be read."""

from __future__ import annotations

from collections.abc import Collection

from wizard.carrier.masking import masked_line

_LONGEST = 300


def short_line(column: str, line: str, secrets: Collection[str]) -> str:
    """The line without blanks at its ends, without what is secret, and cut where it is very long."""
    return masked_line(column, line.strip(), secrets)[:_LONGEST]
