"""What holds for any answers at all."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.carrier.strategies import NASTY, good_answers, raw_answers
from wizard.carrier.answers import Answers, Auth
from wizard.carrier.checks import check_answers
from wizard.carrier.conf import ConfError, Option, Section, has_open_block_comment, read_conf
from wizard.carrier.findings import errors_of
from wizard.carrier.lint import lint_carrier
from wizard.carrier.model import saved_again
from wizard.carrier.preview import preview_carrier
from wizard.carrier.reading import plain_answers, read_answers
from wizard.carrier.render import render_carrier
from wizard.secret import Secret
from wizard.words.findings import sentence

_SETTINGS = settings(max_examples=200, deadline=None)


@_SETTINGS
@given(good_answers())
def test_answers_without_errors_make_an_entry_that_reads_back_as_meant(answers: Answers) -> None:
    carrier = render_carrier(answers)

    unnamed, section = read_conf(carrier.account_entry)
    assert unnamed.options == []
    options = {option.key: option.value for option in section.options}
    assert options["host"] == answers.connection.host
    assert options["context"] == answers.connection.inbound_context
    assert [option.value for option in section.options if option.key == "allow"] == [
        codec.value for codec in answers.audio.codecs
    ]
    assert options.get("port") == (None if answers.connection.port is None else str(answers.connection.port))
    if answers.sign_in.auth is Auth.IP:
        assert "secret" not in options
    else:
        assert options["secret"] == answers.sign_in.secret.reveal()
        assert options["defaultuser"] == answers.sign_in.username
    [dialplan] = read_conf(carrier.dialplan_entry)
    assert {option.key for option in dialplan.options} == {"exten"}


@_SETTINGS
@given(good_answers())
def test_an_entry_without_findings_survives_being_saved_again_in_vicidials_screen(answers: Answers) -> None:
    carrier = render_carrier(answers, "10.1.2.3")
    if errors_of(lint_carrier(carrier)):  # too long for its column
        return

    assert {column: saved_again(column, value) for column, value in carrier.columns().items()} == carrier.columns()


@_SETTINGS
@given(raw_answers())
def test_the_preview_never_fails_however_bad_the_answers(raw: dict[str, Any]) -> None:
    answers, _ = read_answers(raw)

    assert preview_carrier(answers).protocol is answers.carrier.protocol


@_SETTINGS
@given(good_answers())
def test_the_preview_shows_nothing_of_the_secret(answers: Answers) -> None:
    another = answers.with_values(secret=Secret("An0ther.Secret"))

    assert preview_carrier(answers) == preview_carrier(another)


@_SETTINGS
@given(raw_answers())
def test_every_finding_has_a_sentence(raw: dict[str, Any]) -> None:
    answers, _ = read_answers(raw)

    for finding in check_answers(answers):
        assert sentence(finding)


@given(raw_answers())
def test_answers_survive_a_file(raw: dict[str, Any]) -> None:
    answers, _ = read_answers(raw)

    again, findings = read_answers(plain_answers(answers, with_secret=True))

    assert (again, findings) == (answers, [])


@given(
    key=st.text("abcz_", min_size=1, max_size=5).filter(lambda key: key[0] != "_"), value=st.text(NASTY + "ab1", max_size=20)
)
def test_the_writer_refuses_a_value_or_writes_it_so_that_it_reads_back(key: str, value: str) -> None:
    try:
        text = Section("name", (Option(key, value), Option("after", "1"))).text()
    except ConfError:
        return

    assert not has_open_block_comment(text)
    assert read_conf(text)[1].options == [Option(key, value), Option("after", "1")]
