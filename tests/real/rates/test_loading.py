"""Rate decks while calls read them, and imports that are killed wherever they can be."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Sequence

import pytest

from tests.lab import Lab
from tests.real.calls import call_and_log, received
from tests.real.conftest import CommandLine
from tests.real.rates.decks import AFTER, BEFORE, NEW, NEW_DECK, OLD, OLD_DECK, everything_there, load, seen_by_calls
from wizard.carrier.rates.deck import Deck, read_deck
from wizard.dialer.connection import Connection
from wizard.dialer.gathering import open_database
from wizard.dialer.protocol import AgentReply, Operation
from wizard.dialer.rates import statements
from wizard.dialer.rates.loading import Left, left_of, settle
from wizard.dialer.rates.reading import read_parts
from wizard.dialer.target import DialerSecrets, DialerTarget
from wizard.errors import ConnectionLostError
from wizard.service.dialers import connector
from wizard.service.rates import import_rates, look_at_rates
from wizard.service.workspace import Workspace

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


def _breaks(workspace: Workspace, target: DialerTarget, deck: Deck) -> bool:
    try:
        import_rates(workspace, lambda: Breaking(target, DialerSecrets()), target, "ACME", deck)
    except ConnectionLostError:
        return True
    return False


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


def _settles_to_one_deck(lab: Lab) -> bool:
    """The statement that was under way goes on without the agent; nothing is asked of anybody else."""
    deadline = time.monotonic() + 30
    while lab.dialer.query("SELECT 1 FROM information_schema.processlist WHERE info LIKE '%%UPDATE lcr%%' AND user='cron'"):
        assert time.monotonic() < deadline
    found = lab.dialer.query("SELECT rate, COUNT(*) AS count FROM lcr WHERE npanxx<1000000 GROUP BY rate")
    return len(found) == 1 and found[0]["count"] == 30_000


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
