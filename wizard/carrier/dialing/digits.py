"""Digits on their way: what is taken off a dialled number, and what is put before the rest."""

from __future__ import annotations

import re
from dataclasses import dataclass

from wizard.carrier.answers import NumberFormat

#: what may stand before a number: digits, and the signs that carriers part a tech prefix with
_ADDED = re.compile(r"[0-9*#+]{1,24}")
_RULE = re.compile(r"(?:strip\s+(?P<strip>[0-9]{1,2}))?\s*(?:add\s+(?P<add>\S+))?", re.IGNORECASE)
#: of a tech prefix
MOST_ADDED = 24


@dataclass(frozen=True)
class DialString:
    """What becomes of the dialled digits: some are stripped, something is put in front."""

    prepend: str
    strip: int
    #: whether the pattern takes anything behind its places, an & and another trunk's name even
    is_open: bool = False

    def expression(self, variable: str = "EXTEN") -> str:
        """As a dialplan writes it: ``+1${EXTEN:2}``; only what can be dialled where the pattern doesn't see to that."""
        dialled = f"${{{variable}:{self.strip}}}" if self.strip else f"${{{variable}}}"
        return self.prepend + (f"${{FILTER(0-9*#+,{dialled})}}" if self.is_open else dialled)

    def apply(self, dialled: str) -> str:
        return self.prepend + dialled[self.strip :]


@dataclass(frozen=True)
class DigitRule:
    """A destination's own rule: a format that the carrier wants there, or digits to take off and to add."""

    number_format: NumberFormat | None = None
    strip: int = 0
    add: str = ""


def parse_rule(text: str) -> DigitRule | None:
    """``plus_e164``, ``strip 3``, ``add 0044#``, ``strip 3 add 00``; None where it is none of these."""
    plain = text.strip()
    if plain in set(NumberFormat):
        return DigitRule(NumberFormat(plain))
    match = _RULE.fullmatch(plain)
    if not plain or match is None or not can_be_added(match["add"] or ""):
        return None
    return DigitRule(strip=int(match["strip"] or 0), add=match["add"] or "")


def can_be_added(text: str) -> bool:
    """Whether a text may stand before a number; empty may."""
    return not text or _ADDED.fullmatch(text) is not None
