"""A preset from its file's tables. A file that is wrong is a defect of ours, and says where."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import MISSING, fields
from enum import Enum
from typing import Any, get_args, get_type_hints

from ..reading import read_answers
from .model import Fact, Host, Incoming, Preset, SignIn

_TABLES: dict[str, type] = {"hosts": Host, "sign_ins": SignIn, "facts": Fact, "incoming": Incoming}


class PresetError(ValueError):
    """What is wrong with a preset's file."""


def read_preset(raw: Mapping[str, Any]) -> Preset:
    """A preset from what its TOML file holds.

    :raises PresetError: an unknown or missing name, a value of the wrong kind, a fact that is no answer
    """
    tables = {name: tuple(_typed(kind, name, each) for each in raw.get(name, ())) for name, kind in _TABLES.items()}
    plain = {name: value for name, value in raw.items() if name not in _TABLES}
    preset: Preset = _typed(Preset, str(raw.get("id", "preset")), plain, **tables)
    _check(preset)
    return preset


def _typed(kind: type, where: str, raw: Mapping[str, Any], **given: Any) -> Any:
    known = {each.name: each for each in fields(kind)}
    hints = get_type_hints(kind)
    if unknown := set(raw) - set(known):
        raise PresetError(f"{where}: unknown {', '.join(sorted(unknown))}")
    values = {name: _value(hints[name], f"{where}: {name}", value) for name, value in raw.items()} | given
    needed = {name for name, each in known.items() if each.default is MISSING and each.default_factory is MISSING}
    if missing := needed - set(values):
        raise PresetError(f"{where}: no {', '.join(sorted(missing))}")
    return kind(**values)


def _value(hint: Any, where: str, value: Any) -> Any:
    if isinstance(hint, type) and issubclass(hint, Enum):
        if value not in [member.value for member in hint]:
            raise PresetError(f"{where} is {value!r}")
        return hint(value)
    if isinstance(value, list) and get_args(hint):
        return tuple(value)
    if hint in (str, bool) and not isinstance(value, hint):
        raise PresetError(f"{where} is {value!r}")
    return value


def _check(preset: Preset) -> None:
    if not preset.sign_ins:
        raise PresetError(f"{preset.id}: no way to sign in")
    if not preset.sources and not preset.is_generic:
        raise PresetError(f"{preset.id}: no source")
    if sum(host.default for host in preset.hosts) > 1 or sum(each.recommended for each in preset.sign_ins) > 1:
        raise PresetError(f"{preset.id}: two defaults")
    for fact in preset.facts:
        if read_answers({fact.answer: fact.value})[1]:
            raise PresetError(f"{preset.id}: {fact.answer} can't be {fact.value!r}")
    for each in preset.incoming:
        try:
            ipaddress.ip_network(each.address, strict=False)
        except ValueError as problem:
            raise PresetError(f"{preset.id}: {problem}") from problem
