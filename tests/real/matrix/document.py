"""docs/faults.md: written from what a run of the tests saw, and read again by the next."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from .boundaries import BOUNDARIES
from .faults import FAULTS
from .pairs import ALL
from .results import Result

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "faults.md"
_INTRODUCTION = """# What goes wrong, and how it ends

Written from a run of the lab tests, {count} of the {all} pairs of a moment and a fault ({left} were not played in it); don't
edit it: `make matrix` plays all of them and writes it anew. The dialer is the lab's: a real Asterisk, MariaDB, SSH server
and cron, with a stand-in for VICIdial's generator. The install brings a registration, a campaign that moves, and lines
for two campaigns, beside another carrier that is up. Somebody who uses none of the wizard's code takes down all rows
concerned, the digests of the generated files, and what Asterisk has loaded, before and after.

**old** is the dialer as it was, **new** as it should be, exactly; **between** is neither, and then the wizard said so
(exit 5, or it was killed and the next command says “interrupted”), and one `carrier-wizard rollback` afterwards, once
nothing stands in its way any more, brought it to *old*: the column *undone* has its exit status and what the dialer
was then. After each pair the other carrier is up, and no row that was there before is missing or changed. Where the
wizard says *up* the dialer is *new*, where it says *rolled_back* or *refused* it is *old*: a test fails where that is
not so. A global variable stays in Asterisk until it restarts, and isn't looked at.

In the tests cron's minute is a second, and the wizard's patience is shortened to match: 8 s for a dialer that is away
(really 180 s), 12 s for a rebuild (100 s; in an undo 150 s). A moment is *begun*: just after the journal has that the
phase begins; *acted*: the dialer has done it, and the wizard doesn't know yet (a lost reply); *done*: just after the
journal has that it is done. What follows a *done* at once is the next phase's *begun*, so not both are here. `undo`
is an install that the carrier refuses, `rollback` the undo of one that was up, with its campaigns moved. Asterisk
dies with a screen that is killed.
"""
_HEADING = "| moment | fault | driver | exit | outcome | reason | dialer | undone | seconds |"
_RULE = "|---" * 9 + "|"


def write(results: Iterable[Result]) -> None:
    """Put the results, all of them, in the place of what is in the document."""
    order = {pair: position for position, pair in enumerate(ALL)}
    moments = {moment.name: position for position, moment in enumerate(BOUNDARIES)}
    rows = sorted(results, key=lambda each: (moments[each.boundary], order[each.key]))
    parts = [_INTRODUCTION.format(count=len(rows), all=len(ALL), left=len(ALL) - len(rows))]
    for fault in FAULTS:
        parts.append(f"\n## {fault.words[0].upper()}{fault.words[1:]}\n")
        parts += [_HEADING, _RULE]
        parts += [_row(each) for each in rows if each.fault == fault.name]
    DOCUMENT.write_text("\n".join(parts) + "\n")


def _row(result: Result) -> str:
    ended, undone = result.ended, result.undone
    after = "" if undone is None else f"{undone.status} {undone.outcome} {undone.dialer}"
    cells = (
        result.boundary, result.fault, result.protocol, ended.status, ended.outcome, ended.reason, ended.dialer, after,
        f"{result.seconds:.0f}",
    )  # fmt: skip
    return "| " + " | ".join(map(str, cells)) + " |"


def read() -> dict[tuple[str, str, str], tuple[str, ...]]:
    """What the document says of each pair, without reason and seconds."""
    lines = DOCUMENT.read_text().splitlines() if DOCUMENT.exists() else []
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    kept = [row for row in rows if len(row) == 9 and row[3].lstrip("-").isdigit()]
    return {(row[0], row[1], row[2]): _compared(*row[3:5], *row[6:8]) for row in kept}


def said_of(result: Result) -> tuple[str, ...]:
    """The same of a result."""
    ended, undone = result.ended, result.undone
    after = "" if undone is None else f"{undone.status} {undone.outcome} {undone.dialer}"
    return _compared(str(ended.status), ended.outcome, ended.dialer, after)


def _compared(status: str, outcome: str, dialer: str, undone: str) -> tuple[str, ...]:
    # How far the dialer's own generator came after the wizard died, or gave up, is a matter of moments.
    is_claimed = outcome in ("up", "rolled_back", "refused")
    return (status, outcome, dialer if is_claimed else "", undone)
