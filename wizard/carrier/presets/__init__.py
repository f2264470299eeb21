"""Carriers by name: what is known of each, from which source, and what it makes of the answers."""

from .model import Confidence, Fact, Host, Incoming, Preset, SignIn
from .reading import PresetError, read_preset
from .searching import search
from .using import Filled, fill_in, names_a_place, to_confirm

__all__ = [
    "Confidence",
    "Fact",
    "Filled",
    "Host",
    "Incoming",
    "Preset",
    "PresetError",
    "SignIn",
    "fill_in",
    "names_a_place",
    "read_preset",
    "search",
    "to_confirm",
]
