"""What changes in a carrier's row, line by line, fit to be shown: secrets are masked, and that they change is seen."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from wizard.secret import MASK

from .model import Carrier
from .option_names import holds_secret
from .simulation.destinations import mask_passwords, mask_step

Sign = Literal["+", "-", " "]

#: ``[register =>] [transport://]user[@domain]:password[:name]@host``, as chan_sip reads it; a password may have an @
_REGISTER_PASSWORD = re.compile(r"^((?:register\s*=>?\s*)?(?:\w+://)?[^:]*):.*@")


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


def masked_line(column: str, line: str) -> str:
    """A line of a column, without what is nobody's business."""
    if column == "registration_string":
        return _REGISTER_PASSWORD.sub(rf"\1:{MASK}@", line)
    if column == "account_entry":
        key, equals, _ = line.partition("=")
        return f"{key}={MASK}" if equals and holds_secret(key.strip()) else line
    return mask_step(line) if column == "dialplan_entry" else mask_passwords(line)


def _lines(column: str, old: str, new: str) -> Iterator[DiffLine]:
    compared = difflib.ndiff(_split(old), _split(new), charjunk=None)
    for line in compared:
        for sign in ("+", "-", " "):
            if line.startswith(f"{sign} "):
                yield DiffLine(sign, masked_line(column, line[2:]))


def _split(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines()]
