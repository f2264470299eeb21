"""Coming back: to what was typed, to what is installed, to a dialer that is gone, to a store whose key is."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.fakes import FakeConnection, FakeDialer
from tests.web.browser import Browser
from tests.web.conftest import SECRET, SSH_PASSWORD
from tests.web.walking import (
    DIALER,
    STEPS,
    answer_everything,
    install,
    new_draft,
    press_install,
    save,
    wait_for_end,
    with_dialer,
)
from wizard.dialer.gathering import COLUMNS
from wizard.dialer.protocol import AgentReply
from wizard.errors import ChangedMeanwhileError, InvalidAuthError
from wizard.secret import Secret
from wizard.service.workspace import Workspace


@pytest.fixture
def workspace(browser: Browser) -> Workspace:
    workspace: Workspace = browser.app.extensions["carrier_wizard"].workspace
    return workspace


class TestWhatIsOnTheWay:
    def test_half_a_password_is_never_kept(self, browser: Browser, workspace: Workspace) -> None:
        draft = with_dialer(browser)
        typed = {"auth": "registration", "username": "acme", "secret": SECRET[:5], "revision": "2"}
        browser.fragment(f"/drafts/{draft}/steps/sign_in/preview", typed)

        assert workspace.drafts.typed(draft)["sign_in"].fields["secret"] == ""
        assert "A password is kept" not in browser.get(f"/drafts/{draft}/steps/sign_in").words

    def test_half_a_password_does_not_take_the_place_of_one_that_was_sent(self, browser: Browser, workspace: Workspace) -> None:
        draft = with_dialer(browser)
        page = save(browser, draft, "sign_in", username="ac me")
        typed = {**page.form("/steps/sign_in"), "secret": "half"}
        browser.fragment(f"/drafts/{draft}/steps/sign_in/preview", typed)

        assert workspace.drafts.typed(draft)["sign_in"].fields["secret"] == SECRET

    def test_what_is_typed_and_not_saved_can_be_discarded(self, browser: Browser) -> None:
        draft = with_dialer(browser)
        save(browser, draft, "carrier")
        shown = browser.get(f"/drafts/{draft}/steps/carrier").form("/steps/carrier")
        browser.fragment(f"/drafts/{draft}/steps/carrier/preview", {**shown, "carrier_id": "OTHER"})
        page = browser.get(f"/drafts/{draft}/steps/carrier")
        assert "isn't saved" in page.words

        page = browser.post(f"/drafts/{draft}/steps/carrier/discard", page.form("/discard"))

        assert page.form("/steps/carrier")["carrier_id"] == "ACME"
        assert "isn't saved" not in page.words

    def test_who_is_told_of_another_tab_can_go_on_with_that_one(self, browser: Browser) -> None:
        draft = with_dialer(browser)
        url = f"/drafts/{draft}/steps/carrier"
        old = browser.get(url).form("/steps/carrier")
        browser.post(url, {**old, "carrier_id": "FIRST"})
        page = browser.post(url, {**old, "carrier_id": "SECOND"})

        page = browser.post(f"{url}/discard", page.form("/discard"))

        assert page.form("/steps/carrier")["carrier_id"] == "FIRST"

    def test_a_preview_that_comes_late_brings_nothing_old_back(self, browser: Browser) -> None:
        draft = with_dialer(browser)
        old = browser.get(f"/drafts/{draft}/steps/carrier").form("/steps/carrier")
        save(browser, draft, "carrier")
        browser.fragment(f"/drafts/{draft}/steps/carrier/preview", {**old, "carrier_id": "AC"})

        assert browser.get(f"/drafts/{draft}/steps/carrier").form("/steps/carrier")["carrier_id"] == "ACME"


class TestTheInstallButton:
    def test_somebody_elses_change_is_said_beside_the_reason_and_not_in_its_place(
        self, browser: Browser, dialer: FakeDialer
    ) -> None:
        dialer.registration = "No Authentication"
        delete = dialer._delete

        def meanwhile(statement: str, values: Sequence[str]) -> AgentReply:
            columns = COLUMNS["vicidial_server_carriers"]
            dialer.rows["THEIRS"] = {**dict.fromkeys(columns, ""), "carrier_id": "THEIRS", "protocol": "SIP", "active": "Y"}
            return delete(statement, values)

        dialer._delete = meanwhile  # type: ignore[method-assign]
        draft = with_dialer(browser)
        answer_everything(browser, draft)

        page = install(browser, draft)

        assert "The carrier refused the sign-in" in page.words
        assert "something else on the dialer has changed too" in page.words

    def test_two_saves_from_one_page_the_second_is_told(self, browser: Browser, workspace: Workspace) -> None:
        draft = with_dialer(browser)
        answers = workspace.drafts.get(draft).answers
        seen = workspace.drafts.get(draft).revision
        workspace.drafts.save_step(draft, "carrier", answers, seen=seen)

        with pytest.raises(ChangedMeanwhileError):
            workspace.drafts.save_step(draft, "carrier", answers, seen=seen)

    def test_installs_what_its_page_showed_or_nothing(self, browser: Browser, dialer: FakeDialer) -> None:
        draft = with_dialer(browser)
        answer_everything(browser, draft)
        form = browser.get(f"/drafts/{draft}/review").form("/install")
        save(browser, draft, "numbers", dial_prefix="77")

        page = browser.post(f"/drafts/{draft}/install", form, status=409)

        assert "The answers have changed" in page.words
        assert "_771NXXNXXXXXX" in page.words
        assert dialer.rows == {}
        assert "up" in wait_for_end(browser, browser.post(f"/drafts/{draft}/install", page.form("/install")).url).words

    def test_an_installed_entry_says_so_and_asks_for_nothing(self, browser: Browser) -> None:
        draft = with_dialer(browser)
        answer_everything(browser, draft)
        install(browser, draft)

        page = browser.get(f"/drafts/{draft}")

        assert page.url.endswith("/review")
        assert "Installed, and up" in page.words
        assert page.heading == "Installed"
        assert "needs a look" not in page.words
        assert "7 of 7 steps" in browser.get("/").words
        assert "Not everything is answered" not in page.words
        assert "must change" not in page.words
        assert "the wizard forgot it" in page.words

    def test_changed_answers_are_no_longer_what_is_installed(self, browser: Browser) -> None:
        draft = with_dialer(browser)
        answer_everything(browser, draft)
        install(browser, draft)
        save(browser, draft, "numbers", dial_prefix="77")

        assert "Installed, and up" not in browser.get(f"/drafts/{draft}/review").words

    def test_a_password_that_is_changed_while_it_installs_is_not_lost(
        self, browser: Browser, dialer: FakeDialer, workspace: Workspace
    ) -> None:
        dialer.registration = "Request Sent"
        draft = with_dialer(browser)
        answer_everything(browser, draft)
        running = press_install(browser, draft)
        browser.forbidden.append("newer.Word")
        save(browser, draft, "sign_in", secret="newer.Word")
        dialer.registration = "Registered"
        wait_for_end(browser, running.url)

        assert workspace.drafts.get(draft).answers.sign_in.secret == Secret("newer.Word")

    def test_a_draft_that_is_deleted_while_it_installs_is_no_trouble(self, browser: Browser, dialer: FakeDialer) -> None:
        dialer.registration = "Request Sent"
        draft = with_dialer(browser)
        answer_everything(browser, draft)
        running = press_install(browser, draft)
        browser.post(f"/drafts/{draft}/delete")
        dialer.registration = "Registered"

        page = wait_for_end(browser, running.url)

        assert "Installed, and up" in page.words
        assert not any("/drafts/" in link for link in page.links())

    def test_what_the_page_says_already_the_dialer_does_not_repeat(self, browser: Browser) -> None:
        draft = with_dialer(browser)
        answer_everything(browser, draft)
        save(browser, draft, "numbers", destinations=["nanp", "international"])

        assert "VICIdial keeps a few" in browser.get(f"/drafts/{draft}/review").words
        assert "nothing stands in the way" in browser.fragment(f"/drafts/{draft}/review/check")

    def test_asking_the_dialer_works_without_a_script(self, browser: Browser, dialer: FakeDialer) -> None:
        dialer.phones.append("acme")
        draft = with_dialer(browser)
        answer_everything(browser, draft)

        page = browser.get(f"/drafts/{draft}/review/check")

        assert "has a phone" in page.words
        assert "Install and watch it come up" in page.words


class TestAnInstallThatWasInterrupted:
    @pytest.fixture
    def left_over(self, browser: Browser, dialer: FakeDialer, workspace: Workspace) -> tuple[str, str]:
        """(draft, install) whose wizard died after the row was written."""
        draft = with_dialer(browser)
        answer_everything(browser, draft)
        url = install(browser, draft).url
        install_id = url.rsplit("/", 1)[1]
        workspace.installs.resume(install_id)  # at work again, and nobody holds the lock: the wizard died
        return draft, install_id

    def test_is_found_without_a_restart_and_says_what_to_do(self, browser: Browser, left_over: tuple[str, str]) -> None:
        page = browser.get(f"/installs/{left_over[1]}")

        assert "The wizard was interrupted" in page.words
        assert "What it wrote may be on the dialer" in page.words
        assert "Undo now" in page.words
        assert "in all" not in page.words, "nobody knows when it ended"

    def test_a_second_ctrl_c_is_not_told_as_a_stop_that_undid_everything(
        self, browser: Browser, workspace: Workspace, left_over: tuple[str, str]
    ) -> None:
        workspace.installs.finish(left_over[1], "interrupted", {"code": "stopped", "values": {}})

        page = browser.get(f"/installs/{left_over[1]}")

        assert "What it wrote may be on the dialer" in page.words
        assert "You stopped the install" not in page.words

    def test_stands_in_the_way_of_another_and_is_not_to_be_renamed_around(
        self, browser: Browser, dialer: FakeDialer, left_over: tuple[str, str]
    ) -> None:
        draft, install_id = left_over
        browser.get("/")
        page = browser.get(f"/drafts/{draft}/review")

        assert "First undo what is left over" in page.words
        assert "Install and watch it come up" not in page.words
        browser.get(f"/installs/{install_id}")
        dialer.generator_runs = False
        undoing = browser.post(f"/installs/{install_id}/rollback")
        assert "Undoing" in undoing.words
        assert "Stop and undo" not in undoing.words
        dialer.generator_runs = True
        undone = wait_for_end(browser, undoing.url)
        assert "put back as it was" in undone.words
        assert dialer.rows == {}


class TestADialerThatIsGone:
    def test_its_installs_can_still_be_undone(self, browser: Browser, dialer: FakeDialer, workspace: Workspace) -> None:
        draft = with_dialer(browser)
        answer_everything(browser, draft)
        done = install(browser, draft)
        [saved] = workspace.dialers.all()
        browser.post(f"/dialers/{saved.id}/remove")
        browser.app.extensions["carrier_wizard"].remembered.clear()

        page = browser.get(done.url)
        page = browser.post(f"{done.url}/unlock", {**page.form("/unlock"), "ssh_password": SSH_PASSWORD})
        undone = wait_for_end(browser, browser.post(f"{done.url}/rollback", page.form("/rollback")).url)

        assert "put back as it was" in undone.words
        assert dialer.rows == {}

    def test_a_wrong_password_can_be_typed_again(
        self, browser: Browser, dialer: FakeDialer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        draft = with_dialer(browser)
        answer_everything(browser, draft)
        done = install(browser, draft)

        def refuse(connection: FakeConnection, *_: object, **__: object) -> None:
            raise InvalidAuthError(user="root", host="10.0.0.1")

        with monkeypatch.context() as patched:
            patched.setattr(FakeConnection, "ask", refuse)
            page = wait_for_end(browser, browser.post(f"{done.url}/rollback").url)
        assert "refused the sign-in" in page.words

        page = browser.post(f"{done.url}/unlock", {**page.form("/unlock"), "ssh_password": SSH_PASSWORD})
        assert "put back as it was" in wait_for_end(browser, browser.post(f"{done.url}/rollback").url).words

    def test_its_key_is_forgotten_only_with_the_last_who_needs_it(self, browser: Browser, workspace: Workspace) -> None:
        for name in ("one", "two"):
            browser.post("/dialers", {**DIALER, "name": name, "draft": new_draft(browser)})
        one, two = workspace.dialers.all()
        workspace.host_keys.confirm(one.target, "ssh-ed25519 AAAA")

        browser.post(f"/dialers/{one.id}/remove")
        assert workspace.host_keys.with_key(two.target).host_key
        browser.post(f"/dialers/{two.id}/remove")
        assert not workspace.host_keys.with_key(two.target).host_key


def test_a_store_whose_key_is_lost_asks_for_the_passwords_again(browser: Browser, workspace: Workspace, tmp_path: Path) -> None:
    draft = new_draft(browser)
    browser.post("/dialers", {**DIALER, "keep": "y", "draft": draft})
    answer_everything(browser, draft)
    browser.app.extensions["carrier_wizard"].remembered.clear()
    (tmp_path / "key").unlink()

    browser.get("/")
    review = browser.get(f"/drafts/{draft}/review")
    assert "Not everything is answered yet" in review.words
    assert "Unlock" in review.words
    assert "can't be read any more" in browser.get(f"/drafts/{draft}/steps/sign_in").words
    assert save(browser, draft, "sign_in").url.endswith("/review")


def test_an_untouched_draft_is_used_again(browser: Browser, workspace: Workspace) -> None:
    first = new_draft(browser)

    assert new_draft(browser) == first
    save(browser, first, "carrier")
    assert new_draft(browser) != first


class TestForms:
    def test_a_refused_form_is_a_page_of_its_own_that_can_be_reloaded(self, browser: Browser) -> None:
        draft = with_dialer(browser)
        page = save(browser, draft, "carrier", carrier_id="AC ME")

        again = browser.get(page.url)

        assert "Leave these out: blank" in again.words
        assert again.form("/steps/carrier")["carrier_id"] == "AC ME"

    def test_a_refused_step_begins_with_what_is_wrong(self, browser: Browser) -> None:
        draft = with_dialer(browser)
        page = save(browser, draft, "sign_in", auth="")

        assert page.title.startswith("Not saved")
        summary, group = page.element("wrong"), page.element("auth")
        assert summary is not None
        assert "autofocus" in summary.attrib
        assert group is not None, "the summary's link leads somewhere"
        assert "#auth" in page.links()

    def test_a_bad_pattern_is_shown_where_it_was_typed(self, browser: Browser) -> None:
        draft = with_dialer(browser)
        page = save(browser, draft, "numbers", other_destinations="9[")

        field = page.element("other_destinations")
        assert field is not None
        assert field.get("aria-invalid") == "true"

    def test_without_qualify_nobody_needs_to_say_how_often(self, browser: Browser) -> None:
        draft = with_dialer(browser)
        shown = browser.get(f"/drafts/{draft}/steps/connection").form("/steps/connection")
        del shown["qualify"]

        page = browser.post(
            f"/drafts/{draft}/steps/connection", {**shown, **STEPS["connection"], "qualify_frequency": ""}, status=200
        )

        assert page.url.endswith("/steps/audio")

    @pytest.mark.parametrize(
        ("url", "data", "status"),
        [
            ("/dialers", {**DIALER, "auth": "magic"}, 200),
            ("/dialers", {**DIALER, "host": "a" * 300}, 200),
            ("/dialers", {**DIALER, "host": "déjà.vu"}, 200),
            ("/dialers", {**DIALER, "port": "²"}, 200),
            ("/drafts/{draft}/steps/carrier", {"carrier_id": "ACME", "revision": "²"}, 200),
            ("/drafts/{draft}/steps/carrier", {"carrier_id": "ACME", "revision": "9" * 5000}, 200),
            ("/installs/nothing/stop", {}, 404),
            ("/drafts/nothing/steps/carrier/discard", {}, 404),
            ("/installs/nothing/unlock", {}, 404),
            ("/installs/nothing/rollback", {}, 404),
        ],
    )
    def test_odd_values_are_no_fault_of_the_wizards(
        self, browser: Browser, url: str, data: dict[str, str], status: int
    ) -> None:
        draft = new_draft(browser)

        browser.post(url.format(draft=draft), {**data, "draft": draft}, status=status)


def test_a_fault_is_logged_by_its_kind_and_place_without_what_it_says(
    browser: Browser, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> str:
        raise RuntimeError(SECRET)

    monkeypatch.setitem(browser.app.view_functions, "installs.history", fail)
    browser.app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)

    with caplog.at_level(logging.ERROR):
        page = browser.get("/installs", status=500)

    assert "Go back" in page.words or "report" in page.words
    assert "RuntimeError at GET /installs" in caplog.text
    assert SECRET not in caplog.text
