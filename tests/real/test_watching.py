"""The watch on a real dialer: carriers of every protocol that somebody wrote by hand, one that falls silent, and a webhook."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from tests.lab import Lab
from tests.lab.carriers import LabCarrier
from tests.real import trunks
from tests.real.conftest import CommandLine
from tests.real.entries import until
from tests.real.faults import cut_connection
from tests.real.rows import add_carrier, rebuild
from wizard.carrier.watching.flaps import Damping
from wizard.carrier.watching.states import WatchState
from wizard.dialer.connection import Connection
from wizard.dialer.lookout import Lookout
from wizard.dialer.verdict import Judgement, Verdict
from wizard.service.dialers import Connect
from wizard.service.other_servers import reach_as_saved
from wizard.service.watching.rounds import Watching
from wizard.service.watching.telling import Telling
from wizard.service.workspace import Workspace
from wizard.store.dialers import SavedDialer
from wizard.store.watch_history import THE_DIALER

#: two looks are enough here: what is tested is what a real Asterisk says, and the time is ours
DAMPING = Damping(looks=2, seconds=0.0, quiet_seconds=900.0)
WATCHED = ("WSIP", "WPJSIP", "WWIZ", "WIAX")


class Receiver:
    """A webhook of somebody's."""

    def __init__(self) -> None:
        self.posted: list[dict[str, Any]] = []
        self.status = 200
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if receiver.status == 200:
                    receiver.posted.append({**json.loads(body), "path": self.path})
                self.send_response(receiver.status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"json://127.0.0.1:{self.server.server_port}/hook/s3cret.Path"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture
def watched(lab: Lab, wizard: CommandLine) -> SavedDialer:
    """The lab's dialer, saved, with a carrier of each protocol that asks often."""
    silent_soon = lab.carriers["ip"]
    host, port = silent_soon.sip_address.split(":")
    add_carrier(lab, "WSIP", account_entry=trunks.chan_sip("wsip", host, f"port={port}", "qualify=yes", "qualifyfreq=2"))
    aor = "qualify_frequency=2\nqualify_timeout=1\n"
    contact = f"sip:{silent_soon.sip_address}"
    add_carrier(lab, "WPJSIP", protocol="PJSIP", account_entry=trunks.pjsip("wpjsip", contact) + aor)
    wiz = f"[wwiz]\ntype=wizard\nremote_hosts={silent_soon.sip_address}\nendpoint/context=trunkinbound\nendpoint/allow=ulaw\n"
    wiz += "aor/qualify_frequency=2\naor/qualify_timeout=1\n"
    add_carrier(lab, "WWIZ", protocol="PJSIP_WIZ", account_entry=wiz)
    iax = trunks.iax2("wiax", host, None, "qualify=yes", "qualifyfreqok=2000", "qualifyfreqnotok=2000")
    add_carrier(lab, "WIAX", protocol="IAX2", account_entry=iax)
    add_carrier(lab, "WQUIET", account_entry=trunks.chan_sip("wquiet", host, f"port={port}"))
    add_carrier(lab, "WOFF", active="N", account_entry=trunks.chan_sip("woff", host))
    rebuild(lab)
    # VICIdial types an alias that most dialers lack.
    lab.dialer.asterisk("module reload res_pjsip.so")
    lab.dialer.asterisk("module reload res_pjsip_config_wizard.so")
    # Asterisk asks new contacts within their interval: looks that follow each other at once would take that for an outage.
    assert until(lambda: _contacts_up(lab) == {"wpjsip", "wwiz"}, 20)
    assert wizard("dialer", "add", "main", wizard.address, *wizard.access).status == 0
    saved = wizard.workspace.dialers.find("main")
    assert saved is not None
    return saved


def _contacts_up(lab: Lab) -> set[str]:
    return set(re.findall(r"Contact:\s+(\w+)/\S+\s+\S+\s+Avail", lab.dialer.asterisk("pjsip show contacts")))


def reach(wizard: CommandLine, saved: SavedDialer) -> Connect:
    return reach_as_saved(wizard.workspace)(saved)


def pause(carrier: LabCarrier, name: str) -> None:
    """Its Asterisk stops for a while (``STOP``), or goes on (``CONT``)."""
    carrier.run("sh", "-c", f"kill -{name} $(cat /run/asterisk/asterisk.pid)")


class Watch:
    """Looks when a test says so."""

    def __init__(self, wizard: CommandLine, saved: SavedDialer) -> None:
        self.workspace: Workspace = wizard.workspace
        self.saved = saved
        connect = reach(wizard, saved)
        self.watching = Watching(self.workspace, saved, connect, 60, wall=time.time, damping=lambda _: DAMPING)
        self.lookout = Lookout(connect)
        self.telling = Telling(self.workspace)

    def look(self) -> dict[str, Judgement]:
        done = self.watching.look(self.lookout)
        self.telling.tick()
        return dict(done.carriers)

    def until_all(self, verdict: Verdict, seconds: float = 60) -> None:
        assert until(lambda: all(self.look()[name].verdict is verdict for name in WATCHED), seconds), self.look()

    def close(self) -> None:
        self.lookout.close()
        self.telling.end()


@pytest.fixture
def watch(wizard: CommandLine, watched: SavedDialer) -> Iterator[Watch]:
    watch = Watch(wizard, watched)
    yield watch
    watch.close()


def news(receiver: Receiver) -> list[str]:
    """What was told, oldest first; changes that are seen at once are one message, each under its own line."""
    lines = [line for each in receiver.posted for line in (each["title"], *each["message"].splitlines())]
    return [line for line in lines if re.fullmatch(r"\w+ is (?:down|up again) on main", line)]


def test_carriers_of_every_protocol_go_down_and_come_back_and_each_is_told_once(
    lab: Lab, wizard: CommandLine, watch: Watch, receiver: Receiver
) -> None:
    added = wizard("watch", "notify", "add", "hook", "--url-env", "HOOK", HOOK=receiver.url)
    assert added.status == 0
    assert "s3cret" not in added.output
    carrier = lab.carriers["ip"]
    watch.until_all(Verdict.UP)
    assert set(watch.look()) == {*WATCHED, "WQUIET"} | set(_seeded(watch))
    assert watch.look()["WQUIET"] == Judgement(Verdict.CANNOT_TELL, "qualify_off", final=True)
    assert receiver.posted == []
    pause(carrier, "STOP")
    try:
        watch.until_all(Verdict.DOWN)
        watch.look()
        assert sorted(news(receiver)) == sorted(f"{name} is down on main" for name in WATCHED)
        # It is back for one look, and gone again: a flap is no news.
        pause(carrier, "CONT")
        watch.until_all(Verdict.UP)
        pause(carrier, "STOP")
        watch.until_all(Verdict.DOWN)
        flapped = [each for each in news(receiver) if "down" in each]
        assert len(flapped) == len(WATCHED)
    finally:
        pause(carrier, "CONT")
    watch.until_all(Verdict.UP)
    watch.look()
    watch.look()

    titles = news(receiver)
    for name in WATCHED:
        assert titles.count(f"{name} is down on main") == 1
        assert titles[-len(WATCHED) :].count(f"{name} is up again on main") == 1
    message = next(each for each in receiver.posted if "WSIP is down" in each["title"] + each["message"])
    assert "The carrier doesn't answer" in message["message"]
    assert message["type"] == "failure"
    assert message["path"] == "/hook/s3cret.Path"
    stretches = watch.workspace.watch_history.segments(watch.saved.id, 0)["WSIP"]
    assert [each.state for each in stretches if each.state is not WatchState.NOT_YET][:2] == [WatchState.UP, WatchState.DOWN]


def _seeded(watch: Watch) -> list[str]:
    """Carriers that the lab's dialer has from the beginning."""
    return [name for name in watch.look() if not name.startswith("W")]


def test_a_look_is_two_round_trips_and_one_over_a_new_connection_five(wizard: CommandLine, watched: SavedDialer) -> None:
    made: list[Connection] = []
    connect = reach(wizard, watched)

    def kept() -> Connection:
        made.append(connect())
        return made[-1]

    lookout = Lookout(kept)
    lookout.look()
    first = made[0].round_trips
    lookout.look()
    lookout.close()

    assert len(made) == 1
    assert (first, made[0].round_trips - first) == (5, 2)


def test_a_connection_that_ended_between_two_looks_is_no_outage(lab: Lab, watch: Watch) -> None:
    watch.look()
    cut_connection(lab)

    assert "WSIP" in watch.look()
    assert [each.state for each in watch.workspace.watch_history.segments(watch.saved.id, 0)[THE_DIALER]] == [WatchState.UP]


def test_an_asterisk_or_a_database_that_is_gone_is_the_dialers_trouble(lab: Lab, watch: Watch) -> None:
    watch.until_all(Verdict.UP)
    lab.dialer.control("stop-asterisk")
    assert watch.look() == {}
    lab.dialer.control("start-asterisk")
    watch.until_all(Verdict.UP)
    lab.dialer.control("stop-database")
    try:
        assert watch.look() == {}
        assert watch.look() == {}
    finally:
        lab.dialer.control("start-database")
    watch.until_all(Verdict.UP)

    reasons = [each.reason for each in watch.workspace.watch_history.segments(watch.saved.id, 0)[THE_DIALER]]
    assert [each for each in reasons if each] == ["asterisk_silent", "database_login"]
    # The carriers of an Asterisk that has just started are down themselves, for as long as they take to answer.
    told = [
        each.reason
        for each in watch.workspace.watch_history.events(watch.saved.id)
        if each.carrier_id == THE_DIALER and not each.is_up
    ]
    assert told == ["database_login"]


def test_a_notification_that_is_refused_is_sent_later_and_no_secret_of_it_is_shown(
    lab: Lab, wizard: CommandLine, watch: Watch, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    wizard("watch", "notify", "add", "hook", "--url-env", "HOOK", HOOK=receiver.url)
    watch.until_all(Verdict.UP)
    receiver.status = 503
    lab.dialer.control("stop-asterisk")
    watch.look()
    watch.look()
    lab.dialer.control("start-asterisk")
    shown = wizard("watch", "show", "main")
    [event] = [each for each in shown.document["events"] if each["carrier_id"] is None]
    [delivery] = event["deliveries"]
    assert (delivery["state"], delivery["problem"]) == ("pending", "http:503")
    receiver.status = 200
    later = Telling(watch.workspace, times=watch.telling.times)
    watch.telling.end()
    later.times = type(later.times)(wall=lambda: time.time() + 60)
    later.tick()
    later.end()

    # A carrier may have been told down and up while all were still coming up.
    titles = [each["title"] for each in receiver.posted if " on main" not in each["title"]]
    assert titles == ["main can't be looked at"]
    assert "s3cret" not in caplog.text + shown.output + wizard("watch", "notify", "list").output


def test_the_command_looks_once_and_says_how_it_is(lab: Lab, wizard: CommandLine, watched: SavedDialer) -> None:
    def all_up() -> bool:
        answered = wizard("watch", "--once", "--dialer", "main")
        states = {each["carrier_id"]: each["verdict"] for each in answered.document["dialers"][0]["carriers"]}
        return all(states[name] == "up" for name in WATCHED)

    assert until(all_up, 30)
    missing = wizard("watch", "--once", "--dialer", "nobody")
    assert (missing.status, missing.document["error"]["code"]) == (2, "not_found")
    assert wizard("watch", "--once").status == 1


def test_the_command_watches_until_it_is_stopped_and_nobody_else_watches_meanwhile(
    wizard: CommandLine, watched: SavedDialer
) -> None:
    assert wizard("watch", "on", "main", "--every", "10").document["interval_seconds"] == 10
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with subprocess.Popen(
        [sys.executable, "-m", "wizard", "watch", "--json"],
        env={**os.environ, "CARRIER_WIZARD_INSTANCE": str(wizard.folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        looks = [json.loads(process.stdout.readline()) for _ in range(2)]
        elsewhere = wizard("watch", "--once")
        began = time.monotonic()
        process.terminate()
        process.wait(20)
        took = time.monotonic() - began

    assert [each["dialer"] for each in looks] == ["main", "main"]
    assert 8 < looks[1]["at"] - looks[0]["at"] < 15
    assert elsewhere.document["watched_elsewhere"] == ["main"]
    assert process.returncode == 0
    assert took < 15
    assert wizard("watch", "--once").document["watched_elsewhere"] == []
