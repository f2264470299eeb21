"""Campaigns, server trunks and TILTX's key on a real database: changed in their order, and put back whatever happens."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lab import Lab
from tests.real.answers import carrier_answers, phases
from tests.real.conftest import Answered, CommandLine, DialerState
from tests.real.faults import cut_connection, when_begun
from tests.real.rows import locked
from wizard.dialer.changes import make_changes
from wizard.dialer.journal import Phase

KEY = "s3ntinel.Key-7"
CHANGES: dict[str, Any] = {"campaigns": ["sales", "SURVEY"], "dial_prefix": "7", "destinations": ["nanp", "nanp10"]}
TRUNKS = {"SALES": "20", "SURVEY": "10+"}
TILTX = {"stir_shaken": "tiltx", "tiltx_api_key": KEY}
EVERYTHING = {**CHANGES, "server_trunks": TRUNKS, **TILTX}


@pytest.fixture
def tiltx(lab: Lab) -> Iterator[None]:
    """The script, as far as the wizard looks: it runs when a call does, and none does here."""
    files = [lab.dialer.root / "usr/share/asterisk/agi-bin/agi-TILTX_SHAKEN.agi", lab.dialer.root / "usr/local/bin/wget"]
    for path in files:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("#!/bin/sh\n")
        path.chmod(0o755)
    yield
    for path in files:
        path.unlink()


@pytest.fixture
def before(lab: Lab, tiltx: None, state: Callable[[], DialerState]) -> DialerState:
    """A dialer on which one campaign has lines of its own, and the other has some on another server."""
    lab.dialer.query(
        "INSERT INTO vicidial_server_trunks VALUES"
        " (%s, 'SURVEY', 5, 'MAXIMUM_LIMIT'), ('10.9.9.9', 'SALES', 7, 'MAXIMUM_LIMIT')",
        lab.dialer.address,
    )
    lab.dialer.query("UPDATE vicidial_campaigns SET dial_prefix=NULL WHERE campaign_id='SURVEY'")
    return state()


def install(lab: Lab, wizard: CommandLine, *options: str, secret: str | None = None, **changed: Any) -> Answered:
    values, own = carrier_answers(lab, "registration", **{**EVERYTHING, **changed})
    return wizard.install(*options, secret=own if secret is None else secret, **values)


def roll_back(wizard: CommandLine, installed: Answered) -> Answered:
    return wizard("rollback", installed.document["install_id"], *wizard.access)


def prefixes(lab: Lab) -> dict[str, str | None]:
    rows = lab.dialer.query("SELECT campaign_id, dial_prefix FROM vicidial_campaigns ORDER BY campaign_id")
    return {row["campaign_id"]: row["dial_prefix"] for row in rows}


def trunks(lab: Lab) -> list[tuple[Any, ...]]:
    rows = lab.dialer.query(
        "SELECT campaign_id, dedicated_trunks, trunk_restriction FROM vicidial_server_trunks WHERE server_ip=%s"
        " ORDER BY campaign_id",
        lab.dialer.address,
    )
    return [tuple(row.values()) for row in rows]


def states(answered: Answered) -> dict[tuple[str, str], str]:
    return {(change["kind"], change["record"]): change["state"] for change in answered.document["changes"]}


def test_made_logged_and_undone_to_exactly_before(
    lab: Lab, wizard: CommandLine, before: DialerState, state: Callable[[], DialerState]
) -> None:
    installed = install(lab, wizard)

    assert installed.status == 0, installed.output
    assert prefixes(lab) == {"SALES": "7", "SURVEY": "7"}
    assert trunks(lab) == [("SALES", 20, "MAXIMUM_LIMIT"), ("SURVEY", 10, "OVERFLOW_ALLOWED")]
    assert lab.dialer.query("SELECT container_type, container_entry FROM vicidial_settings_containers") == [
        {"container_type": "OTHER", "container_entry": KEY}
    ]
    told = phases(installed)
    assert told.index("settings_set") < told.index("activated")
    assert told[-1] == "campaigns_set"
    assert installed.document["changes"] == [
        {"kind": "settings_container", "record": "TILTX_SHAKEN_API_KEY", "before": None, "after": "••••••••", "state": "made"},
        {"kind": "server_trunks", "record": "SALES", "before": None, "after": "20", "state": "made"},
        {"kind": "server_trunks", "record": "SURVEY", "before": "5", "after": "10+", "state": "made"},
        {"kind": "campaign_prefix", "record": "SALES", "before": "9", "after": "7", "state": "made"},
        {"kind": "campaign_prefix", "record": "SURVEY", "before": None, "after": "7", "state": "made"},
    ]
    logged = lab.dialer.query("SELECT event_section, event_type, record_id, event_code, event_sql FROM vicidial_admin_log")
    assert [tuple(row.values())[:4] for row in logged if row["event_section"] == "CAMPAIGNS"] == [
        ("CAMPAIGNS", "MODIFY", "SALES", "ADMIN MODIFY CAMPAIGN DETAIL"),
        ("CAMPAIGNS", "MODIFY", "SURVEY", "ADMIN MODIFY CAMPAIGN DETAIL"),
    ]
    assert {row["event_section"] for row in logged} == {"CARRIERS", "CAMPAIGNS", "SERVERS_TRUNK", "SERVERTRUNKS", "CONTAINERS"}

    undone = roll_back(wizard, installed)

    assert undone.status == 0, undone.output
    assert set(states(undone).values()) == {"put_back"}
    assert state() == before


def test_the_key_is_nowhere_but_where_it_belongs(lab: Lab, wizard: CommandLine, before: DialerState) -> None:
    installed = install(lab, wizard)
    assert installed.status == 0, installed.output

    kept = b"".join(path.read_bytes() for path in wizard.folder.rglob("*") if path.is_file())
    log = str(lab.dialer.query("SELECT * FROM vicidial_admin_log"))
    arguments = lab.dialer.run("ps", "-eo", "args")
    printed = installed.output + wizard("history").output + roll_back(wizard, installed).output
    files = "".join(path.read_text(errors="replace") for path in _texts(lab.dialer.root))

    assert KEY.encode() not in kept
    assert KEY not in log + str(arguments) + printed + files
    assert KEY not in str(lab.dialer.query("SELECT * FROM vicidial_settings_containers"))


def _texts(root: Path) -> list[Path]:
    """Asterisk's generated files and logs, and the SSH server's."""
    places = (root / "etc/asterisk", root / "var/log")
    return [path for place in places for path in place.rglob("*") if path.is_file() and path.stat().st_size < 1_000_000]


@pytest.mark.parametrize("options", [(), ("--keep",)], ids=["undone", "kept"])
def test_a_carrier_that_refuses_us_gets_no_campaign(
    lab: Lab, wizard: CommandLine, before: DialerState, state: Callable[[], DialerState], options: tuple[str, ...]
) -> None:
    ended = install(lab, wizard, *options, secret="wrong.Word")

    assert prefixes(lab) == {"SALES": "9", "SURVEY": None}
    assert "campaigns_set" not in phases(ended)
    if options:
        assert states(ended)["campaign_prefix", "SALES"] == "planned"
        assert roll_back(wizard, ended).status == 0
    assert state() == before


@pytest.mark.parametrize("phase", [Phase.SETTINGS_SET, Phase.ACTIVATED, Phase.CAMPAIGNS_SET])
def test_a_connection_that_is_cut_before_a_phase(
    lab: Lab, wizard: CommandLine, before: DialerState, state: Callable[[], DialerState], phase: Phase
) -> None:
    with when_begun(phase, lambda: cut_connection(lab)):
        ended = install(lab, wizard)

    assert (ended.status, ended.document["reason"]) == (4, "connection_lost"), ended.output
    assert state() == before


@pytest.mark.parametrize("undone", [Phase.SETTINGS_SET, Phase.CAMPAIGNS_SET])
def test_a_connection_that_is_cut_after_the_change_was_made(
    lab: Lab, wizard: CommandLine, before: DialerState, state: Callable[[], DialerState], undone: Phase,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def cut_after(connection: Any, checkpoint: Any, changes: Any, keep: Any) -> None:
        make_changes(connection, checkpoint, changes, keep)
        if changes[0].is_of_campaign is (undone is Phase.CAMPAIGNS_SET):
            cut_connection(lab)
            connection.ask([])

    monkeypatch.setattr("wizard.dialer.run.make_changes", cut_after)

    ended = install(lab, wizard)

    assert (ended.status, ended.document["reason"]) == (4, "connection_lost"), ended.output
    assert state() == before


@pytest.mark.parametrize(
    "sign",
    ["Carrier written", "Server trunks", "Carrier switched on", "Loaded by Asterisk", "Registered with", "Campaigns dial"],
)
def test_a_wizard_that_is_killed_leaves_a_way_back(
    lab: Lab, wizard: CommandLine, before: DialerState, state: Callable[[], DialerState], sign: str
) -> None:
    values, secret = carrier_answers(lab, "registration", **EVERYTHING)
    with wizard.installing(secret, **values) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if sign in line:
                process.send_signal(signal.SIGKILL)
                break

    [found] = wizard("history").document
    assert found["outcome"] in ("interrupted", "up")
    assert wizard("rollback", found["install_id"], *wizard.access).status == 0
    assert state() == before


@pytest.mark.parametrize(
    ("statement", "left"),
    [
        ("UPDATE vicidial_campaigns SET dial_prefix='5' WHERE campaign_id='SALES'", "left"),
        ("UPDATE vicidial_campaigns SET dial_prefix='7' WHERE campaign_id='SALES'", "put_back"),
        ("DELETE FROM vicidial_campaigns WHERE campaign_id='SALES'", "gone"),
    ],
    ids=["another-prefix", "the-same", "deleted"],
)
def test_a_campaign_that_somebody_has_changed_since_is_left_alone_and_said(
    lab: Lab, wizard: CommandLine, before: DialerState, statement: str, left: str
) -> None:
    installed = install(lab, wizard)
    lab.dialer.query(statement)
    theirs = prefixes(lab).get("SALES")

    undone = roll_back(wizard, installed)

    assert undone.status == 0, undone.output
    assert states(undone)["campaign_prefix", "SALES"] == left
    assert states(undone)["campaign_prefix", "SURVEY"] == "put_back"
    assert prefixes(lab).get("SALES") == ("9" if left == "put_back" else theirs)
    assert prefixes(lab)["SURVEY"] is None
    assert lab.dialer.query("SELECT * FROM vicidial_server_carriers WHERE carrier_id='ACME'") == []


@pytest.mark.parametrize("theirs", ["UPDATE vicidial_campaigns SET dial_prefix='5'", "DELETE FROM vicidial_campaigns"])
def test_a_campaign_that_somebody_changes_while_we_wait_undoes_the_install_and_keeps_their_change(
    lab: Lab, wizard: CommandLine, before: DialerState, theirs: str
) -> None:
    with when_begun(Phase.LOADED, lambda: lab.dialer.query(f"{theirs} WHERE campaign_id='SALES'")):
        ended = install(lab, wizard)

    assert (ended.status, ended.document["reason"]) == (4, "record_changed"), ended.output
    assert prefixes(lab).get("SALES") == ("5" if "UPDATE" in theirs else None)
    assert prefixes(lab)["SURVEY"] is None
    assert "SALES" in ended.document["message"]


@pytest.mark.parametrize(
    ("phase", "table"), [(Phase.CAMPAIGNS_SET, "vicidial_campaigns"), (Phase.SETTINGS_SET, "vicidial_server_trunks")]
)
def test_a_table_that_somebody_holds_undoes_the_install(
    lab: Lab, wizard: CommandLine, before: DialerState, state: Callable[[], DialerState], phase: Phase, table: str
) -> None:
    # Until the undo has begun: it waits for its turn too.
    with (
        contextlib.ExitStack() as lock,
        when_begun(phase, lambda: lock.enter_context(locked(lab, table))),
        when_begun(Phase.ROLLING_BACK, lock.close),
    ):
        ended = install(lab, wizard)

    assert (ended.status, ended.document["reason"]) == (4, "database"), ended.output
    assert state() == before


def test_the_same_again_changes_nothing_more(lab: Lab, wizard: CommandLine, before: DialerState) -> None:
    """What is so already is nobody's to undo."""
    first = install(lab, wizard)
    lab.dialer.query("DELETE FROM vicidial_server_carriers WHERE carrier_id='ACME'")
    lab.dialer.query("UPDATE servers SET rebuild_conf_files='Y'")
    assert first.status == 0
    until_forgotten(lab)

    again = install(lab, wizard)

    assert again.status == 0, again.output
    assert again.document["changes"] == []
    assert roll_back(wizard, again).status == 0
    assert prefixes(lab) == {"SALES": "7", "SURVEY": "7"}


