"""``make bench``: what things take, measured against the lab. Times are of this machine and this run; ratios travel better."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.lab import Lab
from tests.lab.carriers import ACME
from wizard.carrier.rates.deck import read_deck
from wizard.carrier.reading import read_answers
from wizard.dialer.connection import Connection
from wizard.dialer.journal import Phase
from wizard.dialer.outcome import InstallPlan
from wizard.dialer.protocol import asterisk
from wizard.dialer.target import DialerSecrets, DialerTarget, SshAuth
from wizard.dialer.watch.peers import parse_peer, parse_registry
from wizard.errors import HostKeyUnknownError
from wizard.instance import access_token
from wizard.service.installs import begin_install
from wizard.service.rates import import_rates
from wizard.service.workspace import open_workspace
from wizard.web import create_app

INSTALLS = 5


def main() -> int:
    lab = Lab()
    lab.up()
    report: dict[str, Any] = {}
    report["command line"] = command_line()
    report["pages"] = pages()
    target = trusted_target(lab)
    report["ssh"] = ssh(target)
    report["rates"] = rates(lab, target)
    report["installs"] = installs(lab, target)
    print(json.dumps(report, indent=2))
    return 0


def milliseconds(work: Callable[[], object], times: int = 20) -> float:
    """The median time of a piece of work."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return round(statistics.median(taken) * 1000, 1)


def command_line() -> dict[str, float]:
    answers = json.dumps({"carrier_id": "ACME", "auth": "ip", "host": "203.0.113.7"})

    def run(*arguments: str) -> Callable[[], object]:
        return lambda: subprocess.run([sys.executable, *arguments], input=answers, capture_output=True, text=True, check=True)

    python = milliseconds(run("-c", ""), 10)
    render = milliseconds(run("-m", "wizard", "render", "-"), 10)
    return {"python alone, ms": python, "render, ms": render, "render / python": round(render / python, 1)}


def pages() -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        app = create_app({"INSTANCE": Path(folder)})
        client = app.test_client()
        client.get(f"/?token={access_token(Path(folder))}")
        draft = client.post("/drafts").headers["Location"].split("/")[2]
        step = f"/drafts/{draft}/steps/numbers"
        typed = {"dial_prefix": "9", "destinations": ["nanp"], "number_format": "plus_e164"}
        static = milliseconds(lambda: client.get("/static/app.css").close())
        figures = {
            "a static file, ms": static,
            "first page, ms": milliseconds(lambda: client.get("/")),
            "a step, ms": milliseconds(lambda: client.get(step)),
            "the live preview, ms": milliseconds(lambda: client.post(f"{step}/preview", data=typed)),
            "review, ms": milliseconds(lambda: client.get(f"/drafts/{draft}/review")),
        }
        app.extensions["carrier_wizard"].workspace.store.close()
        return {**figures, "a step / a static file": round(figures["a step, ms"] / static, 1)}


def trusted_target(lab: Lab) -> DialerTarget:
    target = DialerTarget(lab.dialer.address, "root", lab.settings.ssh_port, SshAuth.KEY, str(lab.key))
    try:
        Connection(target, DialerSecrets()).open()
    except HostKeyUnknownError as unknown:
        return replace(target, host_key=unknown.key)
    raise AssertionError("trusted without asking")


def ssh(target: DialerTarget) -> dict[str, float]:
    def connect() -> None:
        with Connection(target, DialerSecrets()):
            pass

    with Connection(target, DialerSecrets()) as connection:
        empty = milliseconds(lambda: connection.ask([]))
        poll = milliseconds(lambda: connection.ask([asterisk("sip show peer x"), asterisk("sip show registry")]))
    return {"connect and start the agent, ms": milliseconds(connect, 5), "a round trip, ms": empty, "a poll, ms": poll}


