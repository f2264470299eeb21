"""Reading what a dialer says; the samples are what Asterisk 16.28 and 22.10 printed (vicidial.md §9)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.carrier.answers import Transport
from wizard.carrier.profile import Listener, Reached
from wizard.dialer.asterisk_output import (
    is_dialplan_answer,
    is_not_running,
    is_unknown_command,
    parameters,
    parse_dialplan_show,
    parse_option_names,
    parse_rtp_range,
    parse_running_modules,
    parse_sip_settings,
    parse_translatable,
    parse_version,
    pjsip_listeners,
    sip_listeners,
)
from wizard.dialer.astguiclient import parse_astguiclient
from wizard.dialer.operations import parse_digests
from wizard.dialer.protocol import AgentReply, Operation, encode, parse_reply, table_of
from wizard.dialer.target import DialerTarget, parse_address
from wizard.errors import CommandError, DatabaseError
from wizard.secret import Secret

NO_SUCH_COMMAND = "No such command 'sip show settings' (type 'core show help sip show' for other possible commands)\n"
#: on the same output as the answer, where a host has no Ethernet
COMPLAINT = "No ethernet interface found for seeding global EID. You will have to set it manually.\n"
NOT_RUNNING = "Unable to connect to remote asterisk (does /var/run/asterisk/asterisk.ctl exist?)\n"

SIP_SETTINGS = """

Global Settings:
----------------
  UDP Bindaddress:        127.0.0.10:5060
  TCP SIP Bindaddress:    Disabled
  TLS SIP Bindaddress:    Disabled
  RTP Bindaddress:        Disabled
  Ignore SDP sess. ver.:  No
  Path support :          No
  Our auth realm          asterisk
  From: Domain:           
  Qualify Freq :          60000 ms

Network Settings:
---------------------------
  SIP address remapping:  Disabled, no localnet list
  Externhost:             <none>
  Externaddr:             (null)
  Externrefresh:          10

Global Signalling Settings:
---------------------------
  Reg. min duration       60 secs
  Outbound reg. timeout:  20 secs
  Outbound reg. attempts: 0
  Outbound reg. retry 403:No
    Include CID:          No
"""  # noqa: W291
PJSIP_TRANSPORTS = """
Transport:  <TransportId........>  <Type>  <cos>  <tos>  <BindAddress....................>
==========================================================================================

Transport:  transport-tcp             tcp      0      0  127.0.0.10:5061
Transport:  transport-tls             tls      0      0  127.0.0.10:5062
Transport:  transport-udp             udp      0      0  127.0.0.10:5061
Transport:  transport-wss             wss      0      0  0.0.0.0:5060

Objects found: 4

"""
TRANSLATIONS = """--- Translation paths SRC Codec "slin" sample rate 8000 ---
\tslin:8000        To g723:8000       : No Translation Path                                         
\tslin:8000        To ulaw:8000       : (slin@8000)->(ulaw@8000)                                    
\tslin:8000        To slin:16000      : (slin@8000)->(slin@16000)                                   
\tslin:8000        To g729:8000       : No Translation Path                                         
\tslin:8000        To g722:16000      : (slin@8000)->(g722@16000)                                   
"""  # noqa: W291


def test_dialplan_show_names_what_would_run_first() -> None:
    output = (
        "[ Included context 'vicidial-auto-external' created by 'pbx_config' ]\n"
        "  '_91NXXNXXXXXX' => 1. AGI(agi://127.0.0.1:4577/call_log)         [extensions-vicidial.conf:17]\n"
        "                    2. Hangup()                                   [extensions-vicidial.conf:20]\n"
        "\n[ Included context 'later' created by 'pbx_config' ]\n  '_9.' =>          1. Hangup()\n"
    )

    assert parse_dialplan_show(output) == Reached("vicidial-auto-external", "_91NXXNXXXXXX")
    assert parse_dialplan_show("There is no existence of 5@default extension\n") is None


def test_whether_asterisk_said_anything_about_a_number() -> None:
    assert is_dialplan_answer("There is no existence of 5@default extension\n")
    assert not is_dialplan_answer("")
    assert not is_dialplan_answer(NOT_RUNNING)


def test_version() -> None:
    assert parse_version("Asterisk 16.30.1-vici built by root @ x on a x86_64\n") == "16.30.1-vici"
    assert parse_version(f"{COMPLAINT}Asterisk 16.28.0~dfsg-0+deb11u4 built by nobody\n") == "16.28.0~dfsg-0+deb11u4"
    assert parse_version(NOT_RUNNING) == ""


def test_a_module_counts_where_it_runs() -> None:
    listed = """\
