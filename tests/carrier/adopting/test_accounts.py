"""Accounts and register lines that somebody else wrote."""

from __future__ import annotations

from typing import Any

import pytest

from tests.carrier.adopting.entries import PLAIN_ACCOUNT, adopted, of_fate, told
from wizard.carrier.adopting.differences import Fate
from wizard.carrier.adopting.register_line import Register, read_register
from wizard.carrier.answers import Auth, CallerIdHeader, Codec, DtmfMode, Transport
from wizard.carrier.model import Protocol
from wizard.carrier.profile import ConfTemplate
from wizard.secret import MASK, Secret


@pytest.mark.parametrize(
    ("value", "register"),
    [
        ("acme@sip.acme.test", Register("acme", "sip.acme.test")),
        ("acme:s3cret@sip.acme.test", Register("acme", "sip.acme.test", secret=Secret("s3cret"))),
        ("acme:s3cret@10.0.0.9:5070", Register("acme", "10.0.0.9", 5070, secret=Secret("s3cret"))),
        ("acme:s3cret:au@h.test", Register("acme", "h.test", secret=Secret("s3cret"), auth_username="au")),
        ("acme:s3cret@h.test/5551230", Register("acme", "h.test", secret=Secret("s3cret"), extension="5551230")),
        (
            "acme:s3cret@h.test:5070/5551230~120",
            Register("acme", "h.test", 5070, secret=Secret("s3cret"), extension="5551230", expiry=120),
        ),
        ("acme@d.test:s3cret@h.test", Register("acme", "h.test", domain="d.test", secret=Secret("s3cret"))),
        ("tcp://acme:s3cret@h.test", Register("acme", "h.test", transport="tcp", secret=Secret("s3cret"))),
        ("peer1?acme::au@h.test~60", Register("acme", "h.test", peer="peer1", auth_username="au", expiry=60)),
        ("peer1?tls://acme@h.test", Register("acme", "h.test", peer="peer1", transport="tls")),
        ("no host", None),
        ("@h.test", None),
        ("", None),
    ],
)
def test_a_register_line_in_all_its_forms(value: str, register: Register | None) -> None:
    assert read_register(value) == register


@pytest.mark.parametrize("secret", ["s3.W0rd", "s3?W0rd", "s3/W0rd~1", "tcp://W0rd", "s3@W0rd"])
@pytest.mark.parametrize("protocol", ["SIP", "IAX2", "PJSIP"])
def test_no_part_of_a_register_lines_password_is_shown(protocol: str, secret: str) -> None:
    line = f"register => joe:{secret}@sip.acme.test\nregister => joe:{secret}@other.test"

    adoption = adopted(protocol=Protocol(protocol), registration_string=line)

    assert f"register => joe:{MASK}@other.test" in [each.text for each in adoption.differences]
    assert not any("W0rd" in f"{each.text} {each.instead}" for each in adoption.differences)


@pytest.mark.parametrize(
    ("lines", "answer", "value"),
    [
        ("username=joe\nsecret=s3cret", "auth", Auth.CREDENTIALS),
        ("defaultuser=joe\nsecret=s3cret", "username", "joe"),
        ("", "auth", Auth.IP),
        ("port=5080", "port", 5080),
        ("transport=tcp", "transport", Transport.TCP),
        ("transport=tls\nport=5061", "port", None),
        ("outboundproxy=proxy.test", "outbound_proxy", "proxy.test"),
        ("fromuser=12125550100", "from_user", "12125550100"),
        ("fromdomain=acme.test", "from_domain", "acme.test"),
        ("context=frompartner", "inbound_context", "frompartner"),
        ("disallow=all\nallow=g729\nallow=ulaw", "codecs", (Codec.G729, Codec.ULAW)),
        ("disallow=all\nallow=alaw,gsm&ulaw", "codecs", (Codec.ALAW, Codec.GSM, Codec.ULAW)),
        ("allow=!all,alaw", "codecs", (Codec.ALAW,)),
        ("allow=gsm\ndisallow=all\nallow=ulaw\ndisallow=gsm", "codecs", (Codec.ULAW,)),
        ("DTMFmode=info", "dtmf_mode", DtmfMode.INFO),
        ("qualify=no", "qualify", False),
        ("qualify=2000\nqualifyfreq=30", "qualify_frequency", 30),
        ("encryption=yes", "srtp", True),
        ("session-timers=refuse", "session_timers", False),
        ("sendrpid=pai", "caller_id_header", CallerIdHeader.PAI),
        ("sendrpid=yes", "caller_id_header", CallerIdHeader.RPID),
        ("call-limit=20", "extra_options", "call-limit=20\n"),
    ],
)
def test_options_of_a_peer_become_answers(lines: str, answer: str, value: object) -> None:
    adoption = adopted(account_entry=f"{PLAIN_ACCOUNT}{lines}\n")

    assert adoption.answers.value(answer) == value
    assert told(adoption, Fate.LOST) == []


