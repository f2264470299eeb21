"""Which column of a deck is what: guessed from names and contents, shown, and overridden by who knows better."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from wizard.carrier.findings import Finding, error, note

from .headings import RATES, Kind, is_heading, kind_of
from .lines import Line, split_cells
from .values import UnfitCell, read_npanxx, read_rate

#: what is looked at to guess
SAMPLE_LINES = 60
_DELIMITERS = (",", "\t", ";", "|")
#: text above the columns: a title, a date
_PREAMBLE = 20
#: in the place of a rate column: of all rates of a line the highest
HIGHEST = "highest"


@dataclass(frozen=True)
class Layout:
    """How a deck is read. Columns count from 0."""

    delimiter: str
    #: the line with the columns' names; 0 where there is none
    heading: int
    names: tuple[str, ...]
    #: the NPANXX's column, or the two of its halves
    number: tuple[int, ...]
    #: where there are several, the highest counts
    rates: tuple[int, ...]
    #: the numbers begin with the country's code
    country_code: bool = False

    def label(self, column: int) -> str:
        """A column by its name, or by its place where it has none."""
        name = self.names[column] if column < len(self.names) else ""
        return name or f"column {column + 1}"


@dataclass(frozen=True)
class Choice:
    """What the user says of the columns: names, or places counted from 1. Empty is as guessed."""

    number: tuple[str, ...] = ()
    rates: tuple[str, ...] = ()


AS_GUESSED = Choice()


@dataclass(frozen=True)
class Guess:
    """A layout, or why there is none, and what is worth knowing of it."""

    layout: Layout | None
    findings: tuple[Finding, ...]
    #: the columns' names and the first rows, for the user to choose where nothing could be guessed
    names: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def guess_layout(sample: Sequence[Line], choice: Choice = AS_GUESSED) -> Guess:
    """The layout of a deck that begins with these lines."""
    lines = [line for line in sample[:SAMPLE_LINES] if line.text is not None and line.text.strip()]
    if not lines:
        return Guess(None, (error("deck_empty", "deck"),))
    if any("\0" in (line.text or "") for line in lines):
        return Guess(None, (error("deck_not_text", "deck"),))
    guesses = [_with_delimiter(lines, delimiter, choice) for delimiter in _delimiters(lines)]
    return next((guess for guess in guesses if guess.layout is not None), guesses[0])


def _with_delimiter(lines: Sequence[Line], delimiter: str, choice: Choice) -> Guess:
    rows = {line.number: split_cells(line.text or "", delimiter) for line in lines}
    heading = next((number for number in list(rows)[:_PREAMBLE] if is_heading(rows[number])), _unknown_heading(rows))
    data = [cells for number, cells in rows.items() if number > heading]
    width = max(map(len, data), default=0)
    names = (*rows.get(heading, ()), *[""] * width)[: max(width, len(rows.get(heading, ())))]
    number, wrong_number = _number_columns(names, data, choice.number)
    rates, wrong_rates = _rate_columns(names, data, choice.rates, number)
    shown = tuple(tuple(cells) for cells in data)
    if wrong_number or wrong_rates or not number:
        return Guess(None, (*wrong_number, *wrong_rates), names, shown)
    layout = Layout(delimiter, heading, names, number, rates, _has_country_code(number, data))
    return Guess(layout, tuple(_about_choice(layout, choice)), names, shown)


def _unknown_heading(rows: Mapping[int, Sequence[str]]) -> int:
    """The first line, where it has words alone and what follows has figures; else 0."""
    figures = [any(map(str.isdigit, "".join(cells))) for cells in rows.values()]
    return next(iter(rows)) if not figures[0] and any(figures) else 0


def _delimiters(lines: Sequence[Line]) -> list[str]:
    """First the one that most lines have; a comma inside numbers must not win over semicolons."""

    def agreement(delimiter: str) -> tuple[int, int]:
        widths = [len(split_cells(line.text or "", delimiter)) for line in lines]
        usual = max(set(widths), key=lambda width: (width > 1, widths.count(width)))
        return (widths.count(usual) if usual > 1 else 0, int(delimiter != ","))

    return sorted(_DELIMITERS, key=agreement, reverse=True)


def _number_columns(
    names: Sequence[str], data: Sequence[Sequence[str]], chosen: Sequence[str]
) -> tuple[tuple[int, ...], list[Finding]]:
    if chosen:
        return _chosen(names, chosen, "npanxx_column")
    kinds = [kind_of(name) for name in names]
    named = [column for column, kind in enumerate(kinds) if kind is Kind.NUMBER]
    fitting = [column for column in named if _fits(data, column, _is_number)] or named
    if fitting:
        return (fitting[0],), []
    if Kind.AREA_CODE in kinds and Kind.EXCHANGE in kinds:
        return (kinds.index(Kind.AREA_CODE), kinds.index(Kind.EXCHANGE)), []
    by_content = [column for column in range(len(names)) if _fits(data, column, _is_number)]
    if by_content:
        return (by_content[0],), []
    return (), [error("deck_no_number_column", "npanxx_column", columns=_listed(names))]


def _rate_columns(
    names: Sequence[str], data: Sequence[Sequence[str]], chosen: Sequence[str], number: Sequence[int]
) -> tuple[tuple[int, ...], list[Finding]]:
    kinds = [kind_of(name) for name in names]
    every = tuple(column for column, kind in enumerate(kinds) if kind in RATES)
    if chosen:
        return (every, []) if HIGHEST in chosen and every else _chosen(names, chosen, "rate_column")
    for kind in RATES:
        named = [column for column, its_kind in enumerate(kinds) if its_kind is kind]
        if len(named) > 1:
            columns = ", ".join(f"“{names[column]}”" for column in named)
            return (), [error("deck_rate_column_unclear", "rate_column", columns=columns)]
        if named:
            return (named[0],), []
    by_content = [column for column in range(len(names)) if column not in number and _fits(data, column, _is_rate)]
    if len(by_content) == 1:
        return (by_content[0],), []
    if by_content:
        columns = ", ".join(str(column + 1) for column in by_content)
        return (), [error("deck_rate_column_unclear", "rate_column", columns=columns)]
    return (), [error("deck_no_rate_column", "rate_column", columns=_listed(names))]


def _chosen(names: Sequence[str], chosen: Sequence[str], field: str) -> tuple[tuple[int, ...], list[Finding]]:
    columns, findings = [], []
    lowered = [name.lower() for name in names]
    for each in chosen:
        if each.strip().lower() in lowered:
            columns.append(lowered.index(each.strip().lower()))
        elif each.isascii() and each.isdigit() and len(each) <= 4 and 1 <= int(each) <= len(names):
            columns.append(int(each) - 1)
        else:
            findings.append(error("deck_no_such_column", field, column=each, columns=_listed(names)))
    return tuple(dict.fromkeys(columns)), findings


def _about_choice(layout: Layout, choice: Choice) -> list[Finding]:
    """A rate that was chosen for the user among several is said."""
    other = [name for name in layout.names if kind_of(name) in RATES]
    if choice.rates or len(other) < 2:
        return []
    return [note("deck_rate_chosen", "rate_column", column=layout.label(layout.rates[0]), columns=_listed(other))]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"“{name}”" for name in names if name) or f"1 to {len(names)}, without names"


def _fits(data: Sequence[Sequence[str]], column: int, is_one: Callable[[str], bool]) -> bool:
    """Whether nearly all cells of a column are of a kind."""
    cells = [cells[column] for cells in data if column < len(cells) and cells[column]]
    return bool(cells) and sum(map(is_one, cells)) >= 0.8 * len(cells)


def _is_number(cell: str) -> bool:
    try:
        return bool(read_npanxx(cell, country_code=False))
    except UnfitCell:
        return False


def _is_rate(cell: str) -> bool:
    """With decimals: a whole number may be anything."""
    try:
        return bool(read_rate(cell)) and not cell.isdigit()
    except UnfitCell:
        return False


def _has_country_code(number: Sequence[int], data: Sequence[Sequence[str]]) -> bool:
    """Whether most numbers are a 1 and six digits more: then what begins with another digit is another country."""
    if len(number) != 1:
        return False
    digits = ["".join(filter(str.isdigit, cells[number[0]])) for cells in data if number[0] < len(cells)]
    with_code = [each for each in digits if len(each) == len("1212555") and each.startswith("1")]
    return 2 * len(with_code) > len(digits)