Module                         Description                              Use Count  Status      Support Level
acl                            Named ACL system                         2          Running              core
chan_sip.so                    Session Initiation Protocol (SIP)        0          Running          extended
chan_pjsip.so                  PJSIP Channel Driver                     1          Not Running          core
res_pjsip_endpoint_identifier_ip.so PJSIP IP endpoint identifier             0          Running              core
4 modules loaded
"""

    assert parse_running_modules(COMPLAINT + listed) == {"chan_sip", "res_pjsip_endpoint_identifier_ip"}
    assert parse_running_modules("") == frozenset()


def test_sip_settings_have_colons_most_of_the_time() -> None:
    settings = parse_sip_settings(COMPLAINT + SIP_SETTINGS)

    assert settings["UDP Bindaddress"] == "127.0.0.10:5060"
    assert settings["Path support"] == "No"
    assert settings["Our auth realm"] == "asterisk"
    assert settings["Reg. min duration"] == "60 secs"
    assert settings["Outbound reg. attempts"] == "0"
    assert settings["Outbound reg. retry 403"] == "No"
    assert parse_sip_settings(NO_SUCH_COMMAND) == {}


@pytest.mark.parametrize(
    ("changed", "listeners"),
    [
        ({}, [Listener("chan_sip", Transport.UDP, "127.0.0.10", 5060)]),
        (
            {"TCP SIP Bindaddress": "0.0.0.0:5060", "TLS SIP Bindaddress": "0.0.0.0:5061"},
            [
                Listener("chan_sip", Transport.UDP, "127.0.0.10", 5060),
                Listener("chan_sip", Transport.TCP, "0.0.0.0", 5060),
                Listener("chan_sip", Transport.TLS, "0.0.0.0", 5061),
            ],
        ),
        ({"UDP Bindaddress": "Disabled"}, []),
        (
            {"Externaddr": "192.168.1.15:0"},
            [Listener("chan_sip", Transport.UDP, "127.0.0.10", 5060, external_address="192.168.1.15")],
        ),
    ],
)
def test_where_chan_sip_listens(changed: dict[str, str], listeners: list[Listener]) -> None:
    assert sip_listeners({**parse_sip_settings(SIP_SETTINGS), **changed}) == listeners


def test_where_pjsip_listens_and_what_it_calls_that() -> None:
    assert pjsip_listeners(COMPLAINT + PJSIP_TRANSPORTS) == [
        Listener("chan_pjsip", Transport.TCP, "127.0.0.10", 5061, "transport-tcp"),
        Listener("chan_pjsip", Transport.TLS, "127.0.0.10", 5062, "transport-tls"),
        Listener("chan_pjsip", Transport.UDP, "127.0.0.10", 5061, "transport-udp"),
    ]
    assert pjsip_listeners("No objects found.\n\n") == []


def test_codecs_that_asterisk_can_turn_into_others() -> None:
    assert parse_translatable(COMPLAINT + TRANSLATIONS) == frozenset({"ulaw", "slin", "g722"})
    assert parse_translatable(NOT_RUNNING) is None, "nobody said that there are none"


def test_the_ports_of_the_audio() -> None:
    settings = (
        "\n\nGeneral Settings:\n----------------\n  Port start:      10000\n  Port end:        10998\n  Checksums:       Yes\n"
    )

    assert parse_rtp_range(COMPLAINT + settings) == (10000, 10998)
    assert parse_rtp_range("") is None


def test_the_options_that_pjsip_documents() -> None:
    output = """\
endpoint: [category !~ /.?/]

 The *Endpoint* is the primary configuration object.
