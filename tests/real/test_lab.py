"""The lab does what vicidial.md says a dialer does, traps included."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.lab import Lab
from tests.lab.carriers import ACME, IAX_ACME, PERCALL
from tests.real.calls import call_and_log, call_code, carrier_log, place_call, received

GENERATOR = "/usr/share/astguiclient/ADMIN_keepalive_ALL.pl"


def add_carrier(lab: Lab, carrier_id: str, **columns: Any) -> None:
    row = {
        "carrier_id": carrier_id, "carrier_name": f"{carrier_id} name", "registration_string": "", "template_id": "--NONE--",
        "account_entry": "", "protocol": "SIP", "globals_string": "", "dialplan_entry": "", "server_ip": lab.dialer.address,
        "active": "Y", **columns,
    }  # fmt: skip
    lab.dialer.query(f"INSERT INTO vicidial_server_carriers SET {', '.join(f'{name}=%s' for name in row)}", *row.values())


def rebuild(lab: Lab, *, seconds: float = 20) -> None:
    """Ask for a rebuild and wait until it is over, as its BUILD files show."""
    lab.dialer.query("UPDATE servers SET rebuild_conf_files='Y'")
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        [row] = lab.dialer.query("SELECT rebuild_conf_files FROM servers")
        if row["rebuild_conf_files"] == "N" and not list((lab.dialer.root / "etc/asterisk").glob("BUILDext*")):
            time.sleep(0.2)
            if not list((lab.dialer.root / "etc/asterisk").glob("BUILDext*")):
                return
        time.sleep(0.05)
    raise AssertionError("the generator did not run")


class TestGenerator:
    def test_the_flag_is_cleared_before_the_files_are_written(self, lab: Lab) -> None:
        add_carrier(lab, "ACME", account_entry="[acme]\ntype=peer\n")
        lab.dialer.query("UPDATE servers SET rebuild_conf_files='Y'")
        while lab.dialer.query("SELECT rebuild_conf_files FROM servers")[0]["rebuild_conf_files"] == "Y":
            time.sleep(0.02)

        assert "[acme]" not in lab.dialer.read("etc/asterisk/sip-vicidial.conf"), "N means begun, not done"

    def test_carriers_come_by_protocol_and_id_each_under_its_heading(self, lab: Lab) -> None:
        for carrier_id, protocol in (("ZSIP", "SIP"), ("ASIP", "SIP"), ("IAX", "IAX2"), ("PJ", "PJSIP"), ("WIZ", "PJSIP_WIZ")):
            add_carrier(lab, carrier_id, protocol=protocol, carrier_description=f"about {carrier_id}")
        rebuild(lab)

        lines = lab.dialer.read("etc/asterisk/extensions-vicidial.conf").splitlines()
        headings = [line.split()[3] for line in lines if line.startswith("; VICIDIAL Carrier: ")]
        assert headings == ["IAX", "ASIP", "ZSIP", "WIZ", "PJ"]
        assert "; about ASIP" in lines

    def test_template_text_comes_after_the_account_entry(self, lab: Lab) -> None:
        add_carrier(lab, "ACME", account_entry="[acme]\ntype=peer", template_id="SIP_generic")
        rebuild(lab)

        assert "[acme]\ntype=peer\ntype=friend\n" in lab.dialer.read("etc/asterisk/sip-vicidial.conf")

    @pytest.mark.parametrize("protocol", ["PJSIP", "PJSIP_WIZ"])
    def test_pjsip_carriers_lose_their_registration_string(self, lab: Lab, protocol: str) -> None:
        add_carrier(lab, "ACME", protocol=protocol, registration_string="register => a:b@c")
        rebuild(lab)

        assert not any("register => a:b@c" in lab.dialer.read(f"etc/asterisk/{name}") for name in lab.dialer.generated())

    @pytest.mark.parametrize("protocol", ["Zap", "EXTERNAL"])
    def test_zap_and_external_carriers_are_written_nowhere(self, lab: Lab, protocol: str) -> None:
        add_carrier(lab, "ACME", protocol=protocol, globals_string="ACME=1", dialplan_entry="exten => _7X.,1,Hangup()")
        rebuild(lab)

        assert not any("ACME" in lab.dialer.read(f"etc/asterisk/{name}") for name in lab.dialer.generated())

    def test_inactive_carriers_and_other_servers_are_left_out_and_all_servers_is_in(self, lab: Lab) -> None:
        add_carrier(lab, "OFF", active="N")
        add_carrier(lab, "ELSEWHERE", server_ip="10.9.9.9")
        add_carrier(lab, "EVERYWHERE", server_ip="0.0.0.0")
        rebuild(lab)

        text = lab.dialer.read("etc/asterisk/sip-vicidial.conf")
        assert "EVERYWHERE" in text
        assert "OFF" not in text
        assert "ELSEWHERE" not in text

    @pytest.mark.parametrize("gate", ["active_asterisk_server", "generate_vicidial_conf"])
    def test_a_closed_gate_keeps_the_flag_where_it_is(self, lab: Lab, gate: str) -> None:
        lab.dialer.query(f"UPDATE servers SET rebuild_conf_files='Y', {gate}='N'")
        lab.dialer.run(GENERATOR)

        assert lab.dialer.query("SELECT rebuild_conf_files FROM servers")[0]["rebuild_conf_files"] == "Y"

    def test_with_the_screen_gone_the_file_is_new_and_asterisk_never_hears_of_it(self, lab: Lab) -> None:
        lab.dialer.run("sh", "-c", "screen -S asterisk -X sessionname elsewhere")
        try:
            add_carrier(lab, "ACME", account_entry="[acme]\ntype=peer\nhost=127.0.0.20\n")
            rebuild(lab)
            assert "[acme]" in lab.dialer.read("etc/asterisk/sip-vicidial.conf")
            assert "not found" in lab.dialer.asterisk("sip show peer acme")
        finally:
            lab.dialer.run("sh", "-c", "screen -S elsewhere -X sessionname asterisk")
        rebuild(lab)

        assert "not found" in lab.dialer.asterisk("sip show peer acme"), "no change in the file, so no reload either"

    def test_pjsip_reload_is_no_command_without_the_alias_so_pjsip_carriers_wait(self, lab: Lab) -> None:
        assert "No such command" in lab.dialer.asterisk("pjsip reload")

    def test_a_phone_of_the_same_name_replaces_a_trunk(self, lab: Lab) -> None:
        add_carrier(lab, "ACME", account_entry="[frontdesk]\ntype=peer\nhost=127.0.0.20\ncontext=trunkinbound\n")
        rebuild(lab)

        shown = lab.dialer.asterisk("sip show peer frontdesk")
        assert "Context      : default" in shown
        assert "Dynamic      : Yes" in shown

    def test_a_context_line_cuts_off_every_later_carrier(self, lab: Lab) -> None:
        add_carrier(lab, "AAA", dialplan_entry="[mine]\nexten => _6X.,1,Hangup()")
        add_carrier(lab, "BBB", dialplan_entry="exten => _7X.,1,Hangup()")
        rebuild(lab)

        assert "no existence" in lab.dialer.asterisk("dialplan show 712345@default")

    def test_an_open_comment_swallows_everything_after_it(self, lab: Lab) -> None:
        add_carrier(lab, "AAA", dialplan_entry=";-- my trunk")
        rebuild(lab)

        assert "no existence" in lab.dialer.asterisk("dialplan show 8500@default")
        lab.dialer.query("DELETE FROM vicidial_server_carriers WHERE carrier_id='AAA'")
        rebuild(lab)
        assert "8500" in lab.dialer.asterisk("dialplan show 8500@default")

    def test_the_same_pattern_twice_merges_priorities(self, lab: Lab) -> None:
        add_carrier(lab, "AAA", dialplan_entry="exten => _7X.,1,NoOp(A)\nexten => _7X.,2,Hangup()")
        add_carrier(lab, "BBB", dialplan_entry="exten => _7X.,1,NoOp(B)\nexten => _7X.,2,NoOp(B)\nexten => _7X.,3,NoOp(B)")
        rebuild(lab)

        shown = lab.dialer.asterisk("dialplan show 712345@default")
        assert [word in shown for word in ("NoOp(A)", "3. NoOp(B)", "1. NoOp(B)")] == [True, True, False]


def sip_trunk(lab: Lab, *, host: str, secret: str = ACME.secret, username: str = ACME.username) -> None:
    """A hand-written chan_sip carrier with prefix 9."""
    add_carrier(
        lab,
        "ACME",
        account_entry=(
            f"[acme]\ntype=peer\nhost={host}\ndefaultuser={username}\nsecret={secret}\ninsecure=port,invite\n"
            "context=trunkinbound\ndisallow=all\nallow=ulaw\nqualify=no\nsendrpid=no\n"
        ),
        dialplan_entry=dialplan("SIP/acme/${EXTEN:1}"),
    )


def dialplan(channel: str) -> str:
    return (
        "exten => _91NXXNXXXXXX,1,AGI(agi://127.0.0.1:4577/call_log)\n"
        f"exten => _91NXXNXXXXXX,n,Dial({channel},${{CAMPDTO}},To)\nexten => _91NXXNXXXXXX,n,Hangup()\n"
    )


class TestCarriers:
    @pytest.mark.parametrize(
        ("last_four", "dialstatus", "cause", "sip"),
        [
            ("0100", "ANSWER", 16, 200),
            ("0017", "BUSY", 17, 486),
            ("0034", "CONGESTION", 34, 503),
            ("0001", "CHANUNAVAIL", 1, 404),
            ("0021", "CHANUNAVAIL", 21, 403),
        ],
    )
    def test_the_number_chooses_the_outcome(self, lab: Lab, last_four: str, dialstatus: str, cause: int, sip: int) -> None:
        sip_trunk(lab, host=lab.carriers["ip"].address)
        rebuild(lab)

        row = call_and_log(lab, f"91212555{last_four}")

        assert (row["dialstatus"], row["hangup_cause"], row["sip_hangup_cause"]) == (dialstatus, cause, sip)

    def test_a_caller_id_that_is_not_theirs_is_refused(self, lab: Lab) -> None:
        sip_trunk(lab, host=lab.carriers["ip"].address)
        rebuild(lab)

        assert call_and_log(lab, "912125550022", caller_id="2125559999")["sip_hangup_cause"] == 403
        assert call_and_log(lab, "912125550022", caller_id="5551239999")["sip_hangup_cause"] == 200

    def test_digits_and_caller_id_are_written_down(self, lab: Lab) -> None:
        sip_trunk(lab, host=lab.carriers["ip"].address)
        rebuild(lab)
        code = place_call(lab, "912125550100", caller_id="5551239999")

        call = received(lab.carriers["ip"])

        assert (call.number, call.caller_number, call.caller_name) == ("12125550100", "5551239999", code)


#: driver → (protocol, account entry with {host} and {secret}, registration or "", channel); all against the real password
DRIVERS: dict[str, tuple[str, str, str, str]] = {
    "chan_sip": (
        "SIP",
        "[acme]\ntype=peer\nhost={host}\ndefaultuser={user}\nsecret={secret}\ninsecure=port,invite\ndisallow=all\nallow=ulaw\n",
        "credentials",
        "SIP/acme/${EXTEN:1}",
    ),
    "chan_pjsip": (
        "PJSIP",
        "[acme]\ntype=endpoint\naors=acme\noutbound_auth=acme\ndisallow=all\nallow=ulaw\ncontext=trunkinbound\n"
        "[acme]\ntype=aor\ncontact=sip:{host}:5060\n"
        "[acme]\ntype=auth\nauth_type=userpass\nusername={user}\npassword={secret}\n",
        "credentials",
        "PJSIP/${EXTEN:1}@acme",
    ),
    "chan_iax2": (
        "IAX2",
        "[acme]\ntype=peer\nhost={host}\nusername={user}\nsecret={secret}\nauth=md5\nrequirecalltoken=no\ndisallow=all\nallow=ulaw\n",
        "registration",
        "IAX2/acme/${EXTEN:1}",
    ),
}  # fmt: skip


@pytest.mark.parametrize("is_right", [True, False], ids=["right", "wrong"])
@pytest.mark.parametrize("driver", DRIVERS)
def test_a_wrong_password_fails_a_call_on_every_driver(lab: Lab, driver: str, is_right: bool) -> None:
    protocol, account, carrier_name, channel = DRIVERS[driver]
    carrier = lab.carriers[carrier_name]
    account_of_driver = IAX_ACME if driver == "chan_iax2" else PERCALL
    secret = account_of_driver.secret if is_right else "wrong-one"
    entry = account.format(host=carrier.address, user=account_of_driver.username, secret=secret)
    add_carrier(lab, "ACME", protocol=protocol, account_entry=entry, dialplan_entry=dialplan(channel))
    rebuild(lab)
    if protocol == "PJSIP":
        lab.dialer.asterisk("module reload res_pjsip.so")

    row = call_and_log(lab, "912125550100")

    assert (row["dialstatus"] == "ANSWER") is is_right, row
    assert bool(carrier.calls()) is is_right


def test_chan_sips_wrong_password_fails_a_call_at_a_registering_carrier_too(lab: Lab) -> None:
    sip_trunk(lab, host=lab.carriers["registration"].address, secret="wrong-one")
    rebuild(lab)

    assert call_and_log(lab, "912125550100")["dialstatus"] != "ANSWER"
    assert lab.carriers["registration"].calls() == []


class TestCallLog:
    def test_an_automatic_call_gets_its_campaign_but_no_timeout_and_a_manual_one_gets_both(self, lab: Lab) -> None:
        add_carrier(
            lab,
            "ACME",
            dialplan_entry=(
                "exten => _9X.,1,AGI(agi://127.0.0.1:4577/call_log)\n"
                "exten => _9X.,n,Set(FILE(/tmp/variables,,,al,u)=${CALLERID(name)}|${CAMPCUST}|${CAMPDTO})\n"
                "exten => _9X.,n,Answer()\nexten => _9X.,n,Wait(1)\n"
            ),
        )
        rebuild(lab)
        codes = [call_code(kind) for kind in ("V", "M")]
        for code in codes:
            lab.dialer.query(
                "INSERT INTO vicidial_auto_calls SET server_ip='x', campaign_id='SALES', lead_id=1, callerid=%s", code
            )
            place_call(lab, "912345", code=code)
        deadline = time.monotonic() + 5
        variables = lab.dialer.root / "tmp/variables"
        while time.monotonic() < deadline and (not variables.exists() or len(variables.read_text().splitlines()) < 2):
            time.sleep(0.05)

        assert sorted(variables.read_text().splitlines()) == sorted([f"{codes[0]}|SALES|", f"{codes[1]}|SALES|26"])

    @pytest.mark.parametrize(
        ("last_four", "status"), [("0100", "NEW"), ("0017", "AB"), ("0001", "ADC"), ("0034", "NEW"), ("0021", "NEW")]
    )
    def test_what_becomes_of_the_lead(self, lab: Lab, last_four: str, status: str) -> None:
        sip_trunk(lab, host=lab.carriers["ip"].address)
        rebuild(lab)

        carrier_log(lab, place_call(lab, f"91212555{last_four}", code=call_code(lead_id=1)))
        time.sleep(0.2)

        assert lab.dialer.query("SELECT status FROM vicidial_list WHERE lead_id=1")[0]["status"] == status

    def test_a_test_call_with_lead_zero_changes_no_lead(self, lab: Lab) -> None:
        sip_trunk(lab, host=lab.carriers["ip"].address)
        rebuild(lab)
        before = lab.dialer.query("SELECT * FROM vicidial_list")

        call_and_log(lab, "912125550017")

        assert lab.dialer.query("SELECT * FROM vicidial_list") == before

    def test_the_reason_keeps_its_stray_parenthesis(self, lab: Lab) -> None:
        sip_trunk(lab, host=lab.carriers["ip"].address)
        rebuild(lab)

        assert call_and_log(lab, "912125550034")["sip_hangup_reason"] == "Service Unavailable)"


def test_a_reset_is_a_clean_dialer_in_about_a_second(lab: Lab) -> None:
    files = lab.dialer.generated()
    add_carrier(
        lab, "ACME", account_entry="[acme]\ntype=peer\nhost=127.0.0.20\n", registration_string="register => a:b@127.0.0.20"
    )
    rebuild(lab)
    assert "not found" not in lab.dialer.asterisk("sip show peer acme")

    began = time.monotonic()
    lab.reset()

    assert time.monotonic() - began < 5
    assert lab.dialer.generated() == files
    assert "not found" in lab.dialer.asterisk("sip show peer acme")
    assert "0 SIP registrations" in lab.dialer.asterisk("sip show registry")
    assert [row["carrier_id"] for row in lab.dialer.query("SELECT * FROM vicidial_server_carriers WHERE active='Y'")] == []
