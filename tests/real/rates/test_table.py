"""The table of rates on a real database: who may make it, whose it is, and what is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lab import Lab
from tests.real.conftest import CommandLine
from tests.real.rates.decks import (
    AFTER,
    BEFORE,
    NEW_DECK,
    OLD_DECK,
    add_trunk,
    everything_there,
    load,
    seen_by_calls,
)
from wizard.carrier.rates.values import MOST, rate_text
from wizard.dialer.connection import Connection
from wizard.dialer.gathering import open_database
from wizard.dialer.rates import statements
from wizard.dialer.target import DialerSecrets, DialerTarget
from wizard.errors import WizardError
from wizard.service.workspace import Workspace


def test_the_table_is_made_by_vicidials_second_user_since_the_first_may_not(
    lab: Lab, wizard: CommandLine, tmp_path: Path
) -> None:
    add_trunk(lab, "acme")
    file = tmp_path / "deck.csv"
    file.write_bytes(OLD_DECK)
    options = ("--carrier", "acme", "--dialer", wizard.address, *wizard.access)

    tried = wizard("rates", "import", str(file), *options, "--dry-run")
    done = wizard("rates", "import", str(file), *options)
    shown = wizard("rates", "show", "--dialer", wizard.address, *wizard.access)

    assert (tried.status, tried.document["count"]) == (0, 3)
    assert (done.status, done.document["trunk"], done.document["count"]) == (0, "SIP/acme", 3)
    assert seen_by_calls(lab) == BEFORE
    [deck] = shown.document["decks"]
    assert deck == {"trunk": "SIP/acme", "carriers": ["ACME"], "count": 3, "lowest": "0.01", "highest": "0.01"}


def test_a_dry_run_changes_nothing(lab: Lab, wizard: CommandLine, tmp_path: Path) -> None:
    add_trunk(lab, "acme")
    file = tmp_path / "deck.csv"
    file.write_bytes(OLD_DECK)

    wizard("rates", "import", str(file), "--carrier", "ACME", "--dialer", wizard.address, *wizard.access, "--dry-run")

    assert lab.dialer.query("SHOW TABLES LIKE 'lcr'") == []


def test_where_nobody_may_make_the_table_the_statement_is_given(lab: Lab, wizard: CommandLine, tmp_path: Path) -> None:
    add_trunk(lab, "acme")
    lab.dialer.query("REVOKE CREATE ON asterisk.* FROM custom@localhost")
    file = tmp_path / "deck.csv"
    file.write_bytes(OLD_DECK)

    refused = wizard("rates", "import", str(file), "--carrier", "ACME", "--dialer", wizard.address, *wizard.access)

    assert refused.status == 3
    assert statements.CREATE in refused.document["error"]["message"]
    assert lab.dialer.query("SHOW TABLES LIKE 'lcr'") == []
    lab.dialer.query(statements.CREATE)
    assert wizard("rates", "import", str(file), "--carrier", "ACME", "--dialer", wizard.address, *wizard.access).status == 0


def test_an_index_that_is_missing_is_added(lab: Lab, target: DialerTarget, workspace: Workspace) -> None:
    lab.dialer.query("CREATE TABLE lcr (npanxx MEDIUMINT, rate VARCHAR(10), carrier_string VARCHAR(20))")
    load(workspace, target, OLD_DECK)

    assert [row["Column_name"] for row in lab.dialer.query("SHOW INDEX FROM lcr")] == ["npanxx"]


@pytest.mark.parametrize(
    "table",
    [
        "npanxx MEDIUMINT UNSIGNED, rate VARCHAR(10), carrier_string VARCHAR(20), UNIQUE both_of (npanxx, carrier_string)",
        "npanxx INT, rate CHAR(12), carrier_string VARCHAR(40), KEY n (npanxx)",
        "npanxx MEDIUMINT, rate VARCHAR(10), carrier_string VARCHAR(20), KEY n (npanxx)) ENGINE=InnoDB COMMENT=('x'",
    ],
)
def test_tables_that_somebody_else_made_do_too(lab: Lab, target: DialerTarget, workspace: Workspace, table: str) -> None:
    lab.dialer.query(f"CREATE TABLE lcr ({table.replace(chr(61) + '(', chr(61))}" + ("" if "ENGINE" in table else ")"))

    load(workspace, target, OLD_DECK)
    load(workspace, target, NEW_DECK)

    assert everything_there(lab) == AFTER


@pytest.mark.parametrize(
    "table",
    [
        "npanxx SMALLINT UNSIGNED, rate VARCHAR(10), carrier_string VARCHAR(20)",
        "npanxx MEDIUMINT, rate VARCHAR(6), carrier_string VARCHAR(20)",
        "npanxx MEDIUMINT, rate VARCHAR(10), trunk VARCHAR(20)",
        "npanxx MEDIUMINT PRIMARY KEY, rate VARCHAR(10), carrier_string VARCHAR(20)",
    ],
)
def test_tables_that_can_not_hold_decks_are_left_as_they_are(
    lab: Lab, target: DialerTarget, workspace: Workspace, table: str
) -> None:
    lab.dialer.query(f"CREATE TABLE lcr ({table})")

    with pytest.raises(WizardError) as refused:
        load(workspace, target, OLD_DECK)

    assert refused.value.code == "rates_table"
    assert lab.dialer.query("SELECT * FROM lcr") == []


def test_another_carriers_rates_stay_and_a_deck_can_be_taken_out(
    lab: Lab, wizard: CommandLine, target: DialerTarget, workspace: Workspace
) -> None:
    load(workspace, target, OLD_DECK)
    load(workspace, target, NEW_DECK, "BETA")

    removed = wizard("rates", "remove", "--carrier", "ACME", "--dialer", wizard.address, *wizard.access)
    again = wizard("rates", "remove", "--carrier", "SIP/acme", "--dialer", wizard.address, *wizard.access)

    assert (removed.status, removed.document["before"]) == (0, 3)
    assert again.status == 2
    assert everything_there(lab) == AFTER


def test_two_wizards_do_not_load_at_once(lab: Lab, wizard: CommandLine, target: DialerTarget, tmp_path: Path) -> None:
    file = tmp_path / "deck.csv"
    file.write_bytes(OLD_DECK)
    with Connection(target, DialerSecrets()) as other:
        from wizard.dialer.database_lock import lock_database

        open_database(other)
        lock_database(other)
        refused = wizard("rates", "import", str(file), "--carrier", "ACME", "--dialer", wizard.address, *wizard.access)

    assert refused.status == 3
    assert refused.document["error"]["code"] == "already_in_progress"


def test_a_replica_is_not_written_to(lab: Lab, target: DialerTarget, workspace: Workspace) -> None:
    lab.dialer.query(statements.CREATE)
    lab.dialer.query("SET GLOBAL read_only=1")
    try:
        with pytest.raises(WizardError) as refused:
            load(workspace, target, OLD_DECK)
    finally:
        lab.dialer.query("SET GLOBAL read_only=0")

    assert refused.value.code == "database_read_only"
    assert everything_there(lab) == set()


def test_nobodys_rows_but_the_carriers_are_touched(lab: Lab, target: DialerTarget, workspace: Workspace) -> None:
    theirs = {(212555, "0.5"), (1212555, "0.01"), (212555, "0.3")}
    lab.dialer.query(statements.CREATE)
    lab.dialer.query(
        "INSERT INTO lcr VALUES (212555, '0.5', 'SIP/ACME'), (1212555, '0.01', 'SIP/acme'), (212555, '0.3', 'PJSIP/x')"
    )

    load(workspace, target, OLD_DECK)
    assert everything_there(lab) == theirs | BEFORE
    load(workspace, target, NEW_DECK)
    assert everything_there(lab) == theirs | AFTER


def test_the_database_sorts_our_texts_as_numbers_also_beside_another_loaders(lab: Lab) -> None:
    lab.dialer.query(statements.CREATE)
    ours = [1, 9, 10, 99, 790_000, 7_900_000, 10_000_000, 99_999_999, 100_000_000, MOST]
    for rate in reversed(ours):
        lab.dialer.query("INSERT INTO lcr VALUES (212555, %s, 'SIP/acme')", rate_text(rate))
    lab.dialer.query("INSERT INTO lcr VALUES (212555, '0.0078', 'SIP/other'), (212555, '0.08', 'SIP/other')")

    rows = lab.dialer.query("SELECT rate FROM lcr WHERE npanxx='212555' ORDER BY rate ASC")

    assert [float(row["rate"]) for row in rows] == sorted([*(rate / 10**8 for rate in ours), 0.0078, 0.08])
