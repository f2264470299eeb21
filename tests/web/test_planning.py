"""The pages that say what would be written, and the buttons that do it to a carrier that is there."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest

from tests.fakes import FakeDialer
from tests.web.browser import Browser, Page
from tests.web.walking import answer_everything, install, save, wait_for_end, with_dialer
from wizard.service.workspace import Workspace


@pytest.fixture
def workspace(browser: Browser) -> Workspace:
    workspace: Workspace = browser.app.extensions["carrier_wizard"].workspace
    return workspace


@pytest.fixture
def draft(browser: Browser) -> str:
    """Answers whose carrier is on the dialer, and up."""
    draft = with_dialer(browser)
    answer_everything(browser, draft)
    assert "Installed, and up" in install(browser, draft).words
    return draft


def act_url(workspace: Workspace, act: str, carrier_id: str = "ACME") -> str:
    [dialer] = workspace.dialers.all()
    return f"/dialers/{dialer.id}/carriers/{carrier_id}/{act}"


def do(browser: Browser, workspace: Workspace, act: str) -> Page:
    url = act_url(workspace, act)
    shown = browser.get(f"{url}?even_if_used=y")
    return wait_for_end(browser, browser.post(url, shown.form(url)).url)


class TestThePlanOfAnAct:
    def test_a_carrier_in_use_shows_no_plan_and_a_way_to_insist(
        self, browser: Browser, dialer: FakeDialer, workspace: Workspace, draft: str
    ) -> None:
        before = dialer.state
        url = act_url(workspace, "delete")

        page = browser.get(url)

        assert "SALES" in page.words
        assert "DELETE FROM" not in page.words
        assert f'href="{url}?even_if_used=y"' in page.text
        assert not re.search(rf'<form[^>]*action="{url}"', page.text)
        assert dialer.state == before

    def test_whoever_insists_sees_the_plan_and_its_button_says_so_too(
        self, browser: Browser, dialer: FakeDialer, workspace: Workspace, draft: str
    ) -> None:
        before, url = dialer.state, act_url(workspace, "delete")

        page = browser.get(f"{url}?even_if_used=y")

        assert "DELETE FROM vicidial_server_carriers" in page.words
        assert "/etc/asterisk/extensions-vicidial.conf" in page.words
        assert page.form(url) == {"even_if_used": "y"}
        assert dialer.state == before

    def test_nobody_can_insist_on_what_is_no_question_of_use(
        self, browser: Browser, dialer: FakeDialer, workspace: Workspace, draft: str
    ) -> None:
        dialer.servers[0]["generate_vicidial_conf"] = "N"

        page = browser.get(act_url(workspace, "delete"))

        assert "generate_vicidial_conf" in page.words
        assert "even_if_used" not in page.text

    def test_a_carrier_in_nobodys_way_needs_no_insisting(
        self, browser: Browser, dialer: FakeDialer, workspace: Workspace, draft: str
    ) -> None:
        dialer.campaigns.clear()
        url = act_url(workspace, "deactivate")

        page = browser.get(url)

        assert page.form(url) == {}
        assert "Switch it off" in page.words

    def test_what_is_so_already_has_no_button(self, browser: Browser, workspace: Workspace, draft: str) -> None:
        url = act_url(workspace, "activate")

        page = browser.get(url)

        assert "nothing would be written" in page.words
        assert not re.search(rf'<form[^>]*action="{url}"', page.text)

    def test_a_carrier_that_is_not_there_is_said(self, browser: Browser, workspace: Workspace, draft: str) -> None:
        assert "NOPE" in browser.get(act_url(workspace, "delete", "NOPE")).words

    def test_no_such_act(self, browser: Browser, workspace: Workspace, draft: str) -> None:
        assert browser.client.get(act_url(workspace, "explode")).status_code == 404

    @pytest.mark.parametrize("protocol", ["Zap", "EXTERNAL"])
    def test_a_protocol_that_nobody_generates_touches_no_file(
        self, browser: Browser, dialer: FakeDialer, workspace: Workspace, draft: str, protocol: str
    ) -> None:
        dialer.rows["ACME"] |= {"protocol": protocol}

        page = browser.get(act_url(workspace, "delete"))

        assert "No rebuild is needed" in page.words


class TestAnAct:
    def test_deleted_and_put_back(self, browser: Browser, dialer: FakeDialer, workspace: Workspace, draft: str) -> None:
        before = dialer.state

        page = do(browser, workspace, "delete")

        assert "The carrier is deleted" in page.words
        assert (dialer.rows, dialer.loaded) == ({}, {})
        back = f"{urlsplit(page.url).path}/rollback"
        assert "put back" in wait_for_end(browser, browser.post(back).url).words
        assert dialer.state == before

    def test_a_post_that_does_not_insist_deletes_nothing_that_is_used(
        self, browser: Browser, dialer: FakeDialer, workspace: Workspace, draft: str
    ) -> None:
        before = dialer.state

        page = wait_for_end(browser, browser.post(act_url(workspace, "delete")).url)

        assert "SALES" in page.words
        assert dialer.state == before

    def test_a_carrier_that_was_deleted_since_is_not_said_to_be_up(
        self, browser: Browser, workspace: Workspace, draft: str
    ) -> None:
        assert "Installed, and up" in browser.get(f"/drafts/{draft}/review").words

        do(browser, workspace, "delete")

        assert "Installed, and up" not in browser.get(f"/drafts/{draft}/review").words

    def test_an_install_under_a_later_run_leads_there_and_is_not_undone(
        self, browser: Browser, dialer: FakeDialer, workspace: Workspace, draft: str
    ) -> None:
        later = urlsplit(do(browser, workspace, "delete").url).path
        [earlier] = [each for each in workspace.installs.all() if each.act == "install"]

        page = browser.get(f"/installs/{earlier.id}")
        assert f'href="{later}"' in page.text
        assert "Take it off" not in page.words

        refused = browser.post(f"/installs/{earlier.id}/rollback", status=409)
        assert "A later run changed this carrier" in refused.words
        assert workspace.installs.get(earlier.id).outcome == "up"

    def test_off_and_on_again(self, browser: Browser, dialer: FakeDialer, workspace: Workspace, draft: str) -> None:
        before = dialer.state
        assert "switched off" in do(browser, workspace, "deactivate").words
        assert dialer.rows["ACME"]["active"] == "N"

        do(browser, workspace, "activate")

        assert dialer.state == before

    @pytest.mark.parametrize(
        ("column", "value", "said"),
        [
            ("protocol", "EXTERNAL", "VICIdial writes no files for carriers of this protocol"),
            ("server_ip", "10.0.0.9", "The carrier belongs to another server"),
        ],
    )
    def test_switched_on_where_this_server_never_loads_it(
        self, browser: Browser, dialer: FakeDialer, workspace: Workspace, draft: str, column: str, value: str, said: str
    ) -> None:
        dialer.rows["ACME"] |= {column: value, "active": "N"}
        if column == "server_ip":
            dialer.servers.append({**dialer.servers[0], "server_ip": value, "server_id": "D9"})

        page = do(browser, workspace, "activate")

        assert said in page.words
        assert "switched off" not in page.words
        assert dialer.rows["ACME"]["active"] == "Y"
        if column == "server_ip":
            assert [row["rebuild_conf_files"] for row in dialer.servers] == ["N", "Y"]


class TestThePlanOfAnswers:
    def test_shows_each_statement_and_no_password(self, browser: Browser, dialer: FakeDialer) -> None:
        draft = with_dialer(browser)
        answer_everything(browser, draft)

        page = browser.get(f"/drafts/{draft}/plan")

        assert "INSERT INTO vicidial_server_carriers" in page.words
        assert "s3cret" not in page.text
        assert dialer.rows == {}

    def test_a_change_of_the_one_that_is_there_shows_its_lines(self, browser: Browser, dialer: FakeDialer, draft: str) -> None:
        save(browser, draft, "sign_in")
        save(browser, draft, "numbers", dial_prefix="77")
        assert "INSERT" not in browser.get(f"/drafts/{draft}/plan").words

        page = browser.get(f"/drafts/{draft}/plan?replace=y")

        assert "UPDATE vicidial_server_carriers" in page.words
        assert "_77" in page.words
        assert set(dialer.rows) == {"ACME"}