def test_other_words_for_the_same_are_no_difference() -> None:
    account = f"{PLAIN_ACCOUNT}insecure=very\ncanreinvite=no\nnat=yes\nqualify=2000\ndisallow=all\nallow=ulaw,alaw\n"

    adoption = adopted(account_entry=account)

    assert adoption.is_whole
    assert adoption.answers.audio.extra_options == ""
    assert "directmedia=no" not in told(adoption, Fate.ADDED)


@pytest.mark.parametrize(
    ("lines", "instead"),
    [
        ("context=default", "context=trunkinbound"),
        ("dtmfmode=shortinfo", "dtmfmode=rfc2833"),
        ("insecure=no", "insecure=port,invite"),
        ("disallow=all\nallow=ulaw,g723", "allow=alaw"),
        ("qualify=600", "qualify=yes"),
    ],
)
def test_what_no_answer_may_say_is_told_with_what_would_be_there(lines: str, instead: str) -> None:
    adoption = adopted(account_entry=f"{PLAIN_ACCOUNT}{lines}\n")

    line = lines.splitlines()[-1]
    if instead == "allow=alaw":
        assert told(adoption, Fate.LOST) == [line]
        assert adoption.answers.audio.codecs == (Codec.ULAW,)
    else:
        [changed] = of_fate(adoption, Fate.CHANGED)
        assert (changed.line, changed.text, changed.instead) == (4, line, instead)
    assert not adoption.is_whole


def test_a_friend_of_a_dynamic_host_is_a_peer_where_it_registers() -> None:
    """As VICIdial's own sample has it."""
    account = "[acme]\ndisallow=all\nallow=ulaw\ntype=friend\nusername=acme\nsecret=s3cret\nhost=dynamic\ndtmfmode=rfc2833\n"

    adoption = adopted(registration_string="register => acme:s3cret@10.9.9.9:5060", account_entry=account)

    own = adoption.answers
    assert (own.sign_in.auth, own.connection.host, own.sign_in.secret.reveal()) == (Auth.REGISTRATION, "10.9.9.9", "s3cret")
    assert {each.text: each.instead for each in of_fate(adoption, Fate.CHANGED)} == {
        "type=friend": "type=peer",
        "host=dynamic": "host=10.9.9.9",
        f"register => acme:{MASK}@10.9.9.9:5060": "register => acme?acme@10.9.9.9~300",
    }


def test_a_register_line_with_the_password_means_the_same_as_one_by_the_trunks_name() -> None:
    account = f"{PLAIN_ACCOUNT}username=acme\nsecret=s3cret\n"

    adoption = adopted(registration_string="register => acme:s3cret@sip.acme.test/5551230000~120", account_entry=account)

    assert adoption.is_whole
    assert adoption.answers.sign_in.did == "5551230000"
    assert adoption.answers.sign_in.registration_expiry == 120


def test_a_second_register_line_and_another_password_are_not_placed() -> None:
    account = f"{PLAIN_ACCOUNT}username=acme\nsecret=s3cret\n"
    text = "register => acme:0ther.Secret@sip.acme.test\nregister => two:s3cret@sip.acme.test"

    adoption = adopted(registration_string=text, account_entry=account)

    assert told(adoption, Fate.CHANGED) == [f"register => acme:{MASK}@sip.acme.test"]
    assert told(adoption, Fate.LOST) == [f"register => two:{MASK}@sip.acme.test"]


