"""What the entry looks like: golden texts that read as documentation."""

from __future__ import annotations

import pytest

from tests.carrier.samples import CREDENTIALS, IP, REGISTRATION, answers
from wizard.carrier.model import Carrier
from wizard.carrier.render import render_carrier


def test_a_registering_carrier() -> None:
    carrier = render_carrier(answers(REGISTRATION, port=5080, did="2125550100", carrier_description="Main carrier"))

    assert carrier == Carrier(
        carrier_id="ACME",
        carrier_name="Acme Telecom",
        registration_string="register => acme:s3cret.Word@sip.example.com:5080/2125550100",
        template_id="--NONE--",
        account_entry="""\
[acme]
type=peer
host=sip.example.com
port=5080
defaultuser=acme
secret=s3cret.Word
insecure=port,invite
context=trunkinbound
disallow=all
allow=ulaw
allow=alaw
dtmfmode=rfc2833
nat=force_rport,comedia
directmedia=no
sendrpid=no
trustrpid=no
qualify=yes
qualifyfreq=60
""",
        protocol=carrier.protocol,
        globals_string="ACME_TRUNK=SIP/acme",
        dialplan_entry=(
            "exten => _91NXXNXXXXXX,1,AGI(agi://127.0.0.1:4577/call_log)\n"
            'exten => _91NXXNXXXXXX,n,ExecIf($["${CALLERID(num)}" =~ "^[2-9][0-9]{9}$"]'
            "?Set(CALLERID(num)=+1${CALLERID(num)}))\n"
            'exten => _91NXXNXXXXXX,n,ExecIf($["${CALLERID(num)}" =~ "^[1-9][0-9]{7}[0-9]*$"]'
            "?Set(CALLERID(num)=+${CALLERID(num)}))\n"
            "exten => _91NXXNXXXXXX,n,Dial(${ACME_TRUNK}/+${EXTEN:1},${CAMPDTO},To)\n"
            "exten => _91NXXNXXXXXX,n,Hangup()\n"
        ),
        server_ip="auto",
        active="Y",
        carrier_description="Main carrier",
        user_group="---ALL---",
    )


def test_a_carrier_that_challenges_each_call_gets_no_registration_string() -> None:
    carrier = render_carrier(answers(CREDENTIALS))

    assert carrier.registration_string == ""
    assert "defaultuser=acme\nsecret=s3cret.Word\n" in carrier.account_entry


def test_a_carrier_that_knows_us_by_address_gets_no_secret_at_all() -> None:
    carrier = render_carrier(answers(IP, username="left", secret="over-from-before"))

    assert carrier.registration_string == ""
    assert "host=203.0.113.7\n" in carrier.account_entry
    assert not any("over-from-before" in column for column in carrier.columns().values())


def test_qualify_off_is_written_since_vicidials_general_section_turns_it_on() -> None:
    carrier = render_carrier(answers(IP, qualify=False))

    assert "qualify=no\n" in carrier.account_entry
    assert "qualifyfreq" not in carrier.account_entry


def test_codecs_keep_their_order() -> None:
    carrier = render_carrier(answers(IP, codecs=["g729", "ulaw"]))

    assert "disallow=all\nallow=g729\nallow=ulaw\n" in carrier.account_entry


@pytest.mark.parametrize(("header", "sendrpid"), [("from", "no"), ("pai", "pai"), ("rpid", "yes")])
def test_the_caller_id_header_is_always_said(header: str, sendrpid: str) -> None:
    assert f"sendrpid={sendrpid}\n" in render_carrier(answers(IP, caller_id_header=header)).account_entry


def test_auto_becomes_the_dialers_server_ip_once_a_dialer_is_known() -> None:
    assert render_carrier(answers(IP), "10.1.2.3").server_ip == "10.1.2.3"
    assert render_carrier(answers(IP, server_ip="0.0.0.0"), "10.1.2.3").server_ip == "0.0.0.0"


def test_a_carrier_without_a_name_is_called_by_its_id() -> None:
    assert render_carrier(answers(IP, carrier_name="")).carrier_name == "ACME"


@pytest.mark.parametrize(
    ("carrier_id", "section", "variable"),
    [("ACME", "acme", "ACME_TRUNK"), ("My-Car_2", "my_car_2", "MY_CAR_2_TRUNK"), ("3com", "c_3com", "C_3COM_TRUNK")],
)
def test_section_and_variable_come_from_the_carrier_id(carrier_id: str, section: str, variable: str) -> None:
    carrier = render_carrier(answers(IP, carrier_id=carrier_id))

    assert carrier.account_entry.startswith(f"[{section}]\n")
    assert carrier.globals_string == f"{variable}=SIP/{section}"
    assert f"Dial(${{{variable}}}/" in carrier.dialplan_entry


def test_the_row_does_not_print_its_secret() -> None:
    assert "s3cret.Word" not in repr(render_carrier(answers(REGISTRATION)))
