"""Hypothesis strategies for answers: mostly plausible, often nasty."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Any

from hypothesis import strategies as st

from tests.carrier.samples import PROTOCOLS, REGISTRATION
from wizard.carrier.answers import (
    AUTO,
    Answers,
    Auth,
    CallerIdHeader,
    Codec,
    DtmfMode,
    FailoverReason,
    NumberFormat,
    StirShaken,
    Transport,
)
from wizard.carrier.checks import check_answers
from wizard.carrier.drivers import driver_of
from wizard.carrier.findings import Finding, errors_of
from wizard.carrier.model import Protocol
from wizard.carrier.option_names import known_options
from wizard.carrier.reading import read_answers

#: what has a meaning in conf files, SQL, HTML, shells or dialplans
NASTY = ";'\"\\${}[](),=>#&<@:/?!|~^%*+-_.\n\r\t é\x00"


def texts(plain: str, max_size: int) -> st.SearchStrategy[str]:
    """Mostly plain, sometimes with nasty characters in it, sometimes anything."""
    ordinary = st.text(plain, min_size=1, max_size=max_size)
    return st.one_of(
        ordinary,
        ordinary,
        ordinary,
        st.text(plain + NASTY, max_size=max_size + 3),
        st.text(max_size=10),
        st.sampled_from(["", "--NONE--", ";-- x", "a\\;b", "&lt;x", "x\n[general]", "=> x", ">x", "#include x", "${EXTEN}"]),
    )


_ALNUM = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def addresses() -> st.SearchStrategy[str]:
    """Addresses and networks, and what is neither."""
    plain = st.ip_addresses(v=4, network="203.0.0.0/16").map(str)
    networks = st.builds(lambda address, bits: str(IPv4Network(f"{address}/{bits}", strict=False)), plain, st.integers(16, 32))
    odd = st.one_of(
        st.ip_addresses(v=4).map(str),
        st.builds("{}/{}".format, plain, st.integers(8, 33)),
        st.sampled_from(["203.0.113.7", "203.0.113.7/32", "::1", "a.b"]),
    )
    return st.one_of(plain, plain, networks, networks, odd)


def option_lines(protocol: str) -> st.SearchStrategy[str]:
    """What an expert may type: mostly lines for sections that the protocol has, sometimes nonsense."""
    driver = driver_of(Protocol(protocol))
    known = {kind: sorted(known_options(driver.protocol, kind) or ()) for kind in driver.kinds}
    line = st.builds(
        "{}{}{}".format,
        st.sampled_from([*known[driver.kinds[0]], "frobnicate", "CONTEXT"]),
        st.sampled_from(["=", " = ", "=>", " => "]),
        texts(_ALNUM + " .,_=-", 20),
    )
    below_header = st.one_of(
        [st.builds("[{}]\n{}={}".format, st.just(kind), st.sampled_from(known[kind]), texts(_ALNUM, 20)) for kind in known]
    )
    return st.lists(st.one_of(line, line, below_header, st.just("; note"), texts(_ALNUM, 10)), max_size=6).map("\n".join)


def raw_answers() -> st.SearchStrategy[dict[str, Any]]:
    """Raw flat answers that can be read, good and bad."""
    return st.one_of([_raw_answers(protocol) for protocol in PROTOCOLS])


def _raw_answers(protocol: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "protocol": st.just(protocol),
            "carrier_id": texts(_ALNUM + "-_", 15),
            "auth": st.sampled_from([kind.value for kind in Auth]),
            "host": st.one_of(texts(_ALNUM + "-.", 30), st.ip_addresses(v=4).map(str), st.just("203.0.113.7")),
            "username": texts(_ALNUM + "._+-", 30),
            "secret": texts(_ALNUM + "!@#$%^&*()_+-=~|{}[]<>,.", 40),
        },
        optional={
            "carrier_name": texts(_ALNUM + " .,_-", 50),
            "carrier_description": texts(_ALNUM + " .,()/-", 255),
            "server_ip": st.sampled_from([AUTO, "0.0.0.0", "10.1.2.3"]),
            "trunk_name": texts(_ALNUM + "_", 40),
            "global_name": texts(_ALNUM + "_", 40),
            "did": st.text("0123456789", max_size=12),
            "auth_username": texts(_ALNUM + "._+-", 30),
            "from_user": texts(_ALNUM + "._+-", 20),
            "from_domain": texts(_ALNUM + "-.", 30),
            "realm": texts(_ALNUM + " .-", 20),
            "registration_expiry": st.integers(0, 90_000),
            "registration_retry": st.integers(0, 4_000),
            "transport": st.sampled_from([kind.value for kind in Transport]),
            "srtp": st.booleans(),
            "outbound_proxy": st.one_of(texts(_ALNUM + "-.", 30), st.sampled_from(["proxy.example.com:5070", "203.0.113.9"])),
            "match": st.lists(addresses(), max_size=4),
            "inbound_context": st.one_of(st.just("trunkinbound"), texts(_ALNUM + "_-", 20)),
            "session_timers": st.booleans(),
            "template_id": st.one_of(st.sampled_from(["OWN_T", "SIP_generic"]), texts(_ALNUM + "-_", 15)),
            "make_template": st.booleans(),
            "extra_options": option_lines(protocol),
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
            "tech_prefix": st.one_of(st.text("0123456789#*+", max_size=26), texts(_ALNUM + "#*", 10)),
            "destination_digits": st.dictionaries(
                st.one_of(st.sampled_from(["nanp", "international"]), st.text("0123456789XZN", min_size=1, max_size=5)),
                st.one_of(
                    st.sampled_from(["nanp10", "strip 1", "add 00", "strip 3 add 0044#", "Strip 99"]), texts(_ALNUM + " ", 12)
                ),
                max_size=2,
            ),
            "allow_premium": st.booleans(),
            "allow_caribbean": st.booleans(),
            "caller_id_name": texts(_ALNUM + " .&-", 20),
            "extra_headers": st.dictionaries(texts(_ALNUM + "-", 12), texts(_ALNUM + " ._~+/=:@!?*%-", 30), max_size=2),
            "backup_carrier": st.lists(texts(_ALNUM + "-_", 15), max_size=3),
            "failover_on": st.lists(st.sampled_from([reason.value for reason in FailoverReason]), max_size=3, unique=True),
            "least_cost": st.booleans(),
            "stir_shaken": st.sampled_from([signer.value for signer in StirShaken]),
        },
    )


def good_answers() -> st.SearchStrategy[Answers]:
    """Answers without errors: whatever was refused is mended, so that every odd value that is accepted gets its turn."""
    return raw_answers().map(_mended)


def _mended(raw: dict[str, Any]) -> Answers:
    while refused := errors_of(check_answers(read_answers(raw)[0])):
        names = {finding.field for finding in refused}
        kept = {name: value for name, value in raw.items() if name not in names}
        raw = kept | {name: REGISTRATION[name] for name in names & REGISTRATION.keys()} | _mended_options(raw, refused)
        if "template_id" in names:
            raw["make_template"] = False
    return read_answers(raw)[0]


def _mended_options(raw: dict[str, Any], refused: list[Finding]) -> dict[str, Any]:
    """An expert's lines without those that were refused."""
    lines = {finding.values.get("line") for finding in refused if finding.field == "extra_options"}
    if not lines or None in lines:
        return {}
    numbered = enumerate(raw["extra_options"].splitlines(), 1)
    return {"extra_options": "\n".join(line for number, line in numbered if number not in lines)}
