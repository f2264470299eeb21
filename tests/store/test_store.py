"""What is kept, for whose eyes, and what comes back."""

from __future__ import annotations

import stat
from pathlib import Path
from threading import Thread

import pytest
from sqlite_utils import Database

from tests.carrier.samples import HERE, IP, REGISTRATION, answers
from wizard.carrier.answers import Answers
from wizard.carrier.on_dialer.changes import Change, ChangeKind, ChangeState
from wizard.carrier.profile import ConfTemplate
from wizard.carrier.render import render_carrier
from wizard.dialer.journal import Checkpoint, Observation, Phase
from wizard.dialer.target import DialerSecrets, DialerTarget, SshAuth, Sudo
from wizard.dialer.verdict import Judgement, Verdict
from wizard.errors import ChangedMeanwhileError, InstallInProgressError, NameTakenError, NotFoundError, VaultError
from wizard.secret import MASK, Secret
from wizard.service.locks import lock_dialer
from wizard.service.recovery import find_interrupted
from wizard.service.workspace import Workspace, open_workspace
from wizard.store.drafts import Sending, Typed
from wizard.store.installs import Install
from wizard.store.migrations import migrations

TARGET = DialerTarget("10.0.0.1", "support", 2222, SshAuth.PASSWORD, "", Sudo.WITH_PASSWORD)
SENTINEL = "s3cret.Word"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return open_workspace(tmp_path)


def start(workspace: Workspace, own: Answers | None = None) -> Install:
    return workspace.installs.start(
        answers=own or answers(REGISTRATION), dialer_name="main", target=TARGET, wait_seconds=180, keep=False
    )


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_every_file_is_for_its_owner_alone(tmp_path: Path, workspace: Workspace) -> None:
    workspace.drafts.create(answers(REGISTRATION))
    lock_dialer(tmp_path, TARGET).release()

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*") if path.is_file()}

    assert {"key", "wizard.sqlite"} <= set(modes)
    assert {name: oct(mode) for name, mode in modes.items() if mode != 0o600} == {}


def test_no_secret_lies_in_the_clear(tmp_path: Path, workspace: Workspace) -> None:
    secrets = DialerSecrets(Secret(SENTINEL), Secret(SENTINEL), Secret(SENTINEL))
    workspace.dialers.add("main", TARGET, secrets)
    draft = workspace.drafts.create(answers(REGISTRATION))
    workspace.drafts.keep_typed(draft.id, "sign_in", Typed(1, {"secret": SENTINEL}))
    install = start(workspace)
    carrier = render_carrier(answers(REGISTRATION), HERE)
    workspace.installs.keep_checkpoint(install.id, Checkpoint(carrier, ("carrier_id",), "10.0.0.1", "default", "", {}, (), 41))

    assert SENTINEL.encode() not in everything(tmp_path)
    assert workspace.dialers.secrets(workspace.dialers.all()[0].id) == secrets


def test_a_lost_key_is_said_and_not_papered_over(tmp_path: Path, workspace: Workspace) -> None:
    draft = workspace.drafts.create(answers(REGISTRATION))
    workspace.drafts.keep_typed(draft.id, "sign_in", Typed(1, {"secret": SENTINEL}))
    workspace.dialers.add("main", TARGET, DialerSecrets(Secret(SENTINEL)))
    (tmp_path / "key").unlink()

    again = workspace.drafts.get(draft.id)
    assert (again.is_secret_lost, again.answers) == (True, answers(REGISTRATION, secret=""))
    assert workspace.drafts.typed(draft.id) == {}
    with pytest.raises(VaultError):
        workspace.dialers.secrets(workspace.dialers.all()[0].id)


def test_a_key_that_comes_back_opens_what_other_steps_left_alone(tmp_path: Path, workspace: Workspace) -> None:
    draft = workspace.drafts.create(answers(REGISTRATION))
    key = (tmp_path / "key").rename(tmp_path / "away")
    workspace.drafts.save_step(draft.id, "connection", answers(REGISTRATION, host="other.example.com"))
    key.rename(tmp_path / "key")

    assert workspace.drafts.get(draft.id).answers == answers(REGISTRATION, host="other.example.com")


