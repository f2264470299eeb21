"""Asterisk's extension patterns: which digits they match, and whether two of them share a number.

``X`` 0-9, ``Z`` 1-9, ``N`` 2-9, ``[...]`` a set, ``.`` one or more of anything, ``!`` none or more; a hyphen outside
brackets counts for nothing. Held against Asterisk's own matching in tests/real/test_patterns.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

_CLASSES = {"X": "0123456789", "x": "0123456789", "Z": "123456789", "z": "123456789", "N": "23456789", "n": "23456789"}


class PatternError(ValueError):
    """A text that Asterisk would not take as a pattern, or that no dialled number can match."""


@dataclass(frozen=True)
class Pattern:
    """A parsed pattern: one set of characters per place, and what may follow (``""``, ``"."`` or ``"!"``)."""

    places: tuple[frozenset[str], ...]
    tail: str = ""

    def matches(self, number: str) -> bool:
        fixed = len(self.places)
        if len(number) < fixed + (self.tail == ".") or (not self.tail and len(number) > fixed):
            return False
        return all(digit in place for digit, place in zip(number, self.places, strict=False))

    def overlaps(self, other: Pattern) -> bool:
        """Whether some number matches both."""
        shared = min(len(self.places), len(other.places))
        if not all(mine & theirs for mine, theirs in zip(self.places[:shared], other.places[:shared], strict=True)):
            return False
        shorter, longer = sorted((self, other), key=lambda pattern: len(pattern.places))
        extra = len(longer.places) - len(shorter.places)
        if extra:
            return shorter.tail != ""
        # Same length: they meet at that length or beyond it.
        return not (("." in (self.tail, other.tail)) and ("" in (self.tail, other.tail)))

    def covers(self, other: Pattern) -> bool:
        """Whether it matches every number that the other matches."""
        fixed = len(self.places)
        if not self.tail and (other.tail or len(other.places) != fixed):
            return False
        if len(other.places) + (other.tail == ".") < fixed + (self.tail == "."):
            return False
        return len(other.places) >= fixed and all(
            theirs <= mine for mine, theirs in zip(self.places, other.places, strict=False)
        )

    def precedence(self) -> tuple[tuple[int, int, int], ...]:
        """Sorts patterns of one context as Asterisk tries them: place by place, the smaller set first (main/pbx.c).

        Sets of one size that begin alike go by their bitmaps, the one with the earlier bit first.
        """
        tail = {"": (0x300, 0, 0), ".": (0x180, 0, 0), "!": (0x280, 0, 0)}[self.tail]
        return (*((len(place), min(map(ord, place)), -_bitmap(place)) for place in self.places), tail)

    def example(self) -> str:
        """Some number that matches, of ordinary digits where there is a choice."""
        digits = [min(place & frozenset("0123456789") or place, key=_plain_first) for place in self.places]
        return "".join(digits) + ("0000000" if self.tail == "." else "")


def _bitmap(place: frozenset[str]) -> int:
    """256 bits, the first character's the highest, as Asterisk compares them."""
    return sum(1 << (255 - ord(character)) for character in place)


def _plain_first(digit: str) -> tuple[bool, int]:
    """2 before everything: 2125550100 reads like a number, 0000000000 does not."""
    return (digit != "2", ord(digit))


@lru_cache(maxsize=4096)
def parse_pattern(text: str) -> Pattern:
    """Parse an extension as a dialplan has it: a pattern with its ``_``, or a plain number.

    :raises PatternError: where Asterisk would refuse it, or nothing could match it
    """
    if not text.startswith("_"):
        places = [frozenset(digit) for digit in text.replace("-", "")]
        tail = ""
    else:
        places, tail = _parse_places(text[1:])
    if not places and not tail:
        raise PatternError("empty")
    return Pattern(tuple(places), tail)


def _parse_places(rest: str) -> tuple[list[frozenset[str]], str]:
    places: list[frozenset[str]] = []
    while rest:
        head, rest = rest[0], rest[1:]
        if head in ".!":
            if rest:
                raise PatternError("after_tail")
            return places, head
        if head == "[":
            inside, closing, rest = rest.partition("]")
            if not closing:
                raise PatternError("open_bracket")
            places.append(_bracket_set(inside))
        elif head != "-":
            places.append(frozenset(_CLASSES.get(head, head)))
    return places, ""


def _bracket_set(inside: str) -> frozenset[str]:
    characters: set[str] = set()
    position = 0
    while position < len(inside):
        if inside[position + 1 : position + 2] == "-" and position + 2 < len(inside):
            first, last = inside[position], inside[position + 2]
            if first > last:
                raise PatternError("backwards_range")
            characters.update(chr(code) for code in range(ord(first), ord(last) + 1))
            position += 3
        else:
            characters.add(inside[position])
            position += 1
    if not characters:
        raise PatternError("empty_bracket")
    return frozenset(characters)
