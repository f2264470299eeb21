"""What the entry looks like: golden texts that read as documentation."""

from __future__ import annotations

import pytest

from tests.carrier.samples import IP, PROTOCOLS, REGISTRATION, answers
from wizard.carrier.conf import section_names
from wizard.carrier.lint import lint_carrier
from wizard.carrier.model import Carrier
from wizard.carrier.profile import Place
from wizard.carrier.render import render_carrier


def test_a_registering_carrier() -> None:
    carrier = render_carrier(answers(REGISTRATION, port=5080, did="2125550100", carrier_description="Main carrier"))

    assert carrier == Carrier(
        carrier_id="ACME",
        carrier_name="Acme Telecom",
        registration_string="register => acme?acme@sip.example.com:5080/2125550100~300",
        template_id="--NONE--",
        account_entry="""\
[acme]
type=peer
host=sip.example.com
port=5080
transport=udp
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
encryption=no
session-timers=accept
trustrpid=no
sendrpid=no
qualify=yes
qualifyfreq=60
""",
        protocol=carrier.protocol,
        globals_string="ACME_TRUNK=SIP/acme",
        dialplan_entry=(
            "exten => _91NXXNXXXXXX,1,AGI(agi://127.0.0.1:4577/call_log)\n"
            'exten => _91NXXNXXXXXX,n,GotoIf($["${EXTEN:2:6}" =~ "^(900|...976|242|246|264|268|284|345|441|473|649|658|664|721|'
            '758|767|784|809|829|849|868|869|876)"]?cwend)\n'
            'exten => _91NXXNXXXXXX,n,ExecIf($["${CALLERID(num)}" =~ "^[2-9][0-9]{9}$"]'
            "?Set(CALLERID(num)=+1${CALLERID(num)}))\n"
            'exten => _91NXXNXXXXXX,n,ExecIf($["${CALLERID(num)}" =~ "^[1-9][0-9]{7}[0-9]*$"]'
            "?Set(CALLERID(num)=+${CALLERID(num)}))\n"
            "exten => _91NXXNXXXXXX,n,Dial(${ACME_TRUNK}/+${EXTEN:1},${CAMPDTO},To)\n"
            "exten => _91NXXNXXXXXX,n(cwend),Hangup()\n"
        ),
        server_ip="auto",
        active="Y",
        carrier_description="Main carrier",
        user_group="---ALL---",
    )


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_codecs_keep_their_order(protocol: str) -> None:
    carrier = render_carrier(answers(IP, codecs=["g729", "ulaw"], protocol=protocol))

    lines = carrier.account_entry.replace("endpoint/", "")
    assert "disallow=all\nallow=g729\nallow=ulaw\n" in lines
    assert lines.count("allow=g729") == (2 if protocol == "IAX2" else 1)


def test_auto_becomes_the_dialers_server_ip_once_a_dialer_is_known() -> None:
    assert render_carrier(answers(IP), Place("10.1.2.3")).server_ip == "10.1.2.3"
    assert render_carrier(answers(IP, server_ip="0.0.0.0"), Place("10.1.2.3")).server_ip == "0.0.0.0"


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


@pytest.mark.parametrize(
    ("protocol", "value"),
    [("SIP", "SIP/acme_east"), ("IAX2", "IAX2/acme_east"), ("PJSIP", "acme_east"), ("PJSIP_WIZ", "acme_east")],
)
def test_names_that_the_user_chose(protocol: str, value: str) -> None:
    own = answers(IP, protocol=protocol, trunk_name="acme_east", global_name="EASTBOUND")
    carrier = render_carrier(own)

    assert set(section_names(carrier.account_entry)) == {"acme_east"}
    assert carrier.globals_string == f"EASTBOUND={value}"
    assert "${EASTBOUND}" in carrier.dialplan_entry
    assert "ACME" not in carrier.globals_string + carrier.dialplan_entry
    assert lint_carrier(carrier)[:-1] == []


def test_a_chosen_trunk_name_names_the_variable_too() -> None:
    assert render_carrier(answers(IP, trunk_name="east")).globals_string == "EAST_TRUNK=SIP/east"


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_the_row_does_not_print_its_secret(protocol: str) -> None:
    assert "s3cret.Word" not in repr(render_carrier(answers(REGISTRATION, protocol=protocol)))
