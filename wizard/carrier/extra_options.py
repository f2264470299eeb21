"""Options that experts add: lines in Asterisk's own grammar, each for one kind of section.

Lines before the first header go to the trunk itself; ``[aor]``, ``[registration]`` and the like say where the others go.
An option that the entry has already is replaced by the expert's; one that an answer decides is refused.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from .conf import Option, Section, unfit_for_value
from .drivers.base import Driver
from .findings import Finding, error
from .model import Protocol, saved_again
from .option_names import holds_secret, known_options

_LINE = re.compile(r"(?:(?P<kind>[a-z_]+)/)?(?P<key>[A-Za-z0-9][A-Za-z0-9_-]*)\s*=>?\s*(?P<value>.*)")
_HEADER = re.compile(r"\[\s*(?P<kind>[a-z_]+)\s*\]")


@dataclass(frozen=True)
class ExtraLine:
    """One line that was understood, or not: then ``option`` is None."""

    number: int
    kind: str
    text: str
    option: Option | None


def read_extra_options(text: str, driver: Driver) -> list[ExtraLine]:
    """The lines that are neither empty nor comments nor headers; a header that nobody knows is a line too."""
    kind, lines = driver.kinds[0], []
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith(";"):
            continue
        header = _HEADER.fullmatch(line)
        if header and header["kind"] in driver.kinds:
            kind = header["kind"]
            continue
        match = _LINE.fullmatch(line)
        own = kind
        if match and match["kind"]:
            # As PJSIP's own wizard spells it.
            own = match["kind"]
            match = match if own in driver.kinds and driver.protocol is Protocol.PJSIP_WIZ else None
        option = Option(match["key"], match["value"].strip()) if match else None
        lines.append(ExtraLine(number, own, line, option))
    return lines


def check_extra_options(text: str, driver: Driver, present: Collection[str]) -> Iterator[Finding]:
    """What keeps a line from working, or makes it somebody else's business. ``present`` are the kinds that the entry has."""
    for line in read_extra_options(text, driver):
        wrong = list(_check_line(line, driver))
        yield from wrong
        if not wrong and line.kind not in present:
            yield error("extra_option_no_section", "extra_options", line=line.number, kind=line.kind)


def _check_line(line: ExtraLine, driver: Driver) -> Iterator[Finding]:
    values: dict[str, object] = {"line": line.number, "kind": line.kind, "protocol": driver.protocol.value}
    option = line.option
    if option is None or not option.value:
        kinds = " ".join(f"[{kind}]" for kind in driver.kinds)
        yield error("extra_option_line", "extra_options", **values, kinds=kinds)
        return
    values["option"] = option.key
    answer = driver.answered.get((line.kind, option.key))
    known = known_options(driver.protocol, line.kind)
    if answer is not None:
        yield error("extra_option_answered", "extra_options", **values, answer=answer)
    elif holds_secret(option.key):
        yield error("extra_option_secret", "extra_options", **values)
    elif known is not None and option.key not in known:
        yield error("extra_option_unknown", "extra_options", **values)
    elif unfit_for_value(option.value) is not None or saved_again("account_entry", option.value) != option.value:
        yield error("extra_option_value", "extra_options", **values)


def unknown_to_dialer(text: str, driver: Driver, known: Mapping[str, frozenset[str]]) -> Iterator[Finding]:
    """Options that the dialer's own Asterisk doesn't have: in PJSIP one of them voids its whole section (symptoms.md 12)."""
    for line in read_extra_options(text, driver):
        names = known.get(line.kind)
        if line.option is not None and names is not None and line.option.key not in names:
            yield error("extra_option_unknown_here", "extra_options", line=line.number, kind=line.kind, option=line.option.key)


def with_extra_options(sections: list[Section], text: str, driver: Driver) -> list[Section]:
    """The sections with the expert's options in them."""
    extra: dict[str, list[Option]] = {}
    for line in read_extra_options(text, driver):
        if line.option is not None:
            kind, option = _place(driver, line.kind, line.option)
            extra.setdefault(kind, []).append(option)
    return [_with(section, extra.get(section.kind, [])) if section.kind else section for section in sections]


def _place(driver: Driver, kind: str, option: Option) -> tuple[str, Option]:
    """PJSIP's own wizard keeps everything in one section, as ``endpoint/context``."""
    if driver.protocol is Protocol.PJSIP_WIZ:
        return "wizard", option if kind == "wizard" else Option(f"{kind}/{option.key}", option.value)
    return kind, option


def _with(section: Section, extra: list[Option]) -> Section:
    replaced = {option.key for option in extra}
    return replace(section, options=(*(own for own in section.options if own.key not in replaced), *extra))
