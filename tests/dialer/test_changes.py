"""What an install changes beside the carrier's row: made in its order, put back in the other, and nothing of anybody else's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from tests.carrier.samples import REGISTRATION, answers
from tests.dialer.test_installer import FastClock, MemoryJournal, install
from tests.dialer.test_ways_out import roll_back
from tests.fake_asterisk import ADDRESS
from tests.fake_tables import campaign
from tests.fakes import FakeDialer
from wizard.carrier.on_dialer.changes import ChangeState
from wizard.dialer.journal import Checkpoint, Phase
from wizard.dialer.outcome import InstallResult, Outcome
from wizard.dialer.protocol import AgentReply
from wizard.dialer.target import DialerSecrets, DialerTarget
from wizard.dialer.undo import undo
from wizard.errors import RefusedError, RollbackFailedError, WizardError

KEY = "s3ntinel.Key"
TILTX_FILES = ("/agi-TILTX_SHAKEN.agi", "/usr/bin/wget")
EVERYTHING: dict[str, Any] = {
    "campaigns": ["SALES", "survey"],
    "server_trunks": {"SALES": "20", "SURVEY": "10+"},
    "stir_shaken": "tiltx",
    "tiltx_api_key": KEY,
    "dial_prefix": "7",
}


def dialer_with(**changed: Any) -> FakeDialer:
    campaigns = {"SALES": campaign("SALES", "9"), "SURVEY": campaign("SURVEY", None), "OTHER": campaign("OTHER", "8")}
    trunks = [
        {"campaign_id": "SURVEY", "dedicated_trunks": "5", "trunk_restriction": "MAXIMUM_LIMIT"},
        {"campaign_id": "OTHER", "dedicated_trunks": "6", "trunk_restriction": "OVERFLOW_ALLOWED"},
    ]
    return FakeDialer(**{"campaigns": campaigns, "trunks": trunks, "tiltx_files": TILTX_FILES, **changed})


def installed(dialer: FakeDialer, journal: MemoryJournal | None = None, *, keep: bool = False, **changed: Any) -> InstallResult:
    return install(dialer, answers(REGISTRATION, host=ADDRESS, **{**EVERYTHING, **changed}), journal, keep=keep)


def checkpoint_of(dialer: FakeDialer) -> Checkpoint:
    journal = MemoryJournal()
    assert installed(dialer, journal).outcome is Outcome.UP
    assert journal.checkpoint is not None
    return journal.checkpoint


def states(journal: MemoryJournal) -> dict[str, list[str]]:
    """Record → the states of its changes."""
    assert journal.checkpoint is not None
    found: dict[str, list[str]] = {}
    for change in journal.checkpoint.changes:
        found.setdefault(change.record, []).append(change.state.value)
    return found


def prefixes(dialer: FakeDialer) -> dict[str, str | None]:
    return {name: row["dial_prefix"] for name, row in dialer.campaigns.items()}


def writes(dialer: FakeDialer) -> list[str]:
    """The tables that were written to, in order; the log apart."""
    statements = [str(each.values[0]).split() for each in dialer.asked if each.name == "sql"]
    named = [
        next(word for word in words if word.startswith(("vicidial_", "servers")))
        for words in statements
        if words[0] in ("INSERT", "UPDATE", "DELETE")
    ]
    return [table for table in named if table != "vicidial_admin_log"]


def test_everything_that_was_asked_for_is_changed_once_and_the_rest_is_left() -> None:
    dialer = dialer_with()

    assert installed(dialer).outcome is Outcome.UP

    assert prefixes(dialer) == {"SALES": "7", "SURVEY": "7", "OTHER": "8"}
    assert dialer.trunks == [
        {"campaign_id": "SURVEY", "dedicated_trunks": "10", "trunk_restriction": "OVERFLOW_ALLOWED"},
        {"campaign_id": "OTHER", "dedicated_trunks": "6", "trunk_restriction": "OVERFLOW_ALLOWED"},
        {"campaign_id": "SALES", "dedicated_trunks": "20", "trunk_restriction": "MAXIMUM_LIMIT"},
    ]
    assert dialer.containers == {"TILTX_SHAKEN_API_KEY": KEY}


def test_key_and_lines_come_before_the_carrier_is_switched_on_and_the_campaigns_after_it_is_up() -> None:
    dialer, journal = dialer_with(), MemoryJournal()
    installed(dialer, journal)

    assert writes(dialer) == [
        "vicidial_server_carriers", "vicidial_settings_containers", "vicidial_server_trunks", "vicidial_server_trunks",
        "vicidial_server_carriers", "servers", "vicidial_campaigns", "vicidial_campaigns",
    ]  # fmt: skip
    assert journal.lines.index(("done", Phase.REGISTERED)) < journal.lines.index(("begun", Phase.CAMPAIGNS_SET))
    assert journal.lines.index(("kept", Phase.SNAPSHOT)) < journal.lines.index(("begun", Phase.ROW_WRITTEN))


def test_each_change_is_on_record_before_it_is_made() -> None:
    dialer, journal = dialer_with(), MemoryJournal()
    seen: list[dict[str, list[str]]] = []
    update = dialer._set_prefix

    def noting(statement: str, values: Sequence[str]) -> AgentReply:
        seen.append(states(journal))
        return update(statement, values)

    dialer._set_prefix = noting  # type: ignore[method-assign]
    installed(dialer, journal)

    assert seen[0] == {"TILTX_SHAKEN_API_KEY": ["made"], "SALES": ["made", "made"], "SURVEY": ["made", "made"]}


@pytest.mark.parametrize("change", [{"registration": "No Authentication"}, {"generator_runs": False}])
def test_a_carrier_that_does_not_come_up_gets_no_campaign_and_leaves_nothing(change: dict[str, Any]) -> None:
    dialer, journal = dialer_with(**change), MemoryJournal()
    before = dialer.state

    assert installed(dialer, journal).outcome is Outcome.ROLLED_BACK

    assert dialer.state == before
    assert "vicidial_campaigns" not in writes(dialer)
    assert ("begun", Phase.CAMPAIGNS_SET) not in journal.lines


@pytest.mark.parametrize(
    ("changed", "keep"), [({"auth": "ip", "username": "", "secret": "", "qualify": False}, False), ({}, True)]
)
def test_a_carrier_that_is_kept_although_nobody_saw_it_up_gets_no_campaign(changed: dict[str, Any], keep: bool) -> None:
    dialer, journal = dialer_with(registration="No Authentication", peer_status="Unmonitored"), MemoryJournal()

    assert installed(dialer, journal, keep=keep, **changed).outcome is Outcome.NOT_UP

    assert prefixes(dialer) == {"SALES": "9", "SURVEY": None, "OTHER": "8"}
    assert states(journal)["SALES"] == ["made", "planned"], "its lines are set, its prefix is not"


def test_an_undo_puts_the_campaigns_back_before_the_carrier_goes_and_the_key_after() -> None:
    dialer = dialer_with()
    before = dialer.state
    checkpoint = checkpoint_of(dialer)
    dialer.asked.clear()

    roll_back(dialer, checkpoint)

    assert dialer.state == before
    assert writes(dialer) == [
        "vicidial_campaigns", "vicidial_campaigns", "vicidial_server_carriers", "servers",
        "vicidial_settings_containers", "vicidial_server_trunks", "vicidial_server_trunks",
    ]  # fmt: skip


def test_an_undo_can_be_repeated() -> None:
    dialer = dialer_with()
    before = dialer.state
    checkpoint = checkpoint_of(dialer)

    roll_back(dialer, checkpoint)
    roll_back(dialer, checkpoint)

    assert dialer.state == before


def test_what_is_so_already_is_not_changed_and_not_undone() -> None:
    dialer = dialer_with(containers={"TILTX_SHAKEN_API_KEY": f"; key\n{KEY}\n"})
    dialer.campaigns["SALES"]["dial_prefix"] = "7"
    dialer.trunks.append({"campaign_id": "SALES", "dedicated_trunks": "20", "trunk_restriction": "MAXIMUM_LIMIT"})
    before = dialer.state

    checkpoint = checkpoint_of(dialer)

    assert [(change.kind.value, change.record) for change in checkpoint.changes] == [
        ("server_trunks", "SURVEY"), ("campaign_prefix", "SURVEY"),
    ]  # fmt: skip
    roll_back(dialer, checkpoint)
    assert dialer.state == before


def test_no_prefix_is_an_x_in_the_campaign_and_an_empty_one_is_nine_already() -> None:
    dialer = dialer_with()
    installed(dialer, campaigns=["SALES"], dial_prefix="", destinations=["_23XXXXXXXXXX"])
    other = dialer_with()
    installed(other, campaigns=["SURVEY"], dial_prefix="9")

    assert prefixes(dialer)["SALES"] == "X"
    assert prefixes(other)["SURVEY"] is None


class TestSomebodyElse:
    """Who else changes the same records is never overwritten, and it is said."""

    @pytest.mark.parametrize("theirs", ["6", "7"])
    def test_changes_a_campaign_while_the_install_waits_so_it_is_undone_and_theirs_stays(self, theirs: str) -> None:
        dialer, journal = dialer_with(), MemoryJournal()
        activate = dialer._activate

        def edited(statement: str, values: Sequence[str]) -> AgentReply:
            dialer.campaigns["SALES"]["dial_prefix"] = theirs
            return activate(statement, values)

        dialer._activate = edited  # type: ignore[method-assign]

        result = installed(dialer, journal)

        assert (result.outcome, result.cause and result.cause.code) == (Outcome.ROLLED_BACK, "record_changed")
        assert prefixes(dialer) == {"SALES": theirs, "SURVEY": None, "OTHER": "8"}
        assert dialer.rows == {}
        assert states(journal) == {
            "TILTX_SHAKEN_API_KEY": ["put_back"], "SALES": ["put_back", "planned"], "SURVEY": ["put_back", "put_back"],
        }  # fmt: skip

    def test_deletes_the_campaign_while_the_install_waits(self) -> None:
        dialer = dialer_with()
        activate = dialer._activate

        def edited(statement: str, values: Sequence[str]) -> AgentReply:
            dialer.campaigns.pop("SALES", None)
            return activate(statement, values)

        dialer._activate = edited  # type: ignore[method-assign]

        result = installed(dialer)

        assert (result.outcome, result.cause and result.cause.code) == (Outcome.ROLLED_BACK, "record_changed")
        assert prefixes(dialer) == {"SURVEY": None, "OTHER": "8"}

    def test_has_changed_each_record_since(self) -> None:
        dialer = dialer_with()
        checkpoint = checkpoint_of(dialer)
        dialer.campaigns["SALES"]["dial_prefix"] = "5"
        del dialer.campaigns["SURVEY"]
        dialer.containers["TILTX_SHAKEN_API_KEY"] = "another.Key"
        dialer.trunks[0]["dedicated_trunks"] = "11"
        journal = MemoryJournal()

        undo(dialer.connector(DialerTarget("10.0.0.1"), DialerSecrets()), checkpoint, journal, FastClock()())

        assert dialer.rows == {}
        assert prefixes(dialer) == {"SALES": "5", "OTHER": "8"}
        assert dialer.containers == {"TILTX_SHAKEN_API_KEY": "another.Key"}
        assert dialer.trunks[0]["dedicated_trunks"] == "11"
        assert states(journal) == {
            "TILTX_SHAKEN_API_KEY": ["left"], "SALES": ["put_back", "left"], "SURVEY": ["left", "gone"],
        }  # fmt: skip

    def test_was_faster_with_the_container(self) -> None:
        dialer = dialer_with()
        insert = dialer._insert

        def faster(statement: str, values: Sequence[str]) -> AgentReply:
            dialer.containers["TILTX_SHAKEN_API_KEY"] = "their.Key"
            return insert(statement, values)

        dialer._insert = faster  # type: ignore[method-assign]

        result = installed(dialer)

        assert (result.outcome, result.cause and result.cause.code) == (Outcome.ROLLED_BACK, "record_changed")
        assert dialer.containers == {"TILTX_SHAKEN_API_KEY": "their.Key"}


@pytest.mark.parametrize("table", ["_add_container", "_add_trunks", "_set_trunks", "_set_prefix"])
def test_a_table_that_refuses_undoes_everything(table: str) -> None:
    dialer = dialer_with()
    before = dialer.state
    write: Callable[[str, Sequence[str]], AgentReply] = getattr(dialer, table)
    refusals = iter([True])

    def refusing(statement: str, values: Sequence[str]) -> AgentReply:
        return AgentReply("error", ("Lock wait timeout", "1205")) if next(refusals, False) else write(statement, values)

    setattr(dialer, table, refusing)

    result = installed(dialer)

    assert (result.outcome, result.cause and result.cause.code) == (Outcome.ROLLED_BACK, "database")
    assert dialer.state == before


def test_a_database_that_keeps_another_prefix_is_caught() -> None:
    dialer = dialer_with()
    update = dialer._set_prefix

    def cutting(statement: str, values: Sequence[str]) -> AgentReply:
        reply = update(statement, values)
        dialer.campaigns["SALES"]["dial_prefix"] = ""
        return reply

    dialer._set_prefix = cutting  # type: ignore[method-assign]

    assert installed(dialer, campaigns=["SALES"]).cause is not None
    assert dialer.rows == {}


def test_as_long_as_a_campaign_can_not_be_put_back_the_carrier_stays() -> None:
    dialer = dialer_with()
    checkpoint = checkpoint_of(dialer)
    dialer._set_prefix = lambda *_: AgentReply("error", ("The table is read only", "1036"))  # type: ignore[method-assign]

    with pytest.raises(RollbackFailedError) as caught:
        roll_back(dialer, checkpoint)

    assert caught.value.steps == ["campaigns", "row", "rebuild", "reload", "settings"]
    assert "ACME" in dialer.loaded


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("request_number", range(1, 22))
def test_a_connection_that_breaks_anywhere_leaves_the_dialer_as_it_was_or_as_it_should_be(
    request_number: int, after: bool
) -> None:
    dialer = dialer_with()
    before = dialer.state
    dialer.break_at, dialer.break_after = request_number, after
    try:
        outcome = installed(dialer).outcome
    except WizardError:
        assert dialer.state == before, "an install that never began"
        return

    if outcome is Outcome.UP:
        assert request_number > dialer.requests
    else:
        assert (outcome, dialer.state) == (Outcome.ROLLED_BACK, before)


def test_the_admin_log_has_vicidials_own_rows_without_the_key() -> None:
    dialer = dialer_with()
    checkpoint = checkpoint_of(dialer)
    roll_back(dialer, checkpoint)

    rows = [(section, kind, record, code, notes) for _, _, kind, record, code, _, section, notes in dialer.admin_log]
    by = "Carrier Wizard"
    detail = "ADMIN MODIFY CAMPAIGN DETAIL"
    assert rows == [
        ("CONTAINERS", "ADD", "TILTX_SHAKEN_API_KEY", "ADMIN ADD CONTAINER", by),
        ("SERVERS_TRUNK", "ADD", "10.0.0.1", "ADMIN ADD SERVER TRUNK", f"{by}, campaign: SALES"),
        ("SERVERTRUNKS", "MODIFY", "10.0.0.1", "ADMIN MODIFY SERVER TRUNK", f"{by}, campaign: SURVEY"),
        ("CARRIERS", "ADD", "ACME", "ADMIN ADD CARRIER", by),
        ("CAMPAIGNS", "MODIFY", "SALES", detail, by),
        ("CAMPAIGNS", "MODIFY", "SURVEY", detail, by),
        ("CAMPAIGNS", "MODIFY", "SALES", detail, by),
        ("CAMPAIGNS", "MODIFY", "SURVEY", detail, by),
        ("CARRIERS", "DELETE", "ACME", "ADMIN DELETE CARRIER", by),
        ("CONTAINERS", "DELETE", "TILTX_SHAKEN_API_KEY", "ADMIN DELETE CONTAINER", by),
        ("SERVERTRUNKS", "DELETE", "10.0.0.1", "ADMIN DELETE SERVER TRUNK", f"{by}, campaign: SALES"),
        ("SERVERTRUNKS", "MODIFY", "10.0.0.1", "ADMIN MODIFY SERVER TRUNK", f"{by}, campaign: SURVEY"),
    ]
    assert KEY not in str(dialer.admin_log)


def test_the_key_is_in_no_text_of_the_way_back() -> None:
    checkpoint = checkpoint_of(dialer_with())

    assert KEY not in repr(checkpoint)
    assert all(change.state is ChangeState.MADE for change in checkpoint.changes)


def test_what_can_not_be_changed_is_refused_before_anything_is_written() -> None:
    dialer = dialer_with()
    before = dialer.state

    with pytest.raises(RefusedError) as caught:
        installed(dialer, campaigns=["NOSUCH"], server_trunks={"SALES": "91"}, tiltx_api_key="")

    assert {finding.code for finding in caught.value.findings} >= {"campaign_unknown", "trunks_exceed", "tiltx_key_missing"}
    assert dialer.state == before


def test_an_old_schema_without_these_tables_installs_all_the_same() -> None:
    dialer = FakeDialer(tables=frozenset({"vicidial_lists"}), lists_have_prefix=False)

    assert install(dialer).outcome is Outcome.UP
