"""Hypothesis strategies for answers: mostly plausible, often nasty."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.carrier.samples import REGISTRATION
from wizard.carrier.answers import AUTO, Answers, Auth, CallerIdHeader, Codec, DtmfMode, NumberFormat
from wizard.carrier.checks import check_answers
from wizard.carrier.findings import errors_of
from wizard.carrier.reading import read_answers

#: what has a meaning in conf files, SQL, HTML, shells or dialplans
NASTY = ";'\"\\${}[](),=>#&<@:/?!|~^%*+-_.\n\r\t é\x00"


def texts(plain: str, max_size: int) -> st.SearchStrategy[str]:
    """Mostly plain, sometimes with nasty characters in it, sometimes anything."""
    return st.one_of(
        st.text(plain, min_size=1, max_size=max_size),
        st.text(plain + NASTY, max_size=max_size + 3),
        st.text(max_size=10),
        st.sampled_from(["", "--NONE--", ";-- x", "a\\;b", "&lt;x", "x\n[general]", "=> x", ">x", "#include x", "${EXTEN}"]),
    )


_ALNUM = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def raw_answers() -> st.SearchStrategy[dict[str, Any]]:
    """Raw flat answers that can be read, good and bad."""
    return st.fixed_dictionaries(
        {
            "carrier_id": texts(_ALNUM + "-_", 15),
            "auth": st.sampled_from([kind.value for kind in Auth]),
            "host": st.one_of(texts(_ALNUM + "-.", 30), st.ip_addresses(v=4).map(str)),
            "username": texts(_ALNUM + "._+-", 30),
            "secret": texts(_ALNUM + "!@#$%^&*()_+-=~|{}[]<>,.", 40),
        },
        optional={
            "carrier_name": texts(_ALNUM + " .,_-", 50),
            "carrier_description": texts(_ALNUM + " .,()/-", 255),
            "server_ip": st.sampled_from([AUTO, "0.0.0.0", "10.1.2.3"]),
            "did": st.text("0123456789", max_size=12),
            "port": st.one_of(st.none(), st.integers(-1, 70_000)),
            "qualify": st.booleans(),
            "qualify_frequency": st.integers(0, 4000),
            "codecs": st.lists(st.sampled_from([codec.value for codec in Codec]), max_size=6),
            "dtmf_mode": st.sampled_from([mode.value for mode in DtmfMode]),
            "dial_prefix": st.text("0123456789", max_size=20),
            "destinations": st.lists(
                st.one_of(
                    st.sampled_from(["nanp", "nanp10", "international"]),
                    st.text("0123456789XZN[-].!*#_", min_size=1, max_size=12),
                ),
                max_size=3,
            ),
            "number_format": st.sampled_from([shape.value for shape in NumberFormat]),
            "caller_id_format": st.sampled_from([shape.value for shape in NumberFormat]),
            "caller_id_header": st.sampled_from([header.value for header in CallerIdHeader]),
        },
    )


def good_answers() -> st.SearchStrategy[Answers]:
    """Answers without errors: whatever was refused is mended, so that every odd value that is accepted gets its turn."""
    return raw_answers().map(_mended)


def _mended(raw: dict[str, Any]) -> Answers:
    while refused := {finding.field for finding in errors_of(check_answers(read_answers(raw)[0]))}:
        kept = {name: value for name, value in raw.items() if name not in refused}
        raw = kept | {name: REGISTRATION[name] for name in refused & REGISTRATION.keys()}
    return read_answers(raw)[0]
