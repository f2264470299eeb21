"""The entry with the same id that is on the dialer already, where the new one may take its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from wizard.carrier.answers import Answers
from wizard.carrier.model import Carrier
from wizard.carrier.profile import ConfTemplate
from wizard.carrier.render import render_carrier, render_template

from .facts import DialerFacts
from .protocol import Cell
from .row_change import Row, RowChange


@dataclass(frozen=True)
class Placed:
    """An entry, and the dialer that it is judged against: as it is without the entry's earlier self."""

    carrier: Carrier
    #: to be written before the carrier; None where there is none, or the very same is there
    template: ConfTemplate | None
    facts: DialerFacts
    earlier: Carrier | None = None

    @property
    def is_same(self) -> bool:
        """Whether the very same entry is there."""
        return self.carrier == self.earlier

    def row_change(self, before: Row) -> RowChange:
        """What becomes of the row; a cell without a value stays so."""
        columns = self.carrier.columns()
        meant = {column: columns[column] for column in self.facts.database.carrier_columns if column in before}
        return RowChange(before, {**before, **{column: _kept(before[column], text) for column, text in meant.items()}})


def facts_with(facts: DialerFacts, first: Sequence[Answers]) -> DialerFacts:
    """The dialer as it will be once these answers are installed, one after the other."""
    for answers in first:
        facts = facts.with_carriers([render_carrier(answers, facts.place)])
    return facts


def place_entry(answers: Answers, facts: DialerFacts, *, replaces: bool) -> Placed:
    """``replaces``: whether somebody asked that an entry with this id be changed; the very same one is fine in any case."""
    existing = next((each for each in facts.database.carriers if each.carrier_id == answers.carrier.carrier_id), None)
    without = facts.without_carrier(existing) if existing is not None else facts
    carrier = render_carrier(answers, without.place)
    if existing is None or not (replaces or carrier == existing):
        return Placed(render_carrier(answers, facts.place), render_template(answers, facts.place), facts)
    template = render_template(answers, without.place)
    if template in facts.database.templates:
        without = replace(without, database=replace(without.database, templates=_without(facts, template)))
        template = None
    return Placed(carrier, template, without, existing)


def _without(facts: DialerFacts, template: ConfTemplate | None) -> tuple[ConfTemplate, ...]:
    return tuple(each for each in facts.database.templates if each != template)


def _kept(cell: Cell, text: str) -> Cell:
    return cell if (cell or "") == text else text
