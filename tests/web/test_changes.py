"""What is changed beside the carrier's row, as the web shows it; the key never."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes import FakeDialer
from tests.web.browser import Browser, Page
from tests.web.walking import answer_everything, install, save, wait_for_end, with_dialer
from wizard.carrier.on_dialer.campaign_usage import usage_of
from wizard.dialer.target import DialerSecrets, DialerTarget
from wizard.service.dialers import lacks_for_tiltx, look_at_dialer, summary_of, uses_of

KEY = "s3ntinel.Key"


@pytest.fixture
def dialer() -> FakeDialer:
    return FakeDialer(tiltx_files=("/agi-TILTX_SHAKEN.agi", "/usr/bin/wget"))


def installed(browser: Browser) -> Page:
    browser.forbidden.append(KEY)
    draft = with_dialer(browser)
    answer_everything(browser, draft)
    save(browser, draft, "numbers", dial_prefix="7")
    routing = {"campaigns": "SALES", "server_trunks": "SALES: 20", "stir_shaken": "tiltx", "tiltx_api_key": KEY}
    save(browser, draft, "routing", **routing)
    return install(browser, draft)


def test_an_install_shows_what_it_changed_and_its_undo_what_became_of_it(
    browser: Browser, dialer: FakeDialer, tmp_path: Path
) -> None:
    page = installed(browser)

    assert "The dial prefix of the campaign SALES was 9 and is 7 now." in page.words
    assert "The campaign SALES's share of lines (server trunks) was added: 20." in page.words
    assert "Campaigns dial through it" in page.words
    assert "Make a first call from SALES." in page.words
    assert "Set the dial prefix on a campaign" not in page.words
    assert page.words.index("is 7 now.") < page.words.index("Next:")
    assert dialer.containers == {"TILTX_SHAKEN_API_KEY": KEY}
    assert KEY.encode() not in b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())

    dialer.campaigns["SALES"]["dial_prefix"] = "5"
    undone = wait_for_end(browser, browser.post(f"{page.url}/rollback", page.form("/rollback")).url)

    assert "The dial prefix of the campaign SALES was left alone: somebody has changed it since." in undone.words
    assert "The settings container TILTX_SHAKEN_API_KEY was taken away again." in undone.words


def test_the_review_says_what_will_be_changed_beside_the_carrier(browser: Browser) -> None:
    browser.forbidden.append(KEY)
    draft = with_dialer(browser)
    answer_everything(browser, draft)
    save(browser, draft, "numbers", dial_prefix="77")
    routing = {"campaigns": "SALES", "server_trunks": "SALES: 20+", "stir_shaken": "tiltx", "tiltx_api_key": KEY}

    review = save(browser, draft, "routing", **routing)

    assert "Sets the dial prefix of SALES (9 now) to 77 once the carrier is up." in review.words
    assert "Gives SALES at least 20 lines (server trunks; no share now)." in review.words
    assert "Writes TILTX's key into a new settings container, TILTX_SHAKEN_API_KEY." in review.words


def test_what_is_so_already_is_no_change(browser: Browser) -> None:
    draft = with_dialer(browser)
    answer_everything(browser, draft)

    assert "Sets the dial prefix" not in save(browser, draft, "routing", campaigns="SALES").words


def test_calls_that_no_carrier_takes_are_offered_until_their_campaign_is_ticked(browser: Browser) -> None:
    draft = with_dialer(browser)
    save(browser, draft, "numbers", dial_prefix="77")
    said = "SALES dials with prefix 9, which no carrier has. Tick it above to use this one."
    assert said in browser.get(f"/drafts/{draft}/steps/routing").words

    save(browser, draft, "routing", campaigns="SALES")

    assert said not in browser.get(f"/drafts/{draft}/steps/routing").words


def test_a_carrier_that_nobody_saw_up_says_that_its_campaigns_wait(browser: Browser, dialer: FakeDialer) -> None:
    dialer.peer_status, dialer.registration = "Unmonitored", "Registered"
    draft = with_dialer(browser)
    answer_everything(browser, draft)
    save(browser, draft, "sign_in", auth="credentials")
    form = browser.get(f"/drafts/{draft}/steps/connection").form("/steps/connection")
    del form["qualify"]
    browser.post(f"/drafts/{draft}/steps/connection", form)
    save(browser, draft, "numbers", dial_prefix="7")
    save(browser, draft, "routing", campaigns="SALES")

    page = install(browser, draft)

    assert "The dial prefix of the campaign SALES was not changed: it is still 9." in page.words
    assert "Campaigns are given the dial prefix only once the carrier is up." in page.words
    assert dialer.campaigns["SALES"]["dial_prefix"] == "9"


def test_a_dialer_that_was_looked_at_is_enough_to_show_who_dials_where(dialer: FakeDialer) -> None:
    dialer.containers["TILTX_SHAKEN_API_KEY"] = KEY
    facts = look_at_dialer(dialer.connector(DialerTarget("10.0.0.1"), DialerSecrets()))

    summary = summary_of(facts)

    assert [use.campaign_id for use in usage_of(uses_of(summary), "9").here] == ["SALES"]
    assert summary["tiltx"]["has_key"]
    assert lacks_for_tiltx(summary) == ()
    assert lacks_for_tiltx({}) is None
    assert KEY not in str(summary)