def until_forgotten(lab: Lab) -> None:
    while "not found" not in lab.dialer.asterisk("sip show peer acme"):
        pass


def test_findings_on_a_dialer_that_lacks_everything(lab: Lab, wizard: CommandLine, state: Callable[[], DialerState]) -> None:
    before = state()
    lab.dialer.query(
        "INSERT INTO vicidial_lists SET list_id=102, list_name='Own', campaign_id='SALES', active='Y', dial_prefix='8'"
    )
    lab.dialer.query("INSERT INTO vicidial_live_agents SET user='6666', server_ip='x', lead_id=0, campaign_id='SALES'")
    lab.dialer.query("UPDATE vicidial_campaigns SET manual_dial_prefix='6' WHERE campaign_id='SALES'")
    lab.dialer.query("RENAME TABLE vicidial_tiltx_shaken_log TO away")
    try:
        ended = install(lab, wizard, campaigns=["SALES", "NOSUCH"], server_trunks={"SALES": "97"}, tiltx_api_key="")
    finally:
        lab.dialer.query("RENAME TABLE away TO vicidial_tiltx_shaken_log")
        lab.dialer.query("UPDATE vicidial_campaigns SET manual_dial_prefix='' WHERE campaign_id='SALES'")

    assert ended.status == 2
    found = {(finding["field"], finding["code"]) for finding in ended.document["findings"]}
    assert found >= {
        ("campaigns", "campaign_unknown"), ("campaigns", "list_other_prefix"), ("campaigns", "campaign_has_agents"),
        ("campaigns", "manual_other_prefix"), ("server_trunks", "trunks_exceed"), ("stir_shaken", "tiltx_script_missing"),
        ("stir_shaken", "tiltx_wget_missing"), ("stir_shaken", "tiltx_table_missing"), ("tiltx_api_key", "tiltx_key_missing"),
    }  # fmt: skip
    assert state() == before
