"""Asterisk's configuration grammar: what may be written so that it is read back as meant, and a reader to prove it.

The rules are those of Asterisk's main/config.c, held against a real Asterisk in tests/real/test_conf_values.py:
``;`` begins a comment wherever it stands, blanks at either end of a value are lost, and a value that begins with ``>``
turns ``key=`` into ``key=>``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_/-]*")
_UNPRINTABLE = re.compile(r"[^\x20-\x7e]")
#: Asterisk reads a line into 8 KiB (vicidial.md §8)
LONGEST_LINE = 8_000


class ConfError(ValueError):
    """A name or value that Asterisk would not read back as written. ``reason`` is a code, never the value."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def unfit_for_value(value: str) -> str | None:
    """Why a text can't be an option's value, as a code, or None where it can."""
    if _UNPRINTABLE.search(value):
        return "line_break" if "\n" in value or "\r" in value else "unprintable"
    if ";" in value:
        return "semicolon"
    if value != value.strip(" "):
        return "outer_blank"
    if len(value) > LONGEST_LINE:
        return "too_long"
    return None


@dataclass(frozen=True)
class Option:
    """``key=value``, or ``key => value``."""

    key: str
    value: str
    #: write ``\\;`` for a semicolon: Asterisk reads it, and VICIdial's screen breaks it (vicidial.md §1.3)
    escapes: bool = field(default=False, compare=False)
    #: the line of the text that it was read from, from 1; 0 for one that nobody read
    at: int = field(default=0, compare=False)

    def line(self) -> str:
        if not _KEY.fullmatch(self.key):
            raise ConfError("key")
        reason = unfit_for_value(self.value.replace(";", "") if self.escapes else self.value)
        if reason is not None:
            raise ConfError(reason)
        written = self.value.replace(";", "\\;") if self.escapes else self.value
        # "key=>x" would be read as key => x
        return f"{self.key} => {written}" if written.startswith(">") else f"{self.key}={written}"


@dataclass(frozen=True)
class Section:
    """``[name]`` and its options, in order; an option may stand more than once."""

    name: str
    options: tuple[Option, ...] = ()
    #: what it is for: ``endpoint``, ``aor``, ``peer``…; empty where nobody adds to it
    kind: str = ""

    def text(self) -> str:
        if not _NAME.fullmatch(self.name):
            raise ConfError("name")
        return "".join(f"{line}\n" for line in [f"[{self.name}]", *(option.line() for option in self.options)])

    def values(self, key: str) -> list[str]:
        return [option.value for option in self.options if option.key == key]


@dataclass(frozen=True)
class Application:
    """A dialplan step: ``Dial(SIP/acme/${EXTEN:1},,To)``. Arguments are joined by commas."""

    name: str
    arguments: tuple[str, ...] = ()

    def text(self) -> str:
        for argument in self.arguments:
            reason = unfit_for_value(argument)
            if reason is not None:
                raise ConfError(reason)
            if argument.count("(") != argument.count(")"):
                raise ConfError("parentheses")
        return f"{self.name}({','.join(self.arguments)})"


@dataclass(frozen=True)
class Step:
    """One priority of an extension, with a label where something jumps to it."""

    application: Application
    label: str = ""


@dataclass(frozen=True)
class Extension:
    """One ``exten``: a pattern or a name, and its steps from priority 1 on."""

    pattern: str
    steps: tuple[Step, ...]

    def text(self) -> str:
        if not re.fullmatch(r"[^\s,;]+", self.pattern):
            raise ConfError("pattern")
        if any(step.label and not re.fullmatch(r"[a-z][a-z0-9]*", step.label) for step in self.steps):
            raise ConfError("label")
        priorities = ["1", *["n"] * (len(self.steps) - 1)]
        labelled = (
            f"{priority}({step.label})" if step.label else priority
            for priority, step in zip(priorities, self.steps, strict=True)
        )
        lines = (
            f"exten => {self.pattern},{priority},{step.application.text()}"
            for priority, step in zip(labelled, self.steps, strict=True)
        )
        return "".join(f"{line}\n" for line in lines)


@dataclass
class ReadSection:
    """A section as Asterisk reads it; name ``""`` holds what stands before the first header."""

    name: str
    options: list[Option] = field(default_factory=list)
    #: the line of its header, from 1
    at: int = field(default=0, compare=False)

    def values(self, key: str) -> list[str]:
        return [option.value for option in self.options if option.key == key]


def read_conf(text: str) -> list[ReadSection]:
    """Read a text as Asterisk does: comments and block comments dropped, ``=`` and ``=>`` alike, blanks trimmed."""
    sections = [ReadSection("")]
    for number, line in _uncommented_lines(text):
        header = re.match(r"\[([^\]]*)\]", line)
        if header:
            sections.append(ReadSection(header[1], at=number))
            continue
        if line.startswith("#") or "=" not in line:
            continue
        key, _, value = line.partition("=")
        value = value.removeprefix(">") if value.startswith(">") else value
        sections[-1].options.append(Option(key.rstrip("+ \t"), value.strip(), at=number))
    return sections


def has_open_block_comment(text: str) -> bool:
    """Whether a ``;--`` in the text swallows whatever comes after the text (vicidial.md §2.7)."""
    depth = 0
    for line in text.splitlines():
        _, depth = _strip_comments(line, depth)
    return depth > 0


def _uncommented_lines(text: str) -> Iterator[tuple[int, str]]:
    depth = 0
    for number, raw in enumerate(text.splitlines(), 1):
        line, depth = _strip_comments(raw, depth)
        if line:
            yield number, line


def _strip_comments(line: str, depth: int) -> tuple[str, int]:
    """A line without its comments, and how many block comments are open after it."""
    kept: list[str] = []
    position = 0
    while position < len(line):
        rest = line[position:]
        if depth and rest.startswith("--;"):
            depth -= 1
            position += 3
        elif depth:
            position += 1
        elif rest.startswith("\\;"):
            kept.append(";")
            position += 2
        elif rest.startswith(";--") and not rest.startswith(";---"):
            depth += 1
            position += 3
        elif rest.startswith(";"):
            break
        else:
            kept.append(line[position])
            position += 1
    return "".join(kept).strip(), depth


def section_names(text: str) -> list[str]:
    """The headers of a text, in order."""
    return [section.name for section in read_conf(text) if section.name]


def conf_text(parts: Iterable[Section | Extension]) -> str:
    """The parts, one after the other."""
    return "".join(part.text() for part in parts)
