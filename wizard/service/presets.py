"""The presets that come with the wizard: a file per carrier in ``wizard/presets``. Adding a carrier is adding a file."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from wizard.carrier.findings import error
from wizard.carrier.presets import Filled, Preset, fill_in, read_preset
from wizard.errors import NotFoundError


@cache
def all_presets() -> tuple[Preset, ...]:
    """Every carrier that is known by name, and the generic ones last."""
    folder = files("wizard") / "presets"
    texts = [file.read_text(encoding="utf-8") for file in folder.iterdir() if file.name.endswith(".toml")]
    presets = [read_preset(tomllib.loads(text)) for text in texts]
    return tuple(sorted(presets, key=lambda preset: (preset.is_generic, preset.name.lower())))


def preset_named(name: str) -> Preset:
    """By id or alias, capitals or not.

    :raises NotFoundError: no such preset
    """
    wanted = name.strip().lower()
    for preset in all_presets():
        if wanted in (preset.id, *(alias.lower() for alias in preset.aliases)):
            return preset
    raise NotFoundError(what="preset", name=name)


def fill_from_preset(raw: Mapping[str, object]) -> Filled:
    """An answers file's values with those of the preset that it names; without one, as they are."""
    name = raw.get("preset", "")
    if not isinstance(name, str) or not name:
        return Filled(raw, ())
    try:
        return fill_in(preset_named(name), raw)
    except NotFoundError:
        close = difflib.get_close_matches(name.lower(), [preset.id for preset in all_presets()], n=1)
        finding = error("preset_unknown_close", "preset", close=close[0]) if close else error("preset_unknown", "preset")
        return Filled(raw, (finding,))
