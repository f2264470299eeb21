"""Carriers by name, in the browser."""

from __future__ import annotations

from tests.web.browser import Browser
from wizard.service.presets import all_presets


def test_every_known_carrier_has_a_page(browser: Browser) -> None:
    for preset in all_presets():
        page = browser.get(f"/carriers/{preset.id}")
        assert page.heading == preset.name


def test_carriers_are_compared_and_found(browser: Browser) -> None:
    assert "Twilio" in browser.get("/carriers").words

    found = browser.get("/carriers?q=voip.ms")

    assert "VoIP.ms" in found.words
    assert "Twilio" not in found.words
    assert "generic-ip" in browser.get("/carriers?q=zzz").text


def test_who_has_none_yet_is_told_what_to_ask(browser: Browser) -> None:
    assert "Are predictive dialers and short calls welcome" in browser.get("/carriers").words


def test_starting_from_one_fills_in_what_is_known_and_says_where_from(browser: Browser) -> None:
    begun = browser.post("/carriers/voipms/begin", {"host": "chicago1.voip.ms", "auth": "registration"})

    draft = begun.url.split("/")[2]
    assert browser.get(f"/drafts/{draft}/steps/carrier").form("/steps/carrier")["carrier_id"] == "VOIPMS"
    assert browser.get(f"/drafts/{draft}/steps/connection").form("/steps/connection")["host"] == "chicago1.voip.ms"
    sign_in = browser.get(f"/drafts/{draft}/steps/sign_in")
    assert sign_in.form("/steps/sign_in")["auth"] == ["registration"]
    assert "From what is known of VoIP.ms" in sign_in.words
    numbers = browser.get(f"/drafts/{draft}/steps/numbers")
    assert numbers.form("/steps/numbers")["number_format"] == ["nanp11"]


def test_a_host_that_only_the_customer_knows_is_asked_for_in_the_carrier_s_words(browser: Browser) -> None:
    page = browser.get("/carriers/twilio")
    assert "Termination URI" in page.words
    assert page.form("/begin")["host"] == ""

    begun = browser.post("/carriers/twilio/begin", {"host": "acme.pstn.twilio.com", "auth": "credentials"})

    draft = begun.url.split("/")[2]
    assert browser.get(f"/drafts/{draft}/steps/connection").form("/steps/connection")["host"] == "acme.pstn.twilio.com"


def test_what_is_not_verified_is_to_be_compared(browser: Browser) -> None:
    begun = browser.post("/carriers/flowroute/begin", {"auth": "ip"})
    draft = begun.url.split("/")[2]

    assert "Compare with your welcome mail" in browser.get(f"/drafts/{draft}/steps/audio").words
    assert "tech prefix before each number" in browser.get(f"/drafts/{draft}/steps/numbers").words


def test_an_unknown_carrier_is_not_found(browser: Browser) -> None:
    assert browser.get("/carriers/nobody", status=404).status == 404
