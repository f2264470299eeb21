"""Two account entries side by side: the same section by its kind and part, the same option by what it means."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from wizard.carrier.conf import ConfError, Option
from wizard.carrier.drivers import driver_of
from wizard.carrier.model import Carrier, Protocol

from .differences import Difference, Fate
from .parts import REPEATED, Part, dialled_trunk, parts_of, trunk_part
from .short_lines import short_line

_COLUMN = "account_entry"
#: option → spellings of the same value
_SAME: dict[str, dict[str, str]] = {
    "insecure": {"very": "port,invite", "invite,port": "port,invite"},
    "nat": {"yes": "force_rport,comedia", "comedia,force_rport": "force_rport,comedia"},
    "dtmfmode": {"rfc4733": "rfc2833"},
    "qualify": {"2000": "yes"},
    "sendrpid": {"rpid": "yes"},
}
_SWITCHES = {"yes": "yes", "true": "yes", "on": "yes", "1": "yes", "y": "yes", "t": "yes"}
_SWITCHES |= {"no": "no", "false": "no", "off": "no", "0": "no", "n": "no", "f": "no"}
#: options whose value names another section of the account
_NAMES_SECTION = frozenset({"aors", "outbound_auth", "auth", "endpoint"})
_PARTS_OF_TRUNK = frozenset({"aor", "auth", "identify", "registration"})
_VERBATIM = frozenset({"secret", "password", "username", "defaultuser", "fromuser", "from_user"})
_CODECS = frozenset({"allow", "disallow"})


@dataclass(frozen=True)
class _Item:
    """One option as it is compared, and the line that it is from."""

    key: str
    value: str
    option: Option


def meaning(name: str, value: str) -> str:
    """An option's value in one spelling of those that are the same to Asterisk."""
    if name in _VERBATIM:
        return value
    known = _SAME.get(name, {}).get(value.lower().replace(" ", ""), value)
    if name in ("match", "permit"):
        return known.removesuffix("/32").removesuffix("/255.255.255.255")
    return _SWITCHES.get(known.lower(), known)


class _Account:
    """One entry: its parts, each by kind and place."""

    def __init__(self, carrier: Carrier, text: str) -> None:
        self._protocol = carrier.protocol
        self.lines = carrier.account_entry.splitlines()
        self._parts = parts_of(text, carrier.protocol)
        kind = driver_of(carrier.protocol).kinds[0]
        if carrier.protocol is Protocol.PJSIP_WIZ:
            kind = "wizard"
        trunk = trunk_part(self._parts, kind, dialled_trunk(carrier))
        self._names = {part.name.lower(): f"<{part.kind}>" for part in self._parts}
        self.parts: dict[tuple[str, str], Part] = {}
        for part in self._parts:
            is_one = part.kind not in ("peer", "")
            which = "trunk" if part is trunk else "" if is_one else part.value("host") or part.name
            if (part.kind, which) in self.parts:
                which = f"{which} {part.at}"
            self.parts[part.kind, which] = part

    def items(self, key: tuple[str, str]) -> list[_Item]:
        """What counts of a part's options: of one that stands twice the last."""
        part = self.parts.get(key)
        if part is None:
            return []
        counting = _counting(part)
        others = [option for option in counting if _name(option.key) not in _CODECS]
        return [*_codec_items([option for option in counting if option not in others]), *self._items(others)]

    def _items(self, options: Sequence[Option]) -> Iterator[_Item]:
        for option in options:
            yield from self._split(option)

    def _split(self, option: Option) -> Iterator[_Item]:
        name = _name(option.key)
        values = [option.value]
        if name == "match":
            values = [word.strip() for word in option.value.split(",") if word.strip()]
        for value in values:
            yield _Item(option.key, self._meaning(name, value), option)

    def _meaning(self, name: str, value: str) -> str:
        if name in _NAMES_SECTION and value.lower() in self._names:
            return f"<section of {name}>"
        return meaning(name, value)

    def overruled(self) -> Iterator[int]:
        """Lines that a later one takes the place of."""
        for part in self._parts:
            counting = {option.at for option in _counting(part)}
            yield from (option.at for option in part.options if option.at not in counting)

    def outside(self) -> Iterator[int]:
        """Lines that are no section's: before the first header, or no option at all."""
        within = {option.at for part in self._parts for option in part.options} | {part.at for part in self._parts}
        for number, line in enumerate(self.lines, 1):
            text = line.strip()
            if text and not text.startswith(";") and number not in within:
                yield number

    def text_at(self, line: int) -> str:
        return self.lines[line - 1] if 0 < line <= len(self.lines) else ""