def test_comments_and_dead_lines_are_told_and_no_password_is_shown() -> None:
    account = (
        f"; our trunk\nhost=outside\n{PLAIN_ACCOUNT}; secret=0ld.Passw0rd\nusername=acme\nsecret=first.One\n"
        "secret=s3cret.Two ; new\n"
        "nonsense\nport=1\nport=5062\n"
    )

    adoption = adopted(account_entry=account)

    assert told(adoption, Fate.COMMENT) == ["; our trunk", f"; {MASK}", "; new"]
    assert told(adoption, Fate.UNREAD, "account_entry") == ["host=outside", f"secret={MASK}", "nonsense", "port=1"]
    assert adoption.answers.connection.port == 5062
    shown = " ".join(str(each.values) for each in adoption.findings())
    assert not any(secret in shown for secret in ("0ld.Passw0rd", "first.One", "s3cret.Two"))


def test_other_peers_with_addresses_are_whom_calls_come_in_from() -> None:
    account = f"[in1]\ntype=friend\nhost=203.0.113.8\n[in2]\ntype=peer\nhost=203.0.113.9\n{PLAIN_ACCOUNT}"

    adoption = adopted(account_entry=account)

    assert adoption.answers.connection.match == ("203.0.113.8", "203.0.113.9")
    assert {"[in1]", "[in2]"} <= set(told(adoption, Fate.CHANGED))


def test_a_template_that_is_behind_the_account_counts_and_stays() -> None:
    template = ConfTemplate("SIPGEN", "Generic", "disallow=all\nallow=alaw\nqualify=no\n")

    adoption = adopted(template, template_id="SIPGEN")

    assert adoption.answers.audio.codecs == (Codec.ALAW,)
    assert adoption.answers.audio.template_id == "SIPGEN"
    assert adoption.answers.connection.qualify is False
    assert adoption.is_whole


_PJSIP = {
    "protocol": Protocol.PJSIP,
    "globals_string": "",
    "dialplan_entry": "exten => _91NXXNXXXXXX,1,Dial(PJSIP/${EXTEN:1}@acme,,To)\n",
}


def _sections(*texts: str) -> dict[str, Any]:
    return {**_PJSIP, "account_entry": "\n".join(texts) + "\n"}


def test_pjsip_sections_by_whatever_names() -> None:
    adoption = adopted(
        **_sections(
            "[acme-reg]\ntype=registration\noutbound_auth=acme-auth\nserver_uri=sip:sip.acme.test\nclient_uri=sip:joe@sip.acme.test",
            "[acme-auth]\ntype=auth\nauth_type=userpass\nusername=joe.auth\npassword=s3cret.Word",
            "[acme-aor]\ntype=aor\ncontact=sip:sip.acme.test\nqualify_frequency=30",
            "[acme]\ntype=endpoint\ntransport=transport-udp\ncontext=trunkinbound\ndisallow=all\nallow=ulaw,alaw",
            "outbound_auth=acme-auth\naors=acme-aor\nfrom_domain=acme.test\nsend_pai=yes",
            "[acme-id]\ntype=identify\nendpoint=acme\nmatch=203.0.113.7,203.0.113.8/31",
        )
    )

    own = adoption.answers
    assert (own.sign_in.auth, own.sign_in.username, own.sign_in.auth_username) == (Auth.REGISTRATION, "joe", "joe.auth")
    assert (own.sign_in.secret.reveal(), own.sign_in.from_domain) == ("s3cret.Word", "acme.test")
    assert (own.connection.host, own.connection.qualify_frequency) == ("sip.acme.test", 30)
    assert own.connection.match == ("203.0.113.7", "203.0.113.8/31")
    assert own.numbers.caller_id_header is CallerIdHeader.PAI
    assert told(adoption, Fate.RENAMED) == ["[acme-reg]", "[acme-auth]", "[acme-aor]", "[acme-id]"]
    assert told(adoption, Fate.CHANGED, "account_entry") == ["client_uri=sip:joe@sip.acme.test"]
    assert told(adoption, Fate.LOST) == []


