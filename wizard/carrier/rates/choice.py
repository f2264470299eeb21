"""Which carrier VICIdial's least-cost script takes for a number, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from wizard.carrier.findings import Finding, note, warning

from .values import shown_rate


@dataclass(frozen=True)
class Offer:
    """A carrier's rate for a number. ``carriers`` are those on the dialer whose trunk it is; only active ones can be called."""

    trunk: str
    rate: str
    carriers: tuple[str, ...] = ()


def judge_offers(offers: Sequence[Offer], default: str) -> Iterator[Finding]:
    """What there is to say of the offers, in the order in which the script sees them: it takes the first (vicidial.md §4)."""
    if not offers:
        if default:
            yield note("rates_none", "number", default=default)
        else:
            yield note("rates_none_no_default", "number")
        return
    first, *others = offers
    if not first.carriers:
        yield warning("rates_trunk_gone", "number", trunk=first.trunk)
    equal = [other.trunk for other in others if other.rate == first.rate and other.trunk != first.trunk]
    if equal:
        yield note("rates_equal", "number", trunks=", ".join([first.trunk, *equal]))
    cheaper = [other for other in others if _amount(other) < _amount(first)]
    if cheaper:
        best = min(cheaper, key=_amount)
        yield warning("rates_text_order", "number", trunk=first.trunk, other=best.trunk, rate=shown_rate(best.rate))


def _amount(offer: Offer) -> Decimal:
    """What a text that another loader left means; what means nothing costs nothing to nobody."""
    try:
        amount = Decimal(offer.rate.strip().lstrip("$"))
    except InvalidOperation:
        return Decimal("Infinity")
    return amount if amount.is_finite() else Decimal("Infinity")
