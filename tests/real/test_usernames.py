"""Any user name either signs in at a carrier, for registration and for calls, or is refused at its field."""

from __future__ import annotations

import string
from typing import Any

import pytest

from tests.carrier.samples import PROTOCOLS, answers
from tests.lab import Lab
from tests.lab.carriers import APART
from tests.real.calls import received
from tests.real.entries import SIP_KINDS, entry, load, until
from tests.real.raw_iax2 import CARRIER, RawIax2Carrier
from tests.real.raw_sip import RawSipCarrier
from wizard.carrier.answers import Answers
from wizard.carrier.checks import check_answers
from wizard.carrier.findings import errors_of

SIGNS = [chr(code) for code in range(32, 127) if chr(code) not in string.ascii_letters + string.digits]
SECRET = "R4w-Secret"
#: protocol and sign-in → signs that no user name may have; a registration writes it into URIs, a call only says it
REFUSED: dict[tuple[str, str], str] = {
    ("SIP", "registration"): " ';\\\"/:?@#%<>[]^`{|}",
    ("SIP", "credentials"): " ';\\\"",
    ("PJSIP", "registration"): " ';\\\"%",
    ("PJSIP", "credentials"): " ';\\\"",
    ("PJSIP_WIZ", "registration"): " ';\\\"%",
    ("PJSIP_WIZ", "credentials"): " ';\\\"",
    ("IAX2", "registration"): " ';\\\":@",
    ("IAX2", "credentials"): " ';\\",
}
#: the same of a name for the password check alone
REFUSED_AS_AUTH_USERNAME = {"SIP": " ';\\\"/:?", "PJSIP": " ';\\\"", "PJSIP_WIZ": " ';\\\""}


def named(sign: str) -> str:
    """A user name with a sign first, last and between."""
    return f"{sign}b{sign}9{sign}"


def signed_in_with(protocol: str, auth: str, **changed: Any) -> Answers:
    raw = {"carrier_id": "ACME", "protocol": protocol, "auth": auth, "host": CARRIER, "username": "acme", "secret": SECRET}
    return answers({**raw, **changed})


def refused(protocol: str, auth: str, field: str) -> str:
    """The signs that are refused, each at this field and no other."""
    found = {
        sign: {finding.field for finding in errors_of(check_answers(signed_in_with(protocol, auth, **{field: named(sign)})))}
        for sign in SIGNS
    }
    assert all(fields in (set(), {field}) for fields in found.values())
    return "".join(sign for sign in SIGNS if found[sign])


@pytest.mark.parametrize(("protocol", "auth"), REFUSED)
def test_the_refused_signs_are_these(protocol: str, auth: str) -> None:
    assert set(refused(protocol, auth, "username")) == set(REFUSED[protocol, auth])


@pytest.mark.parametrize("auth", ["registration", "credentials"])
@pytest.mark.parametrize("protocol", REFUSED_AS_AUTH_USERNAME)
def test_the_refused_signs_of_a_name_for_the_password_check_are_these(protocol: str, auth: str) -> None:
    assert set(refused(protocol, auth, "auth_username")) == set(REFUSED_AS_AUTH_USERNAME[protocol])


@pytest.mark.parametrize("field", ["username", "auth_username"])
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_vicidials_tables_hold_no_other_signs(protocol: str, field: str) -> None:
    for name in ("usé", "\u7528\u6237", "us\ter", "us\x7fer"):
        found = errors_of(check_answers(signed_in_with(protocol, "credentials", **{field: name})))
        assert [finding.field for finding in found] == [field], name


def entries_for(protocol: str, auth: str, field: str, refused_signs: str) -> list[Answers]:
    """An entry for each sign that is accepted; the user names are numbered where they are not what it is about."""
    accepted = [sign for sign in SIGNS if sign not in refused_signs]
    return [
        entry(**{"carrier_id": f"T{number}", "protocol": protocol, "auth": auth, "host": CARRIER, "secret": SECRET,
                 "username": f"user{number}", "qualify": False, field: named(sign)})
        for number, sign in enumerate(accepted)
    ]  # fmt: skip


def auth_name(own: Answers) -> str:
    return own.sign_in.auth_username or own.sign_in.username