def test_pjsip_with_a_password_for_calls_in_and_a_second_endpoint_loses_those() -> None:
    adoption = adopted(
        **_sections(
            "[in-auth]\ntype=auth\nusername=them\npassword=their.S3cret",
            "[aor1]\ntype=aor\ncontact=sip:10.1.1.1:5070",
            "[second]\ntype=endpoint\naors=aor1",
            "[acme]\ntype=endpoint\naors=aor1\nauth=in-auth\nrtp_timeout=60",
        )
    )

    assert adoption.answers.sign_in.auth is Auth.IP
    assert adoption.answers.connection.port == 5070
    assert adoption.answers.audio.extra_options == "rtp_timeout=60\n"
    assert not adoption.is_whole
    assert "[second]" in told(adoption, Fate.LOST)
    assert "their.S3cret" not in " ".join(str(each.values) for each in adoption.findings())


def test_a_register_line_of_a_pjsip_carrier_is_never_written_by_vicidial() -> None:
    adoption = adopted(**_sections("[acme]\ntype=endpoint"), registration_string="register => joe:s3cret.Word@sip.acme.test")

    assert told(adoption, Fate.UNREAD, "registration_string") == [f"register => joe:{MASK}@sip.acme.test"]


def test_pjsips_own_wizard_in_few_lines() -> None:
    account = (
        "[acme]\ntype=wizard\nremote_hosts=sip.acme.test:5070\nsends_auth=yes\nsends_registrations=yes\nendpoint/context=trunkinbound\n"
        "endpoint/allow=!all,g722\noutbound_auth/username=joe\noutbound_auth/password=s3cret.Word\naor/qualify_frequency=15\n"
        "endpoint/rtp_timeout=60\nhas_hint=no\n"
    )

    adoption = adopted(**{**_PJSIP, "protocol": Protocol.PJSIP_WIZ, "account_entry": account})

    own = adoption.answers
    assert (own.sign_in.auth, own.sign_in.username, own.connection.port) == (Auth.REGISTRATION, "joe", 5070)
    assert own.audio.codecs == (Codec.G722,)
    assert own.audio.extra_options == "endpoint/rtp_timeout=60\n[wizard]\nhas_hint=no\n"
    assert told(adoption, Fate.LOST) == []


def test_an_iax2_friend_of_an_address_is_a_peer_and_lets_in_less() -> None:
    account = (
        "[acme]\ntype=friend\nhost=203.0.113.7\nusername=joe\nsecret=s3cret.Word\ncontext=trunkinbound\ntrunk=yes\nqualify=yes\n"
        "disallow=all\nallow=ulaw\nallow=alaw\n"
    )

    adoption = adopted(
        protocol=Protocol.IAX2,
        account_entry=account,
        registration_string="register => joe:s3cret.Word@203.0.113.7",
        globals_string="MAINTRUNK=IAX2/acme",
    )

    own = adoption.answers
    assert (own.sign_in.auth, own.sign_in.username, own.audio.extra_options) == (Auth.REGISTRATION, "joe", "trunk=yes\n")
    assert told(adoption, Fate.CHANGED) == ["type=friend"]
    assert told(adoption, Fate.LOST) == ["context=trunkinbound"]
    assert "[acme]" in told(adoption, Fate.ADDED)


def test_an_inactive_carrier_would_be_active() -> None:
    adoption = adopted(active="N")

    [inactive] = of_fate(adoption, Fate.CHANGED)
    assert (inactive.column, inactive.text, inactive.instead) == ("active", "N", "Y")


def test_an_entry_without_anything_is_told_from_one_that_is_whole() -> None:
    adoption = adopted(account_entry="", globals_string="", dialplan_entry="")

    assert [finding.field for finding in adoption.wrong] == ["host"]
    assert not adoption.is_whole
