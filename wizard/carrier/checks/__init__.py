"""Findings about answers, each naming the field it is about: a module per step.

An answer passes only if the entry made of it loads in Asterisk as meant and survives being saved again in VICIdial's own
screen (vicidial.md §1.3 and §8).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from wizard.carrier.answers import Answers
from wizard.carrier.drivers import SUPPORTED_PROTOCOLS
from wizard.carrier.findings import Finding
from wizard.carrier.model import Protocol

from .audio import check_audio
from .carrier import check_carrier
from .connection import check_connection
from .numbers import check_numbers
from .routing import check_routing
from .sign_in import check_sign_in

_CHECKS: dict[str, Callable[[Answers], Iterator[Finding]]] = {
    "carrier": check_carrier,
    "sign_in": check_sign_in,
    "connection": check_connection,
    "audio": check_audio,
    "numbers": check_numbers,
    "routing": check_routing,
}


def check_answers(answers: Answers) -> list[Finding]:
    """Everything that can be said without a dialer, in the order of the questions."""
    return [finding for step in _CHECKS for finding in check_step(step, answers)]


def check_step(step: str, answers: Answers) -> list[Finding]:
    """The findings about one step's answers; other steps' answers may still be missing."""
    if answers.carrier.protocol not in SUPPORTED_PROTOCOLS:
        # Said by the carrier's step; the others are judged as for VICIdial's default.
        judged = answers if step == "carrier" else answers.with_values(protocol=Protocol.SIP)
        return list(_CHECKS[step](judged))
    return list(_CHECKS[step](answers))
