"""What the pages of rates show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from wizard.carrier.rates.deck import Deck
from wizard.service.rates import Imported, LookedUp, RatesLook
from wizard.store.dialers import SavedDialer
from wizard.words.errors import Words

from .pages import Page


@dataclass(frozen=True)
class RatesPage(Page):
    template: ClassVar[str] = "dialers/rates.html"
    dialer: SavedDialer
    look: RatesLook | None
    #: (severity, sentence)
    findings: Sequence[tuple[str, str]]
    number: str = ""
    found: LookedUp | None = None
    found_findings: Sequence[tuple[str, str]] = ()
    wrong_number: str = ""
    missing_secret: str = ""
    missing_file: bool = False
    problem: Words | None = None
    #: trunk and number of rates of the deck that was just imported
    imported: tuple[str, int] | None = None


@dataclass(frozen=True)
class DeckPage(Page):
    """A deck that was uploaded and is not on the dialer yet."""

    template: ClassVar[str] = "dialers/deck.html"
    dialer: SavedDialer
    name: str
    carrier: str
    deck: Deck
    #: what an import would do; None where something stands in its way
    tried: Imported | None
    findings: Sequence[tuple[str, str]]
    #: (line, sentence)
    bad_lines: Sequence[tuple[str, str]]
    #: columns as they were chosen by hand
    chosen: Mapping[str, str]
    problem: Words | None = None
