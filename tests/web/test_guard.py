"""Who gets in, and what other sites can make a browser do: nothing."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from flask import Flask

from tests.web.browser import Browser
from wizard.instance import access_token

#: every address of the wizard; one that vanishes breaks bookmarks and open tabs
URLS = {
    "/": {"GET"},
    "/static/<path:filename>": {"GET"},
    "/glossary": {"GET"},
    "/carriers": {"GET"},
    "/carriers/<preset_id>": {"GET"},
    "/carriers/<preset_id>/begin": {"POST"},
    "/diagnoses": {"GET"},
    "/diagnoses/<code>": {"GET"},
    "/drafts": {"POST"},
    "/drafts/<draft_id>": {"GET"},
    "/drafts/<draft_id>/delete": {"POST"},
    "/drafts/<draft_id>/plan": {"GET"},
    "/dialers/<dialer_id>/switch": {"GET"},
    "/dialers/<dialer_id>/switch/begin": {"POST"},
    "/switches/<switch_id>": {"GET"},
    "/switches/<switch_id>/back": {"POST"},
    "/switches/<switch_id>/unlock": {"POST"},
    "/switches/<switch_id>/progress": {"GET"},
    "/dialers/<dialer_id>/carriers/<carrier_id>/<act>": {"GET", "POST"},
    "/drafts/<draft_id>/dialer": {"POST"},
    "/drafts/<draft_id>/install": {"POST"},
    "/drafts/<draft_id>/review": {"GET"},
    "/drafts/<draft_id>/review/check": {"GET"},
    "/drafts/<draft_id>/review/reveal": {"POST"},
    "/drafts/<draft_id>/review/take": {"POST"},
    "/drafts/<draft_id>/steps/<step>": {"GET", "POST"},
    "/drafts/<draft_id>/steps/<step>/discard": {"POST"},
    "/drafts/<draft_id>/steps/<step>/preview": {"POST"},
    "/drafts/<draft_id>/steps/numbers/try": {"POST"},
    "/drafts/<draft_id>/unlock": {"POST"},
    "/dialers": {"GET", "POST"},
    "/dialers/<dialer_id>/carriers/<carrier_id>/check": {"POST"},
    "/dialers/<dialer_id>/carriers/<carrier_id>/test-call": {"GET", "POST"},
    "/drafts/<draft_id>/check": {"POST"},
    "/proofs/<proof_id>": {"GET"},
    "/proofs/<proof_id>/progress": {"GET"},
    "/dialers/<dialer_id>": {"GET"},
    "/dialers/<dialer_id>/host-key": {"POST"},
    "/dialers/<dialer_id>/adopt": {"POST"},
    "/dialers/<dialer_id>/look": {"POST"},
    "/dialers/<dialer_id>/simulate": {"GET"},
    "/dialers/<dialer_id>/remove": {"POST"},
    "/dialers/<dialer_id>/rates": {"GET"},
    "/dialers/<dialer_id>/rates/decks": {"POST"},
    "/dialers/<dialer_id>/rates/decks/<name>": {"GET"},
    "/dialers/<dialer_id>/rates/decks/<name>/columns": {"POST"},
    "/dialers/<dialer_id>/rates/decks/<name>/forget": {"POST"},
    "/dialers/<dialer_id>/rates/decks/<name>/import": {"POST"},
    "/dialers/<dialer_id>/rates/lookup": {"POST"},
    "/dialers/<dialer_id>/rates/remove": {"POST"},
    "/dialers/<dialer_id>/rates/unlock": {"POST"},
    "/dialers/<dialer_id>/watch": {"GET", "POST"},
    "/dialers/<dialer_id>/watch/targets": {"POST"},
    "/dialers/<dialer_id>/watch/targets/<target_id>/remove": {"POST"},
    "/dialers/<dialer_id>/watch/targets/<target_id>/test": {"POST"},
    "/installs": {"GET"},
    "/installs/<install_id>": {"GET"},
    "/installs/<install_id>/summary": {"GET"},
    "/installs/<install_id>/progress": {"GET"},
    "/installs/<install_id>/rollback": {"POST"},
    "/installs/<install_id>/stop": {"POST"},
    "/installs/<install_id>/unlock": {"POST"},
}


def test_the_addresses_are_these(app: Flask) -> None:
    found: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        found.setdefault(rule.rule, set()).update((rule.methods or set()) - {"HEAD", "OPTIONS"})
    assert found == URLS


@pytest.mark.parametrize("url", ["/", "/dialers", "/installs", "/drafts/x/review", "/?token=wrong", "/nowhere"])
def test_nobody_gets_in_without_the_token(app: Flask, url: str) -> None:
    page = Browser(app).get(url, status=403)

    assert "open the wizard with its address" in page.words.lower()


def test_the_token_is_exchanged_for_a_strict_cookie_and_leaves_the_address(app: Flask, tmp_path: Path) -> None:
    token = access_token(tmp_path)
    response = app.test_client().get(f"/?token={token}")

    assert response.status_code == 303
    assert response.headers["Location"] == "/"
    cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert token not in cookie


def test_the_token_file_is_for_its_owner_alone_and_stays_the_same(tmp_path: Path) -> None:
    token = access_token(tmp_path)

    assert stat.S_IMODE((tmp_path / "token").stat().st_mode) == 0o600
    assert access_token(tmp_path) == token
    assert len(token) > 20


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://evil.example.com"},
        {"Origin": "http://localhost:9999"},
        {"Origin": "null"},
        {"Origin": "http://[broken"},
    ],
)
def test_changes_from_other_sites_are_refused(browser: Browser, headers: dict[str, str]) -> None:
    assert browser.client.post("/drafts", headers=headers).status_code == 403
    assert browser.app.extensions["carrier_wizard"].workspace.drafts.all() == []


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://localhost"}, {}])
def test_changes_from_the_wizards_own_pages_are_taken(browser: Browser, headers: dict[str, str]) -> None:
    assert browser.client.post("/drafts", headers=headers).status_code == 303


@pytest.mark.parametrize("host", ["rebound.example.com", "localhost.example.com:8080", "[::2]:8080", "a b", ""])
def test_an_unknown_host_name_is_refused(browser: Browser, host: str) -> None:
    assert browser.client.get("/", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("host", ["localhost:8080", "127.0.0.1:8080", "[::1]:8080", "[::1]"])
def test_this_computers_own_names_are_known(browser: Browser, host: str) -> None:
    with browser.client.get("/static/app.css", headers={"Host": host}) as response:
        assert response.status_code == 200


@pytest.mark.parametrize(
    "url",
    [
        "/nowhere",
        "/drafts/nothing",
        "/drafts/nothing/review",
        "/drafts/nothing/steps/carrier",
        "/installs/nothing",
        "/dialers/nothing",
    ],
)
def test_what_does_not_exist_is_said_kindly(browser: Browser, url: str) -> None:
    assert "first page" in browser.get(url, status=404).words.lower() or "There is no" in browser.get(url, status=404).words


def test_static_files_need_no_token(app: Flask) -> None:
    with app.test_client().get("/static/app.css") as response:
        assert response.status_code == 200
