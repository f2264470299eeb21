"""A carrier and its backup in one run, on the real dialer."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.lab import Lab
from tests.real.answers import carrier_answers
from tests.real.calls import call_and_log
from tests.real.conftest import CommandLine, DialerState


def backup_file(lab: Lab, wizard: CommandLine, **changed: object) -> str:
    """Answers of a backup at the lab's carrier of that name."""
    path = wizard.folder.parent / "backup.json"
    own = {"carrier_id": "BKUP", "auth": "ip", "host": lab.carriers["backup"].host_name, "dial_prefix": "8"}
    path.write_text(json.dumps({**own, **changed}))
    return str(path)


def test_calls_that_the_carrier_refuses_reach_the_backup_that_came_with_it(
    lab: Lab, wizard: CommandLine, state: Callable[[], DialerState]
) -> None:
    before = state()
    values, _ = carrier_answers(lab, "ip", backup_carrier=["BKUP"], number_format="nanp10")
    done = wizard.install("--with-backup", backup_file(lab, wizard, caller_id_format="nanp11"), **values)
    assert (done.status, done.document["outcome"]) == (0, "up")

    row = call_and_log(lab, "912125550021")

    assert [call.number for call in lab.carriers["ip"].calls()] == ["2125550021"]
    [second] = lab.carriers["backup"].calls()
    assert (second.number, second.caller_number) == ("+12125550021", "15551239999")
    assert (row["dialstatus"], row["sip_hangup_cause"]) == ("ANSWER", 200)
    assert any("carrier-wizard ACME to BKUP" in line for line in lab.dialer.complaints())
    assert wizard("rollback", done.document["install_id"], *wizard.access).status == 0
    assert state() == before


def test_a_backup_that_does_not_come_up_keeps_both_off(lab: Lab, wizard: CommandLine, state: Callable[[], DialerState]) -> None:
    before = state()
    values, _ = carrier_answers(lab, "ip", backup_carrier=["BKUP"])
    blocked = {"auth": "registration", "username": "blocked", "secret": "wrong"}
    path = backup_file(lab, wizard, host=lab.carriers["registration"].host_name, **blocked)
    done = wizard.install("--with-backup", path, "--wait", "40", **values)

    assert (done.status, done.document["outcome"], done.document["reason"]) == (4, "refused", "backup_not_up")
    assert state() == before
