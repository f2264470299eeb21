"""A call's ladder as it is drawn: places of arrows in a drawing that is as wide as a phone, and the same as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wizard.carrier.diagnosis.observations import Address
from wizard.carrier.signalling.ladder import Ladder
from wizard.words.calls import step_words

#: of the drawing, in its own units: one is a pixel on a phone
WIDTH, NEAR, FAR = 360, 62, 344
_TOP, _STEP, _HEAD, _BOTTOM = 44, 34, 6, 16


@dataclass(frozen=True)
class Arrow:
    """``y`` of its line; ``tip`` is where it points to, ``wings`` where its head begins."""

    at: str
    label: str
    is_outgoing: bool
    is_wrong: bool
    y: int
    start: int
    tip: int
    wings: int
    text: str


@dataclass(frozen=True)
class DrawnLadder:
    """``near`` and ``far``: both ends, as ``host:port``."""

    arrows: Sequence[Arrow]
    height: int
    near: str
    far: str
    transport: str
    width: int = WIDTH
    near_x: int = NEAR
    far_x: int = FAR


def draw(ladder: Ladder, texts: Sequence[str]) -> DrawnLadder | None:
    """None where there is none. ``texts``: the messages, to which the steps point."""
    if not ladder.steps:
        return None
    arrows = []
    for place, step in enumerate(ladder.steps):
        start, tip = (NEAR, FAR) if step.is_outgoing else (FAR, NEAR)
        wings = tip - _HEAD if step.is_outgoing else tip + _HEAD
        is_wrong = step.label[:1] in ("4", "5", "6") and step.label[:3] not in ("401", "407", "487")
        text = texts[step.index] if step.index < len(texts) else ""
        y = _TOP + (place + 1) * _STEP
        arrows.append(Arrow(f"{step.at:.3f}", step_words(step), step.is_outgoing, is_wrong, y, start, tip, wings, text))
    first = ladder.steps[0]
    return DrawnLadder(arrows, _TOP + len(arrows) * _STEP + _BOTTOM, _place(first.near), _place(first.far), first.transport)


def _place(address: Address) -> str:
    return f"{address.host}:{address.port}"
