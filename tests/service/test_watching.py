"""The watch over hours that pass in a moment: when it looks, what it keeps, and who is told."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.service.watching import Stage, carrier, put
from wizard.carrier.watching.states import WatchState
from wizard.errors import NeedsSecretError, NotFoundError
from wizard.service.locks import lock_dialer, lock_watch
from wizard.service.watching.schedule import LOOK_SECONDS, Schedule, backoff
from wizard.service.workspace import open_workspace
from wizard.store.dialers import SavedDialer
from wizard.store.watch_history import KEPT_DAYS, THE_DIALER
from wizard.store.watches import WatchSetting


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(open_workspace(tmp_path))
    yield stage
    stage.stop()


def states(stage: Stage, saved: SavedDialer, carrier_id: str) -> list[WatchState]:
    segments = stage.workspace.watch_history.segments(saved.id, 0)
    return [each.state for each in segments.get(carrier_id, [])]


def test_a_carrier_that_goes_down_is_told_once_and_again_when_it_is_back(stage: Stage) -> None:
    saved, fake = stage.add("main")
    put(fake, carrier("ACME"))
    stage.tell()
    stage.pass_time(300)
    fake.peer_status = "UNREACHABLE"
    stage.pass_time(1800)
    fake.peer_status = "OK (3 ms)"
    stage.pass_time(600)

    assert stage.titles() == ["ACME is down on main", "ACME is up again on main"]
    assert states(stage, saved, "ACME") == [WatchState.UP, WatchState.DOWN, WatchState.UP]


def test_carriers_that_go_down_together_are_one_message(stage: Stage) -> None:
    _, fake = stage.add("main")
    for name in ("ACME", "BETA", "GAMMA"):
        put(fake, carrier(name))
    stage.tell()
    stage.pass_time(300)
    fake.peer_status = "UNREACHABLE"
    stage.pass_time(1800)

    assert stage.titles() == ["3 down on main: ACME, BETA, GAMMA"]
    [message] = stage.told
    assert [line for line in message.body.splitlines() if line.endswith(" is down on main")] == [
        f"{name} is down on main" for name in ("ACME", "BETA", "GAMMA")
    ]


def test_a_message_says_who_where_why_since_when_and_what_next(stage: Stage) -> None:
    saved, fake = stage.add("main")
    put(fake, carrier("ACME"))
    stage.tell()
    stage.workspace.watches.set_link("https://wizard.example.com/")
    stage.pass_time(120)
    fake.peer_status = "UNREACHABLE"
    stage.pass_time(300)

    [message] = stage.told
    assert "The carrier doesn't answer" in message.body
    assert "Since 1970-01-12" in message.body
    assert "Dialer: main" in message.body
    assert "Next: " in message.body
    assert f"https://wizard.example.com/dialers/{saved.id}#watch" in message.body
    assert message.is_good is False


def test_a_carrier_that_flaps_is_told_down_once_in_a_quarter_of_an_hour(stage: Stage) -> None:
    _, fake = stage.add("main")
    put(fake, carrier("ACME"))
    stage.tell()
    stage.pass_time(120)
    for _ in range(3):
        fake.peer_status = "UNREACHABLE"
        stage.pass_time(200)
        fake.peer_status = "OK (3 ms)"
        stage.pass_time(60)

    assert stage.titles() == ["ACME is down on main"]


def test_a_dialer_that_is_not_reached_says_nothing_of_its_carriers_and_is_told_itself(stage: Stage) -> None:
    saved, fake = stage.add("main")
    put(fake, carrier("ACME"))
    stage.tell()
    stage.pass_time(120)
    stage.unreachable.add(saved.id)
    stage.pass_time(3600)
    stage.unreachable.clear()
    stage.pass_time(2400)

    assert stage.titles() == ["main can't be looked at", "main can be looked at again"]
    assert "nobody can tell" in stage.told[0].body
    assert states(stage, saved, "ACME") == [WatchState.UP, WatchState.UNSEEN, WatchState.UP]
    assert states(stage, saved, THE_DIALER) == [WatchState.UP, WatchState.DOWN, WatchState.UP]


def test_an_asterisk_that_says_nothing_is_the_dialers_trouble_and_not_its_carriers(stage: Stage) -> None:
    saved, fake = stage.add("main")
    put(fake, carrier("ACME"))
    stage.tell()
    stage.pass_time(120)
    fake.silent = True
    stage.pass_time(600)

    assert stage.titles() == ["main can't be looked at"]
    assert states(stage, saved, "ACME") == [WatchState.UP, WatchState.UNSEEN]


def test_an_unreachable_dialer_is_asked_less_and_less_often() -> None:
    assert [backoff(60, failures) for failures in range(1, 7)] == [60, 120, 240, 480, 900, 900]
    assert backoff(3600, 5) == 3600


def test_one_dialer_that_hangs_holds_no_other_and_is_ended_after_a_while(stage: Stage) -> None:
    hung, _ = stage.add("hung")
    _, fake = stage.add("well")
    put(fake, carrier("ACME"))
    stage.schedule.tick()
    waiting = stage.later.waiting
    names = [setting.dialer_id for setting in stage.workspace.watches.switched_on()]
    held = waiting.pop(names.index(hung.id))
    stage.later.run_all()
    stage.pass_time(300)

    assert [each.dialer.name for each in stage.rounds] == ["well"] * len(stage.rounds)
    assert len(stage.rounds) >= 5
    post = stage.schedule._posts[hung.id]
    assert stage.at - post.began > LOOK_SECONDS
    assert post.lookout._is_given_up
    held[0].set_result(held[1]())
    assert stage.rounds[-1].dialer.name == "hung"


def test_states_while_an_install_is_at_work_are_not_judged_and_the_install_is_not_held_up(stage: Stage) -> None:
    saved, fake = stage.add("main")
    put(fake, carrier("ACME"))
    stage.tell()
    stage.pass_time(120)
    lock = lock_dialer(stage.workspace.folder, saved.target, patience=0)
    fake.peer_status = "UNREACHABLE"
    stage.pass_time(600)
    fake.peer_status = "OK (1 ms)"
    lock.release()
    stage.pass_time(300)

    assert stage.told == []
    assert states(stage, saved, "ACME") == [WatchState.UP, WatchState.BUSY, WatchState.UP]


def test_another_computers_wizard_that_is_at_work_is_seen_in_the_database(stage: Stage) -> None:
    saved, fake = stage.add("main")
    put(fake, carrier("ACME"))
    fake.locked_by_other = True
    stage.pass_time(60)

    assert states(stage, saved, "ACME") == [WatchState.BUSY]


def test_an_inactive_carrier_is_not_watched_and_one_without_evidence_cannot_be_told(stage: Stage) -> None:
    saved, fake = stage.add("main")
    fake.rows["OFF"] = carrier("OFF", active="N")
    fake.rows["FAR"] = carrier("FAR", server_ip="10.0.0.2")
    fake.rows["ZAP"] = carrier("ZAP", protocol="Zap")
    put(fake, carrier("ACME"), carrier("ALL", server_ip="0.0.0.0"))
    fake.peer_status = "Unmonitored"
    stage.tell()
    stage.pass_time(3600)

    seen = stage.workspace.watch_history.segments(saved.id, 0)
    assert set(seen) == {THE_DIALER, "ACME", "ALL", "ZAP"}
    assert [(each.state, each.reason) for each in seen["ACME"]] == [(WatchState.CANNOT_TELL, "qualify_off")]
    assert states(stage, saved, "ZAP") == [WatchState.CANNOT_TELL]
    assert stage.told == []


def test_a_carrier_that_is_switched_off_while_it_is_down_is_not_told_back(stage: Stage) -> None:
    _, fake = stage.add("main")
    put(fake, carrier("ACME"))
    stage.tell()
    fake.peer_status = "UNREACHABLE"
    stage.pass_time(300)
    fake.rows["ACME"]["active"] = "N"
    stage.pass_time(1200)

    assert stage.titles() == ["ACME is down on main"]


def test_a_restart_tells_nothing_twice_and_loses_nothing(stage: Stage) -> None:
    _, fake = stage.add("main")
    put(fake, carrier("ACME"))
    stage.tell()
    stage.pass_time(120)
    fake.peer_status = "UNREACHABLE"
    stage.refusal = "connection"
    stage.pass_time(300)
    stage.stop()
    stage.refusal = ""
    stage.restart()
    stage.pass_time(600)
    stage.stop()
    stage.restart()
    stage.pass_time(1200)

    assert stage.titles() == ["ACME is down on main"]


def test_an_outage_that_began_before_a_restart_is_counted_on(stage: Stage) -> None:
    _, fake = stage.add("main")
    put(fake, carrier("ACME"))
    stage.tell()
    stage.pass_time(61)
    fake.peer_status = "UNREACHABLE"
    stage.pass_time(121)
    assert stage.told == []
    stage.stop()
    stage.restart()
    stage.pass_time(61)

    assert stage.titles() == ["ACME is down on main"]


def test_what_is_not_taken_is_tried_again_and_shown_and_given_up_after_a_day(stage: Stage) -> None:
    saved, fake = stage.add("main", interval=3600)
    put(fake, carrier("ACME"))
    stage.tell()
    fake.peer_status = "UNREACHABLE"
    stage.refusal = "http:503"
    for _ in range(20):
        stage.at += 1800
        stage.tick()
    [event] = [each for each in stage.workspace.watch_history.events(saved.id) if each.carrier_id]
    [delivery] = event.deliveries
    assert (delivery.state, delivery.problem) == ("pending", "http:503")
    tried = delivery.attempts
    assert tried > 5
    for _ in range(40):
        stage.at += 1800
        stage.tick()
    [delivery] = stage.workspace.watch_history.events(saved.id)[-1].deliveries

    assert delivery.state == "given_up"
    assert stage.told == []


def test_each_target_is_told_for_itself_and_only_of_its_own_dialer(stage: Stage) -> None:
    saved, fake = stage.add("main")
    other, _ = stage.add("other")
    put(fake, carrier("ACME"))
    stage.tell("everything")
    stage.tell("main alone", saved.id)
    stage.tell("other alone", other.id)
    fake.peer_status = "UNREACHABLE"
    stage.pass_time(300)

    [event] = stage.workspace.watch_history.events(saved.id)
    assert len(event.deliveries) == 2
    assert stage.titles() == ["ACME is down on main"] * 2


def test_only_one_process_watches_a_dialer(stage: Stage) -> None:
    saved, fake = stage.add("main")
    put(fake, carrier("ACME"))
    lock = lock_watch(stage.workspace.folder, saved.target)
    assert lock is not None
    stage.pass_time(120)
    assert stage.rounds == []
    lock.release()
    stage.pass_time(60)

    assert stage.rounds != []
    assert lock_watch(stage.workspace.folder, saved.target) is None


def test_a_watch_that_is_switched_off_lets_go_and_looks_no_more(stage: Stage) -> None:
    saved, fake = stage.add("main")
    put(fake, carrier("ACME"))
    stage.pass_time(120)
    stage.workspace.watches.set(WatchSetting(saved.id, is_on=False))
    looks = len(stage.rounds)
    stage.pass_time(300)

    assert len(stage.rounds) == looks
    lock = lock_watch(stage.workspace.folder, saved.target)
    assert lock is not None
    lock.release()


def test_a_dialer_that_is_forgotten_takes_its_history_and_its_targets_with_it(stage: Stage) -> None:
    saved, fake = stage.add("main")
    put(fake, carrier("ACME"))
    stage.tell("everything")
    stage.tell("main alone", saved.id)
    fake.peer_status = "UNREACHABLE"
    stage.pass_time(300)
    stage.workspace.dialers.remove(saved.id)
    stage.pass_time(300)

    history = stage.workspace.watch_history
    assert history.events(saved.id) == []
    assert history.segments(saved.id, 0) == {}
    assert [target.name for target in stage.workspace.watches.targets()] == ["everything"]


def test_a_look_that_breaks_off_because_the_watch_ends_is_no_history(stage: Stage) -> None:
    saved, fake = stage.add("main")
    put(fake, carrier("ACME"))
    stage.schedule.tick()
    stage.schedule._is_ending = True
    stage.unreachable.add(saved.id)
    stage.later.run_all()

    assert stage.workspace.watch_history.segments(saved.id, 0) == {}


def test_a_missing_password_is_the_dialers_trouble_until_it_comes(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    saved, fake = stage.add("main")
    put(fake, carrier("ACME"))
    reach = stage.schedule.reach

    def without_password(_: SavedDialer) -> object:
        raise NeedsSecretError(which="ssh_password")

    stage.schedule.reach = without_password  # type: ignore[assignment]
    stage.pass_time(600)
    assert [each.reason for each in stage.workspace.watch_history.events(saved.id)] == ["needs_secret"]
    stage.schedule.reach = reach
    stage.schedule.look_soon(saved.id)
    stage.pass_time(2)

    assert stage.rounds[-1].problem is None


def test_history_is_kept_for_its_days_and_what_goes_on_is_kept_for_as_long_as_it_does(stage: Stage) -> None:
    saved, fake = stage.add("main")
    put(fake, carrier("ACME"))
    stage.pass_time(120)
    fake.peer_status = "UNREACHABLE"
    stage.pass_time(300)
    history = stage.workspace.watch_history
    history.forget_before(stage.at - KEPT_DAYS * 86_400)
    assert states(stage, saved, "ACME") == [WatchState.UP, WatchState.DOWN]
    assert len(history.events(saved.id)) == 1

    history.forget_before(stage.at + 1)
    assert states(stage, saved, "ACME") == [WatchState.DOWN]
    assert history.events(saved.id) == []


def test_no_secret_of_a_target_lies_in_the_clear(stage: Stage) -> None:
    stage.tell()
    folder = stage.workspace.folder
    everything = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())

    assert b"s3cret.Path" not in everything
    [target] = stage.workspace.watches.targets()
    assert stage.workspace.watches.url_of(target.id).reveal() == "json://localhost/s3cret.Path"
    stage.workspace.watches.remove_target(target.id)
    with pytest.raises(NotFoundError):
        stage.workspace.watches.url_of(target.id)


def test_a_look_that_can_not_be_kept_is_kept_in_no_part(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    saved, fake = stage.add("main")
    put(fake, carrier("ACME"))
    stage.tell()
    history = type(stage.workspace.watch_history)

    def full(*_: object) -> int:
        raise OSError("no room")

    monkeypatch.setattr(history, "_keep_event", full)
    fake.peer_status = "UNREACHABLE"
    stage.pass_time(130)
    before = stage.workspace.watch_history.remembered(saved.id)
    stage.pass_time(60)
    assert stage.workspace.watch_history.remembered(saved.id) == before
    monkeypatch.undo()
    stage.pass_time(900)

    assert stage.titles() == ["ACME is down on main"]


def test_the_watch_in_its_own_threads_looks_at_once_and_ends_cleanly(tmp_path: Path) -> None:
    stage = Stage(open_workspace(tmp_path))
    saved, fake = stage.add("main")
    put(fake, carrier("ACME"))
    looked, stop = threading.Event(), threading.Event()
    schedule = Schedule(stage.workspace, stage._reach, tell=lambda _: looked.set())
    thread = threading.Thread(target=schedule.run, args=(stop,))
    thread.start()
    assert looked.wait(10)
    began = time.monotonic()
    stop.set()
    thread.join(10)

    assert not thread.is_alive()
    assert time.monotonic() - began < 5
    lock = lock_watch(stage.workspace.folder, saved.target)
    assert lock is not None
    lock.release()
