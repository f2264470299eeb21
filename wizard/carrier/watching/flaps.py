"""When a carrier counts as down, or back: several looks in a row, over some time, and one outage told in each flap period.

Pure: the caller brings the looks and their times. A look that proves neither (``None``: cannot tell, not yet, not reached)
changes nothing and breaks no row.
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Damping:
    """``looks`` in a row over at least ``seconds``; after a notice of “down” no other for ``quiet_seconds``.

    That it is back is told as soon as it is proved: nobody shall mend what works again.
    """

    looks: int = 3
    seconds: float = 120.0
    quiet_seconds: float = 900.0


@dataclass(frozen=True)
class Flaps:
    """What is known of one carrier. ``settled`` and ``told``: True up, False down, None nothing yet."""

    settled: bool | None = None
    #: what the last notice said; the first settled state is the beginning, and is no news
    told: bool | None = None
    #: when “down” was last told
    told_at: float | None = None
    #: a run of looks that say the other thing
    looks: int = 0
    since: float = 0.0


def after_look(flaps: Flaps, is_up: bool | None, at: float, damping: Damping) -> tuple[Flaps, bool | None]:
    """The state after one look at ``at`` seconds, and what is to be told now: True back, False down, None nothing."""
    seen = _counted(flaps, is_up, at, damping)
    if seen.settled is None or seen.settled == seen.told:
        return seen, None
    if seen.told is None and seen.settled:
        return replace(seen, told=True), None
    if seen.settled:
        return replace(seen, told=True), True
    if seen.told_at is not None and at - seen.told_at < damping.quiet_seconds:
        return seen, None
    return replace(seen, told=False, told_at=at), False


def _counted(flaps: Flaps, is_up: bool | None, at: float, damping: Damping) -> Flaps:
    if is_up is None:
        return flaps
    if is_up == flaps.settled:
        return replace(flaps, looks=0)
    if flaps.settled is None and is_up:
        # It begins with what is so; only what changes needs proof.
        return replace(flaps, settled=True, looks=0)
    looks, since = (flaps.looks + 1, flaps.since) if flaps.looks else (1, at)
    if looks >= damping.looks and at - since >= damping.seconds:
        return replace(flaps, settled=is_up, looks=0)
    return replace(flaps, looks=looks, since=since)