def _codec_items(options: Sequence[Option]) -> list[_Item]:
    """All that was taken out at first, and what is in at last, in its order: ``!all,alaw`` is two lines in one."""
    items: dict[str, _Item] = {}
    closed: list[_Item] = []
    for option in options:
        name = _name(option.key)
        prefix = option.key.removesuffix(name)
        for word in re.split(r"[,&|]", option.value.lower()):
            codec, is_out = word.strip().removeprefix("!"), name == "disallow" or word.strip().startswith("!")
            if is_out and codec == "all":
                items, closed = {}, [_Item(f"{prefix}disallow", "all", option)]
            elif is_out:
                items.pop(codec, None)
            elif codec:
                items.setdefault(codec, _Item(f"{prefix}allow", codec, option))
    return [*closed, *items.values()]


def _counting(part: Part) -> list[Option]:
    """The options that count: the last of those that may stand once, and no codecs from before all are taken out again."""
    last = {option.key: option for option in part.options}
    closing = [each.at for each in part.options if _name(each.key) == "disallow" and each.value.lower().strip() == "all"]
    return [
        option
        for option in part.options
        if (_name(option.key) in REPEATED or last[option.key] is option)
        and not (_name(option.key) in ("allow", "disallow") and closing and option.at < closing[-1])
    ]


def _name(key: str) -> str:
    return key.rpartition("/")[2]


def account_differences(
    written: Carrier, merged: str, rendered: Carrier, merged_again: str, secrets: Sequence[str]
) -> list[Difference]:
    """Each option that one account has and the other doesn't; ``merged`` is an account with its template behind it."""
    left, right = _Account(written, merged), _Account(rendered, merged_again)
    found: list[Difference] = []
    for key in [*left.parts, *(key for key in right.parts if key not in left.parts)]:
        found += _headers(left.parts.get(key), right.parts.get(key))
        found += _compared(left.items(key), right.items(key), left, secrets)
    for number in sorted({*left.overruled(), *left.outside()}):
        if number <= len(left.lines):
            found.append(Difference(_COLUMN, Fate.UNREAD, number, short_line(_COLUMN, left.text_at(number), secrets)))
    return found


def _headers(old: Part | None, new: Part | None) -> Iterator[Difference]:
    if old is None and new is not None:
        yield Difference(_COLUMN, Fate.ADDED, 0, f"[{new.name}]")
    elif new is None and old is not None:
        yield Difference(_COLUMN, Fate.LOST, old.at, f"[{old.name}]")
    elif old is not None and new is not None and old.name != new.name:
        # Only a trunk is known by its name outside of its own entry.
        fate = Fate.RENAMED if old.kind in _PARTS_OF_TRUNK else Fate.CHANGED
        yield Difference(_COLUMN, fate, old.at, f"[{old.name}]", f"[{new.name}]")


def _compared(old: list[_Item], new: list[_Item], left: _Account, secrets: Sequence[str]) -> Iterator[Difference]:
    there = [(item.key, item.value) for item in new]
    kept: list[_Item] = []
    for item in old:
        if (item.key, item.value) in there:
            there.remove((item.key, item.value))
        else:
            kept.append(item)
    extra = _without_each(new, old)
    for line in dict.fromkeys(item.option.at for item in kept):
        items = [item for item in kept if item.option.at == line]
        # What comes from a template stays in the template.
        if line > len(left.lines):
            continue
        text = short_line(_COLUMN, left.text_at(line), secrets)
        others = [each for each in extra if each.key == items[0].key]
        if others:
            extra = [each for each in extra if each not in others]
            yield Difference(_COLUMN, Fate.CHANGED, line, text, _written(others, secrets))
        else:
            yield Difference(_COLUMN, Fate.LOST, line, text)
    for each in extra:
        yield Difference(_COLUMN, Fate.ADDED, 0, _written([each], secrets))
    yield from _reordered(old, new, left, secrets)


def _without_each(items: list[_Item], others: list[_Item]) -> list[_Item]:
    taken = [(item.key, item.value) for item in others]
    left: list[_Item] = []
    for item in items:
        if (item.key, item.value) in taken:
            taken.remove((item.key, item.value))
        else:
            left.append(item)
    return left


def _reordered(old: list[_Item], new: list[_Item], left: _Account, secrets: Sequence[str]) -> Iterator[Difference]:
    """Codecs are asked for in their order, so another order is another thing."""
    ordered = [[item for item in items if _name(item.key) == "allow"] for items in (old, new)]
    words = [[item.value for item in items] for items in ordered]
    if words[0] != words[1] and sorted(words[0]) == sorted(words[1]):
        line = ordered[0][0].option.at
        yield Difference(_COLUMN, Fate.CHANGED, line, short_line(_COLUMN, left.text_at(line), secrets), ",".join(words[1]))


def _written(items: list[_Item], secrets: Sequence[str]) -> str:
    lines = []
    for option in dict.fromkeys(item.option for item in items):
        try:
            text = replace(option, escapes=True).line()
        except ConfError:
            text = f"{option.key}={option.value}"
        lines.append(short_line(_COLUMN, text, secrets))
    return ", ".join(lines)
