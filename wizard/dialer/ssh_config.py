"""``~/.ssh/config`` as OpenSSH reads it (ssh_config(5)), as far as it says how to get to a host; nothing in it is ever run.

The first value of an option wins; only ``IdentityFile`` adds up. A block whose condition nobody can judge without running a
command (``Match exec``) makes its options uncertain: they are refused when they are needed, never guessed.
"""

from __future__ import annotations

import getpass
import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path

from wizard.errors import SshConfigError

#: what is read of a configuration; everything else in it is somebody else's business
_OPTIONS = frozenset(
    {
        "hostname", "port", "user", "identityfile", "identitiesonly", "identityagent", "proxyjump", "proxycommand",
        "hostkeyalias",
    }
)  # fmt: skip
#: as OpenSSH has it
_DEEPEST_INCLUDE = 16
_LINE = re.compile(r"\s*(?P<keyword>[A-Za-z]+)(?:\s*=\s*|\s+)(?P<rest>.*?)\s*")
_PAIR = 2


@dataclass(frozen=True)
class HostOptions:
    """What the configuration says about one host, by option in lower-case letters."""

    host: str
    path: str
    values: Mapping[str, str]
    identity_files: tuple[str, ...]
    #: options that a block may set whose condition was not judged
    uncertain: frozenset[str]
    #: whether a block is for this host and not for all
    is_mentioned: bool

    def get(self, option: str) -> str:
        """An option's value, empty where there is none.

        :raises SshConfigError: it depends on a command that would have to be run
        """
        if option in self.uncertain:
            raise SshConfigError(host=self.host, path=self.path, option=option, reason="exec")
        return self.values.get(option, "")


def options_for(host: str, user: str = "", path: Path | None = None) -> HostOptions:
    """Look a host, or an alias, up in the user's own configuration; ``user`` is the one that was asked for, if any.

    :raises SshConfigError: the file is there and can't be read
    """
    path = Path("~/.ssh/config").expanduser() if path is None else path
    reader = _Reader(host, user, path.parent)
    if path.is_file():
        reader.read(path, 0, active=True)
    return HostOptions(
        host, str(path), reader.values, tuple(reader.identity_files), frozenset(reader.uncertain), reader.is_mentioned
    )


