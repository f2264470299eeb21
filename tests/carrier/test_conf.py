"""The conf grammar, by example; tests/real holds it against Asterisk."""

from __future__ import annotations

import pytest

from wizard.carrier.conf import Application, ConfError, Extension, Option, Section, Step, has_open_block_comment, read_conf


def test_comments_are_dropped_and_escaped_semicolons_kept() -> None:
    [section] = [s for s in read_conf("[a]\nsecret=x\\;y ; note\n;-- gone\nb=1\n--; c = 2 \n") if s.name]

    assert section.options == [Option("secret", "x;y"), Option("c", "2")]


@pytest.mark.parametrize("text", [";-- a trunk", "x=1 ;-- y", ";-- a --; ;-- b"])
def test_an_open_block_comment_is_seen(text: str) -> None:
    assert has_open_block_comment(text)


@pytest.mark.parametrize("text", [";---- a trunk", "; -- y", ";-- a --;", "x=1"])
def test_what_only_looks_like_one_is_not(text: str) -> None:
    assert not has_open_block_comment(text)


@pytest.mark.parametrize("value", ["a;b", " a", "a ", "a\nb", "a\rb", "é", "a\tb"])
def test_a_value_that_asterisk_would_read_differently_is_refused(value: str) -> None:
    with pytest.raises(ConfError):
        Option("secret", value).line()


def test_a_value_that_begins_with_an_arrowhead_is_written_apart_from_the_equals_sign() -> None:
    assert Option("secret", ">x").line() == "secret => >x"


@pytest.mark.parametrize("name", ["", "a]b", "a b", "[a", "a(b"])
def test_a_section_name_that_would_end_early_is_refused(name: str) -> None:
    with pytest.raises(ConfError):
        Section(name).text()


def test_an_extension_counts_its_priorities() -> None:
    steps = [Application("Answer"), Application("Dial", ("SIP/a", "", "To")), Application("Hangup")]
    extension = Extension("_9X.", tuple(map(Step, steps)))

    assert extension.text() == "exten => _9X.,1,Answer()\nexten => _9X.,n,Dial(SIP/a,,To)\nexten => _9X.,n,Hangup()\n"


@pytest.mark.parametrize("argument", ["a;b", "a)b", "a\nb"])
def test_an_argument_that_would_end_the_step_early_is_refused(argument: str) -> None:
    with pytest.raises(ConfError):
        Application("Dial", (argument,)).text()
