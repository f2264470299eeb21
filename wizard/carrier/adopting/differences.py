"""What is different between an entry and the one that its answers make, line by line."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Fate(StrEnum):
    """What becomes of a line when the entry is made again from its answers."""

    #: it would be another one
    CHANGED = "changed"
    #: it would be missing
    LOST = "lost"
    #: it would be new
    ADDED = "added"
    #: a comment, which means nothing to Asterisk
    COMMENT = "comment"
    #: Asterisk reads nothing from it as it is
    UNREAD = "unread"
    #: a section that nobody else speaks of would have another name
    RENAMED = "renamed"
    #: the same to Asterisk, in other words or another order
    SPELLING = "spelling"


#: after which the dialer would do something else than before
NOT_PLACED = frozenset({Fate.CHANGED, Fate.LOST})


@dataclass(frozen=True)
class Difference:
    """One line, without what is secret in it."""

    column: str
    fate: Fate
    #: from 1; 0 for a column that has one line, or for a line that is not there yet
    line: int = 0
    text: str = ""
    #: what would be there
    instead: str = ""
