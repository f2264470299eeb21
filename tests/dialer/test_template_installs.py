"""A template that comes with a carrier: written before it, taken back with it, and never anybody else's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from tests.carrier.samples import PROTOCOLS, REGISTRATION, answers
from tests.dialer.test_installer import MemoryJournal, install
from tests.dialer.test_ways_out import roll_back
from tests.fake_asterisk import ADDRESS
from tests.fakes import FakeDialer
from wizard.dialer.journal import Checkpoint, Phase
from wizard.dialer.outcome import InstallResult, Outcome
from wizard.dialer.protocol import AgentReply
from wizard.errors import ConnectionLostError, DatabaseError, RefusedError, RollbackFailedError

THEIRS = {"template_id": "SIP_generic", "template_name": "", "template_contents": "rtptimeout=60\n", "user_group": ""}


def installed(dialer: FakeDialer, journal: MemoryJournal | None = None, **changed: Any) -> InstallResult:
    own = answers(REGISTRATION, host=ADDRESS, template_id="ACME_T", make_template=True, **changed)
    return install(dialer, own, journal)


def checkpoint_of(dialer: FakeDialer) -> Checkpoint:
    journal = MemoryJournal()
    assert installed(dialer, journal).outcome is Outcome.UP
    assert journal.checkpoint is not None
    return journal.checkpoint


def statements(dialer: FakeDialer) -> list[str]:
    return [str(each.values[0]) for each in dialer.asked if each.name == "sql"]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_carrier_comes_up_with_a_template_of_its_own(protocol: str) -> None:
    dialer = FakeDialer()

    assert installed(dialer, protocol=protocol).outcome is Outcome.UP
    assert dialer.rows["ACME"]["template_id"] == "ACME_T"
    assert dialer.templates["ACME_T"]["template_name"] == "Lines of ACME"
    assert "allow=ulaw\n" in dialer.templates["ACME_T"]["template_contents"]
    assert "s3cret.Word" not in str(dialer.templates)


def test_the_template_is_there_before_the_carrier() -> None:
    dialer = FakeDialer()
    installed(dialer)
    order = statements(dialer)

    template = next(at for at, text in enumerate(order) if text.startswith("INSERT INTO vicidial_conf_templates"))
    carrier = next(at for at, text in enumerate(order) if text.startswith("INSERT INTO vicidial_server_carriers"))
    assert order[template + 1].startswith("SELECT * FROM vicidial_conf_templates WHERE")
    assert template < carrier


def test_the_way_back_knows_it_before_it_is_written() -> None:
    journal = MemoryJournal()
    installed(FakeDialer(), journal)

    assert journal.checkpoint is not None
    assert journal.checkpoint.template is not None
    assert journal.lines.index(("kept", Phase.SNAPSHOT)) < journal.lines.index(("begun", Phase.ROW_WRITTEN))


@pytest.mark.parametrize("change", [{"registration": "No Authentication"}, {"generator_runs": False}])
def test_it_goes_with_a_carrier_that_does_not_come_up(change: dict[str, Any]) -> None:
    dialer = FakeDialer(templates={"SIP_generic": THEIRS}, **change)
    before = dialer.state

    assert installed(dialer).outcome is Outcome.ROLLED_BACK
    assert dialer.state == before


def test_a_rollback_takes_it_back() -> None:
    dialer = FakeDialer(templates={"SIP_generic": THEIRS})
    checkpoint = checkpoint_of(dialer)

    roll_back(dialer, checkpoint)

    assert dialer.rows == {}
    assert list(dialer.templates) == ["SIP_generic"]


def test_a_rollback_leaves_it_where_another_carrier_has_come_to_use_it() -> None:
    dialer = FakeDialer()
    checkpoint = checkpoint_of(dialer)
    dialer.rows["OTHER"] = {**dialer.rows["ACME"], "carrier_id": "OTHER", "active": "N"}

    assert roll_back(dialer, checkpoint).template_left

    assert list(dialer.rows) == ["OTHER"]
    assert list(dialer.templates) == ["ACME_T"]


def test_a_rollback_leaves_it_where_somebody_has_changed_it() -> None:
    dialer = FakeDialer()
    checkpoint = checkpoint_of(dialer)
    dialer.templates["ACME_T"]["template_contents"] += "rtptimeout=60\n"

    assert roll_back(dialer, checkpoint).template_left

    assert dialer.rows == {}
    assert list(dialer.templates) == ["ACME_T"]


def test_a_rollback_can_be_repeated() -> None:
    dialer = FakeDialer()
    checkpoint = checkpoint_of(dialer)

    roll_back(dialer, checkpoint)
    roll_back(dialer, checkpoint)

    assert (dialer.rows, dialer.templates) == ({}, {})


def test_somebody_was_faster_with_the_same_template() -> None:
    dialer = FakeDialer()
    dialer._insert_template = lambda *_: AgentReply("error", ("Duplicate entry", "1062"))  # type: ignore[method-assign]

    with pytest.raises(RefusedError) as caught:
        installed(dialer)

    assert [finding.code for finding in caught.value.findings] == ["template_exists"]
    assert not any(text.startswith("DELETE") for text in statements(dialer)), "theirs is not ours to delete"
    assert dialer.rows == {}


@pytest.mark.parametrize(
    ("said", "expected"), [(("Duplicate entry", "1062"), RefusedError), (("The table is full", "1114"), DatabaseError)]
)
def test_a_carrier_that_the_database_refuses_takes_its_template_along(said: tuple[str, str], expected: type[Exception]) -> None:
    dialer = FakeDialer()
    dialer._insert = lambda *_: AgentReply("error", said)  # type: ignore[method-assign]

    with pytest.raises(expected):
        installed(dialer)

    assert (dialer.rows, dialer.templates) == ({}, {})


def test_nor_is_it_left_where_the_connection_breaks_just_then() -> None:
    dialer = FakeDialer()
    dialer._insert = lambda *_: AgentReply("error", ("The table is full", "1114"))  # type: ignore[method-assign]
    delete, breaks = dialer._delete_template, iter([True])

    def breaking(statement: str, values: Sequence[str]) -> AgentReply:
        if next(breaks, False):
            raise ConnectionLostError
        return delete(statement, values)

    dialer._delete_template = breaking  # type: ignore[method-assign]

    assert installed(dialer).outcome is Outcome.ROLLED_BACK
    assert (dialer.rows, dialer.templates) == ({}, {})


def test_nobody_is_told_to_delete_a_carrier_that_is_somebody_elses() -> None:
    dialer = FakeDialer()
    dialer._insert = lambda *_: AgentReply("error", ("Duplicate entry", "1062"))  # type: ignore[method-assign]
    dialer._delete_template = lambda *_: AgentReply("error", ("The table is read only", "1036"))  # type: ignore[method-assign]

    result = installed(dialer)

    assert result.outcome is Outcome.ROLLBACK_FAILED
    assert isinstance(result.cause, RollbackFailedError)
    assert result.cause.steps == ["template"]


def test_a_template_that_can_not_be_deleted_keeps_no_carrier_there() -> None:
    dialer = FakeDialer()
    checkpoint = checkpoint_of(dialer)
    dialer._delete_template = lambda *_: AgentReply("error", ("The table is read only", "1036"))  # type: ignore[method-assign]

    report = roll_back(dialer, checkpoint)

    assert report.template_left
    assert (dialer.rows, dialer.loaded) == ({}, {})


def test_a_database_that_keeps_another_template_is_caught_and_undone() -> None:
    dialer = FakeDialer()
    insert = dialer._insert_template

    def renaming(statement: str, values: Sequence[str]) -> AgentReply:
        reply = insert(statement, values)
        dialer.templates["ACME_T"]["template_name"] = ""
        return reply

    dialer._insert_template = renaming  # type: ignore[method-assign]

    result = installed(dialer)

    assert (result.outcome, result.cause and result.cause.code) == (Outcome.ROLLED_BACK, "write_mismatch")
    assert (dialer.rows, dialer.templates) == ({}, {})


def test_a_template_that_the_database_cut_is_undone_too() -> None:
    dialer = FakeDialer()
    insert = dialer._insert_template

    def cutting(statement: str, values: Sequence[str]) -> AgentReply:
        reply = insert(statement, values)
        dialer.templates["ACME_T"]["template_contents"] = dialer.templates["ACME_T"]["template_contents"][:20]
        return reply

    dialer._insert_template = cutting  # type: ignore[method-assign]

    assert installed(dialer).outcome is Outcome.ROLLED_BACK
    assert (dialer.rows, dialer.templates) == ({}, {})


def test_an_existing_template_is_used_and_left_alone() -> None:
    dialer = FakeDialer(templates={"SIP_generic": THEIRS}, registration="No Authentication")
    before = dialer.state

    assert install(dialer, answers(REGISTRATION, template_id="SIP_generic")).outcome is Outcome.ROLLED_BACK
    assert dialer.state == before
    dialer.registration = "Registered"
    assert install(dialer, answers(REGISTRATION, template_id="SIP_generic")).outcome is Outcome.UP
    assert "rtptimeout=60" in dialer.loaded["ACME"]["account_entry"]


def test_a_schema_without_user_groups_takes_a_template_too() -> None:
    dialer = FakeDialer(missing_columns=frozenset({"user_group"}))

    assert installed(dialer).outcome is Outcome.UP
    assert "user_group" not in dialer.templates["ACME_T"]
