"""Asterisk's variables and expressions, as far as they can be worked out without a call.

``${NAME}``, ``${NAME:offset:length}``, a few functions, and ``$[...]`` with comparisons, regular expressions, ``|``, ``&``
and ``!``. Whatever else there is stays as it is written, and is said not to be known. Held against Asterisk in
tests/real/test_simulation.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

#: a variable's or function's name → its value; None: it isn't known
Lookup = Callable[[str], str | None]

_OPENING, _CLOSING = "([{", ")]}"


@dataclass(frozen=True)
class Text:
    """A text whose variables were filled in; where some can't be known it has them as they are written."""

    value: str
    is_known: bool = True

    def __add__(self, other: Text) -> Text:
        return Text(self.value + other.value, self.is_known and other.is_known)


def expand(text: str, lookup: Lookup) -> Text:
    """Fill in what is known."""
    done = Text("")
    while True:
        at = min((place for place in (text.find("${"), text.find("$[")) if place >= 0), default=-1)
        if at < 0:
            return done + Text(text)
        end = _closing(text, at + 1)
        if end < 0:
            return done + Text(text, is_known=False)
        inside = expand(text[at + 2 : end], lookup)
        value = (_variable if text[at + 1] == "{" else evaluate)(inside, lookup)
        written = text[at : end + 1]
        done += Text(text[:at]) + (Text(written, is_known=False) if value is None else Text(value))
        text = text[end + 1 :]


def split_at(text: str, mark: str, most: int = -1) -> list[str]:
    """Parts between marks that stand outside of brackets and quotes."""
    parts, depth, is_quoted = [""], 0, False
    for character in text:
        if character == '"':
            is_quoted = not is_quoted
        elif not is_quoted:
            depth += (character in _OPENING) - (character in _CLOSING)
        if character == mark and depth == 0 and not is_quoted and most != len(parts) - 1:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]


def is_true(text: str) -> bool:
    """As GotoIf and ExecIf judge a value: nothing and zero are false (main/pbx.c, pbx_checkcondition)."""
    number = re.match(r"\d+", text)
    return int(number[0]) != 0 if number else text != ""


def _closing(text: str, opening: int) -> int:
    """Where the bracket at ``opening`` is closed; -1: nowhere."""
    pair = text[opening], {"{": "}", "[": "]"}[text[opening]]
    depth = 0
    for position in range(opening, len(text)):
        depth += (text[position] == pair[0]) - (text[position] == pair[1])
        if depth == 0:
            return position
    return -1


def _variable(inside: Text, lookup: Lookup) -> str | None:
    """``EXTEN:1:3`` or ``FILTER(0-9,...):1``."""
    name, *numbers = split_at(inside.value, ":", 1)
    value = _value(name, inside.is_known, lookup)
    if value is None or not numbers:
        return value
    cut = re.match(r"\s*([+-]?\d+)(?::\s*([+-]?\d+))?", numbers[0])
    return _part(value, int(cut[1]), None if cut[2] is None else int(cut[2])) if cut else value


def _value(name: str, is_known: bool, lookup: Lookup) -> str | None:
    if not is_known:
        return None
    function = re.fullmatch(r"(\w+)\((.*)\)", name, re.DOTALL)
    if function and function[1] == "GLOBAL":
        return lookup(function[2])
    if function and function[1] in _FUNCTIONS:
        return _FUNCTIONS[function[1]](function[2])
    return lookup(name)


def _part(value: str, offset: int, length: int | None) -> str:
    """Asterisk's substring: a negative offset counts from the end, a negative length leaves so many off."""
    if offset < 0:
        offset = max(0, len(value) + offset)
    if length is None:
        return value[offset:]
    if length >= 0:
        return value[offset : offset + length]
    return value[offset:length] if len(value) > offset - length else ""


def _filter(arguments: str) -> str | None:
    """``FILTER(0-9*#+,text)``: only the characters that are allowed."""
    allowed, comma, text = arguments.partition(",")
    if not comma or "\\" in allowed:
        return None
    kept = set(re.sub(r".-.", "", allowed, flags=re.DOTALL))
    for first, last in re.findall(r"(.)-(.)", allowed, re.DOTALL):
        kept.update(map(chr, range(ord(first), ord(last) + 1)))
    return "".join(character for character in text if character in kept)


