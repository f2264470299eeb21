"""The installer's own order and its ways out, against a dialer in memory; tests/real has the real one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest

from tests.carrier.samples import CREDENTIALS, IP, PROTOCOLS, REGISTRATION, answers
from tests.fake_asterisk import ADDRESS
from tests.fakes import FakeDialer
from wizard.carrier.answers import Answers
from wizard.carrier.findings import Finding, warning
from wizard.dialer.connection import Connection
from wizard.dialer.installer import Installer
from wizard.dialer.journal import Checkpoint, Observation, Phase
from wizard.dialer.outcome import InstallPlan, InstallResult, Outcome
from wizard.dialer.pace import Clock
from wizard.dialer.target import DialerSecrets, DialerTarget
from wizard.dialer.verdict import Verdict
from wizard.errors import (
    ConnectionLostError,
    DatabaseError,
    InstallInProgressError,
    NotADialerError,
    RefusedError,
    ServerRowError,
    UnfitError,
)
from wizard.words.findings import sentence


@dataclass
class MemoryJournal:
    """Keeps what it is told; ``stop_at`` asks for an end once a phase is done."""

    stop_at: Phase | None = None
    lines: list[tuple[str, Phase]] = field(default_factory=list)
    checkpoint: Checkpoint | None = None
    observations: list[Observation] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)

    def begin(self, phase: Phase) -> None:
        self.lines.append(("begun", phase))

    def done(self, phase: Phase, detail: str = "") -> None:
        self.lines.append(("done", phase))

    def found(self, findings: Sequence[Finding]) -> None:
        self.findings = [finding.code for finding in findings]

    def keep(self, checkpoint: Checkpoint) -> None:
        self.checkpoint = checkpoint
        self.lines.append(("kept", Phase.SNAPSHOT))

    def observe(self, observation: Observation) -> None:
        self.observations.append(observation)

    def expect_rebuild(self, seconds: float) -> None:
        assert 0 < seconds <= 60

    def stop_requested(self) -> bool:
        return self.stop_at is not None and ("done", self.stop_at) in self.lines


class FastClock:
    """Sleeping takes no time but moves the clock."""

    def __init__(self) -> None:
        self.time = 0.0

    def __call__(self) -> Clock:
        return Clock(now=lambda: self.time, sleep=self._sleep)

    def _sleep(self, seconds: float) -> None:
        self.time += seconds


def install(
    dialer: FakeDialer, own: Answers | None = None, journal: MemoryJournal | None = None, *, keep: bool = False
) -> InstallResult:
    connect: Callable[[], Connection] = dialer.connector(DialerTarget("10.0.0.1"), DialerSecrets())
    plan = InstallPlan(own or answers(REGISTRATION), keep=keep)
    return Installer(connect, plan, journal or MemoryJournal(), FastClock()()).run()


SIGN_INS = pytest.mark.parametrize(
    ("sample", "reason"),
    [(REGISTRATION, "registered"), (CREDENTIALS, "reachable"), (IP, "reachable")],
    ids=["reg", "cred", "ip"],
)
EACH_PROTOCOL = pytest.mark.parametrize("protocol", PROTOCOLS)


@EACH_PROTOCOL
@SIGN_INS
def test_each_kind_of_sign_in_comes_up_in_each_protocol(protocol: str, sample: dict[str, str], reason: str) -> None:
    dialer = FakeDialer()

    result = install(dialer, answers(sample, host=ADDRESS, protocol=protocol))

    assert (result.outcome, result.observation.judgement.reason) == (Outcome.UP, reason)
    assert dialer.rows["ACME"]["active"] == "Y"
    assert dialer.rows["ACME"]["server_ip"] == "10.0.0.1"


def test_the_way_back_is_kept_before_anything_is_written_and_each_act_is_announced() -> None:
    journal = MemoryJournal()
    install(FakeDialer(), journal=journal)

    kept = journal.lines.index(("kept", Phase.SNAPSHOT))
    for phase in (Phase.ROW_WRITTEN, Phase.ACTIVATED, Phase.REBUILD_REQUESTED):
        begun, done = journal.lines.index(("begun", phase)), journal.lines.index(("done", phase))
        assert kept < begun < done


def test_the_row_is_written_switched_off_and_read_back_before_it_is_switched_on() -> None:
    dialer = FakeDialer()
    install(dialer)
    statements = [str(each.values[0]) for each in dialer.asked if each.name == "sql"]

    insert = next(at for at, text in enumerate(statements) if text.startswith("INSERT INTO vicidial_server_carriers"))
    assert statements[insert + 1].startswith("SELECT * FROM vicidial_server_carriers WHERE")
    assert statements[insert + 2].startswith("UPDATE vicidial_server_carriers SET active")
    flag = next(at for at, text in enumerate(statements) if text.startswith("UPDATE servers"))
    assert flag > insert + 2, "the flag comes last: the generator clears it before it reads"


def test_the_admin_log_names_us_and_holds_no_secret() -> None:
    dialer = FakeDialer()
    install(dialer)

    [(user, address, kind, record, code, sql, section, _)] = dialer.admin_log
    assert (user, address, kind, record, code) == ("carrier-wizard", "192.0.2.1", "ADD", "ACME", "ADMIN ADD CARRIER")
    assert section == "CARRIERS"
    assert "s3cret.Word" not in sql
    assert ";" not in sql


@pytest.mark.parametrize(
    ("change", "reason", "verdict"),
    [
        ({"registration": "No Authentication"}, "registration_refused", Verdict.DOWN),
        ({"peer_status": "UNREACHABLE", "registration": "Request Sent"}, "peer_unreachable", Verdict.DOWN),
        ({"registration": "Request Sent"}, "registration_pending", Verdict.NOT_YET),
    ],
)
def test_what_does_not_come_up_is_taken_off_again(change: dict[str, str], reason: str, verdict: Verdict) -> None:
    dialer = FakeDialer(**change)  # type: ignore[arg-type]
    before = dialer.state

    result = install(dialer)

    assert (result.outcome, result.observation.judgement.reason) == (Outcome.ROLLED_BACK, reason)
    assert result.observation.judgement.verdict is verdict
    assert dialer.state == before


@pytest.mark.parametrize(
    ("protocol", "change", "reason", "verdict"),
    [
        ("IAX2", {"registration": "Rejected"}, "registration_refused", Verdict.DOWN),
        ("IAX2", {"peer_status": "UNREACHABLE", "registration": "Timeout"}, "peer_unreachable", Verdict.DOWN),
        ("PJSIP", {"pjsip_registration": "Rejected          (exp. 290s)"}, "registration_refused", Verdict.DOWN),
        ("PJSIP", {"pjsip_registration": "Rejected          (exp. 50s)"}, "registration_failed", Verdict.DOWN),
        ("PJSIP", {"pjsip_registration": "Unregistered      (exp. 3s)"}, "registration_pending", Verdict.NOT_YET),
        ("PJSIP", {"contact": "Unavail         nan"}, "registered_but_unreachable", Verdict.DOWN),
        ("PJSIP_WIZ", {"pjsip_registration": "Rejected          (exp. 290s)"}, "registration_refused", Verdict.DOWN),
        ("PJSIP_WIZ", {"contact": "NonQual         nan"}, "peer_unknown", Verdict.NOT_YET),
    ],
)
def test_nor_does_it_stay_in_another_protocol(protocol: str, change: dict[str, str], reason: str, verdict: Verdict) -> None:
    dialer = FakeDialer(**change)  # type: ignore[arg-type]
    before = dialer.state

    result = install(dialer, answers(REGISTRATION, host=ADDRESS, protocol=protocol))

    assert (result.outcome, result.observation.judgement.reason) == (Outcome.ROLLED_BACK, reason)
    assert result.observation.judgement.verdict is verdict
    assert dialer.state == before


def test_what_should_be_known_is_told_though_it_stops_nothing() -> None:
    journal = MemoryJournal()

    assert install(FakeDialer(), answers(REGISTRATION, dial_prefix="77"), journal).outcome is Outcome.UP
    assert journal.findings == ["campaigns_unserved", "limits_unknown"]


def test_what_is_odd_about_a_dialer_has_words_too() -> None:
    assert "screen" in sentence(warning("no_screen", "dialer"))


def test_an_expert_may_keep_what_is_not_up() -> None:
    dialer = FakeDialer(registration="Request Sent")

    assert install(dialer, keep=True).outcome is Outcome.NOT_UP
    assert "ACME" in dialer.rows


@EACH_PROTOCOL
def test_cannot_tell_is_kept_and_said(protocol: str) -> None:
    dialer = FakeDialer(peer_status="Unmonitored", contact="NonQual         nan")

    result = install(dialer, answers(IP, qualify=False, protocol=protocol))

    assert result.outcome is Outcome.NOT_UP
    assert result.observation.judgement.verdict is Verdict.CANNOT_TELL
    assert "ACME" in dialer.rows


@pytest.mark.parametrize(
    ("protocol", "reload"),
    [
        ("SIP", "sip reload"),
        ("IAX2", "iax2 reload"),
        ("PJSIP", "module reload res_pjsip.so"),
        ("PJSIP_WIZ", "module reload res_pjsip.so"),
    ],
)
def test_a_typed_reload_that_went_nowhere_is_done_by_the_wizard(protocol: str, reload: str) -> None:
    dialer = FakeDialer(reloads=False)

    assert install(dialer, answers(REGISTRATION, host=ADDRESS, protocol=protocol)).outcome is Outcome.UP
    assert any(each.values[1:] == ("asterisk", "-rx", reload) for each in dialer.asked)


def test_a_generator_that_never_runs_ends_in_the_old_state() -> None:
    dialer = FakeDialer(generator_runs=False)
    before = dialer.state

    result = install(dialer)

    assert (result.outcome, result.cause and result.cause.code) == (Outcome.ROLLED_BACK, "rebuild_timeout")
    assert dialer.state == before


@pytest.mark.parametrize("phase", [Phase.SNAPSHOT, Phase.ROW_WRITTEN, Phase.REBUILD_REQUESTED, Phase.CONF_SEEN])
def test_a_stop_undoes_whatever_was_done(phase: Phase) -> None:
    dialer = FakeDialer(registration="Request Sent")
    before = dialer.state

    result = install(dialer, journal=MemoryJournal(stop_at=phase))

    assert (result.outcome, result.cause and result.cause.code) == (Outcome.ROLLED_BACK, "stopped")
    assert dialer.state == before


WITH_TEMPLATE = {"template_id": "ACME_T", "make_template": True}


def _requests_of_an_install() -> int:
    dialer = FakeDialer()
    install(dialer, answers(REGISTRATION, **WITH_TEMPLATE))
    return dialer.requests


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("changed", [{}, WITH_TEMPLATE], ids=["plain", "template"])
@pytest.mark.parametrize("request_number", range(1, _requests_of_an_install() + 1))
def test_a_connection_that_breaks_at_any_request_leaves_the_old_state(
    request_number: int, changed: dict[str, object], after: bool
) -> None:
    dialer = FakeDialer(break_at=request_number, break_after=after)
    before = dialer.state

    try:
        result = install(dialer, answers(REGISTRATION, **changed))
    except ConnectionLostError:
        result = None

    if result is not None and result.outcome is Outcome.UP:
        assert dialer.requests < dialer.break_at, "it was over before"
        return
    assert dialer.state == before
    if result is None:
        wrote = any(str(each.values[0]).startswith("INSERT") for each in dialer.asked if each.values)
        assert not wrote, "only what wrote nothing may just fail"
    else:
        assert result.outcome is Outcome.ROLLED_BACK


@pytest.mark.parametrize(
    ("dialer", "own", "expected"),
    [
        (FakeDialer(config=None), answers(IP), NotADialerError),
        (FakeDialer(config="VARserver_ip => 10.0.0.1\n"), answers(IP), NotADialerError),
        (
            FakeDialer(config="VARserver_ip => 10.9.9.9\nVARDB_server=a\nVARDB_database=b\nVARDB_user=c\n"),
            answers(IP),
            ServerRowError,
        ),
        (FakeDialer(locked_by_other=True), answers(IP), InstallInProgressError),
        (FakeDialer(phones=["acme"]), answers(IP), RefusedError),
        (FakeDialer(), answers(IP, host="sip.invalid"), RefusedError),
        (FakeDialer(), answers(IP, host=""), RefusedError),
    ],
    ids=["no-vicidial", "half-configured", "no-server-row", "locked", "phone", "unresolved", "bad-answers"],
)
def test_what_is_refused_changes_nothing(dialer: FakeDialer, own: Answers, expected: type[Exception]) -> None:
    before = dialer.state

    with pytest.raises(expected):
        install(dialer, own)

    assert dialer.state == before
    assert dialer.admin_log == []


@pytest.mark.parametrize("gate", ["active_asterisk_server", "generate_vicidial_conf"])
def test_a_server_that_generates_nothing_is_refused(gate: str) -> None:
    dialer = FakeDialer()
    dialer.servers[0][gate] = "N"

    with pytest.raises(UnfitError) as caught:
        install(dialer)

    assert caught.value.code == "conf_generation_off"
    assert caught.value.values["columns"] == gate
    assert dialer.rows == {}


def test_a_database_that_keeps_something_else_is_caught_and_undone() -> None:
    dialer = FakeDialer()
    before = dialer.state
    insert = dialer._insert

    def cutting(statement: str, values: object) -> object:
        reply = insert(statement, values)  # type: ignore[arg-type]
        dialer.rows["ACME"]["globals_string"] = dialer.rows["ACME"]["globals_string"][:5]
        return reply

    dialer._insert = cutting  # type: ignore[assignment,method-assign]

    result = install(dialer)

    assert (result.outcome, result.cause and result.cause.code) == (Outcome.ROLLED_BACK, "write_mismatch")
    assert dialer.state == before


def test_a_row_that_somebody_else_changed_meanwhile_is_left_alone() -> None:
    dialer = FakeDialer(registration="No Authentication")
    activate = dialer._activate

    def meddling(statement: str, values: object) -> object:
        reply = activate(statement, values)  # type: ignore[arg-type]
        dialer.generator_runs = False
        return reply

    dialer._activate = meddling  # type: ignore[assignment,method-assign]
    journal = MemoryJournal(stop_at=Phase.REBUILD_REQUESTED)
    original = journal.begin

    def begin(phase: Phase) -> None:
        if phase is Phase.CONF_SEEN:
            dialer.rows["ACME"]["carrier_name"] = "Mine now"
        original(phase)

    journal.begin = begin  # type: ignore[method-assign]

    result = install(dialer, journal=journal)

    assert result.outcome is Outcome.ROLLBACK_FAILED
    assert dialer.rows["ACME"]["carrier_name"] == "Mine now"


def test_a_database_error_on_the_way_is_undone() -> None:
    dialer = FakeDialer()
    dialer.rows["acme2"] = {}
    dialer.rows.clear()

    def refuse(statement: str, values: object) -> object:
        raise DatabaseError(detail="disk full")

    dialer._activate = refuse  # type: ignore[assignment,method-assign]
    before = dialer.state

    result = install(dialer)

    assert (result.outcome, result.cause and result.cause.code) == (Outcome.ROLLED_BACK, "database")
    assert dialer.state == before
