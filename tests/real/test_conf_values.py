"""The conf grammar, held against Asterisk's own reader (AST_CONFIG reads a file as every module does)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.carrier.strategies import NASTY
from tests.lab import Lab
from wizard.carrier.conf import ConfError, Option, Section, read_conf

FILE = "carrier-wizard-test.conf"
VALUES = st.text(st.sampled_from(sorted({*NASTY, *"abcXYZ019 "} - {"\x00"})), min_size=1, max_size=12)


@contextmanager
def conf_file(lab: Lab, text: str) -> Iterator[None]:
    path = lab.dialer.root / "etc/asterisk" / FILE
    path.write_text(text)
    try:
        yield
    finally:
        path.unlink()


def asterisk_reads(lab: Lab, section: str, key: str) -> str:
    printed = lab.dialer.asterisk(f"dialplan eval function AST_CONFIG({FILE},{section},{key})")
    return printed.partition("Result: ")[2].removesuffix("\n")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(VALUES, min_size=1, max_size=6))
def test_asterisk_reads_what_the_writer_wrote_and_our_reader_agrees(lab: Lab, values: list[str]) -> None:
    sections = []
    for number, value in enumerate(values):
        section = Section(f"s{number}", (Option("secret", value), Option("after", "1")))
        try:
            section.text()
        except ConfError:
            continue
        sections.append((section, value))
    text = "".join(section.text() for section, _ in sections)

    with conf_file(lab, text):
        for section, value in sections:
            assert asterisk_reads(lab, section.name, "secret") == value
            assert asterisk_reads(lab, section.name, "after") == "1"
    assert [read.options[0].value for read in read_conf(text)[1:]] == [value for _, value in sections]


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("secret=a;b", "a"),
        ("secret=a\\;b", "a;b"),
        ("secret= a ", "a"),
        ("secret=>a", "a"),
        ("secret => >a", ">a"),
        ("secret=a;--b--;c", "ac"),
        ("secret=#a", "#a"),
        ("secret=a=b", "a=b"),
        ('secret="a"', '"a"'),
        ("secret=${X}", "${X}"),
    ],
)
def test_our_reader_reads_as_asterisk_does(lab: Lab, line: str, value: str) -> None:
    text = f"[one]\n{line}\n"

    with conf_file(lab, text):
        assert asterisk_reads(lab, "one", "secret") == value
    assert read_conf(text)[1].options[0].value == value