def _if(arguments: str) -> str | None:
    condition, *branches = split_at(arguments, "?", 1)
    if not branches:
        return None
    if not condition:
        return ""  # Asterisk calls it a wrong use
    chosen = split_at(branches[0], ":", 1)
    chosen.append("")
    return chosen[0 if is_true(condition) else 1].strip('"')


_FUNCTIONS: dict[str, Callable[[str], str | None]] = {
    "FILTER": _filter,
    "IF": _if,
    "LEN": lambda text: str(len(text)),
    "ISNULL": lambda text: str(int(text == "")),
    "EXISTS": lambda text: str(int(text != "")),
}

_TOKEN = re.compile(r'\s*("[^"]*"|=~|!=|<=|>=|==|[()|&=<>!]|[^\s"()|&=<>!]+)')
_COMPARISONS = {"=", "==", "!=", "=~", "<", ">", "<=", ">="}
#: what Asterisk would count with, and we don't
_ARITHMETIC = re.compile(r"[-+*/%?:~,]")


class _Unknown(Exception):  # noqa: N818 (no error: we don't know)
    pass


def evaluate(inside: Text, lookup: Lookup | None = None) -> str | None:  # noqa: ARG001 (as _variable)
    """The inside of ``$[...]``, its variables filled in; None where we can't tell."""
    if not inside.is_known:
        return None
    tokens = _TOKEN.findall(inside.value)
    if "".join(tokens) != re.sub(r'\s+(?=(?:[^"]*"[^"]*")*[^"]*$)', "", inside.value):
        return None
    try:
        return _Expression(tokens).value()
    except _Unknown:
        return None


class _Expression:
    """Recursive descent over ``|``, ``&``, comparisons and ``!``, in that order."""

    def __init__(self, tokens: Sequence[str]) -> None:
        self._tokens = list(tokens)

    def value(self) -> str:
        value = self._either()
        if self._tokens:
            raise _Unknown
        return value

    def _next(self) -> str:
        return self._tokens[0] if self._tokens else ""

    def _take(self) -> str:
        if not self._tokens:
            raise _Unknown
        return self._tokens.pop(0)

    def _either(self) -> str:
        value = self._both()
        while self._next() == "|":
            self._take()
            other = self._both()
            value = other if _is_nothing(value) else value
        return value

    def _both(self) -> str:
        value = self._compared()
        while self._next() == "&":
            self._take()
            other = self._compared()
            value = "0" if _is_nothing(value) or _is_nothing(other) else value
        return value

    def _compared(self) -> str:
        value = self._single()
        while self._next() in _COMPARISONS:
            value = _compare(self._take(), value, self._single())
        return value

    def _single(self) -> str:
        word = self._take()
        if word == "!":
            return str(int(_is_nothing(self._single())))
        if word == "(":
            value = self._either()
            if self._take() != ")":
                raise _Unknown
            return value
        if word in _COMPARISONS | {")", "|", "&"}:
            raise _Unknown
        if not word.startswith('"') and not word.isdigit() and _ARITHMETIC.search(word):
            raise _Unknown
        return word


def _is_nothing(value: str) -> bool:
    return value in ("", "0") or (value.isdigit() and int(value) == 0)


def _compare(operator: str, left: str, right: str) -> str:
    """Numbers as numbers, texts with the quotes that they have: ``"1" = 1`` is false."""
    if operator == "=~":
        return _search(left.strip('"'), right.strip('"'))
    if left.isdigit() and right.isdigit():
        order = (int(left) > int(right)) - (int(left) < int(right))
    elif operator in ("=", "==", "!="):
        order = int(left != right)
    else:
        raise _Unknown  # in the order of the dialer's language
    outcomes = {"=": order == 0, "==": order == 0, "!=": order != 0, "<": order < 0, ">": order > 0}
    outcomes |= {"<=": order <= 0, ">=": order >= 0}
    return str(int(outcomes[operator]))


def _search(text: str, regex: str) -> str:
    """POSIX's extended regular expressions, where they mean the same to Python."""
    if "\\" in regex or "(?" in regex or "[:" in regex:
        raise _Unknown
    try:
        compiled = re.compile(regex)
    except re.error as problem:
        raise _Unknown from problem
    found = compiled.search(text)
    if compiled.groups and found and found[1] is None:
        raise _Unknown  # Asterisk makes something of a group that has no part in the match, and not always the same
    if compiled.groups:
        return (found[1] or "") if found else ""
    return str(len(found[0])) if found else "0"
