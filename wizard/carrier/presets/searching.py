"""Finding a carrier by what people call it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .model import Preset


def search(presets: Sequence[Preset], text: str) -> list[Preset]:
    """Carriers whose name, alias, id or host holds every word; those whose name begins with the text first."""
    wanted = _plain(text)
    words = text.lower().split()
    found = [preset for preset in presets if all(_plain(word) in _haystack(preset) for word in words)]
    return sorted(
        found, key=lambda preset: (preset.is_generic, not _plain(preset.name).startswith(wanted), preset.name.lower())
    )


def _haystack(preset: Preset) -> str:
    hosts = (host.host for host in preset.hosts)
    return " ".join(_plain(each) for each in (preset.id, preset.name, preset.product, *preset.aliases, *hosts))


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())
