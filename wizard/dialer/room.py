"""Whether the dialer's disk has room for what VICIdial generates.

VICIdial's keepalive script checks only that its BUILD files open; its prints, its closes and the ``cp -f`` over the live files
go unchecked (read in its public source; vicidial.md §2.2 has the order). So on a full disk Asterisk is left with empty files,
and the reload that follows takes every carrier and phone away.
"""

from __future__ import annotations

from .protocol import Operation, run

#: the generated files, once more beside themselves, and some for the database
NEEDED_KILOBYTES = 10_240


def ask_room() -> Operation:
    return run("df", "-Pk", "/etc/asterisk")


def parse_room(printed: str) -> int | None:
    """``df``'s fourth column, in kilobytes; None where it said nothing of the kind."""
    words = printed.splitlines()[-1].split() if printed.strip() else []
    return int(words[3]) if len(words) > 3 and words[3].isdigit() else None


def is_full(free_kilobytes: int | None) -> bool:
    """Whether a rebuild would do harm."""
    return free_kilobytes is not None and free_kilobytes < NEEDED_KILOBYTES
