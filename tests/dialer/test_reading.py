"""Reading what a dialer says; the samples are what Asterisk 16.28 and 22.10 printed (vicidial.md §9)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.carrier.profile import Reached
from wizard.dialer.asterisk_output import (
    PeerState,
    RegistryRow,
    parse_channel_drivers,
    parse_dialplan_show,
    parse_sip_peer,
    parse_sip_registry,
    parse_version,
)
from wizard.dialer.astguiclient import parse_astguiclient
from wizard.dialer.operations import parse_digests
from wizard.dialer.protocol import AgentReply, Operation, encode, parse_reply, table_of
from wizard.dialer.target import DialerTarget, parse_address
from wizard.errors import CommandError, DatabaseError
from wizard.secret import Secret

NO_SUCH_COMMAND = "No such command 'sip show peer acme' (type 'core show help sip show' for other possible commands)\n"


def peer(status: str, address: str = "127.0.0.20:5060") -> str:
    return f"\n\n  * Name       : acme\n  Secret       : <Set>\n  Addr->IP     : {address}\n  Status       : {status}\n\n"


@pytest.mark.parametrize(
    ("output", "state"),
    [
        (peer("OK (1 ms)"), PeerState(found=True, status="OK", delay=1, address="127.0.0.20:5060")),
        (peer("LAGGED (2500 ms)"), PeerState(found=True, status="LAGGED", delay=2500, address="127.0.0.20:5060")),
        (peer("UNREACHABLE"), PeerState(found=True, status="UNREACHABLE", address="127.0.0.20:5060")),
        (peer("UNKNOWN", "(null)"), PeerState(found=True, status="UNKNOWN")),
        (peer("Unmonitored"), PeerState(found=True, status="Unmonitored", address="127.0.0.20:5060")),
        ("Peer acme not found.\n\n", PeerState(found=False)),
        (NO_SUCH_COMMAND, PeerState(found=False)),
        ("", None),
        ("Unable to connect to remote asterisk (does /var/run/asterisk/asterisk.ctl exist?)\n", None),
    ],
)
def test_sip_show_peer(output: str, state: PeerState | None) -> None:
    assert parse_sip_peer(output) == state


def test_sip_show_registry() -> None:
    output = (
        "Host                                    dnsmgr Username       Refresh State                Reg.Time                 \n"
        "127.0.0.20:5060                         N      acme               105 Registered           Mon, 23 Nov 2026 06:27:51\n"
        "sip.a-very-long-host-name.example.com:5 N      averylongusern     120 Request Sent                                  \n"
        "sip.example.com:5060                    Y      acme               120 No Authentication                             \n"
        "3 SIP registrations.\n"
    )

    assert parse_sip_registry(output) == [
        RegistryRow("127.0.0.20:5060", "acme", "Registered"),
        RegistryRow("sip.a-very-long-host-name.example.com:5", "averylongusern", "Request Sent"),
        RegistryRow("sip.example.com:5060", "acme", "No Authentication"),
    ]
    complaint = "No ethernet interface found for seeding global EID. You will have to set it manually.\n"
    assert parse_sip_registry(complaint + output) == parse_sip_registry(output)
    assert parse_sip_registry(NO_SUCH_COMMAND) == []
    assert parse_sip_registry("") is None, "no answer is not the answer that there are none"


def test_dialplan_show_names_what_would_run_first() -> None:
    output = (
        "[ Included context 'vicidial-auto-external' created by 'pbx_config' ]\n"
        "  '_91NXXNXXXXXX' => 1. AGI(agi://127.0.0.1:4577/call_log)         [extensions-vicidial.conf:17]\n"
        "                    2. Hangup()                                   [extensions-vicidial.conf:20]\n"
        "\n[ Included context 'later' created by 'pbx_config' ]\n  '_9.' =>          1. Hangup()\n"
    )

    assert parse_dialplan_show(output) == Reached("vicidial-auto-external", "_91NXXNXXXXXX")
    assert parse_dialplan_show("There is no existence of 5@default extension\n") is None


def test_version_and_drivers() -> None:
    assert parse_version("Asterisk 16.30.1-vici built by root @ x on a x86_64\n") == "16.30.1-vici"
    assert parse_version("Unable to connect to remote asterisk\n") == ""
    listed = "Module  Description\nchan_sip.so  SIP  0  Running  extended\nchan_pjsip.so  PJSIP  0  Not Running  core\n"
    assert parse_channel_drivers(listed) == frozenset({"chan_sip"})


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
        ("root@dialer.example.com", DialerTarget("dialer.example.com")),
        ("support@10.0.0.1:2222", DialerTarget("10.0.0.1", "support", 2222)),
        ("dialer.example.com", None),
        ("root@host:99999", None),
        ("root@host; rm -rf /", None),
        ("@host", None),
    ],
)
def test_an_address(text: str, target: DialerTarget | None) -> None:
    assert parse_address(text) == target
