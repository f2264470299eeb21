"""Two dialplan entries side by side: the same extension by what it matches, the same step by what Asterisk does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from wizard.carrier.dialing.dialplan_reading import ReadExtension, Step, read_dialplan
from wizard.carrier.dialing.patterns import PatternError, parse_pattern
from wizard.carrier.model import Carrier, Protocol

from .differences import NOT_PLACED, Difference, Fate
from .parts import dialled_trunk, variables_of
from .short_lines import short_line

Variables = dict[str, str]
#: adds a header to the next calls, wherever it stands before the Dial()
_ADDS_HEADER = "sipaddheader"
_COLUMN = "dialplan_entry"


@dataclass(frozen=True)
class _Line:
    """A step, as written and as it is compared: its own trunk by whatever name is the same."""

    step: Step
    meaning: str


class _Entry:
    """One entry's extensions by what they match."""

    def __init__(self, carrier: Carrier) -> None:
        self._variables = variables_of(carrier)
        self._trunk = dialled_trunk(carrier)
        self._technology = "PJSIP" if carrier.protocol in (Protocol.PJSIP, Protocol.PJSIP_WIZ) else carrier.protocol.value
        self.text = carrier.dialplan_entry
        self.extensions: dict[object, ReadExtension] = {}
        for extension in read_dialplan(carrier.dialplan_entry):
            self.extensions.setdefault(_key(extension.pattern), extension)

    def lines(self, key: object) -> list[_Line]:
        extension = self.extensions.get(key)
        return [_Line(step, self._meaning(step)) for step in extension.steps] if extension else []

    def _meaning(self, step: Step) -> str:
        text = re.sub(r"\$\{(\w+)\}", self._trunk_variable, step.arguments)
        if self._trunk:
            name = re.escape(self._trunk)
            text = re.sub(rf"\b{self._technology}/{name}\b(?!/?-)", "{trunk}", text)
            text = re.sub(rf"@{name}(?=[,)\s]|$)", "@{trunk}", text)
        return f"{step.application.lower()}({text.strip()})"

    def _trunk_variable(self, found: re.Match[str]) -> str:
        value = self._variables.get(found[1])
        if value is None:
            return found[0]
        own = {self._trunk.lower(), f"{self._technology}/{self._trunk}".lower()}
        return "{trunk}" if value.lower() in own else value

    def written_at(self, line: int) -> str:
        lines = self.text.splitlines()
        return lines[line - 1] if 0 < line <= len(lines) else ""


def _key(pattern: str) -> object:
    """What a pattern matches; a name, where it is none."""
    try:
        return parse_pattern(pattern) if pattern.startswith("_") or pattern.isdigit() else pattern
    except PatternError:
        return pattern


def steps_not_made(written: Carrier, rendered: Carrier) -> int:
    """How many steps of the one entry the other doesn't have, or has otherwise."""
    return sum(difference.fate in NOT_PLACED for difference in dialplan_differences(written, rendered))


def dialplan_differences(written: Carrier, rendered: Carrier, secrets: Sequence[str] = ()) -> list[Difference]:
    """Each step that one entry has and the other doesn't; those of one priority side by side."""
    left, right = _Entry(written), _Entry(rendered)
    headers = {line.meaning for key in right.extensions for line in right.lines(key) if line.meaning.startswith(_ADDS_HEADER)}
    found: list[Difference] = []
    for key in [*left.extensions, *(key for key in right.extensions if key not in left.extensions)]:
        old = [
            line
            for line in left.lines(key)
            if line.meaning not in headers or (key in right.extensions and line in right.lines(key))
        ]
        found += _compared(left, old, right, right.lines(key), secrets)
    return found


def _compared(left: _Entry, old: list[_Line], right: _Entry, new: list[_Line], secrets: Sequence[str]) -> Iterator[Difference]:
    matcher = SequenceMatcher(None, [line.meaning for line in old], [line.meaning for line in new], autojunk=False)
    for tag, first, last, from_new, to_new in matcher.get_opcodes():
        if tag == "equal":
            continue
        added = list(new[from_new:to_new])
        for line in old[first:last]:
            text = short_line(_COLUMN, left.written_at(line.step.at), secrets)
            # The same application is the same step in other words, wherever it has come to stand.
            own = line.step.application.lower()
            other = next((each for each in added if each.step.application.lower() == own), None)
            if other is None:
                yield Difference(_COLUMN, Fate.LOST, line.step.at, text)
            else:
                added.remove(other)
                instead = short_line(_COLUMN, right.written_at(other.step.at), secrets)
                yield Difference(_COLUMN, Fate.CHANGED, line.step.at, text, instead)
        for each in added:
            yield Difference(_COLUMN, Fate.ADDED, 0, short_line(_COLUMN, right.written_at(each.step.at), secrets))


def lines_of_steps(text: str) -> set[int]:
    """The lines of a dialplan entry that Asterisk runs something of."""
    return {step.at for extension in read_dialplan(text) for step in extension.steps}
