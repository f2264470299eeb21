"""Values of Asterisk's configuration, in one spelling, so that only what differs is found to differ."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from wizard.carrier.conf import Option, ReadSection

Ask = Callable[[str], str]
_TRUE = frozenset({"yes", "true", "y", "t", "1", "on"})
_FALSE = frozenset({"no", "false", "n", "f", "0", "off"})
_DTMF = {"rfc4733": "rfc2833"}
_CODECS = {"g729a": "g729", "slinear": "slin", "slin8": "slin"}


def last(section: ReadSection, *keys: str) -> str | None:
    """The value of an option that stands once in Asterisk, under any of its names; None where the entry doesn't set it."""
    values = [option.value for option in section.options if option.key.lower() in keys]
    return values[-1] if values else None


def truth(value: str) -> bool | None:
    """Asterisk's words for yes and no, and None for what is neither."""
    word = value.strip().lower()
    return True if word in _TRUE else False if word in _FALSE else None


def dtmf(value: str) -> str:
    """chan_sip and PJSIP have two names for one thing."""
    return _DTMF.get(value.lower(), value.lower())


def codecs(options: Iterable[Option]) -> tuple[str, ...] | None:
    """``disallow`` and ``allow`` as Asterisk adds them up; None where that depends on what others say."""
    names: list[str] | None = None
    for option in options:
        key = option.key.lower()
        if key not in ("allow", "disallow"):
            continue
        for word in re.split(r"[,&|]", option.value.lower()):
            is_taken = (key == "disallow") != word.strip().startswith("!")
            name = word.strip().removeprefix("!").partition(":")[0]
            name = _CODECS.get(name, name)
            if name == "all":
                names = [] if is_taken else None
            elif names is not None and name:
                names = [each for each in names if each != name] + ([] if is_taken else [name])
    return None if names is None else tuple(names)


def listed(value: str) -> tuple[str, ...]:
    """``(ulaw|alaw)``, ``(ulaw:20,alaw:20)`` → ulaw, alaw; ``(nothing)`` → none."""
    names = [name.strip().partition(":")[0] for name in re.split(r"[|,]", value.strip().strip("()")) if name.strip()]
    return tuple(_CODECS.get(name, name) for name in names if name != "nothing")


def fields(output: str) -> dict[str, str]:
    """``  * Name       : acme`` → its name and value."""
    pairs = (line.partition(":") for line in output.splitlines())
    return {key.strip(" *"): value.strip() for key, colon, value in pairs if colon}


def words(value: Sequence[str] | str | bool) -> str:
    """A value as a person reads it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else ", ".join(value)
