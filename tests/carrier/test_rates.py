"""Rate decks as carriers send them: read from end to end, or refused with the reason and the line."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.carrier.findings import Severity
from wizard.carrier.model import ALL_SERVERS, Carrier, Protocol
from wizard.carrier.rates import deck as deck_module
from wizard.carrier.rates.choice import Offer, judge_offers
from wizard.carrier.rates.deck import NAMED_LINES, Deck, read_deck
from wizard.carrier.rates.layout import Choice
from wizard.carrier.rates.lines import LONGEST_LINE, read_lines
from wizard.carrier.rates.trunk import trunk_string
from wizard.carrier.rates.values import MOST, RATE_LENGTH, npanxx_of, rate_text, read_rate, shown_rate

AREAS = st.integers(200, 999)
NPANXX = st.builds(lambda area, exchange: area * 1000 + exchange, AREAS, AREAS)
RATES = st.integers(1, MOST)


def read(text: str | bytes, number: tuple[str, ...] = (), rates: tuple[str, ...] = ()) -> Deck:
    data = text.encode() if isinstance(text, str) else text
    return read_deck([data], Choice(number, rates))


def rows(deck: Deck) -> dict[int, str]:
    return dict(deck.rates.rows())


def codes(deck: Deck) -> list[str]:
    return [finding.code for finding in deck.findings]


@pytest.mark.parametrize(
    "text",
    [
        "npanxx,rate\n212555,0.0079\n",
        "NPANXX;Rate\n212555;0,0079\n",
        "NPA-NXX\tRate\n212-555\t$0.0079\n",
        "npa|nxx|price\n212|555|.0079\n",
        "Dial Code,Destination,Rate (USD)\n1212555,New York,USD 0.0079\n",
        '"NPA","NXX","Rate Center","Rate"\n"212","555","NEW YORK, NY","0.0079"\n',
        "Prefix,Interstate,Intrastate,Indeterminate\n212555,0.0079,0.02,0.03\n",
        "lata,ocn,npanxx,Inter Rate,Intra Rate\n132,9206,212555,0.0079,0.0150\n",
        "ACME Telecom\nvalid from 2026-01-01\n\nnpanxx,rate\n212555,0.0079\n",
        "212555,0.0079\n",
        "New York,212555,6,6,7.9E-03\n",
        "+1 (212) 555;€0,0079\n",
        "npanxx,rate\r\n212555,0.0079\r\n\r\n",
        "\ufeffnpanxx,rate\n212555,0.0079",
        "npanxx , rate\n 212555 , 0.0079 \n",
        "npanxx,place,rate\n212555,a;b;c,0.0079\n212555,d;e;f,0.0079\n",
    ],
)
def test_decks_of_all_shapes_are_read_alike(text: str) -> None:
    deck = read(text)

    assert rows(deck) == {212555: "0.00790000"}
    assert deck.is_whole


def test_a_latin_1_deck_is_read_too() -> None:
    deck = read("npanxx,city,rate\n418555,Québec,0.0079\n514555,Montréal,0.0081\n".encode("latin-1"))

    assert rows(deck) == {418555: "0.00790000", 514555: "0.00810000"}


def test_the_interstate_rate_counts_unless_somebody_says_otherwise_and_it_is_said() -> None:
    text = "npanxx,interstate,intrastate\n212555,0.01,0.03\n312555,0.02,0.01\n"

    assert codes(read(text)) == ["deck_rate_chosen"]
    assert rows(read(text)) == {212555: "0.01000000", 312555: "0.02000000"}
    assert rows(read(text, rates=("intrastate",))) == {212555: "0.03000000", 312555: "0.01000000"}
    assert rows(read(text, rates=("highest",))) == {212555: "0.03000000", 312555: "0.02000000"}
    assert rows(read(text, rates=("3",))) == {212555: "0.03000000", 312555: "0.01000000"}


def test_columns_can_be_named_where_nothing_could_be_guessed() -> None:
    text = "where,ours,theirs\n212555,0.01,0.03\n"

    assert codes(read(text)) == ["deck_rate_column_unclear"]
    assert rows(read(text, rates=("3",))) == rows(read(text, rates=("Theirs",))) == {212555: "0.03000000"}
    assert codes(read("a;b;c\nd;e;f\n")) == ["deck_no_number_column", "deck_no_rate_column"]
    assert codes(read("npanxx,rate\n212555,0.01\n", rates=("cost",))) == ["deck_no_such_column"]
    assert rows(read("x,y,212,555,0.5,0.1\n", number=("3", "4"), rates=("6",))) == {212555: "0.10000000"}


@pytest.mark.parametrize(
    "text", ["npanxx,rate,price\n212555,0.01,0.02\n", "212555,0.01,0.02\n", "npanxx,inter,interstate\n212555,0.01,0.02\n"]
)
def test_which_of_two_prices_is_meant_is_not_guessed(text: str) -> None:
    assert codes(read(text)) == ["deck_rate_column_unclear"]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("212,0.01", "deck_line_area_code"),
        ("2125551,0.01", "deck_line_too_fine"),
        ("112555,0.01", "deck_line_abroad"),
        ("212055,0.01", "deck_line_abroad"),
        ("44207,0.01", "deck_line_abroad"),
        ("Total,0.01", "deck_line_number"),
        (",0.01", "deck_line_number"),
        ("٢١٢٥٥٥,0.01", "deck_line_number"),
        ("212555,", "deck_line_rate"),
        ("212555,n/a", "deck_line_rate"),
        ("212555,NaN", "deck_line_rate"),
        ("212555,Infinity", "deck_line_rate"),
        ("212555,0.7¢", "deck_line_rate"),
        ("212555,1_0", "deck_line_rate"),
        ("212555,-0.01", "deck_line_negative"),
        ("212555,0.0000", "deck_line_free"),
        ("212555,0.000000001", "deck_line_free"),
        ("212555,10", "deck_line_dear"),
        ("212555,9e99", "deck_line_dear"),
        ("212555", "deck_line_short"),
        ("212555,0.01" + "x" * LONGEST_LINE, "deck_line_long"),
        ('"212555,0.01', "deck_line_short"),
    ],
)
def test_a_bad_line_is_reported_by_its_number_and_loads_nothing(line: str, code: str) -> None:
    deck = read(f"npanxx,rate\n312555,0.02\n{line}\n412555,0.03\n")

    assert [(finding.code, finding.field) for finding in deck.bad_lines] == [(code, "line 3")]
    assert not deck.is_whole
    assert set(rows(deck)) == {312555, 412555}


def test_where_numbers_carry_a_country_code_those_of_other_countries_are_not_taken_for_ours() -> None:
    deck = read("code,rate\n1212555,0.01\n1312555,0.01\n1412555,0.01\n442071,0.02\n")

    assert set(rows(deck)) == {212555, 312555, 412555}
    assert [finding.code for finding in deck.bad_lines] == ["deck_line_abroad"]


def test_the_first_bad_lines_are_named_and_all_are_counted() -> None:
    deck = read("npanxx,rate\n312555,0.02\n" + "212,0.01\n" * 30 + "x,0.01\n" * 3)

    assert deck.bad == {"deck_line_area_code": 30, "deck_line_number": 3}
    assert [finding.field for finding in deck.bad_lines] == [f"line {number}" for number in range(3, 3 + NAMED_LINES)]


def test_of_an_npanxx_that_comes_twice_the_higher_rate_counts_and_it_is_said() -> None:
    deck = read("npanxx,rate\n212555,0.02\n212555,0.03\n212555,0.01\n312555,0.01\n312555,0.01\n")

    assert rows(deck) == {212555: "0.03000000", 312555: "0.01000000"}
    assert codes(deck) == ["deck_repeats"]
    assert deck.repeated == 3


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "deck_empty"),
        (b"\n\r\n  \n", "deck_empty"),
        (b"\xef\xbb\xbf", "deck_empty"),
        ("npanxx,rate\n212555,0.01\n".encode("utf-16"), "deck_not_text"),
        (b"PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0", "deck_not_text"),
        (b"npanxx,rate\n", "deck_no_rates"),
        (b"npanxx,rate\n212,0.01\n", "deck_no_rates"),
        (b"<html><body>Sign in</body></html>", "deck_no_number_column"),
        (b"x" * 10 * LONGEST_LINE, "deck_empty"),
    ],
)
def test_what_is_no_deck_is_refused(data: bytes, code: str) -> None:
    deck = read(data)

    assert code in codes(deck)
    assert not deck.is_whole


def test_rates_in_cents_raise_an_eyebrow() -> None:
    deck = read("npanxx,rate\n212555,0.79\n312555,0.81\n")

    assert codes(deck) == ["deck_dear"]
    assert deck.findings[0].severity is Severity.WARNING
    assert deck.is_whole


def test_a_deck_with_more_lines_than_there_can_be_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deck_module, "MOST_LINES", 100)

    assert codes(read("npanxx,rate\n" + "212555,0.01\n" * 99)) == []
    assert codes(read("npanxx,rate\n" + "212555,0.01\n" * 100)) == ["deck_too_many_lines"]


def test_a_line_without_end_takes_no_memory() -> None:
    def endless() -> Iterator[bytes]:
        yield b"npanxx,rate\n"
        for _ in range(1000):
            yield bytes(100_000).replace(b"\0", b"1")

    tracemalloc.start()
    deck = read_deck(endless())
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert deck.bad == {"deck_line_long": 1}
    assert most < 20_000_000


@given(st.binary(max_size=400), st.integers(1, 50))
def test_whatever_a_file_holds_reading_it_ends_with_findings_or_rates(data: bytes, size: int) -> None:
    chunks = [data[at : at + size] for at in range(0, len(data), size)]

    deck = read_deck(chunks)

    assert deck.findings or deck.bad_count or len(deck.rates)
    assert rows(deck) == rows(read_deck([data]))


@given(st.text(alphabet='0123456789.,;\t|"- \r\n$Eenpaxrt', max_size=300))
def test_whatever_looks_like_a_deck_is_read_without_a_fault(text: str) -> None:
    deck = read("npanxx,rate\n" + text)

    assert all(200_000 <= npanxx <= 999_999 and len(rate) == RATE_LENGTH for npanxx, rate in deck.rates.rows())


@given(
    st.dictionaries(NPANXX, RATES, min_size=1, max_size=50),
    st.sampled_from([",", ";", "\t", "|"]),
    st.booleans(),
    st.booleans(),
)
def test_a_deck_is_kept_as_it_was_written(written: dict[int, int], delimiter: str, quoted: bool, named: bool) -> None:
    quote = '"' if quoted else ""
    lines = [f"{quote}{npanxx}{quote}{delimiter}{quote}{rate_text(rate)}{quote}" for npanxx, rate in written.items()]
    heading = [f"npanxx{delimiter}rate"] if named else []

    deck = read("\n".join([*heading, *lines]))

    assert rows(deck) == {npanxx: rate_text(rate) for npanxx, rate in written.items()}


@given(RATES, RATES)
def test_rates_sort_as_texts_as_they_do_as_numbers(one: int, other: int) -> None:
    assert (rate_text(one) < rate_text(other)) == (one < other)
    assert len(rate_text(one)) == RATE_LENGTH
    assert read_rate(rate_text(one)) == one
    assert read_rate(shown_rate(rate_text(one))) == one


@given(st.lists(st.binary(max_size=30).map(lambda line: line.replace(b"\n", b"").replace(b"\r", b""))), st.integers(1, 7))
def test_lines_are_numbered_whatever_the_chunks(lines: list[bytes], size: int) -> None:
    data = b"".join(line + b"\n" for line in lines)
    read_back = list(read_lines(data[at : at + size] for at in range(0, len(data), size)))

    assert [line.number for line in read_back] == list(range(1, len(lines) + 1))


def carrier(**columns: object) -> Carrier:
    given_columns = {
        "carrier_id": "ACME", "carrier_name": "", "registration_string": "", "template_id": "--NONE--",
        "account_entry": "[acme]\ntype=peer\n", "protocol": Protocol.SIP, "globals_string": "ACME_TRUNK=SIP/acme",
        "dialplan_entry": "", "server_ip": ALL_SERVERS, "active": "Y", "carrier_description": "", "user_group": "",
    }  # fmt: skip
    return Carrier(**{**given_columns, **columns})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("columns", "trunk"),
    [
        ({}, "SIP/acme"),
        ({"globals_string": ""}, "SIP/acme"),
        ({"account_entry": "[acme_in1]\nhost=192.0.2.1\n[acme]\n", "globals_string": ""}, "SIP/acme"),
        ({"account_entry": "[a]\n[b]\n", "globals_string": "T=SIP/a"}, "SIP/a"),
        ({"account_entry": "[acme]\n", "globals_string": "T=IAX2/user:word@192.0.2.1", "protocol": Protocol.IAX2}, "IAX2/acme"),
    ],
)
def test_a_trunk_is_what_dial_takes_before_the_slash(columns: dict[str, object], trunk: str) -> None:
    assert trunk_string(carrier(**columns)).text == trunk
    assert trunk_string(carrier(**columns)).findings == ()


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"protocol": Protocol.PJSIP}, "rates_protocol"),
        ({"protocol": Protocol.PJSIP_WIZ}, "rates_protocol"),
        ({"protocol": Protocol.EXTERNAL}, "rates_protocol"),
        ({"account_entry": "", "globals_string": ""}, "rates_no_trunk"),
        ({"account_entry": "[a_very_long_trunk_name]\n", "globals_string": ""}, "rates_trunk_long"),
        ({"active": "N"}, "rates_carrier_inactive"),
    ],
)
def test_a_carrier_that_can_not_be_called_by_price_says_why(columns: dict[str, object], code: str) -> None:
    assert [finding.code for finding in trunk_string(carrier(**columns)).findings] == [code]


@pytest.mark.parametrize(
    ("number", "npanxx"),
    [
        ("2125550100", 212555), ("12125550100", 212555), ("+1 (212) 555-0100", 212555), ("212555", 212555), ("1212555", 212555),
        ("911", None), ("442071234567", None), ("1125550100", None), ("", None), ("212555010", None), ("abc", None),
    ],
)  # fmt: skip
def test_a_number_is_looked_up_by_its_npanxx(number: str, npanxx: int | None) -> None:
    assert npanxx_of(number) == npanxx


@pytest.mark.parametrize(
    ("offers", "default", "found"),
    [
        ([], "SIP/main", ["rates_none"]),
        ([], "", ["rates_none_no_default"]),
        ([Offer("SIP/a", "0.01000000", ("A",)), Offer("SIP/b", "0.02000000")], "", []),
        ([Offer("SIP/a", "0.01000000", ("A",)), Offer("SIP/b", "0.01000000", ("B",))], "", ["rates_equal"]),
        ([Offer("SIP/a", "0.01000000")], "", ["rates_trunk_gone"]),
        ([Offer("SIP/a", "0.02000000", ("A",)), Offer("SIP/b", ".01", ("B",))], "", ["rates_text_order"]),
        ([Offer("SIP/a", "0.02000000", ("A",)), Offer("SIP/b", "free", ("B",))], "", []),
    ],
)
def test_what_vicidial_takes_is_explained(offers: list[Offer], default: str, found: list[str]) -> None:
    assert [finding.code for finding in judge_offers(offers, default)] == found
