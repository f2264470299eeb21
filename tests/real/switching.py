"""Two carriers on the lab's dialer, side by side, and a switch between them."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import patch

from tests.lab import Lab
from tests.lab.carriers import LabCarrier
from tests.real.calls import place_call, received
from tests.real.conftest import Answered, CommandLine
from tests.real.entries import until
from tests.real.rows import add_carrier, rebuild
from wizard.dialer.switch_journal import SwitchPhase
from wizard.service.switches import StoredSwitchJournal

_numbers = itertools.count(1)
STEPS = """exten => {0},1,AGI(agi://127.0.0.1:4577/call_log)
exten => {0},2,Dial({1},,To)
exten => {0},3,Hangup()
"""
OLD = STEPS.format("_91NXXNXXXXXX", "SIP/aaa/${EXTEN:1}") + STEPS.format("_9011X.", "SIP/aaa/${EXTEN:1}")
#: it wants a plus before the country code
NEW = STEPS.format("_71NXXNXXXXXX", "SIP/bbb/+${EXTEN:1}") + STEPS.format("_7011X.", "SIP/bbb/+${EXTEN:4}")


def two_carriers(lab: Lab, *, old: str = OLD, new: str = NEW) -> None:
    """AAA takes prefix 9, BBB prefix 7."""
    for name, carrier, dialplan in (("AAA", lab.carriers["ip"], old), ("BBB", lab.carriers["backup"], new)):
        trunk = name.lower()
        account = (
            f"[{trunk}]\ntype=peer\nhost={carrier.address}\nport={lab.settings.carrier_sip_port}\ninsecure=port,invite\n"
            "context=trunkinbound\ndisallow=all\nallow=ulaw\nqualify=yes\nsendrpid=no\n"
        )
        add_carrier(lab, name, account_entry=account, dialplan_entry=dialplan)
    rebuild(lab)
    for trunk in ("aaa", "bbb"):
        assert until(lambda trunk=trunk: "OK (" in lab.dialer.asterisk(f"sip show peer {trunk}"), 30)  # type: ignore[misc]


def switch(wizard: CommandLine, *options: str, watch: int = 0, confirmed: bool = True) -> Answered:
    said = ("--call-got-through",) if confirmed else ()
    return wizard("switch", "AAA", "BBB", *dialer_of(wizard), *said, "--watch", str(watch), *options)


def undo(wizard: CommandLine) -> Answered:
    return wizard("switch", "AAA", "BBB", "--undo", *dialer_of(wizard))


def dialer_of(wizard: CommandLine) -> tuple[str, ...]:
    return ("--dialer", wizard.address, *wizard.access)


def prefixes(lab: Lab) -> dict[str, Any]:
    """Campaign → its three prefixes; list → its own."""
    columns = "campaign_id, dial_prefix, manual_dial_prefix, three_way_dial_prefix"
    campaigns = lab.dialer.query(f"SELECT {columns} FROM vicidial_campaigns ORDER BY campaign_id")
    lists = lab.dialer.query("SELECT list_id, dial_prefix FROM vicidial_lists WHERE dial_prefix<>'' ORDER BY list_id")
    return {row["campaign_id"]: tuple(row.values())[1:] for row in campaigns} | {
        str(row["list_id"]): row["dial_prefix"] for row in lists
    }


def dial_as(lab: Lab, campaign: str) -> tuple[str, str]:
    """A call as that campaign dials now: which of the lab's carriers it reached, and the digits there."""
    for carrier in (lab.carriers["ip"], lab.carriers["backup"]):
        _forget(carrier)
    [row] = lab.dialer.query("SELECT dial_prefix FROM vicidial_campaigns WHERE campaign_id=%s", campaign)
    place_call(lab, f"{row['dial_prefix']}12125550100", seconds=0)
    assert until(lambda: any(lab.carriers[name].calls() for name in ("ip", "backup")), 60)
    name = next(each for each in ("ip", "backup") if lab.carriers[each].calls())
    return {"ip": "AAA", "backup": "BBB"}[name], received(lab.carriers[name]).number


def _forget(carrier: LabCarrier) -> None:
    carrier.forget_calls()


def log_calls(lab: Lab, prefix: str, calls: int, refused: int, *, code: int = 404, minutes_ago: float = 0) -> None:
    """Rows of VICIdial's carrier log, as calls through a prefix leave them, all at once."""
    columns = "uniqueid, call_date, server_ip, lead_id, hangup_cause, dialstatus, channel, sip_hangup_cause, caller_code"
    row = "(%s, NOW() - INTERVAL %s SECOND, %s, 0, 1, 'CHANUNAVAIL', %s, %s, %s)"
    values: list[Any] = []
    for number in range(calls):
        code_of_row = code if number < refused else (200, 486, 503)[number % 3]
        channel = f"Local/{prefix}1212555{number:04}@default-0000001;2"
        uniqueid, caller_code = f"1700.{next(_numbers)}", f"V{next(_numbers):09}0000000000"
        values += [uniqueid, round(minutes_ago * 60), lab.dialer.address, channel, code_of_row, caller_code]
    lab.dialer.query(f"INSERT INTO vicidial_carrier_log ({columns}) VALUES {', '.join([row] * calls)}", *values)


@contextlib.contextmanager
def when_watched(act: Callable[[], object]) -> Iterator[None]:
    """``act`` once the campaigns are moved and the watch begins; fails where it never did."""
    begin, happened = StoredSwitchJournal.begin, []

    def begin_and_act(journal: StoredSwitchJournal, phase: SwitchPhase) -> None:
        begin(journal, phase)
        if phase is SwitchPhase.WATCHED:
            happened.append(phase)
            act()

    with patch.object(StoredSwitchJournal, "begin", begin_and_act):
        yield
    assert happened, "nobody watched"