@pytest.mark.parametrize("auth", ["registration", "credentials"])
@pytest.mark.parametrize("field", ["username", "auth_username"])
@pytest.mark.parametrize(("protocol", "host"), SIP_KINDS)
def test_every_other_sign_signs_in_over_sip(lab: Lab, protocol: str, host: str, field: str, auth: str) -> None:
    refused_signs = REFUSED[protocol, auth] if field == "username" else REFUSED_AS_AUTH_USERNAME[protocol]
    table = entries_for(protocol, auth, field, refused_signs)
    with RawSipCarrier(SECRET) as carrier:
        trunks = load(getattr(lab, host), *table)
        if auth == "registration":
            until(lambda: len(carrier.users("REGISTER")) >= len(table), 60)
            signed_in = {message.authorization("username"): message.user_of("to") for message in carrier.let_in}
            assert signed_in == {auth_name(own): own.sign_in.username for own in table}
        assert until(lambda: trunks[-1].seen().found, 60)
        for trunk in trunks:
            trunk.dial("2125550100")
        until(lambda: len(carrier.users("INVITE")) >= len(table), 60)

    called = {message.authorization("username") for message in carrier.let_in if message.method == "INVITE"}
    assert called == {auth_name(own) for own in table}


@pytest.mark.parametrize("auth", ["registration", "credentials"])
@pytest.mark.parametrize("host", ["dialer", "asterisk22"])
def test_every_other_sign_signs_in_over_iax2(lab: Lab, host: str, auth: str) -> None:
    table = entries_for("IAX2", auth, "username", REFUSED["IAX2", auth])
    usernames = {own.sign_in.username for own in table}
    with RawIax2Carrier(dict.fromkeys(usernames, SECRET)) as carrier:
        trunks = load(getattr(lab, host), *table)
        if auth == "registration":
            until(lambda: carrier.registered == usernames, 60)
            assert carrier.registered == usernames
        for trunk in trunks:
            trunk.dial("2125550100")
        until(lambda: carrier.called == usernames, 60)

    assert carrier.called == usernames


@pytest.mark.parametrize(("protocol", "host"), SIP_KINDS)
def test_a_percent_sign_is_said_as_it_is_with_a_call(lab: Lab, protocol: str, host: str) -> None:
    """In a registration's URI it would be an ``A``, and so another account."""
    own = entry(protocol=protocol, auth="credentials", host=CARRIER, username="b%41", secret=SECRET, qualify=False)
    with RawSipCarrier(SECRET) as carrier:
        [trunk] = load(getattr(lab, host), own)
        assert until(lambda: trunk.seen().found, 60)
        trunk.dial("2125550100")
        assert until(lambda: bool(carrier.let_in), 60)

    assert carrier.let_in[0].authorization("username") == "b%41"


@pytest.mark.parametrize(("protocol", "host"), SIP_KINDS)
def test_an_account_with_a_name_for_the_password_check_and_one_for_the_from_header(lab: Lab, protocol: str, host: str) -> None:
    carrier = lab.carriers["credentials"]
    [trunk] = load(
        getattr(lab, host),
        entry(protocol=protocol, auth="registration", host=carrier.address, username=APART.from_user, secret=APART.secret,
              auth_username=APART.username, from_user=APART.from_user, caller_id_header="pai"),
    )  # fmt: skip

    assert trunk.is_registered()
    trunk.dial("2125550100", caller_id="5551234567")
    call = received(carrier)
    assert call.account == APART.from_user
    assert f"<sip:{APART.from_user}@" in call.from_header
    assert "<sip:5551234567@" in call.pai_header


@pytest.mark.parametrize(("protocol", "host"), SIP_KINDS)
def test_the_from_domain_is_the_carriers_and_the_caller_stays(lab: Lab, protocol: str, host: str) -> None:
    own = entry(protocol=protocol, auth="registration", host=CARRIER, username="acme", secret=SECRET,
                from_domain="sip.example.com")  # fmt: skip
    with RawSipCarrier(SECRET) as carrier:
        [trunk] = load(getattr(lab, host), own)
        assert trunk.is_registered()
        trunk.dial("2125550100", caller_id="5551234567")
        assert until(lambda: len(carrier.let_in) > 1, 60)

    registered, called = carrier.let_in[0], carrier.let_in[-1]
    assert "<sip:acme@sip.example.com>" in registered.headers["to"]
    assert "<sip:5551234567@sip.example.com>" in called.headers["from"]
    assert called.uri == f"sip:2125550100@{CARRIER}"
