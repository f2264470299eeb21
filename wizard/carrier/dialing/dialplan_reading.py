"""A carrier's dialplan entry as Asterisk reads it: which extensions, and what each does in turn."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from wizard.carrier.conf import read_conf

_PRIORITY = re.compile(r"\s*(?P<priority>\d+|n|s)(?:\+(?P<more>\d+))?\s*(?:\((?P<label>[^)]*)\))?\s*")
_APPLICATION = re.compile(r"\s*(?P<name>\w+)\s*(?:\((?P<arguments>.*)\))?\s*$")


@dataclass(frozen=True)
class Step:
    """One priority: ``Dial(SIP/acme/${EXTEN:1},,To)`` has the arguments ``SIP/acme/${EXTEN:1},,To``."""

    application: str
    arguments: str = ""
    label: str = ""
    #: the line of the entry that it was read from, from 1
    at: int = field(default=0, compare=False)

    def argument(self, position: int) -> str:
        """One of the arguments, from 0; commas inside of brackets don't part them."""
        parts = split_arguments(self.arguments)
        return parts[position] if position < len(parts) else ""


@dataclass(frozen=True)
class ReadExtension:
    """One extension, and its steps from priority 1 up to the first gap; without a priority 1 there are none."""

    pattern: str
    steps: tuple[Step, ...]


def read_dialplan(text: str) -> list[ReadExtension]:
    """The extensions of a dialplan entry, in order. What follows a [context] line of its own is somewhere else."""
    extensions: dict[str, dict[int, Step]] = {}
    # What stands before it in the file has steps too, so a first n is never step 1.
    pattern, last = "", 1
    for option in read_conf(text)[0].options:
        rest = option.value
        if option.key == "exten":
            pattern, _, rest = rest.partition(",")
            pattern = pattern.split("/")[0].strip()
        elif option.key != "same" or not pattern:
            continue
        read = _read_step(rest, last)
        if read is not None:
            last, step = read
            extensions.setdefault(pattern, {}).setdefault(last, replace(step, at=option.at))
    return [ReadExtension(name, tuple(_from_first(steps))) for name, steps in extensions.items()]


def _read_step(text: str, last: int) -> tuple[int, Step] | None:
    priority, _, application = text.partition(",")
    match = _PRIORITY.fullmatch(priority)
    if match is None:
        return None
    step = read_step(application, match["label"] or "")
    number = match["priority"]
    position = int(number) if number.isdigit() else last + (1 if number == "n" else 0)
    return None if step is None else (position + int(match["more"] or 0), step)


def read_step(application: str, label: str = "") -> Step | None:
    """``Dial(SIP/acme/${EXTEN:1},,To)`` → a step; None where this is no application."""
    said = _APPLICATION.match(application)
    return None if said is None else Step(said["name"], said["arguments"] or "", label)


def _from_first(steps: dict[int, Step]) -> Iterator[Step]:
    number = 1
    while number in steps:
        yield steps[number]
        number += 1


def split_arguments(text: str) -> list[str]:
    """Arguments of an application or function, parted at the commas that stand outside of any bracket or quote."""
    parts, depth, quoted = [""], 0, False
    for character in text:
        if character == '"':
            quoted = not quoted
        elif not quoted:
            depth += (character in "([{") - (character in ")]}")
        if character == "," and depth == 0 and not quoted:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]
