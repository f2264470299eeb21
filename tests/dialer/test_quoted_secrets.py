"""What a database quotes in its errors."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from wizard.dialer.protocol import AgentReply, Operation, sql
from wizard.dialer.quoted_secrets import mask_pieces, without_secrets
from wizard.secret import MASK, Secret

ENTRY = Secret("[ACME]\ntype=friend\nsecret=hunter2-hunter2\n")
INSERT = sql("INSERT INTO t SET carrier_id=?, account_entry=?", "ACME", ENTRY)


def complaint(words: str, operation: Operation = INSERT) -> str | None:
    return without_secrets(AgentReply("error", (words, "1062")), operation).values[0]


def test_a_secret_that_is_quoted_is_masked_cut_short_or_not() -> None:
    assert complaint("no: 'secret=hunter2-hunter2' at row 1") == f"no: '{MASK}' at row 1"
    assert complaint("no: 'hunter' at row 1") == f"no: '{MASK}' at row 1"


def test_what_is_no_secret_stays_in_its_words() -> None:
    for words in (
        "Duplicate entry 'ACME' for key 'carrier_id'",
        "Data too long for column 'account_entry' at row 1",
        "The MariaDB server is running with the --read-only option so it cannot execute this statement",
    ):
        assert complaint(words) == words
    assert complaint("Duplicate entry 'hunter2'", sql("SELECT ?", "hunter2")) == "Duplicate entry 'hunter2'"


def test_the_number_stays() -> None:
    assert without_secrets(AgentReply("error", ("hunter2", "1062")), INSERT).values[1] == "1062"


def test_an_answer_is_left_alone() -> None:
    answer = AgentReply("ok", ("1", "1", "secret", "hunter2"))
    assert without_secrets(answer, INSERT) is answer


@given(st.text(min_size=5), st.text(), st.text(), st.integers(0), st.integers(5, 40))
def test_no_piece_of_a_secret_is_left(secret: str, before: str, after: str, start: int, length: int) -> None:
    piece = secret[start % len(secret) :][:length]
    masked = mask_pieces(before + piece + after, [secret])
    kept = masked.split(MASK)
    assert not any(secret[at : at + 5] in each for at in range(len(secret) - 4) for each in kept)


@given(st.text())
def test_a_text_with_nothing_secret_in_it_is_as_it_was(text: str) -> None:
    assert mask_pieces(text, []) == text
    assert mask_pieces(text, ["abc"]) == text
