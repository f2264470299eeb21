"""Rate decks on a real database, while calls read them, and imports that are killed wherever they can be."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from tests.bench import trusted_target
from tests.lab import Lab
from tests.real.calls import call_and_log, received
from tests.real.conftest import CommandLine
from wizard.carrier.rates.deck import Deck, read_deck
from wizard.carrier.rates.values import MOST, rate_text
from wizard.dialer.connection import Connection
from wizard.dialer.facts import open_database
from wizard.dialer.protocol import AgentReply, Operation
from wizard.dialer.rates import statements
from wizard.dialer.rates.loading import Left, left_of, settle
from wizard.dialer.rates.reading import read_parts
from wizard.dialer.target import DialerSecrets, DialerTarget
from wizard.errors import ConnectionLostError, WizardError
from wizard.service.dialers import connector
from wizard.service.rates import import_rates, look_at_rates
from wizard.service.workspace import Workspace, open_workspace

OLD, NEW = "0.01000000", "0.02000000"
#: three numbers of the old deck, of which the new one keeps two, and one that is new
OLD_DECK = b"npanxx,rate\n212555,0.01\n312555,0.01\n412555,0.01\n"
NEW_DECK = b"npanxx,rate\n212555,0.02\n412555,0.02\n512555,0.02\n"
BEFORE = {(212555, OLD), (312555, OLD), (412555, OLD)}
AFTER = {(212555, NEW), (412555, NEW), (512555, NEW)}


def add_carrier(lab: Lab, name: str, *, account: str = "type=peer\nhost=127.0.0.1\n", protocol: str = "SIP") -> None:
    lab.dialer.query(
        "INSERT INTO vicidial_server_carriers SET carrier_id=%s, carrier_name=%s, registration_string='',"
        " template_id='--NONE--', account_entry=%s, protocol=%s, globals_string=%s, dialplan_entry='', server_ip=%s,"
        " active='Y'",
        name.upper(),
        name,
        f"[{name}]\n{account}",
        protocol,
        f"{name.upper()}_TRUNK={protocol}/{name}",
        lab.dialer.address,
    )


@pytest.fixture
def target(lab: Lab) -> DialerTarget:
    add_carrier(lab, "acme")
    add_carrier(lab, "beta")
    return trusted_target(lab)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    opened = open_workspace(tmp_path)
    yield opened
    opened.store.close()


def load(workspace: Workspace, target: DialerTarget, deck: bytes, carrier: str = "ACME") -> None:
    import_rates(workspace, connector(target, DialerSecrets()), target, carrier, read_deck([deck]))


def seen_by_calls(lab: Lab) -> set[tuple[int, str]]:
    rows = lab.dialer.query("SELECT npanxx, rate FROM lcr WHERE npanxx BETWEEN 0 AND 999999 AND carrier_string='SIP/acme'")
    return {(row["npanxx"], row["rate"]) for row in rows}


def everything_there(lab: Lab) -> set[tuple[int, str]]:
    return {(row["npanxx"], row["rate"]) for row in lab.dialer.query("SELECT npanxx, rate FROM lcr")}


def test_the_table_is_made_by_vicidials_second_user_since_the_first_may_not(
    lab: Lab, wizard: CommandLine, tmp_path: Path
) -> None:
    add_carrier(lab, "acme")
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
    add_carrier(lab, "acme")
    file = tmp_path / "deck.csv"
    file.write_bytes(OLD_DECK)

    wizard("rates", "import", str(file), "--carrier", "ACME", "--dialer", wizard.address, *wizard.access, "--dry-run")

    assert lab.dialer.query("SHOW TABLES LIKE 'lcr'") == []


def test_where_nobody_may_make_the_table_the_statement_is_given(lab: Lab, wizard: CommandLine, tmp_path: Path) -> None:
    add_carrier(lab, "acme")
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


_CHANGES = ("INSERT INTO lcr", "UPDATE lcr", "DELETE FROM lcr")


class Breaking(Connection):
    """Ends at the n-th operation that changes the table, before or after it was carried out; the rest is never sent."""

    changes = 0
    break_at = 0
    after = False

    def ask(self, operations: Sequence[Operation], *, stop_at_error: bool = True) -> list[AgentReply]:
        for place, operation in enumerate(operations):
            if operation.name == "sql" and str(operation.values[0]).startswith(_CHANGES):
                Breaking.changes += 1
                if Breaking.changes == Breaking.break_at:
                    super().ask(operations[: place + Breaking.after], stop_at_error=stop_at_error)
                    self.close()
                    raise ConnectionLostError
        return super().ask(operations, stop_at_error=stop_at_error)


def test_wherever_an_import_is_killed_calls_see_the_old_deck_or_the_new_one(
    lab: Lab, target: DialerTarget, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statements, "BATCH_BYTES", 50)  # a statement for each row
    deck = read_deck([NEW_DECK])
    seen: list[tuple[int, bool, bool]] = []
    for break_at in range(1, 100):
        for after in (False, True):
            lab.dialer.query("DROP TABLE IF EXISTS lcr")
            load(workspace, target, OLD_DECK)
            Breaking.changes, Breaking.break_at, Breaking.after = 0, break_at, after
            if _breaks(workspace, target, deck):
                assert seen_by_calls(lab) in (BEFORE, AFTER), (break_at, after)
                seen.append((break_at, after, seen_by_calls(lab) == AFTER))
                load(workspace, target, NEW_DECK)
                assert everything_there(lab) == AFTER
            else:
                assert [is_new for _, _, is_new in seen] == sorted(is_new for _, _, is_new in seen)
                assert {is_new for _, _, is_new in seen} == {False, True}
                assert break_at == 8
                return


def _breaks(workspace: Workspace, target: DialerTarget, deck: Deck) -> bool:
    try:
        import_rates(workspace, lambda: Breaking(target, DialerSecrets()), target, "ACME", deck)
    except ConnectionLostError:
        return True
    return False


@pytest.mark.parametrize("moved", range(7))
def test_a_database_that_died_in_the_middle_of_the_swap_is_brought_to_its_end(
    lab: Lab, target: DialerTarget, workspace: Workspace, moved: int
) -> None:
    """A killed MyISAM database leaves the first rows of a statement changed, and the others not."""
    load(workspace, target, OLD_DECK)
    lab.dialer.query("UPDATE lcr SET npanxx=npanxx+0")
    for npanxx, rate in read_deck([NEW_DECK]).rates.rows():
        lab.dialer.query("INSERT INTO lcr VALUES (%s, %s, 'SIP/acme')", statements.STAGED + npanxx, rate)
    lab.dialer.query("INSERT INTO lcr VALUES (%s, '3', 'SIP/acme')", statements.MARK)
    lab.dialer.query(str(statements.swap("").values[0]).replace("?", "'SIP/acme'") + f" LIMIT {moved}")
    with Connection(target, DialerSecrets()) as connection:
        open_database(connection)
        [parts] = read_parts(connection)
        codes = {finding.code for finding in look_at_rates(connector(target, DialerSecrets())).findings}
        settle(connection)

        assert codes == ({"rates_left"} if moved in (0, 6) else {"rates_half"})
        assert left_of(parts) is (Left.STAGED if moved == 0 else Left.RETIRED if moved == 6 else Left.HALF)
        assert everything_there(lab) == (BEFORE if moved == 0 else AFTER)


def test_calls_during_an_import_see_one_deck_or_the_other(lab: Lab, target: DialerTarget, workspace: Workspace) -> None:
    rows = [f"{area}{exchange}" for area in range(200, 300) for exchange in range(200, 700)]

    def deck(rate: str) -> bytes:
        return ("npanxx,rate\n" + "".join(f"{row},{rate}\n" for row in rows)).encode()

    load(workspace, target, deck("0.01"))
    seen: list[frozenset[tuple[str, int]]] = []
    done = threading.Event()

    def watch() -> None:
        while not done.is_set():
            found = lab.dialer.query("SELECT rate, COUNT(*) AS count FROM lcr WHERE npanxx<1000000 GROUP BY rate")
            seen.append(frozenset((row["rate"], row["count"]) for row in found))

    watcher = threading.Thread(target=watch)
    watcher.start()
    load(workspace, target, deck("0.02"))
    done.set()
    watcher.join()

    assert set(seen) <= {frozenset({(OLD, len(rows))}), frozenset({(NEW, len(rows))})}
    assert len(seen) > 3


@pytest.mark.parametrize("share", [0.2, 0.5, 0.7, 0.9])
def test_when_the_agent_is_killed_calls_still_see_one_whole_deck(
    lab: Lab, target: DialerTarget, workspace: Workspace, share: float
) -> None:
    def deck(rate: str) -> Deck:
        rows = (f"{area}{exchange},{rate}\n" for area in range(200, 260) for exchange in range(200, 700))
        return read_deck([("npanxx,rate\n" + "".join(rows)).encode()])

    def put(rate: str) -> None:
        import_rates(workspace, connector(target, DialerSecrets()), target, "ACME", deck(rate))

    began = time.monotonic()
    put("0.01")
    usual = time.monotonic() - began
    killer = threading.Timer(share * usual, lambda: lab.dialer.run("pkill", "-KILL", "-x", "perl", check=False))
    killer.start()
    with contextlib.suppress(ConnectionLostError):
        put("0.02")
    killer.join()
    assert _settles_to_one_deck(lab)
    put("0.03")
    assert {rate for _, rate in everything_there(lab)} == {"0.03000000"}


def _settles_to_one_deck(lab: Lab) -> bool:
    """The statement that was under way goes on without the agent; nothing is asked of anybody else."""
    deadline = time.monotonic() + 30
    while lab.dialer.query("SELECT 1 FROM information_schema.processlist WHERE info LIKE '%%UPDATE lcr%%' AND user='cron'"):
        assert time.monotonic() < deadline
    found = lab.dialer.query("SELECT rate, COUNT(*) AS count FROM lcr WHERE npanxx<1000000 GROUP BY rate")
    return len(found) == 1 and found[0]["count"] == 30_000


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


@pytest.fixture
def dial(lab: Lab) -> Callable[[], None]:
    """A dialplan entry with VICIdial's least-cost line, whose default is the backup carrier."""

    def write() -> None:
        peers = "".join(
            f"[{name}]\ntype=peer\nhost={lab.carriers[carrier].address}\nport={lab.settings.carrier_sip_port}\n"
            "disallow=all\nallow=ulaw\ninsecure=port,invite\n"
            for name, carrier in (("acme", "ip"), ("beta", "backup"))
        )
        log = "agi://127.0.0.1:4577/call_log"
        lab.dialer.load(
            {
                "sip-vicidial.conf": peers,
                "extensions-vicidial.conf": (
                    "[vicidial-auto-external]\n"
                    f"exten => _91NXXNXXXXXX,1,AGI({log})\n"
                    "exten => _91NXXNXXXXXX,n,Set(LCRTRUNK=SIP/beta)\n"
                    "exten => _91NXXNXXXXXX,n,AGI(agi-LCR-Route.agi,${EXTEN:2:6})\n"
                    "exten => _91NXXNXXXXXX,n,Dial(${LCRTRUNK}/${EXTEN:1},,To)\n"
                    "exten => _91NXXNXXXXXX,n,Hangup()\n"
                    f"exten => h,1,AGI({log}--HVcauses--PRI-----NODEBUG-----${{HANGUPCAUSE}}-----${{DIALSTATUS}}"
                    "-----${DIALEDTIME}-----${ANSWEREDTIME})\n"
                    "[vicidial-auto]\ninclude => vicidial-auto-external\n"
                ),
            }
        )

    return write


@pytest.mark.parametrize(
    ("acme", "beta", "carrier"),
    [("0.0079", "0.008", "ip"), ("0.0081", "0.008", "backup"), (None, None, "backup"), ("0.1", "0.09", "backup")],
)
def test_a_call_takes_the_cheapest_carrier_or_the_default(
    lab: Lab,
    target: DialerTarget,
    workspace: Workspace,
    wizard: CommandLine,
    dial: Callable[[], None],
    acme: str | None,
    beta: str | None,
    carrier: str,
) -> None:
    load(workspace, target, b"npanxx,rate\n" + f"{'212555' if acme else '312555'},{acme or 1}\n".encode())
    load(workspace, target, b"npanxx,rate\n" + f"{'212555' if beta else '312555'},{beta or 1}\n".encode(), "BETA")
    dial()

    found = wizard("rates", "lookup", "(212) 555-0100", "--dialer", wizard.address, *wizard.access)
    logged = call_and_log(lab, "912125550100")

    assert logged["dialstatus"] == "ANSWER"
    assert received(lab.carriers[carrier]).number == "12125550100"
    assert found.document["chosen"] == ({"ip": "SIP/acme", "backup": "SIP/beta"}[carrier] if acme else None)
    assert found.status == (0 if acme else 1)
