"""The lines of a file that somebody else made, whatever it is: bounded, decoded, numbered."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

#: no deck has longer ones; what is beyond is never kept
LONGEST_LINE = 8_192
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Line:
    """``text`` is None where the line is longer than a deck's can be."""

    number: int
    text: str | None


def read_lines(chunks: Iterable[bytes]) -> Iterator[Line]:
    """Lines without their ends, numbered from 1; of one without end no more is ever held than a chunk."""
    for number, raw in enumerate(_raw_lines(chunks), 1):
        yield Line(number, None if raw is None else _decoded(raw.removeprefix(_BYTE_ORDER_MARK) if number == 1 else raw))


def _raw_lines(chunks: Iterable[bytes]) -> Iterator[bytes | None]:
    rest = b""
    too_long = False
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            yield None if too_long or len(line) > LONGEST_LINE else line.removesuffix(b"\r")
            too_long = False
        if len(rest) > LONGEST_LINE:
            too_long, rest = True, b""
    if rest or too_long:
        yield None if too_long else rest.removesuffix(b"\r")


def _decoded(raw: bytes) -> str:
    """Spreadsheets of a certain age write Latin-1; numbers are the same in both."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def split_cells(text: str, delimiter: str) -> list[str]:
    """The cells of one line, without quotes and outer blanks. A quoted cell ends with its line: no deck's goes on."""
    cells = next(csv.reader([text.replace("\r", " ")], delimiter=delimiter), []) if '"' in text else text.split(delimiter)
    return [cell.strip() for cell in cells]
