"""The 45 symptoms that people meet, and the rules that see each from a dialer.

The numbers are those of the list of symptoms that the project goes by. One of them, 9, is no fault where nothing registers:
an empty registry of a carrier that knows us by address gives no cause.
"""

from __future__ import annotations

from dataclasses import dataclass

from .rules import RULES

COUNT = 45
#: what the dialer has is a hint only: a SIP ALG in a router (27), calls in on the wrong trunk (34), and what a caller
#: hears before the answer (38). Proof is at the other end.
HINTS = frozenset({27, 34, 38})


@dataclass(frozen=True)
class Symptom:
    """``causes``: codes of the rules that see it, none where nobody can see it from the dialer."""

    number: int
    causes: tuple[str, ...]

    @property
    def is_hint(self) -> bool:
        return self.number in HINTS


SYMPTOMS = tuple(
    Symptom(number, tuple(rule.code for rule in RULES if number in rule.symptoms)) for number in range(1, COUNT + 1)
)
