"""What chan_sip's and chan_iax2's ``show peer`` have in common."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from wizard.carrier.conf import ReadSection
from wizard.carrier.diagnosis.observations import Understood

from .values import words

Value = str | bool | Sequence[str] | None


def is_absent(output: str) -> bool:
    return re.search(r"^Peer .* not found", output, re.MULTILINE) is not None


def is_said(output: str) -> bool:
    """Whether it was printed to its end."""
    return re.search(r"^\s+Status\s+:", output, re.MULTILINE) is not None


def differ(section: str, option: str, meant: Value, held: Value) -> Iterator[Understood]:
    """Nothing where either says nothing."""
    if meant is not None and held is not None and meant != held:
        yield Understood(section, option, words(meant), words(held))


def is_peer(section: ReadSection) -> bool:
    return any(value.lower() in ("peer", "friend") for value in section.values("type"))


def watched(said: Mapping[str, str]) -> bool | None:
    return said["Status"] != "Unmonitored" if said.get("Status") else None


def is_watching(qualify: str | None) -> bool | None:
    """``yes``, ``no``, or how many ms an answer may take."""
    if qualify is None:
        return None
    if qualify.isdigit():
        return int(qualify) > 0
    return {"yes": True, "no": False}.get(qualify.lower())


def set_or_not(value: str | None) -> bool | None:
    """``<Set>``, ``<Not set>``"""
    return {"<Set>": True, "<Not set>": False}.get(value or "")