def rates(lab: Lab, target: DialerTarget) -> dict[str, float]:
    """A deck of 200,000 rates: read, loaded into an empty table, and again in the place of itself."""
    lab.reset()
    lab.dialer.query(
        "INSERT INTO vicidial_server_carriers SET carrier_id='ACME', carrier_name='', registration_string='', template_id='',"
        " account_entry='[acme]\ntype=peer\n', protocol='SIP', globals_string='', dialplan_entry='', server_ip=%s, active='Y'",
        lab.dialer.address,
    )
    rows = [f"{area}{exchange},0.{area + exchange:05}\n" for area in range(200, 450) for exchange in range(200, 1000)]
    text = ("npanxx,rate\n" + "".join(rows)).encode()
    chunks = [text[at : at + 65_536] for at in range(0, len(text), 65_536)]
    seconds = []
    with tempfile.TemporaryDirectory() as folder:
        workspace = open_workspace(Path(folder))
        began = time.perf_counter()
        deck = read_deck(chunks)
        seconds.append(time.perf_counter() - began)
        for _ in range(2):
            began = time.perf_counter()
            import_rates(workspace, lambda: Connection(target, DialerSecrets()), target, "ACME", deck)
            seconds.append(time.perf_counter() - began)
        workspace.store.close()
    began = time.perf_counter()
    sum(len(line.split(b",")) for line in text.split(b"\n"))
    split = time.perf_counter() - began
    assert len(deck.rates) == 200_000
    return {
        "reading 200,000 rates, s": round(seconds[0], 1),
        "reading / splitting at commas alone": round(seconds[0] / split),
        "loading them, s": round(seconds[1], 1),
        "loading them in the place of as many, s": round(seconds[2], 1),
    }


class Watcher:
    """Asks the dialer's Asterisk itself, past the wizard, for the moment at which the carrier is up."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._stop = threading.Event()
        self.up_at: datetime | None = None
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Watcher:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.is_set() and self.up_at is None:
            at = datetime.now(UTC)
            rows = parse_registry(self._lab.dialer.asterisk("sip show registry")) or []
            is_registered = any(row.state == "Registered" for row in rows)
            peer = parse_peer(self._lab.dialer.asterisk("sip show peer acme"))
            if is_registered and peer is not None and peer.status == "OK":
                self.up_at = at


def installs(lab: Lab, target: DialerTarget) -> dict[str, Any]:
    """Whole installs of a registering carrier, and how late the wizard is to say that it is up."""
    answers, _ = read_answers(
        {
            "carrier_id": "ACME", "auth": "registration", "host": lab.carriers["registration"].host_name,
            "username": ACME.username, "secret": ACME.secret,
        }
    )  # fmt: skip
    delays, seconds, trips, polls = [], [], [], []
    for _ in range(INSTALLS):
        lab.reset()
        connections: list[Counting] = []

        def connect(made: list[Counting] = connections) -> Connection:
            made.append(Counting(target, DialerSecrets()))
            return made[-1]

        with tempfile.TemporaryDirectory() as folder, Watcher(lab) as watcher:
            workspace = open_workspace(Path(folder))
            began = time.monotonic()
            done = begin_install(workspace, connect, target, InstallPlan(answers), dialer_name="lab").run()
            seconds.append(round(time.monotonic() - began, 1))
            said = datetime.fromisoformat(done.done_at(Phase.REGISTERED))
            workspace.store.close()
        assert done.outcome == "up", done
        if watcher.up_at is not None:
            delays.append(round((said - watcher.up_at).total_seconds(), 2))
        polls.append(sum(each.polls for each in connections))
        trips.append(sum(each.round_trips for each in connections) - polls[-1])
    return {
        "seconds from Asterisk seeing it up to the wizard saying so": delays,
        "seconds of a whole install": seconds,
        "round trips without polls": trips,
        "polls": polls,
    }


class Counting(Connection):
    """Tells polls from other requests."""

    polls = 0

    def ask(self, operations: Any, *, stop_at_error: bool = True) -> Any:
        if operations and operations[0].name == "find":
            self.polls += 1
        return super().ask(operations, stop_at_error=stop_at_error)


if __name__ == "__main__":
    sys.exit(main())