class _Reader:
    """Goes through the files once, for one host."""

    def __init__(self, host: str, user: str, folder: Path) -> None:
        self._host, self._user, self._folder = host, user, folder
        self.values: dict[str, str] = {}
        self.identity_files: list[str] = []
        self.uncertain: set[str] = set()
        self.is_mentioned = False

    def read(self, path: Path, depth: int, *, active: bool | None) -> None:
        """``active``: whether the lines count; None where nobody knows."""
        if depth > _DEEPEST_INCLUDE:
            raise SshConfigError(host=self._host, path=str(path), option="Include", reason="too_deep")
        try:
            lines = path.read_text(errors="surrogateescape").splitlines()
        except OSError as error:
            raise SshConfigError(host=self._host, path=str(path), option="", reason="unreadable") from error
        outside = active
        for line in lines:
            match = None if line.lstrip().startswith("#") else _LINE.fullmatch(line)
            if match is None:
                continue
            keyword, rest = match["keyword"].lower(), match["rest"]
            if keyword == "host":
                active = _both(outside, self._is_for_us(_words(rest)))
            elif keyword == "match":
                active = _both(outside, self._matches(_words(rest)))
            elif active is not False and keyword == "include":
                self._include(_words(rest), depth, active=active)
            elif active is not False and keyword in _OPTIONS:
                self._take(keyword, rest, is_certain=active is True)

    def _include(self, patterns: list[str], depth: int, *, active: bool | None) -> None:
        for pattern in patterns:
            where = self._folder / Path(pattern).expanduser()
            for path in sorted(Path(where.anchor).glob(str(where.relative_to(where.anchor)))):
                self.read(path, depth + 1, active=active)

    def _take(self, option: str, rest: str, *, is_certain: bool) -> None:
        value = rest if option == "proxycommand" else " ".join(_words(rest)[:1])
        if not is_certain:
            if option not in self.values:
                self.uncertain.add(option)
        elif option == "identityfile":
            if value not in self.identity_files:
                self.identity_files.append(value)
        else:
            # ssh takes whichever of these two comes first (ssh_config(5)).
            other = {"proxyjump": "proxycommand", "proxycommand": "proxyjump"}.get(option)
            if other not in self.values:
                self.values.setdefault(option, value)

    def _is_for_us(self, patterns: list[str]) -> bool:
        is_ours = _matches_list(self._host, patterns)
        self.is_mentioned |= is_ours and any(pattern.strip("*") and pattern[0] != "!" for pattern in patterns)
        return is_ours

    def _matches(self, criteria: list[str]) -> bool | None:
        if [word.lower() for word in criteria] == ["all"]:
            return True
        result: bool | None = True
        while criteria:
            word = criteria.pop(0)
            name, is_negated = word.lstrip("!").lower(), word.startswith("!")
            judged: bool | None = None
            if name in ("canonical", "final"):
                judged = name == "final"
            else:
                judged = self._judge(name, criteria.pop(0) if criteria else "")
            result = _both(result, judged if judged is None else judged is not is_negated)
        return result

    def _judge(self, name: str, argument: str) -> bool | None:
        """One criterion; None for a command to run, and for what is unknown here."""
        compared: dict[str, Callable[[], str]] = {
            "host": lambda: self.values.get("hostname") or self._host,
            "originalhost": lambda: self._host,
            "user": lambda: self._user or self.values.get("user") or getpass.getuser(),
            "localuser": getpass.getuser,
        }
        return _matches_list(compared[name](), argument.split(",")) if name in compared else None


def _both(first: bool | None, second: bool | None) -> bool | None:
    if first is False or second is False:
        return False
    return None if first is None or second is None else True


def _matches_list(text: str, patterns: list[str]) -> bool:
    """ssh's pattern lists: one has to match, and none with ``!`` may."""
    text, found = text.lower(), False
    for pattern in patterns:
        # Only * and ? mean something there.
        wanted = pattern.lstrip("!").lower().replace("[", "[[]")
        if fnmatchcase(text, wanted):
            if pattern.startswith("!"):
                return False
            found = True
    return found


def _words(rest: str) -> list[str]:
    try:
        return shlex.split(rest, comments=True)
    except ValueError:
        return rest.split()


@dataclass(frozen=True)
class Tokens:
    """What ``%h`` and its like stand for."""

    alias: str
    host: str
    port: int
    user: str

    @cached_property
    def _values(self) -> dict[str, str]:
        return {
            "%": "%", "d": str(Path.home()), "h": self.host, "n": self.alias, "p": str(self.port), "r": self.user,
            "u": getpass.getuser(),
        }  # fmt: skip

    def expand(self, text: str) -> str:
        """Unknown ones stay."""
        return re.sub(r"%(.)", lambda match: self._values.get(match[1], match[0]), text)


#: an old-style jump, which is understood instead of run
_OLD_JUMP = re.compile(
    r"(?:exec\s+)?(?:/usr/bin/)?ssh\s+(?:-[qaxTA]+\s+)*(?:-W\s+%h:%p\s+(?P<last>\S+)|(?P<first>[^-\s]\S*)\s+-W\s+%h:%p)"
)


def jump_of(options: HostOptions) -> str:
    """The jump hosts that the configuration wants, as ``ProxyJump`` has them; empty for none.

    :raises SshConfigError: it wants a command to be run
    """
    jump, command = options.get("proxyjump"), options.get("proxycommand")
    if jump:
        return "" if jump.lower() == "none" else jump
    if not command or command.lower() == "none":
        return ""
    match = _OLD_JUMP.fullmatch(command)
    if match is None:
        raise SshConfigError(host=options.host, path=options.path, option="ProxyCommand", reason="proxy_command")
    return match["last"] or match["first"]
