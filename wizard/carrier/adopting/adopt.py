"""From a row of VICIdial's carriers to answers, held against the row that those answers make."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from wizard.carrier.answers import AUTO, Answers, Auth
from wizard.carrier.checks import check_answers
from wizard.carrier.drivers import SUPPORTED_PROTOCOLS
from wizard.carrier.findings import Finding, errors_of, note, warning
from wizard.carrier.model import NO_TEMPLATE, Carrier, Protocol
from wizard.carrier.names import global_name, trunk_name
from wizard.carrier.profile import NOWHERE, ConfTemplate, Place
from wizard.carrier.render import render_carrier, render_template
from wizard.secret import Secret

from . import chan_sip, iax2, pjsip
from .calls import read_calls
from .comparing import Merged, differences_between
from .differences import NOT_PLACED, Difference, Fate
from .extras import extra_options_of
from .parts import Part, parts_of, variables_of

#: without these there is no entry, so what was read stays, right or wrong
_KEPT = frozenset({"carrier_id", "host", "auth", "username", "secret"})
#: stand for those where they can't be used, to see what becomes of the rest
_STAND_INS: dict[str, Any] = {
    "carrier_id": "unnamed", "host": "unknown.invalid", "username": "unknown", "secret": Secret("unknown"), "auth": Auth.IP,
}  # fmt: skip
_MOST_MENDING = 6


@dataclass(frozen=True)
class Adoption:
    """What was read of a carrier. ``answers`` hold its secrets; the differences don't."""

    answers: Answers
    differences: tuple[Difference, ...]
    #: about the answers themselves, where the entry says what no answer may
    wrong: tuple[Finding, ...] = ()

    @property
    def not_placed(self) -> tuple[Difference, ...]:
        """What an install of these answers would leave out, or do otherwise."""
        return tuple(each for each in self.differences if each.fate in NOT_PLACED)

    @property
    def is_whole(self) -> bool:
        """Whether an install of these answers would do all that the entry does."""
        return not self.not_placed and not self.wrong

    def findings(self) -> list[Finding]:
        """All of it, as findings: those that matter are warnings."""
        return [*self.wrong, *map(_finding, self.differences)]


def adopt(
    carrier: Carrier, place: Place = NOWHERE, templates: Sequence[ConfTemplate] = (), prefixes: Collection[str] = ()
) -> Adoption:
    """Read a row back. ``place`` and ``templates`` are its dialer's; ``prefixes`` are those that campaigns there dial.

    :raises KeyError: for a protocol that VICIdial never writes: such a carrier has no entry
    """
    if carrier.protocol not in SUPPORTED_PROTOCOLS:
        raise KeyError(carrier.protocol)
    own = next((each for each in templates if each.template_id.lower() == carrier.template_id.lower()), None)
    known = frozenset(prefixes) - {""}
    tried = [_adopted(Merged(carrier), place, known, make_template=False)]
    if own is not None and not tried[0].is_exact:
        tried += [_adopted(Merged(carrier, own), place, known, make_template=made) for made in (True, False)]
    best = min(tried, key=lambda each: each.distance)
    return Adoption(best.answers, tuple(best.differences), tuple(best.wrong))


@dataclass(frozen=True)
class _Reading:
    answers: Answers
    differences: Sequence[Difference]
    wrong: Sequence[Finding]

    @property
    def is_exact(self) -> bool:
        return not self.differences and not self.wrong

    @property
    def distance(self) -> tuple[int, int]:
        return len(self.wrong) + sum(each.fate in NOT_PLACED for each in self.differences), len(self.differences)


def _adopted(written: Merged, place: Place, prefixes: Collection[str], *, make_template: bool) -> _Reading:
    carrier = written.carrier
    parts = parts_of(written.account, carrier.protocol)
    answers = _mended(Answers().with_values(**_names(carrier, place), **_account(carrier, parts, place)))
    answers = _mended(read_calls(carrier, _named(answers), place, prefixes))
    answers = _named(answers.with_values(make_template=make_template and bool(answers.audio.template_id)))
    usable = _usable(answers)
    options = extra_options_of(usable, place, parts)
    answers = _mended(answers.with_values(extra_options=options))
    usable = _usable(answers)
    again = Merged(render_carrier(usable, place), _template_again(usable, place, written.template))
    return _Reading(answers, differences_between(written, again), errors_of(check_answers(answers)))


def _template_again(answers: Answers, place: Place, there: ConfTemplate | None) -> ConfTemplate | None:
    """The template behind the account that is made again: a new one, or the one that is there."""
    made = render_template(answers, place)
    return made if made is not None and there is not None else there


def _account(carrier: Carrier, parts: Sequence[Part], place: Place) -> dict[str, Any]:
    match carrier.protocol:
        case Protocol.SIP:
            return chan_sip.read_account(carrier, parts)
        case Protocol.IAX2:
            return iax2.read_account(carrier, parts)
        case _:
            return pjsip.read_account(carrier, parts, place)


def _names(carrier: Carrier, place: Place) -> dict[str, Any]:
    is_own = place.server_ip is not None and carrier.server_ip == place.server_ip
    return {
        "carrier_id": carrier.carrier_id,
        "carrier_name": "" if carrier.carrier_name == carrier.carrier_id else carrier.carrier_name,
        "carrier_description": carrier.carrier_description,
        "protocol": carrier.protocol,
        "server_ip": AUTO if is_own else carrier.server_ip,
        "user_group": carrier.user_group,
        "template_id": "" if carrier.template_id in ("", NO_TEMPLATE) else carrier.template_id,
        "global_name": next(iter(variables_of(carrier)), ""),
    }


def _named(answers: Answers) -> Answers:
    """Without the names that the carrier id gives anyway."""
    plain = replace(answers.carrier, trunk_name="", global_name="")
    own = answers.carrier
    if own.trunk_name == trunk_name(plain):
        own = replace(own, trunk_name="")
    if own.global_name == global_name(replace(own, global_name="")):
        own = replace(own, global_name="")
    return replace(answers, carrier=own)


def _mended(answers: Answers) -> Answers:
    """Without what no answer may say, but for what an entry can't do without: the comparison tells what that was."""
    default = Answers()
    for _ in range(_MOST_MENDING):
        names = {finding.field for finding in errors_of(check_answers(answers))} - _KEPT
        if not names:
            break
        answers = answers.with_values(**{name: default.value(name) for name in names})
    return answers


def _usable(answers: Answers) -> Answers:
    """The same, with something in the place of what is missing or wrong."""
    for _ in range(_MOST_MENDING):
        names = {finding.field for finding in errors_of(check_answers(answers))}
        if not names:
            break
        answers = answers.with_values(**{name: _STAND_INS.get(name, Answers().value(name)) for name in names})
    return answers


def _finding(difference: Difference) -> Finding:
    values = {"column": difference.column, "line": difference.line, "text": difference.text, "instead": difference.instead}
    field = difference.column
    match difference.fate:
        case Fate.CHANGED:
            if difference.line:
                return warning("adopt_changed", field, **values)
            return warning("adopt_column_changed", field, **values)
        case Fate.LOST:
            return warning("adopt_lost", field, **values)
        case Fate.ADDED:
            return note("adopt_added", field, **values)
        case Fate.COMMENT:
            return note("adopt_comment", field, **values)
        case Fate.UNREAD:
            return note("adopt_unread", field, **values)
        case Fate.RENAMED:
            return note("adopt_renamed", field, **values)
        case Fate.SPELLING:
            return note("adopt_spelling", field, **values)
