"""The lines of an account that no answer says: experts' options, as far as those take them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from wizard.carrier.answers import Answers
from wizard.carrier.conf import ConfError, Option, Section
from wizard.carrier.drivers import driver_of
from wizard.carrier.drivers.base import Driver
from wizard.carrier.extra_options import check_extra_options
from wizard.carrier.findings import errors_of
from wizard.carrier.model import Protocol
from wizard.carrier.profile import Place
from wizard.carrier.templates import split_for_template

from .account_lines import meaning
from .parts import Part, spelled, trunk_part

#: a line for one kind of section
_Extra = tuple[str, Option]


def extra_options_of(answers: Answers, place: Place, parts: Sequence[Part]) -> str:
    """The answer ``extra_options``: what the sections hold beyond those that these answers make; without what it can't hold."""
    driver = driver_of(answers.carrier.protocol)
    extras: list[_Extra] = []
    for kind, rendered, written in _pairs(answers, place, parts, driver):
        added = _tail(rendered, written, driver if answers.audio.make_template else None)
        extras += [(kind, option) for option in (_others(rendered, written, driver) if added is None else added)]
    while extras:
        text = _text(extras, driver)
        refused = errors_of(check_extra_options(text, driver, driver.kinds_in(answers)))
        if not refused:
            return text
        lines = {finding.values.get("line") for finding in refused}
        places = _line_numbers(extras, driver)
        extras = [extra for extra, number in zip(extras, places, strict=True) if number not in lines]
    return ""


def _pairs(
    answers: Answers, place: Place, parts: Sequence[Part], driver: Driver
) -> list[tuple[str, list[Option], list[Option]]]:
    """(kind, options that the answers make, options that are there), for each kind; the trunk's own for chan_sip's peers."""
    pairs: list[tuple[str, list[Option], list[Option]]] = []
    sections: dict[str, Section] = {section.kind: section for section in driver.sections(answers, place)}
    for kind, section in sections.items():
        written = trunk_part(parts, kind, section.name)
        pairs.append((kind, list(section.options), list(written.written)))
    order = list(driver.kinds)
    return sorted(pairs, key=lambda pair: order.index(pair[0]))


def _tail(rendered: list[Option], written: list[Option], splitting: Driver | None) -> list[Option] | None:
    """The options that were added at the end, each instead of the one of its name; None where it isn't written so."""
    if splitting is not None:
        halves = []
        for own in (False, True):
            those = [_half(options, splitting, is_shared=own) for options in (rendered, written)]
            halves.append(_tail(those[0], those[1], None))
        first, second = halves
        return None if first is None or second is None else [*first, *second]
    for split in range(len(written), -1, -1):
        added = written[split:]
        replaced = {option.key for option in added}
        if written[:split] == [option for option in rendered if option.key not in replaced]:
            return added
    return None


def _half(options: list[Option], driver: Driver, *, is_shared: bool) -> list[Option]:
    """The lines that a template made of the entry has, or those that it leaves."""
    *_, own = split_for_template([Section("x", tuple(options))], driver.generic)[0]
    return [option for option in options if (option not in own.options) == is_shared]


def _others(rendered: list[Option], written: list[Option], driver: Driver) -> list[Option]:
    """What somebody else wrote, and these answers don't."""
    usual = [replace(option, key=spelled(option.key, driver.protocol)) for option in written]
    meant = set(map(_meant, rendered))
    return [option for option in usual if _meant(option) not in meant]


def _meant(option: Option) -> tuple[str, str]:
    return option.key, meaning(option.key.rpartition("/")[2], option.value)


def _text(extras: Sequence[_Extra], driver: Driver) -> str:
    return "".join(f"{line}\n" for line, _ in _lines(extras, driver))


def _line_numbers(extras: Sequence[_Extra], driver: Driver) -> list[int]:
    return [number for number, (_, is_option) in enumerate(_lines(extras, driver), 1) if is_option]


def _lines(extras: Sequence[_Extra], driver: Driver) -> list[tuple[str, bool]]:
    """(line, whether it is an option): with a header where the kind changes. PJSIP's own wizard names the kind in each line."""
    lines: list[tuple[str, bool]] = []
    header = driver.kinds[0]
    for kind, option in extras:
        is_prefixed = driver.protocol is Protocol.PJSIP_WIZ and "/" in option.key
        if not is_prefixed and kind != header:
            lines.append((f"[{kind}]", False))
            header = kind
        lines.append((_line(option), True))
    return lines


def _line(option: Option) -> str:
    try:
        return option.line()
    except ConfError:
        return f"{option.key}"  # no line of an option: the check refuses it
