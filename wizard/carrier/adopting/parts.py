"""An account entry in parts: the trunk's sections, by their kind, with the values that Asterisk would use."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from wizard.carrier.answers import Codec
from wizard.carrier.conf import Option, ReadSection, read_conf
from wizard.carrier.dialing.dialplan_reading import read_dialplan
from wizard.carrier.model import Carrier, Protocol

#: options of which each line counts; of all others the last
REPEATED = frozenset(
    {
        "allow", "disallow", "permit", "deny", "acl", "match", "setvar", "set_var", "contact", "contactpermit",
        "contactdeny", "contact_permit", "contact_deny", "header", "register",
    }
)  # fmt: skip
#: other spellings of chan_sip's and chan_iax2's options
_SPELLINGS = {"username": "defaultuser", "canreinvite": "directmedia"}
_TYPES = {"friend": "peer"}
_YES = frozenset({"yes", "true", "y", "t", "1", "on"})
_NO = frozenset({"no", "false", "n", "f", "0", "off"})


@dataclass(frozen=True)
class Part:
    """One section. ``kind`` is as drivers name it: ``peer``, ``endpoint``, ``wizard``…; empty where it doesn't say."""

    name: str
    kind: str
    options: tuple[Option, ...]
    #: the line of its header
    at: int = 0
    #: the options by the names that they have in the entry
    written: tuple[Option, ...] = ()

    def value(self, key: str) -> str:
        """What counts of an option that may stand once; empty where there is none."""
        values = self.values(key)
        return values[-1] if values else ""

    def values(self, key: str) -> list[str]:
        return [option.value for option in self.options if option.key == key]

    def is_on(self, key: str) -> bool:
        return self.value(key).lower() in _YES

    def is_off(self, key: str) -> bool:
        return self.value(key).lower() in _NO


def parts_of(text: str, protocol: Protocol) -> list[Part]:
    """The sections of an account entry, option names as the driver spells them; what stands before the first is no section."""
    return [_part(section, protocol) for section in read_conf(text)[1:]]


def _part(section: ReadSection, protocol: Protocol) -> Part:
    options = tuple(Option(spelled(option.key, protocol), option.value, at=option.at) for option in section.options)
    kinds = [option.value.lower() for option in options if option.key == "type"]
    kind = kinds[-1] if kinds else ""
    return Part(section.name, _TYPES.get(kind, kind), options, section.at, tuple(section.options))


def spelled(key: str, protocol: Protocol) -> str:
    """An option's usual name: chan_sip and chan_iax2 don't mind capital letters, and have older names for some."""
    key = key.lower()
    return _SPELLINGS.get(key, key) if protocol is Protocol.SIP else key


def parts_by_kind(parts: Sequence[Part], kind: str) -> list[Part]:
    return [part for part in parts if part.kind == kind]


def trunk_part(parts: Sequence[Part], kind: str, name: str) -> Part:
    """The section of a kind that the dialplan entry dials; the last of the kind, where that one isn't here."""
    own = parts_by_kind(parts, kind)
    named = [part for part in own if part.name.lower() == name.lower()]
    return (named or own or [Part("", kind, ())])[-1]


def codecs_of(part: Part, prefix: str = "") -> tuple[Codec, ...]:
    """The codecs that are let in, in their order, as far as an answer can name them."""
    chosen: list[str] = []
    for option in part.options:
        if option.key not in (f"{prefix}allow", f"{prefix}disallow"):
            continue
        for word in re.split(r"[,&|]", option.value.lower()):
            name = word.strip()
            is_taken = option.key.endswith("disallow") or name.startswith("!")
            name = name.removeprefix("!")
            chosen = [] if name == "all" else [each for each in chosen if each != name]
            if not is_taken and name != "all":
                chosen.append(name)
    known = set(Codec)
    return tuple(Codec(name) for name in chosen if name in known)


def variables_of(carrier: Carrier) -> dict[str, str]:
    """The globals of an entry, name → value."""
    return {option.key: option.value for option in read_conf(carrier.globals_string)[0].options}


def dialled_trunk(carrier: Carrier) -> str:
    """The section that the first Dial() calls, or that a global stands for; empty where neither says."""
    variables = variables_of(carrier)
    for extension in read_dialplan(carrier.dialplan_entry):
        for step in extension.steps:
            if step.application.lower() == "dial" and (name := trunk_of(expanded(step.argument(0), variables))):
                return name
    for value in variables.values():
        if name := trunk_of(value if "/" in value else f"PJSIP/@{value}"):
            return name
    return ""


def expanded(text: str, variables: dict[str, str]) -> str:
    """A text with an entry's own variables filled in."""
    return re.sub(r"\$\{(\w+)\}", lambda found: variables.get(found[1], found[0]), text)


def host_of(trunk: Part, registered_at: str) -> str:
    """Where calls go; VICIdial's sample has ``dynamic`` there, and then it is where the dialer registers."""
    host = trunk.value("host")
    return registered_at if registered_at and host.lower() in ("", "dynamic") else host


def trunk_of(dialled: str) -> str:
    """``SIP/acme/${EXTEN:1}``, ``SIP/${EXTEN:1}@acme``, ``PJSIP/${EXTEN:1}@acme`` → ``acme``."""
    at_trunk = re.search(r"@([A-Za-z0-9_.-]+)$", dialled)
    if at_trunk:
        return at_trunk[1]
    before = re.match(r"(?:SIP|IAX2)/([A-Za-z0-9_.-]+)(?:/|$)", dialled, re.IGNORECASE)
    return before[1] if before else ""
