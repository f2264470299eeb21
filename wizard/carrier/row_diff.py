"""What changes in a carrier's row, line by line, fit to be shown: secrets are masked, and that they change is seen."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from .masking import masked_line
from .model import Carrier

Sign = Literal["+", "-", " "]


@dataclass(frozen=True)
class DiffLine:
    """A line that comes (``+``), goes (``-``) or stays (a space)."""

    sign: Sign
    text: str


@dataclass(frozen=True)
class ColumnDiff:
    """What becomes of one column."""

    column: str
    lines: tuple[DiffLine, ...]


def row_diff(before: Carrier | None, after: Carrier | None) -> tuple[ColumnDiff, ...]:
    """The columns that differ; None where there is no row."""
    old, new = (carrier.columns() if carrier is not None else {} for carrier in (before, after))
    columns = [column for column in {**old, **new} if old.get(column, "") != new.get(column, "")]
    return tuple(ColumnDiff(column, tuple(_lines(column, old.get(column, ""), new.get(column, "")))) for column in columns)


def _lines(column: str, old: str, new: str) -> Iterator[DiffLine]:
    compared = difflib.ndiff(_split(old), _split(new), charjunk=None)
    for line in compared:
        for sign in ("+", "-", " "):
            if line.startswith(f"{sign} "):
                yield DiffLine(sign, masked_line(column, line[2:]))


def _split(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines()]
