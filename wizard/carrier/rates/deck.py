"""A whole deck, read once from end to end, whatever it holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

from wizard.carrier.findings import Finding, error, note, warning

from .layout import AS_GUESSED, SAMPLE_LINES, Choice, Guess, Layout, guess_layout
from .lines import Line, read_lines, split_cells
from .values import UNUSUAL, UnfitCell, rate_text, read_npanxx, read_rate

#: more than every NPANXX that there can be, and then some
MOST_LINES = 1_000_000
#: bad lines that are named; all are counted
NAMED_LINES = 20


class Rates:
    """NPANXX → rate. There are 640,000 NPANXX at most, which bounds it."""

    def __init__(self) -> None:
        self._of: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._of)

    def put(self, npanxx: int, rate: int) -> int:
        """Keep the higher one of what is there and this, and return what was there; 0 is nothing."""
        before = self._of.get(npanxx, 0)
        self._of[npanxx] = max(before, rate)
        return before

    def rows(self) -> Iterator[tuple[int, str]]:
        """NPANXX, and the rate as the table keeps it, by NPANXX."""
        return ((npanxx, rate_text(rate)) for npanxx, rate in sorted(self._of.items()))

    @property
    def range(self) -> tuple[str, str]:
        """The lowest and the highest, as texts; only where there are some."""
        known = self._of.values()
        return rate_text(min(known)), rate_text(max(known))

    @property
    def middle(self) -> int:
        """As many are dearer as are cheaper; 0 where there are none."""
        known = sorted(self._of.values())
        return known[len(known) // 2] if known else 0


@dataclass(frozen=True)
class Deck:
    """What was read. ``findings`` is about the deck as a whole, ``bad_lines`` holds the first of them, by number."""

    guess: Guess
    rates: Rates
    lines: int
    findings: tuple[Finding, ...]
    bad_lines: tuple[Finding, ...] = ()
    #: code → number of lines
    bad: Counter[str] = field(default_factory=Counter)
    #: lines that name an NPANXX again, with the same rate or another
    repeated: int = 0

    @property
    def layout(self) -> Layout | None:
        return self.guess.layout

    @property
    def bad_count(self) -> int:
        return self.bad.total()

    @property
    def is_whole(self) -> bool:
        """Whether there is something to load, and nothing has to be left out."""
        return self.layout is not None and len(self.rates) > 0 and not self.bad_count


def read_deck(chunks: Iterable[bytes], choice: Choice = AS_GUESSED) -> Deck:
    """Read a deck from a stream of bytes; memory is bounded whatever comes."""
    lines = read_lines(chunks)
    sample = list(islice(lines, SAMPLE_LINES))
    guess = guess_layout(sample, choice)
    if guess.layout is None:
        return Deck(guess, Rates(), len(sample), guess.findings)
    return _read_all(chain(sample, lines), guess, guess.layout)


def _read_all(lines: Iterable[Line], guess: Guess, layout: Layout) -> Deck:
    rates = Rates()
    bad_lines: list[Finding] = []
    bad: Counter[str] = Counter()
    repeated = differing = number = 0
    for line in lines:
        number = line.number
        if number > MOST_LINES:
            return Deck(guess, Rates(), number, (error("deck_too_many_lines", "deck", most=f"{MOST_LINES:,}"),))
        if number <= layout.heading or line.text == "" or (line.text is not None and line.text.isspace()):
            continue
        try:
            npanxx, rate = _read_line(line.text, layout)
        except UnfitCell as unfit:
            bad[unfit.reason] += 1
            if len(bad_lines) < NAMED_LINES:
                bad_lines.append(error(unfit.reason, f"line {number}"))
            continue
        before = rates.put(npanxx, rate)
        repeated += before != 0
        differing += before not in (0, rate)
    found = [*guess.findings, *_about_rates(rates, differing)]
    return Deck(guess, rates, number, tuple(found), tuple(bad_lines), bad, repeated)


def _read_line(text: str | None, layout: Layout) -> tuple[int, int]:
    if text is None:
        raise UnfitCell("deck_line_long")
    cells = split_cells(text, layout.delimiter)
    if max(*layout.number, *layout.rates) >= len(cells):
        raise UnfitCell("deck_line_short")
    npanxx = read_npanxx("".join(cells[column] for column in layout.number), country_code=layout.country_code)
    return npanxx, max(read_rate(cells[column]) for column in layout.rates)


def _about_rates(rates: Rates, differing: int) -> Sequence[Finding]:
    findings = []
    if not len(rates):
        findings.append(error("deck_no_rates", "deck"))
    if differing:
        findings.append(note("deck_repeats", "deck", count=f"{differing:,}"))
    if rates.middle >= UNUSUAL:
        findings.append(warning("deck_dear", "rate_column", rate=rate_text(rates.middle)))
    return findings