\x1b[1;35mExample:\x1b[0m with -- dashes

100rel                    -- Allow support for RFC3262 provisional ACK tags
direct_media_glare_mitigation -- Mitigation of direct media (re)INVITE glare
endpoint/*                -- Variables to be passed directly to the endpoint.
"""

    assert parse_option_names(output) == frozenset({"100rel", "direct_media_glare_mitigation"})
    assert parse_option_names("Unknown module res_nope\n") is None
    assert parse_option_names("Unknown configuration type nope\n") is None


def test_parameters_of_a_pjsip_object() -> None:
    output = (
        " ParameterName            : ParameterValue\n =====\n contact_user             : \n retry_interval           : 20\n"
    )

    assert parameters(output) == {"ParameterName": "ParameterValue", "contact_user": "", "retry_interval": "20"}


def test_a_command_that_a_build_lacks_is_told_from_an_asterisk_that_is_not_there() -> None:
    assert is_unknown_command(COMPLAINT + NO_SUCH_COMMAND)
    assert not is_unknown_command(NOT_RUNNING)
    assert is_not_running(NOT_RUNNING)
    assert not is_not_running(NO_SUCH_COMMAND)


def test_astguiclient_conf_is_read_by_vicidials_own_rules() -> None:
    text = (
        "# a comment\nVARserver_ip => 10.0.0.1 ; mine\n"
        "VARDB_server => db.example.com\nVARDB_database=>asterisk\nVARDB_user\t=> cron\n"
        "VARDB_pass => 12=34#56\nPATHhome => /usr/share/astguiclient\n"
    )

    values = parse_astguiclient(text)

    assert values["VARserver_ip"] == "10.0.0.1"
    assert values["VARDB_user"] == "cron"
    assert values["VARDB_pass"] == "34", "what VICIdial makes of it, not what somebody meant"
    assert "VARDB_port" not in values


def test_digests() -> None:
    assert parse_digests("abc  /etc/asterisk/sip-vicidial.conf\ndef  /x y\n") == {
        "/etc/asterisk/sip-vicidial.conf": "abc",
        "/x y": "def",
    }


@given(st.lists(st.one_of(st.none(), st.text(st.characters(codec="utf-8"), max_size=20)), max_size=4))
def test_values_survive_the_wire_whatever_is_in_them(values: list[str | None]) -> None:
    request = encode([Operation("sql", tuple(values))], stop_at_error=True).decode("ascii")

    head, line = request.splitlines()
    assert head == "request 1 stop"
    assert parse_reply(line.replace("sql", "ok", 1).encode()).values == tuple(values)


def test_a_secret_crosses_the_wire_and_shows_nowhere_else() -> None:
    operation = Operation("sql", ("SELECT ?", Secret("s3cret.Word")))

    assert "s3cret" not in repr(operation)
    assert b"s3cret" not in encode([operation], stop_at_error=True), "hexadecimal, so not even a casual look finds it"
    assert b"s3cret.Word".hex().encode() in encode([operation], stop_at_error=True)


def test_a_table() -> None:
    table = table_of(AgentReply("ok", ("2", "2", "a", "b", "1", None, "2", "x")))

    assert table.rows == ({"a": "1", "b": None}, {"a": "2", "b": "x"})
    assert table_of(AgentReply("ok", ("1", "0"))).rows == ()


def test_what_the_database_refuses_is_an_error_without_the_scripts_own_place() -> None:
    with pytest.raises(DatabaseError) as caught:
        table_of(AgentReply("error", ("Access denied for user 'cron' at (eval 1) line 35, <STDIN> line 9.\n",)))
    assert caught.value.values["detail"] == "Access denied for user 'cron'"
    with pytest.raises(CommandError):
        AgentReply("skipped").result("something")


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("root@dialer.example.com", DialerTarget("dialer.example.com", port=0)),
        ("support@10.0.0.1:2222", DialerTarget("10.0.0.1", "support", 2222)),
        ("dialer.example.com", None),
        ("root@host:99999", None),
        ("root@host; rm -rf /", None),
        ("@host", None),
    ],
)
def test_an_address(text: str, target: DialerTarget | None) -> None:
    assert parse_address(text) == target
