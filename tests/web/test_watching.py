"""The watch on the web: how a carrier's time went, whether somebody looks, and who is told."""

from __future__ import annotations

import re
import time

import pytest
from flask import Flask

from tests.fakes import FakeDialer
from tests.service.watching import carrier, put
from tests.web.browser import Browser
from wizard.carrier.watching.flaps import Damping
from wizard.carrier.watching.states import Segment, WatchState
from wizard.dialer.lookout import Lookout
from wizard.dialer.target import DialerSecrets, DialerTarget, SshAuth
from wizard.secret import Secret
from wizard.service.dialers import look_at_dialer, summary_of
from wizard.service.watching import sending
from wizard.service.watching.rounds import Watching
from wizard.service.watching.sending import Message
from wizard.service.workspace import Workspace
from wizard.store.dialers import SavedDialer
from wizard.web import watching as web_watching
from wizard.web.watch_pages import _bars

URL = "json://127.0.0.1:9/hook/s3cret.Word"


@pytest.fixture
def workspace(app: Flask) -> Workspace:
    found: Workspace = app.extensions["carrier_wizard"].workspace
    return found


@pytest.fixture
def saved(workspace: Workspace, dialer: FakeDialer) -> SavedDialer:
    put(dialer, carrier("ACME"), carrier("BETA"))
    target = DialerTarget("d.example.com", "root")
    saved = workspace.dialers.add("main", target, DialerSecrets())
    connect = dialer.connector(target, DialerSecrets())
    workspace.dialers.remember_look(saved.id, summary_of(look_at_dialer(connect)))
    return workspace.dialers.get(saved.id)


@pytest.fixture
def looked(workspace: Workspace, dialer: FakeDialer, saved: SavedDialer) -> SavedDialer:
    """Two hours of looks: up, an outage of twenty minutes, and up again."""
    connect = dialer.connector(saved.target, DialerSecrets())
    began = time.time() - 7200
    workspace.watches.add_target("on call", Secret(URL), sending.shown_url(Secret(URL)))
    lookout = Lookout(connect)
    times = iter(began + minute * 60 for minute in range(0, 120, 2))
    watching = Watching(workspace, saved, connect, 120, wall=lambda: next(times), damping=lambda _: Damping(3, 240, 900))
    for minute in range(0, 120, 2):
        dialer.peer_status = "UNREACHABLE" if 40 <= minute < 60 else "OK (2 ms)"
        watching.look(lookout)
    return saved


def test_a_dialers_page_has_its_watch_and_switches_it_on(browser: Browser, workspace: Workspace, saved: SavedDialer) -> None:
    page = browser.get(f"/dialers/{saved.id}")
    form = page.form("/watch")
    assert "is_on" not in form
    browser.post(f"/dialers/{saved.id}/watch", {**form, "is_on": "y", "interval": "120"})

    setting = workspace.watches.setting(saved.id)
    assert (setting.is_on, setting.interval_seconds) == (True, 120)
    page = browser.get(f"/dialers/{saved.id}")
    assert page.form("/watch") == {"is_on": ["y"], "interval": "120"}
    assert "Nobody is looking just now" in page.words
    browser.post(f"/dialers/{saved.id}/watch", {"interval": "120"})
    assert not workspace.watches.setting(saved.id).is_on


@pytest.mark.parametrize("interval", ["0", "-5", "1000000", "x", ""])
def test_an_interval_that_can_not_be_is_brought_into_its_bounds(
    browser: Browser, workspace: Workspace, saved: SavedDialer, interval: str
) -> None:
    browser.post(f"/dialers/{saved.id}/watch", {"is_on": "y", "interval": interval})

    assert 10 <= workspace.watches.setting(saved.id).interval_seconds <= 3600


def test_the_timeline_says_in_words_what_it_draws(browser: Browser, looked: SavedDialer) -> None:
    page = browser.get(f"/dialers/{looked.id}/watch")
    [label] = re.findall(r'aria-label="(ACME\. [^"]*)"', page.text)

    assert "down for 20 minutes in 1 stretch" in label
    assert re.search(r"up 8\d\.\d % of the time", label)
    drawing = page.text[page.text.index(label) :].partition("</svg>")[0]
    assert re.findall(r'<rect class="(\w+)"', drawing) == ["nobody", "up", "down", "up"]
    assert "ACME is down on main" in page.words
    assert "ACME is up again on main" in page.words
    assert "on call: not told yet" in page.words
    assert "the carrier doesn't answer" in page.words.lower()
    assert "The dialer itself. In the last 24 hours: seen 100 % of the time" in page.text


