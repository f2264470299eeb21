"""From an answers file, or a form, to typed answers; and back."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, get_args, get_origin, get_type_hints

from wizard.secret import Secret

from .answers import NOT_YET_SUPPORTED, STEP_OF, STEPS, Answers, is_secret
from .findings import Finding, error

_HINTS: dict[str, Any] = {name: hint for kind in STEPS.values() for name, hint in get_type_hints(kind).items()}
#: lists of which most people have one
_ALSO_ALONE = frozenset({"backup_carrier"})
#: of a number that stands for a text
_MOST_DIGITS = 40
#: spellings that people bring along
_ALIASES = {"dtmf_mode": {"rfc2833": "rfc4733"}}


def read_answers(raw: Mapping[str, object], into: Answers | None = None) -> tuple[Answers, list[Finding]]:
    """Typed answers from flat raw values, and a finding for each value that could not be read.

    A value that could not be read leaves the answer as it was ``into``. What the values mean is not judged here:
    see :func:`wizard.carrier.checks.check_answers`.
    """
    findings: list[Finding] = []
    values: dict[str, Any] = {}
    for name, value in raw.items():
        if name not in STEP_OF:
            findings.append(_unknown_name(name))
            continue
        try:
            values[name] = _with_kept(_typed(name, _HINTS[name], value), (into or Answers()).value(name))
        except _UnreadableError as unreadable:
            findings.append(error(unreadable.code, name, **unreadable.values))
    return (into or Answers()).with_values(**values), findings


def plain_answers(answers: Answers, *, with_secret: bool) -> dict[str, Any]:
    """Flat values as JSON has them, every answer that differs from its default; the secret only on request."""
    default = Answers().flat()
    plain: dict[str, Any] = {}
    for name, value in answers.flat().items():
        if value == default[name] or (isinstance(value, Secret) and not with_secret):
            continue
        plain[name] = _plain(value, with_secret=with_secret)
    return plain


def plain_secrets(answers: Answers) -> dict[str, Any]:
    """Only what is secret, as JSON has it: for the vault."""
    return {name: _plain(value, with_secret=True) for name, value in answers.secret_values().items()}


class _UnreadableError(Exception):
    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


def _unknown_name(name: str) -> Finding:
    if name in NOT_YET_SUPPORTED:
        return error("answer_not_supported", name)
    close = difflib.get_close_matches(name, [*STEP_OF, *NOT_YET_SUPPORTED], n=1)
    return error("answer_unknown_close", name, close=close[0]) if close else error("answer_unknown", name)


def _typed(name: str, hint: Any, value: object) -> Any:
    if isinstance(value, str):
        value = _ALIASES.get(name, {}).get(value, value)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _choice(hint, value)
    if hint in _READERS:
        return _READERS[hint](value)
    arguments = get_args(hint)
    if type(None) in arguments:
        optional = next(kind for kind in arguments if kind is not type(None))
        return None if value in (None, "") else _typed(name, optional, value)
    if get_origin(arguments[0]) is tuple:
        return _pairs(value, get_args(arguments[0])[1])
    if name in _ALSO_ALONE and isinstance(value, str):
        value = [value] if value else []
    if not isinstance(value, (list, tuple)):
        raise _UnreadableError("wrong_type", wanted="a list")
    return tuple(_typed(name, arguments[0], item) for item in value)


def _with_kept(value: Any, earlier: Any) -> Any:
    """Names with secrets are shown without those, so that one which comes back empty is the one that was there."""
    if not is_secret(value) or isinstance(value, Secret):
        return value
    kept = dict(earlier)
    return tuple((name, text or kept.get(name, text)) for name, text in value)


def _pairs(value: object, kind: Any) -> tuple[tuple[str, Any], ...]:
    """A table of an answers file: name → value."""
    if not isinstance(value, Mapping):
        raise _UnreadableError("wrong_type", wanted="a table of names and values")
    return tuple((_text(name), _READERS[kind](each)) for name, each in value.items())


def _text(value: object) -> str:
    if isinstance(value, str):
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise _UnreadableError("wrong_type", wanted="a text of whole characters")
        return value
    # A user name or prefix written as a bare number keeps its digits; a leading zero is lost before we see it.
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**_MOST_DIGITS:
        return str(value)
    raise _UnreadableError("wrong_type", wanted="a text")


def _secret(value: object) -> Secret:
    return value if isinstance(value, Secret) else Secret(_text(value))


def _yes_or_no(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise _UnreadableError("wrong_type", wanted="true or false")


def _whole_number(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.isascii() and value.strip().isdigit() and len(value) < 10:
        return int(value)
    raise _UnreadableError("wrong_type", wanted="a whole number")


def _choice(kind: type[Enum], value: object) -> Enum:
    try:
        return kind(value)
    except ValueError:
        choices = ", ".join(str(member.value) for member in kind)
        raise _UnreadableError("not_a_choice", choices=choices) from None


_READERS: dict[Any, Callable[[object], Any]] = {str: _text, Secret: _secret, bool: _yes_or_no, int: _whole_number}


def _plain(value: Any, *, with_secret: bool) -> Any:
    if isinstance(value, Secret):
        return value.reveal() if with_secret else ""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        items = [_plain(item, with_secret=with_secret) for item in value]
        return dict(items) if value and isinstance(value[0], tuple) else items
    return value
