"""Dialers in the web: getting in, what is wrong with one, and forgetting it."""

from __future__ import annotations

import re

import pytest

from tests.fakes import FakeConnection, FakeDialer
from tests.web.browser import Browser, Page
from tests.web.conftest import SSH_PASSWORD
from tests.web.walking import DIALER, answer_everything, new_draft, with_dialer
from wizard.dialer.target import DialerSecrets, DialerTarget, SshAuth
from wizard.errors import HostKeyChangedError


def test_a_password_that_is_not_kept_is_asked_for_again_after_a_restart(browser: Browser) -> None:
    draft = with_dialer(browser)
    answer_everything(browser, draft)
    browser.app.extensions["carrier_wizard"].remembered.clear()

    page = browser.get(f"/drafts/{draft}/review")
    assert "SSH password" in page.words

    form = page.form("/unlock")
    back = browser.post(f"/drafts/{draft}/unlock", {**form, "ssh_password": SSH_PASSWORD})
    assert back.url.endswith("/review")
    assert "Install and watch it come up" in back.words


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"host": ""}, "Which host?"),
        ({"host": "root@10.0.0.1"}, "Only the host name"),
        ({"port": "0"}, "from 1 to 65535"),
        ({"port": "ssh"}, "from 1 to 65535"),
        ({"jump": "you@"}, "Jump hosts are written"),
        ({"ssh_password": ""}, "Which password?"),
        ({"auth": "key", "key_path": ""}, "Which file?"),
    ],
)
def test_a_wrong_field_is_named_and_the_rest_is_kept(browser: Browser, changed: dict[str, str], sentence: str) -> None:
    draft = new_draft(browser)

    page = browser.post("/dialers", {**DIALER, **changed, "draft": draft})

    assert sentence in page.words
    assert page.form("/dialers")["name"] == "main"


def test_a_host_that_is_no_dialer_is_said_in_words(browser: Browser, dialer: FakeDialer) -> None:
    dialer.config = None
    draft = new_draft(browser)

    page = browser.post("/dialers", {**DIALER, "draft": draft})

    assert "This host is no VICIdial dialer" in page.words


def test_a_dialer_that_was_never_reached_is_not_saved_and_its_form_comes_back(browser: Browser, dialer: FakeDialer) -> None:
    dialer.break_at = 1
    draft = new_draft(browser)

    page = browser.post("/dialers", {**DIALER, "draft": draft})

    assert "The connection broke off" in page.words
    assert page.form("/dialers")["host"] == "10.0.0.1"
    assert "No dialer is saved yet" in browser.get("/dialers").words
    page = browser.post("/dialers", {**page.form("/dialers"), "ssh_password": SSH_PASSWORD})
    assert "can do its part" in page.words
    assert "broke off" not in browser.get(f"/drafts/{draft}/steps/dialer").words


def test_a_dialer_that_was_saved_and_never_looked_at_can_be_chosen(browser: Browser) -> None:
    workspace = browser.app.extensions["carrier_wizard"].workspace
    workspace.dialers.add("unseen", DialerTarget("10.0.0.1", auth=SshAuth.AGENT), DialerSecrets())

    assert "unseen" in browser.get(f"/drafts/{new_draft(browser)}/steps/dialer").words


def test_a_failed_first_look_forgets_no_key_that_was_confirmed(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """A changed key would otherwise be a first contact the next time."""
    host_keys = browser.app.extensions["carrier_wizard"].workspace.host_keys
    target = DialerTarget("10.0.0.1")
    host_keys.confirm(target, "ssh-ed25519 AAAA")

    def changed(connection: FakeConnection, *_: object, **__: object) -> None:
        raise HostKeyChangedError(host="10.0.0.1", fingerprint="SHA256:new", expected="SHA256:old")

    monkeypatch.setattr(FakeConnection, "ask", changed)
    page = browser.post("/dialers", {**DIALER, "draft": new_draft(browser)})

    assert "This may not be your dialer" in page.words
    assert host_keys.with_key(target).host_key == "ssh-ed25519 AAAA"


def test_a_host_key_that_is_none_is_not_kept(browser: Browser) -> None:
    with_dialer(browser)
    workspace = browser.app.extensions["carrier_wizard"].workspace
    [saved] = workspace.dialers.all()

    browser.post(f"/dialers/{saved.id}/host-key", {"host_key": "ssh-ed25519 nonsense"})

    assert workspace.host_keys.with_key(saved.target).host_key == ""


def test_what_is_wrong_with_a_dialer_is_on_its_page(browser: Browser, dialer: FakeDialer) -> None:
    dialer.servers[0]["generate_vicidial_conf"] = "N"
    draft = new_draft(browser)

    page = browser.post("/dialers", {**DIALER, "draft": draft})

    assert "generates no configuration" in page.words


def test_forgetting_a_dialer(browser: Browser) -> None:
    with_dialer(browser)

    page = browser.post(f"/dialers/{_dialer_id(browser)}/remove")

    assert "No dialer is saved yet" in page.words


def _dialer_id(browser: Browser) -> str:
    dialers = browser.app.extensions["carrier_wizard"].workspace.dialers.all()
    return str(dialers[0].id)


def test_the_caller_ids_in_use_stand_on_the_dialers_page_with_what_looks_wrong(browser: Browser, dialer: FakeDialer) -> None:
    dialer.caller_ids = {"2125551234": "SALES", "0000000000": "SURVEY", "3125559876": "OLD"}

    page = dialers_page(browser)

    said = {number: (used, what) for number, used, what, *_ in (row for row in page.rows if row[0].isdigit())}
    assert said["0000000000"][0] == "campaign SURVEY"
    assert said["0000000000"][1].startswith("Looks wrong. 0000000000 is what VICIdial puts into a new campaign")
    assert said["3125559876"][1].startswith("Not among this dialer's inbound numbers")
    assert said["2125551234"][1] == "One of this dialer's inbound numbers."
    assert "A knows you and that the number is yours" in page.words


def test_the_servers_of_a_cluster_stand_on_the_dialers_page(browser: Browser, dialer: FakeDialer) -> None:
    dialer.add_server("10.0.0.2", generate_vicidial_conf="N")

    assert ("D2", "10.0.0.2", "16.30.1", "no", "96", "5") in dialers_page(browser).rows


def dialers_page(browser: Browser) -> Page:
    with_dialer(browser)
    [link] = {each for each in browser.get("/dialers").links() if re.fullmatch(r"/dialers/\w+", each)}
    return browser.get(link)