def test_migrations_run_once_and_a_second_opening_finds_everything(tmp_path: Path, workspace: Workspace) -> None:
    draft = workspace.drafts.create(answers(IP))

    assert open_workspace(tmp_path).drafts.get(draft.id).answers == answers(IP)


def test_a_store_of_the_first_schema_is_brought_up_to_date(tmp_path: Path) -> None:
    database = Database(str(tmp_path / "wizard.sqlite"), strict=False)
    migrations.apply(database, stop_before="m002_superseded_installs")
    database.table("drafts").insert(
        {"id": "d", "created_at": "", "updated_at": "", "revision": 1, "answers": "{}", "saved_steps": "{}", "typed": "old"}
    )
    database.close()

    workspace = open_workspace(tmp_path)

    assert workspace.drafts.typed("d") == {}
    assert not start(workspace).superseded


def test_many_threads_may_write(workspace: Workspace) -> None:
    install = start(workspace)

    def write() -> None:
        for _ in range(20):
            workspace.installs.record(install.id, Phase.LOADED, "done")
        workspace.store.close()

    threads = [Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(workspace.installs.get(install.id).events) == 120


class TestDrafts:
    def test_a_draft_comes_back_as_it_was_saved(self, workspace: Workspace) -> None:
        own = answers(REGISTRATION, codecs=["alaw"], port=5080, qualify=False)

        assert workspace.drafts.get(workspace.drafts.create(own).id).answers == own

    def test_saving_a_step_leaves_the_others_alone(self, workspace: Workspace) -> None:
        draft = workspace.drafts.create(answers(REGISTRATION))
        workspace.drafts.save_step(draft.id, "connection", answers({"host": "other.example.com", "carrier_id": "NOT-THIS"}))

        saved = workspace.drafts.get(draft.id)
        assert saved.answers == answers(REGISTRATION, host="other.example.com")
        assert dict(saved.saved_steps) == {"connection": 2}

    def test_a_step_that_was_saved_elsewhere_is_noticed(self, workspace: Workspace) -> None:
        draft = workspace.drafts.create()
        seen = draft.revision
        after = workspace.drafts.save_step(draft.id, "carrier", answers(IP))

        assert after.changed_since("carrier", seen)
        assert not after.changed_since("carrier", after.revision)
        assert not after.changed_since("audio", seen)

    def test_what_was_typed_is_kept_until_its_step_is_saved(self, workspace: Workspace) -> None:
        draft = workspace.drafts.create()
        workspace.drafts.keep_typed(draft.id, "connection", Typed(1, {"port": "abc"}))
        workspace.drafts.keep_typed(draft.id, "carrier", Typed(1, {"carrier_id": "A C"}))

        workspace.drafts.save_step(draft.id, "carrier", answers(IP))

        assert workspace.drafts.typed(draft.id) == {"connection": Typed(1, {"port": "abc"})}

    def test_what_was_typed_can_be_discarded(self, workspace: Workspace) -> None:
        draft = workspace.drafts.create()
        workspace.drafts.keep_typed(draft.id, "carrier", Typed(1, {"carrier_id": "A C"}))

        workspace.drafts.discard_typed(draft.id, "carrier")

        assert workspace.drafts.typed(draft.id) == {}

    def test_what_comes_late_from_a_page_whose_step_was_saved_meanwhile_is_dropped(self, workspace: Workspace) -> None:
        draft = workspace.drafts.create()
        workspace.drafts.save_step(draft.id, "carrier", answers(IP))

        with pytest.raises(ChangedMeanwhileError):
            workspace.drafts.keep_typed(draft.id, "carrier", Typed(draft.revision, {"carrier_id": "OLD"}))

        assert workspace.drafts.typed(draft.id) == {}

    def test_a_preview_that_comes_after_the_refusal_of_its_page_changes_nothing(self, workspace: Workspace) -> None:
        draft = workspace.drafts.create()
        workspace.drafts.keep_typed(draft.id, "carrier", Typed(1, {"carrier_id": "A C"}, Sending.REFUSED))

        with pytest.raises(ChangedMeanwhileError):
            workspace.drafts.keep_typed(draft.id, "carrier", Typed(1, {"carrier_id": "A"}), seen_refusals=0)
        assert workspace.drafts.typed(draft.id)["carrier"].fields == {"carrier_id": "A C"}

        workspace.drafts.keep_typed(draft.id, "carrier", Typed(1, {"carrier_id": "AC"}), seen_refusals=1)
        assert workspace.drafts.typed(draft.id)["carrier"] == Typed(1, {"carrier_id": "AC"}, refusals=1)

    def test_the_secret_is_forgotten_and_the_rest_stays(self, workspace: Workspace) -> None:
        draft = workspace.drafts.create(answers(REGISTRATION))
        workspace.drafts.keep_typed(draft.id, "sign_in", Typed(1, {"username": "other", "secret": SENTINEL}))
        workspace.drafts.forget_secrets(draft.id, answers(REGISTRATION))

        assert workspace.drafts.get(draft.id).answers == answers(REGISTRATION, secret="")
        assert workspace.drafts.typed(draft.id)["sign_in"].fields == {"username": "other", "secret": ""}

    def test_a_secret_that_was_changed_during_the_install_stays(self, workspace: Workspace) -> None:
        draft = workspace.drafts.create(answers(REGISTRATION, secret="newer.Word"))
        workspace.drafts.forget_secrets(draft.id, answers(REGISTRATION))

        assert workspace.drafts.get(draft.id).answers.sign_in.secret == Secret("newer.Word")

    def test_a_draft_that_was_deleted_during_the_install_is_no_trouble(self, workspace: Workspace) -> None:
        workspace.drafts.forget_secrets("gone", answers(REGISTRATION))

    def test_many_threads_may_change_one_draft(self, workspace: Workspace) -> None:
        """Reading and then writing must wait for its turn, not fail (SQLite refuses a stale reader at once)."""
        draft = workspace.drafts.create(answers(IP))

        def change(number: int) -> None:
            for at in range(25):
                workspace.drafts.keep_typed(draft.id, "connection", Typed(1, {"host": f"{number}-{at}"}))
                workspace.drafts.choose_dialer(draft.id, f"{number}-{at}")
            workspace.store.close()

        threads = [Thread(target=change, args=(number,)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert workspace.drafts.get(draft.id).revision == 1 + 6 * 25

    def test_what_does_not_exist_is_said(self, workspace: Workspace) -> None:
        with pytest.raises(NotFoundError):
            workspace.drafts.get("nothing")


class TestDialers:
    def test_passwords_are_kept_only_if_they_are_given_to_be_kept(self, workspace: Workspace) -> None:
        dialer = workspace.dialers.add("main", TARGET, DialerSecrets())

        assert workspace.dialers.secrets(dialer.id) == DialerSecrets()
        assert workspace.dialers.get(dialer.id).target == TARGET

    def test_a_name_is_taken_whatever_its_capital_letters(self, workspace: Workspace) -> None:
        workspace.dialers.add("main", TARGET, DialerSecrets())

        with pytest.raises(NameTakenError):
            workspace.dialers.add("MAIN", TARGET, DialerSecrets())

    def test_a_confirmed_host_key_belongs_to_host_and_port(self, workspace: Workspace) -> None:
        workspace.host_keys.confirm(TARGET, "ssh-ed25519 AAAA")

        assert workspace.host_keys.with_key(TARGET).host_key == "ssh-ed25519 AAAA"
        assert workspace.host_keys.with_key(DialerTarget("10.0.0.1", port=22)).host_key == ""
        workspace.host_keys.forget(TARGET)
        assert workspace.host_keys.with_key(TARGET).host_key == ""


class TestInstalls:
    @pytest.mark.parametrize("template", [None, ConfTemplate("ACME_T", "Lines of ACME", "nat=no\n", "---ALL---")])
    def test_a_checkpoint_comes_back_whole(self, workspace: Workspace, template: ConfTemplate | None) -> None:
        install = start(workspace)
        carrier = render_carrier(answers(REGISTRATION, protocol="PJSIP"), HERE)
        columns, routes = ("carrier_id", "active"), (("9", "_9."),)
        kept = Checkpoint(carrier, columns, "10.0.0.1", "default", "1.2.3.4", {"/f": "d"}, routes, 41, template)

        workspace.installs.keep_checkpoint(install.id, kept)
        assert workspace.installs.checkpoint(install.id) == kept
        workspace.installs.forget_checkpoint(install.id)
        assert workspace.installs.checkpoint(install.id) is None

    def test_changes_come_back_whole_and_are_shown_without_their_secret(self, tmp_path: Path, workspace: Workspace) -> None:
        install = start(workspace)
        carrier = render_carrier(answers(REGISTRATION), HERE)
        changes = (
            Change(ChangeKind.SETTINGS_CONTAINER, "KEY", None, Secret(SENTINEL)),
            Change(ChangeKind.SERVER_TRUNKS, "SALES", "5", "20+", ChangeState.MADE),
            Change(ChangeKind.CAMPAIGN_PREFIX, "SALES", None, "7"),
        )
        kept = Checkpoint(carrier, ("carrier_id",), "10.0.0.1", "default", "", {}, (), 41, changes=changes)

        workspace.installs.keep_checkpoint(install.id, kept)

        assert workspace.installs.checkpoint(install.id) == kept
        shown = workspace.installs.get(install.id).changes
        assert [(each["record"], each["before"], each["after"], each["state"]) for each in shown] == [
            ("KEY", None, MASK, "planned"), ("SALES", "5", "20+", "made"), ("SALES", None, "7", "planned"),
        ]  # fmt: skip
        assert SENTINEL.encode() not in everything(tmp_path)

    def test_an_undo_leaves_the_changes_told_and_the_secret_gone(self, workspace: Workspace) -> None:
        install = start(workspace)
        assert workspace.installs.get(install.id).changes == ()
        change = Change(ChangeKind.CAMPAIGN_PREFIX, "SALES", "9", "7", ChangeState.PUT_BACK)
        carrier = render_carrier(answers(REGISTRATION), HERE)
        kept = Checkpoint(carrier, ("carrier_id",), "10.0.0.1", "default", "", {}, (), 41, changes=(change,))
        workspace.installs.keep_checkpoint(install.id, kept)

        workspace.installs.forget_checkpoint(install.id)

        assert [each["state"] for each in workspace.installs.get(install.id).changes] == ["put_back"]

    def test_events_observation_and_end(self, workspace: Workspace) -> None:
        install = start(workspace)
        workspace.installs.record(install.id, Phase.ROW_WRITTEN, "begun")
        workspace.installs.record(install.id, Phase.ROW_WRITTEN, "done")
        workspace.installs.observe(install.id, Observation(Judgement(Verdict.UP, "registered"), {"peer": "OK (1 ms)"}))
        assert workspace.installs.get(install.id).is_running

        workspace.installs.finish(install.id, "up")

        done = workspace.installs.get(install.id)
        assert (done.outcome, done.verdict, done.reason, done.states) == ("up", "up", "registered", {"peer": "OK (1 ms)"})
        assert done.done_at(Phase.ROW_WRITTEN)
        assert done.can_roll_back
        assert not done.is_running

    def test_one_dialer_has_one_install_at_a_time(self, tmp_path: Path) -> None:
        lock = lock_dialer(tmp_path, TARGET)

        with pytest.raises(InstallInProgressError):
            lock_dialer(tmp_path, TARGET)
        lock_dialer(tmp_path, DialerTarget("10.0.0.2")).release()
        lock.release()
        lock_dialer(tmp_path, TARGET).release()

    def test_an_install_whose_worker_died_is_found(self, tmp_path: Path, workspace: Workspace) -> None:
        install = start(workspace)
        lock = lock_dialer(tmp_path, TARGET)
        assert find_interrupted(workspace) == [], "somebody is at work on it"
        lock.release()

        assert [each.id for each in find_interrupted(workspace)] == [install.id]
        assert workspace.installs.get(install.id).outcome == "interrupted"
        assert find_interrupted(workspace) == []

    def test_history_is_newest_first_and_by_dialer(self, workspace: Workspace) -> None:
        first, second = start(workspace), start(workspace)

        assert {each.id for each in workspace.installs.all()} == {first.id, second.id}
        assert len(workspace.installs.all(dialer="MAIN")) == 2
        assert workspace.installs.all(dialer="other") == []
