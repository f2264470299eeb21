"""What every channel driver can say of itself."""

from __future__ import annotations

import ipaddress
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from wizard.carrier.answers import Answers, Auth
from wizard.carrier.conf import Application, Option, Section
from wizard.carrier.findings import Finding, warning
from wizard.carrier.model import Protocol
from wizard.carrier.profile import NOWHERE, Place


class Driver(ABC):
    """One way to write a carrier entry. Nothing is asked of Asterisk here."""

    protocol: ClassVar[Protocol]
    #: Asterisk's modules without which the entry would do nothing; the channel driver itself is the first
    modules: ClassVar[tuple[str, ...]]
    #: kinds of section that experts may add options to; the first is the trunk itself
    kinds: ClassVar[tuple[str, ...]]
    #: (kind, option) that an answer of its own decides → that answer
    answered: ClassVar[Mapping[tuple[str, str], str]]
    #: options that say nothing of the account, so that carriers can share them in a template
    generic: ClassVar[frozenset[str]]
    #: kind of section → where Asterisk documents its options (``config show help MODULE TYPE``), for drivers that do
    documentation: ClassVar[Mapping[str, tuple[str, str]]] = {}
    #: answer → the value at which it changes nothing, for what this driver has no use for
    unused: ClassVar[Mapping[str, object]] = {}
    #: characters that a password can't have, by the way it is used; found by trying (tests/real/test_secrets.py)
    refused_in_secret: ClassVar[Mapping[Auth, str]]
    #: the same of user names
    refused_in_username: ClassVar[Mapping[Auth, str]]
    #: and of a user name for the password check alone, where they are others
    refused_in_auth_username: ClassVar[str | None] = None

    @property
    def channel_driver(self) -> str:
        """``chan_sip``, ``chan_pjsip`` or ``chan_iax2``."""
        return self.modules[0]

    @property
    def technology(self) -> str:
        """What channels of this driver are called, up to the slash."""
        return self.protocol.value

    def added_header(self, name: str, value: str) -> list[Application]:  # noqa: ARG002
        """Steps that add a header to an outgoing call, run on its own channel."""
        return []

    @abstractmethod
    def sections(self, answers: Answers, place: Place) -> list[Section]:
        """The account entry; the trunk's own section is last, since a template's text lands after it (vicidial.md §1.7)."""

    def kinds_in(self, answers: Answers) -> frozenset[str]:
        """The kinds of section that the entry has with these answers."""
        return frozenset(section.kind for section in self.sections(answers, NOWHERE))

    def registration_string(self, answers: Answers) -> str:  # noqa: ARG002
        """The register line, where this driver has one."""
        return ""

    @abstractmethod
    def global_value(self, trunk: str) -> str:
        """What the carrier's variable holds."""

    @abstractmethod
    def dialled(self, variable: str, number: str) -> str:
        """The first argument of Dial()."""

    def check_sign_in(self, answers: Answers) -> Iterator[Finding]:
        """What only this driver minds."""
        yield from self._unused(answers, "sign_in")

    def check_connection(self, answers: Answers) -> Iterator[Finding]:
        yield from self._unused(answers, "connection")

    def check_audio(self, answers: Answers) -> Iterator[Finding]:
        yield from self._unused(answers, "audio")

    def check_numbers(self, answers: Answers) -> Iterator[Finding]:
        yield from self._unused(answers, "numbers")

    def _unused(self, answers: Answers, step: str) -> Iterator[Finding]:
        for name, idle in self.unused.items():
            if hasattr(getattr(answers, step), name) and answers.value(name) != idle:
                yield warning("not_used_by_protocol", name, answer=name, protocol=self.protocol.value)


def yes_no(value: object) -> str:
    return "yes" if value else "no"


def is_network(text: str) -> bool:
    """An address, or a network: no name."""
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def also_calling(answers: Answers) -> list[str]:
    """The match list without the host itself, each address in one spelling, each once."""
    plain = [entry.removesuffix("/32") for entry in answers.connection.match]
    return [entry for entry in dict.fromkeys(plain) if entry != answers.connection.host]


def optional(key: str, value: object, *, escapes: bool = False) -> list[Option]:
    """An option that is left out where there is nothing to say."""
    return [Option(key, str(value), escapes)] if value not in ("", None) else []


def codecs(answers: Answers) -> Sequence[Option]:
    """The codecs in their order, and no others."""
    return [Option("disallow", "all"), *(Option("allow", codec.value) for codec in answers.audio.codecs)]
