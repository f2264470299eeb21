"""A first-time owner walks the whole wizard, against the lab."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.walk import Walk
from tests.lab import Lab
from tests.lab.accounts import ACME, IAX_ACME, PERCALL, Account
from tests.real.calls import call_and_log, received

SIGN_INS = {
    "registration": ("registration", ACME.username, ACME.secret),
    "credentials": ("credentials", PERCALL.username, PERCALL.secret),
    "ip": ("ip", "", ""),
}


def answer_everything(walk: Walk, auth: str, host: str, username: str = "", secret: str = "", *, protocol: str = "SIP") -> None:
    walk.begin()
    walk.add_dialer()
    walk.name_carrier(protocol=protocol)
    walk.sign_in(auth, username, secret)
    walk.connect_to(host)
    walk.take_audio_and_numbers_as_they_are()


@pytest.mark.parametrize("auth", SIGN_INS)
def test_from_the_first_page_to_up_a_call_and_back(open_walk: Callable[..., Walk], lab: Lab, auth: str) -> None:
    before = (lab.dialer.query("SELECT * FROM vicidial_server_carriers"), lab.dialer.generated())
    name, username, secret = SIGN_INS[auth]
    walk = open_walk()

    answer_everything(walk, auth, lab.carriers[name].host_name, username, secret)
    expect(walk.page.get_by_text("nothing stands in the way")).to_be_visible()
    walk.shot("review")
    walk.install()
    walk.see("Installed, and up")
    walk.shot("up")

    assert call_and_log(lab, "912125550100", caller_id="5551239999")["dialstatus"] == "ANSWER"
    call = received(lab.carriers[name])
    assert (call.number, call.caller_number) == ("+12125550100", "+15551239999")
    walk.take_off()
    walk.shot("undone")
    assert (lab.dialer.query("SELECT * FROM vicidial_server_carriers"), lab.dialer.generated()) == before


@pytest.mark.parametrize(("protocol", "account"), [("PJSIP", ACME), ("PJSIP_WIZ", ACME), ("IAX2", IAX_ACME)])
def test_the_other_protocols_come_up_and_go_too(
    open_walk: Callable[..., Walk], lab: Lab, protocol: str, account: Account
) -> None:
    walk = open_walk()
    host = lab.carriers["registration"].host_name

    answer_everything(walk, "registration", host, account.username, account.secret, protocol=protocol)
    expect(walk.page.locator("#dialer-check").get_by_text("must change")).to_have_count(0)
    walk.shot("review")
    walk.install()
    walk.see("Installed, and up")

    assert call_and_log(lab, "912125550100", caller_id="5551239999")["dialstatus"] == "ANSWER"
    walk.take_off()


def test_what_the_dialer_cannot_do_is_marked_before_it_is_chosen(open_walk: Callable[..., Walk]) -> None:
    walk = open_walk()
    walk.begin()
    walk.add_dialer()
    walk.name_carrier(protocol="PJSIP")
    walk.sign_in("ip")

    assert walk.page.locator("#transport option[value=tls]").is_disabled()
    walk.page.get_by_text("What the others need").click()
    expect(walk.page.get_by_text("[transport-tls] with type=transport")).to_be_visible()
    walk.connect_to("203.0.113.7")
    assert walk.page.locator("#codec_1 option[value=g729]").is_disabled()


def test_a_wrong_password_is_said_and_mended_in_the_same_draft(open_walk: Callable[..., Walk], lab: Lab) -> None:
    before = (lab.dialer.query("SELECT * FROM vicidial_server_carriers"), lab.dialer.generated())
    walk = open_walk()
    answer_everything(walk, "registration", lab.carriers["registration"].host_name, ACME.username, "not-the-one")
    walk.install()

    walk.see("The dialer was put back as it was before")

    expect(walk.page.get_by_text("The carrier refused the sign-in.").first).to_be_visible()
    expect(walk.page.get_by_text("No Authentication").first).to_be_visible()
    expect(walk.page.get_by_text("The carrier refused the user name or the password.")).to_be_visible()
    walk.shot("wrong-password")
    assert (lab.dialer.query("SELECT * FROM vicidial_server_carriers"), lab.dialer.generated()) == before
    walk.page.get_by_role("link", name="Back to the answers").click()
    walk.page.get_by_role("link", name="Sign-in").click()
    walk.page.get_by_label(re.compile("^Password")).fill(ACME.secret)
    walk.save()
    walk.install()
    walk.see("Installed, and up")


def test_a_dead_carrier_host_ends_in_a_true_verdict(open_walk: Callable[..., Walk], lab: Lab) -> None:
    walk = open_walk()
    answer_everything(walk, "ip", "127.0.0.99")
    walk.install()

    walk.see("The dialer was put back as it was before")

    expect(walk.page.get_by_text("The carrier doesn't answer.")).to_be_visible()
    walk.shot("dead-host")
    assert lab.dialer.query("SELECT * FROM vicidial_server_carriers WHERE carrier_id='ACME'") == []


def test_stop_and_undo_while_it_waits(open_walk: Callable[..., Walk], lab: Lab) -> None:
    walk = open_walk()
    answer_everything(walk, "ip", "127.0.0.99")
    walk.install()

    walk.page.get_by_role("button", name="Stop and undo").click()

    walk.see("The dialer was put back as it was before")
    expect(walk.page.get_by_text("You stopped the install.")).to_be_visible()


def test_without_javascript(open_walk: Callable[..., Walk], lab: Lab) -> None:
    walk = open_walk(javascript=False)

    answer_everything(walk, "registration", lab.carriers["registration"].host_name, ACME.username, ACME.secret)
    walk.install()
    walk.see("Installed, and up")

    walk.shot("up")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_on_a_phone(open_walk: Callable[..., Walk], lab: Lab, dark: bool) -> None:
    walk = open_walk("narrow", dark=dark)
    save = walk.save

    def checked_save() -> None:
        assert walk.overflow <= 0, walk.page.url
        save()

    walk.save = checked_save  # type: ignore[method-assign]
    answer_everything(walk, "ip", lab.carriers["ip"].host_name)
    walk.shot("review")
    assert walk.overflow <= 0
    walk.install()
    walk.see("Installed, and up")
    assert walk.overflow <= 0
    walk.shot("up")


def test_the_preview_follows_the_questions_as_they_are_typed(open_walk: Callable[..., Walk], lab: Lab) -> None:
    walk = open_walk()
    walk.begin()
    walk.page.get_by_role("button", name="Later").click()
    preview = walk.page.get_by_role("region", name="The carrier entry so far")

    walk.page.get_by_label("Carrier ID").press_sequentially("Swift-1")
    expect(preview.get_by_text("SWIFT_1_TRUNK=SIP/swift_1")).to_be_visible()
    walk.save()
    walk.page.get_by_label("By registration").check()
    walk.page.get_by_label(re.compile("^User name")).press_sequentially("swift")
    walk.page.get_by_label(re.compile("^Password")).press_sequentially("s3cret.Word")

    expect(preview.get_by_text("secret=••••••••")).to_be_visible()
    expect(preview.get_by_text("register => swift_1?swift@")).to_be_visible()
    assert "s3cret.Word" not in walk.page.content()
    walk.page.get_by_label("IP address").check()
    expect(preview.get_by_text("register =>")).to_have_count(0)
    expect(walk.page.get_by_label(re.compile("^User name"))).to_be_hidden()


def test_a_number_is_tried_by_the_enter_key_and_what_stands_beside_it_follows(open_walk: Callable[..., Walk], lab: Lab) -> None:
    walk = open_walk()
    walk.begin()
    walk.add_dialer()
    walk.name_carrier()
    walk.page.goto(walk.page.url.replace("/sign_in", "/numbers"))
    walk.page.wait_for_load_state("load")  # htmx listens from then on
    url = walk.page.url
    walk.page.get_by_label(re.compile("^Tech prefix")).fill("1234#")
    walk.page.get_by_role("textbox", name="Try a number").fill("305 555 0123")

    walk.page.keyboard.press("Enter")

    expect(walk.page.locator("#tried").get_by_text("1234%23+13055550123").first).to_be_visible()
    walk.page.get_by_label(re.compile("^Dial prefix")).fill("77")
    expect(walk.page.locator("#tried").get_by_text("7713055550123")).to_be_visible()
    expect(walk.page.get_by_label(re.compile("^Tech prefix"))).to_have_value("1234#")
    assert walk.page.url == url


def test_an_install_that_the_dialer_would_refuse_cannot_be_begun(open_walk: Callable[..., Walk], lab: Lab) -> None:
    walk = open_walk()
    answer_everything(walk, "ip", lab.carriers["ip"].host_name)
    walk.page.get_by_role("link", name="Routing").click()
    walk.page.locator("#backup_1-box").evaluate("box => box.add(new Option('GONE', 'GONE', true, true))")
    walk.save()

    expect(walk.page.get_by_text("Change what is marked first.")).to_be_visible()

    expect(walk.page.get_by_role("button", name="Install and watch it come up")).to_be_hidden()


def test_a_reload_in_the_middle_of_typing_loses_nothing(open_walk: Callable[..., Walk], lab: Lab) -> None:
    walk = open_walk()
    walk.begin()
    walk.page.get_by_role("button", name="Later").click()
    walk.page.wait_for_url("**/steps/carrier")
    walk.page.wait_for_load_state("load")  # htmx listens from then on
    with walk.page.expect_response("**/preview"):
        walk.page.get_by_label("Carrier ID").fill("HALF-TYPED")

    walk.page.reload()

    expect(walk.page.get_by_label("Carrier ID")).to_have_value("HALF-TYPED")


def test_back_and_reload_after_a_refused_answer(open_walk: Callable[..., Walk], lab: Lab) -> None:
    walk = open_walk()
    walk.begin()
    walk.page.get_by_role("button", name="Later").click()
    for wrong in ("AC ME", "AC!ME"):
        walk.page.get_by_label("Carrier ID").fill(wrong)
        walk.save()
        expect(walk.page.get_by_role("alert")).to_contain_text("Leave these out")

    walk.page.reload()
    expect(walk.page.get_by_label("Carrier ID")).to_have_value("AC!ME")
    walk.page.go_back()

    expect(walk.page.get_by_role("heading", level=1)).to_be_visible()


def test_the_keyboard_alone_is_enough_for_a_step(open_walk: Callable[..., Walk], lab: Lab) -> None:
    walk = open_walk()
    walk.begin()
    walk.page.get_by_role("button", name="Later").click()
    walk.page.get_by_label("Carrier ID").focus()
    walk.page.keyboard.type("ACME")

    walk.page.keyboard.press("Enter")

    expect(walk.page.get_by_role("heading", name="Signing in at the carrier")).to_be_visible()


def test_a_dialer_behind_a_wrong_password_is_said_and_mended(open_walk: Callable[..., Walk], lab: Lab) -> None:
    walk = open_walk()
    walk.begin()
    walk.page.get_by_label("Host name or address").fill(lab.dialer.address)
    walk.page.get_by_label("SSH port").fill(str(lab.settings.ssh_port))
    walk.page.get_by_label("Password", exact=True).fill("wrong")
    walk.page.get_by_role("button", name="Connect and look").click()
    walk.page.get_by_role("button", name=re.compile("it is mine")).click()
    expect(walk.page.get_by_text("The dialer refused the sign-in")).to_be_visible()
    walk.shot("refused")

    walk.page.get_by_label("SSH password").fill(lab.credentials.root_password)
    walk.page.get_by_role("button", name="Try with these").click()

    expect(walk.page.get_by_text("This dialer can do its part")).to_be_visible()
