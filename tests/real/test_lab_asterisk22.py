"""The lab's newer Asterisk."""

from __future__ import annotations

import pytest

from tests.lab import Lab
from tests.lab.asterisk import AsteriskHost
from tests.real.calls import received
from tests.real.trunks import iax2, pjsip


class TestNewerAsterisk:
    def test_it_holds_pjsip_wizard_and_iax2_entries_and_has_no_chan_sip(self, lab: Lab) -> None:
        host = lab.asterisk22
        wizard = f"[wiz]\ntype=wizard\nremote_hosts={lab.carriers['ip'].address}\nendpoint/allow=ulaw\n"
        host.load(
            {
                "pjsip-vicidial.conf": pjsip("plain", f"sip:{lab.carriers['ip'].sip_address}"),
                "pjsip_wizard-vicidial.conf": wizard,
                "iax-vicidial.conf": iax2("iax", lab.carriers["ip"].address),
            }
        )

        assert host.complaints() == []
        assert "Asterisk 22." in host.asterisk("core show version")
        assert all(f"Endpoint:  {name} " in host.asterisk("pjsip show endpoints") for name in ("plain", "wiz"))
        assert "iax " in host.asterisk("iax2 show peers")
        assert "0 modules loaded" in host.asterisk("module show like chan_sip")
        lab.reset()
        assert "No objects found" in host.asterisk("pjsip show endpoints")

    def test_its_pjsip_and_iax2_calls_reach_a_carrier(self, lab: Lab) -> None:
        host, carrier = lab.asterisk22, lab.carriers["ip"]
        host.load(
            {
                "pjsip-vicidial.conf": pjsip("plain", f"sip:{lab.carriers['ip'].sip_address}"),
                "iax-vicidial.conf": iax2("iax", lab.carriers["ip"].address),
            }
        )
        for channel, transport in (("PJSIP/2125550100@plain", "UDP"), ("IAX2/iax/2125550100", "IAX2")):
            carrier.forget_calls()
            host.asterisk(f"channel originate {channel} application Wait 0.1")

            assert received(carrier).transport == transport

    @pytest.mark.parametrize("name", ["dialer", "asterisk22"])
    def test_what_asterisk_has_against_an_entry_is_told_until_the_next(self, lab: Lab, name: str) -> None:
        host: AsteriskHost = getattr(lab, name)
        host.load({"pjsip-vicidial.conf": pjsip("plain", f"sip:{lab.carriers['ip'].sip_address}", "no_such_option=yes")})

        assert any("no_such_option" in line for line in host.complaints())
        host.load({"pjsip-vicidial.conf": pjsip("plain", f"sip:{lab.carriers['ip'].sip_address}")})
        assert host.complaints() == []

    @pytest.mark.parametrize("name", ["dialer", "asterisk22"])
    def test_asterisks_own_documentation_is_there(self, lab: Lab, name: str) -> None:
        host: AsteriskHost = getattr(lab, name)

        assert "Session timers" in host.asterisk("config show help res_pjsip endpoint timers")
