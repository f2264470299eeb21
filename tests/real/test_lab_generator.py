"""The lab's conf generator has the traps of the real one."""

from __future__ import annotations

import time

import pytest

from tests.lab import Lab
from tests.real.rows import add_carrier, locked, rebuild

GENERATOR = "/usr/share/astguiclient/ADMIN_keepalive_ALL.pl"


class TestGenerator:
    def test_the_flag_is_cleared_before_the_files_are_written(self, lab: Lab) -> None:
        add_carrier(lab, "ACME", account_entry="[acme]\ntype=peer\n")
        # Whoever holds the carriers stops the generator where it has cleared the flag and has nothing to write yet.
        with locked(lab, "vicidial_server_carriers", "WRITE"):
            lab.dialer.query("UPDATE servers SET rebuild_conf_files='Y'")
            while lab.dialer.query("SELECT rebuild_conf_files FROM servers")[0]["rebuild_conf_files"] == "Y":
                time.sleep(0.02)
            written = lab.dialer.read("etc/asterisk/sip-vicidial.conf")

        assert "[acme]" not in written, "N means begun, not done"

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
