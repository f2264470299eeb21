"""The shape of a cause's words."""

from __future__ import annotations

from typing import NamedTuple


class CauseWords(NamedTuple):
    """``tell_carrier`` is empty where the carrier has nothing to do."""

    happened: str
    why: str
    try_next: str
    tell_carrier: str = ""
