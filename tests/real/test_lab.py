"""What VICIdial's stand-in logs of a call, and a reset."""

from __future__ import annotations

import time

import pytest

from tests.lab import Lab
from tests.real.calls import call_and_log, call_code, carrier_log, place_call
from tests.real.lab_trunks import sip_trunk
from tests.real.rows import add_carrier, rebuild


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


def test_a_reset_is_a_clean_dialer(lab: Lab) -> None:
    files = lab.dialer.generated()
    add_carrier(
        lab, "ACME", account_entry="[acme]\ntype=peer\nhost=127.0.0.20\n", registration_string="register => a:b@127.0.0.20"
    )
    rebuild(lab)
    assert "not found" not in lab.dialer.asterisk("sip show peer acme")

    lab.reset()

    assert lab.dialer.generated() == files
    assert "not found" in lab.dialer.asterisk("sip show peer acme")
    assert "0 SIP registrations" in lab.dialer.asterisk("sip show registry")
    assert [row["carrier_id"] for row in lab.dialer.query("SELECT * FROM vicidial_server_carriers WHERE active='Y'")] == []