def test_the_week_is_a_link_away_and_needs_no_script(browser: Browser, looked: SavedDialer) -> None:
    page = browser.get(f"/dialers/{looked.id}/watch")
    assert f'href="/dialers/{looked.id}/watch?hours=168"' in page.text
    week = browser.get(f"/dialers/{looked.id}/watch?hours=168")

    assert "In the last 7 days" in week.text
    assert browser.get(f"/dialers/{looked.id}/watch?hours=99999999").text.count("In the last 24 hours") > 0


def test_what_htmx_asks_for_again_is_the_part_without_forms(
    browser: Browser, workspace: Workspace, looked: SavedDialer
) -> None:
    browser.post(f"/dialers/{looked.id}/watch", {"is_on": "y", "interval": "120"})
    part = browser.fragment(f"/dialers/{looked.id}/watch?hours=24")

    assert part.lstrip().startswith('<div id="watch-now"')
    assert "every 30s" in part
    assert "<form" not in part


def test_somebody_to_tell_is_kept_masked_and_can_be_removed(browser: Browser, workspace: Workspace, saved: SavedDialer) -> None:
    typed = {"name": "ops", "url": URL, "scope": "dialer"}
    page = browser.post(f"/dialers/{saved.id}/watch/targets", typed)
    assert "json://127.0.0.1:9…" in page.words
    assert "/hook" not in page.text
    [target] = workspace.watches.targets()
    assert target.dialer_id == saved.id
    assert "taken" in browser.post(f"/dialers/{saved.id}/watch/targets", typed).words
    browser.post(f"/dialers/{saved.id}/watch/targets/{target.id}/remove")

    assert workspace.watches.targets() == []
    browser.post(f"/dialers/{saved.id}/watch/targets/{target.id}/remove", status=404)


@pytest.mark.parametrize("url", ["s3cret.Word", "nosuch://s3cret.Word", "mailto://s3cret.Word", "dbus://s3cret.Word", ""])
def test_a_url_that_nobody_can_be_told_by_is_refused_and_not_shown(
    browser: Browser, workspace: Workspace, saved: SavedDialer, url: str
) -> None:
    page = browser.post(f"/dialers/{saved.id}/watch/targets", {"name": "ops", "url": url, "scope": "all"})

    assert "Nobody can be told by this URL" in page.words
    assert workspace.watches.targets() == []


def test_a_test_says_whether_it_was_taken(
    browser: Browser, workspace: Workspace, saved: SavedDialer, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = workspace.watches.add_target("ops", Secret(URL), "json://127.0.0.1:9…")
    sent: list[str] = []

    def taken(url: Secret, message: Message) -> str:
        sent.append(message.title)
        return ""

    monkeypatch.setattr(web_watching, "send", taken)
    assert "Sent to ops" in browser.post(f"/dialers/{saved.id}/watch/targets/{target.id}/test").words
    assert sent == ["A test from Carrier Wizard"]
    monkeypatch.undo()
    # Nobody listens at port 9 of this computer.
    assert "nothing answers there" in browser.post(f"/dialers/{saved.id}/watch/targets/{target.id}/test").words


def test_a_password_that_is_not_kept_is_said_where_the_watch_is_on(
    browser: Browser, workspace: Workspace, dialer: FakeDialer
) -> None:
    target = DialerTarget("d.example.com", "root", auth=SshAuth.PASSWORD)
    saved = workspace.dialers.add("main", target, DialerSecrets())
    browser.post(f"/dialers/{saved.id}/watch", {"is_on": "y", "interval": "60"})

    assert "password is not kept" in browser.get(f"/dialers/{saved.id}/watch").words


def test_a_short_outage_is_seen_in_a_week_and_a_flapping_carrier_makes_no_endless_page() -> None:
    week = 7 * 86_400.0
    short = [
        Segment(0, 300_000, WatchState.UP),
        Segment(300_000, 300_060, WatchState.DOWN),
        Segment(300_060, week, WatchState.UP),
    ]
    assert [bar.state for bar in _bars(short, 0, week)] == ["up", "down", "up"]
    assert all(bar.width >= 3 for bar in _bars(short, 0, week))

    flapping = [
        Segment(at * 60.0, at * 60.0 + 60, WatchState.UP if at % 2 else WatchState.DOWN) for at in range(round(week / 60))
    ]
    bars = _bars(flapping, 0, week)
    assert all(bar.x + bar.width <= 1000.01 for bar in bars)
