"""A host key on a page."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.errors import HostKeyUnknownError
from wizard.words.errors import Words, error_words


@dataclass(frozen=True)
class ShownKey:
    """A host key that waits to be compared: the dialer's, or a jump host's."""

    words: Words
    fingerprint: str
    kind: str
    #: as ``known_hosts`` has it
    line: str

    @classmethod
    def of(cls, unknown: HostKeyUnknownError) -> ShownKey:
        return cls(error_words(unknown), unknown.fingerprint, str(unknown.values["key_type"]), unknown.key)
