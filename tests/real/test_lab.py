"""The lab does what vicidial.md says a dialer does, traps included."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.lab import Lab
from tests.lab.asterisk import AsteriskHost, InboundCall
from tests.lab.carriers import ACME, ACME_SRTP, APART, BLOCKED, IAX_ACME, IAX_PERCALL, PERCALL, PERCALL_SRTP, Account, Outcome
from tests.real.calls import call_and_log, call_code, carrier_log, place_call, received
from tests.real.rows import add_carrier, rebuild
from tests.real.trunks import chan_sip, iax2, pjsip

GENERATOR = "/usr/share/astguiclient/ADMIN_keepalive_ALL.pl"


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


def dialstatus(lab: Lab, channel: str) -> str:
    """What Dial() says of a channel on the dialer; the number's last digits are the caller's choice."""
    lab.dialer.load({"extensions-vicidial.conf": f"[vicidial-auto]\n{dialplan(channel)}"})
    return str(call_and_log(lab, "912125550100")["dialstatus"])


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


@pytest.mark.parametrize(("carrier", "account"), [("ip", None), ("registration", IAX_PERCALL)], ids=["address", "password"])
def test_iax2_calls_are_let_in_by_address_or_by_password(lab: Lab, carrier: str, account: Account | None) -> None:
    lab.dialer.load({"iax-vicidial.conf": iax2("acme", lab.carriers[carrier].address, account)})

    assert dialstatus(lab, "IAX2/acme/${EXTEN:1}") == "ANSWER"
    call = received(lab.carriers[carrier])
    assert (call.number, call.transport) == ("12125550100", "IAX2")


class TestOddSignIns:
    @pytest.mark.parametrize(("options", "status"), [([f"from_user={APART.from_user}"], "ANSWER"), ([], "CHANUNAVAIL")])
    def test_an_account_is_known_by_its_from_user_and_signs_in_as_another(
        self, lab: Lab, options: list[str], status: str
    ) -> None:
        entry = pjsip("acme", f"sip:{lab.carriers['credentials'].sip_address}", *options, account=APART)
        lab.dialer.load({"pjsip-vicidial.conf": entry})

        assert dialstatus(lab, "PJSIP/${EXTEN:1}@acme") == status

    def test_it_registers_so_too_and_a_blocked_account_never(self, lab: Lab) -> None:
        apart = (
            f"register => {APART.from_user}:{APART.secret}:{APART.username}@{lab.carriers['credentials'].address}/2125550155\n"
        )
        blocked = f"register => {BLOCKED.username}:{BLOCKED.secret}@{lab.carriers['registration'].address}\n"
        lab.dialer.load({"sip-vicidial.conf": apart + blocked})
        deadline = time.monotonic() + 5
        while "No Authentication" not in lab.dialer.asterisk("sip show registry") and time.monotonic() < deadline:
            time.sleep(0.1)

        states = {line.split()[2]: line for line in lab.dialer.asterisk("sip show registry").splitlines() if " N " in line}
        assert "Registered" in states[APART.from_user]
        assert "No Authentication" in states[BLOCKED.username]
        assert any("Forbidden" in line for line in lab.dialer.complaints())


class TestTransports:
    def test_the_dialer_has_them_when_asked_and_each_carrier_takes_them(self, lab: Lab) -> None:
        lab.dialer.control("enable-transports")
        sip = {
            f"sip{transport}": chan_sip(f"sip{transport}", "registration.carrier.test", *options, account=ACME)
            for transport, options in {
                "TCP": ["transport=tcp"],
                "TLS": ["transport=tls", f"port={lab.settings.carrier_tls_port}"],
            }.items()
        }
        pj = {
            f"{carrier}{transport}": pjsip(
                f"{carrier}{transport}",
                f"sip:{address};transport={transport.lower()}",
                f"transport=transport-{transport.lower()}",
                account=PERCALL if carrier == "credentials" else None,
            )
            for carrier in ("credentials", "ip")
            for transport, address in {
                "TCP": lab.carriers[carrier].sip_address,
                "TLS": lab.carriers[carrier].tls_address,
            }.items()
        }
        lab.dialer.load({"sip-vicidial.conf": "".join(sip.values()), "pjsip-vicidial.conf": "".join(pj.values())})

        assert lab.dialer.complaints() == []
        for name in [*sip, *pj]:
            carrier = lab.carriers["registration" if name in sip else name[:-3]]
            carrier.forget_calls()
            channel = f"SIP/{name}/2125550100" if name in sip else f"PJSIP/2125550100@{name}"
            lab.dialer.asterisk(f"channel originate {channel} application Wait 0.1")
            assert received(carrier).transport == name[-3:]

    def test_a_reset_leaves_udp_alone_again(self, lab: Lab) -> None:
        lab.dialer.control("enable-transports")
        assert "transport-tls" in lab.dialer.asterisk("pjsip show transports")
        lab.reset()

        assert "transport-t" not in lab.dialer.asterisk("pjsip show transports")
        assert "TCP SIP Bindaddress:    Disabled" in lab.dialer.asterisk("sip show settings")
        assert "tcpenable" not in lab.dialer.read("etc/asterisk/sip.conf")

    @pytest.mark.parametrize("is_encrypted", [True, False], ids=["srtp", "plain"])
    @pytest.mark.parametrize("driver", ["chan_sip", "chan_pjsip"])
    def test_accounts_and_a_number_that_want_encrypted_audio(self, lab: Lab, driver: str, is_encrypted: bool) -> None:
        sip_option = ["encryption=yes"] if is_encrypted else []
        pjsip_option = ["media_encryption=sdes"] if is_encrypted else []
        registration, credentials, ip = (lab.carriers[name] for name in ("registration", "credentials", "ip"))
        lab.dialer.load(
            {
                "sip-vicidial.conf": chan_sip("acme", registration.address, *sip_option, account=ACME_SRTP)
                + chan_sip("number", ip.address, *sip_option),
                "pjsip-vicidial.conf": pjsip("acme", f"sip:{credentials.sip_address}", *pjsip_option, account=PERCALL_SRTP)
                + pjsip("number", f"sip:{ip.sip_address}", *pjsip_option),
            }
        )
        channels = ["SIP/acme/2125550100", "SIP/number/2125550058"]
        if driver == "chan_pjsip":
            channels = ["PJSIP/2125550100@acme", "PJSIP/2125550058@number"]

        assert [dialstatus(lab, channel) == "ANSWER" for channel in channels] == [is_encrypted] * 2


#: a call in → (generated file, its text, carrier, where it calls and how, whom the dialer takes it for, the driver)
CALLS_IN: dict[str, tuple[str, str, str, dict[str, Any], str, str]] = {
    "chan_sip, where it registered": (
        "sip-vicidial.conf",
        f"register => {ACME.username}:{ACME.secret}@{{registration}}/2125550100\n" + chan_sip("acme", "{registration}"),
        "registration", {"account": ACME}, "acme", "SIP",
    ),
    "chan_sip, to the address": (
        "sip-vicidial.conf", chan_sip("acme", "{registration}"), "registration", {"to": "sip_address"}, "acme", "SIP",
    ),
    "PJSIP to chan_sip": (
        "sip-vicidial.conf", chan_sip("acme", "{ip}"), "ip", {"to": "sip_address"}, "acme", "SIP",
    ),
    "PJSIP": (
        "pjsip-vicidial.conf", pjsip("acme", "sip:{ip}", match="{ip}"), "ip", {"to": "pjsip_address"}, "acme", "PJSIP",
    ),
    "IAX2, with a user name": (
        "iax-vicidial.conf", "[acme]\ntype=user\nsecret=theirs\nauth=md5\nrequirecalltoken=no\ncontext=trunkinbound\n",
        "registration", {"to": "iax_address", "account": Account("acme", "theirs"), "iax": True}, "acme", "IAX2",
    ),
    "IAX2, by address": (
        "iax-vicidial.conf",
        "[acme]\ntype=user\ncontext=trunkinbound\nrequirecalltoken=no\n"
        "deny=0.0.0.0/0.0.0.0\npermit={ip}/255.255.255.255\n",
        "ip", {"to": "iax_address", "iax": True}, "acme", "IAX2",
    ),
}  # fmt: skip


def call_in(lab: Lab, case: str, *, carrier: str = "") -> Outcome:
    """Load a case's entry and call the dialer as it says, or so from another carrier, which signs in nowhere."""
    file, text, its_carrier, call, _, _ = CALLS_IN[case]
    lab.dialer.load({file: text.format(**{name: lab.carriers[name].address for name in lab.carriers})})
    deadline = time.monotonic() + 5
    while "register" in text and "Registered" not in lab.dialer.asterisk("sip show registry"):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    options = {**call, "to": getattr(lab.dialer, call["to"]) if "to" in call else ""}
    if carrier:
        options["account"] = None
    return lab.carriers[carrier or its_carrier].call("2125550100", **options)


class TestCallsIn:
    @pytest.mark.parametrize("case", CALLS_IN)
    def test_a_call_is_taken_and_told_of(self, lab: Lab, case: str) -> None:
        peer, driver = CALLS_IN[case][-2:]

        assert call_in(lab, case).dialstatus == "ANSWER"
        assert lab.dialer.inbound_calls() == [InboundCall("2125550100", "2125559999", peer, driver)]

    @pytest.mark.parametrize("case", [case for case in CALLS_IN if "where it registered" not in case])
    def test_a_stranger_is_turned_away(self, lab: Lab, case: str) -> None:
        assert call_in(lab, case, carrier="backup").dialstatus != "ANSWER"
        assert lab.dialer.inbound_calls() == []

    def test_the_newer_asterisk_takes_calls_too(self, lab: Lab) -> None:
        carrier = lab.carriers["ip"]
        lab.asterisk22.load({"pjsip-vicidial.conf": pjsip("acme", f"sip:{carrier.address}", match=carrier.address)})

        assert carrier.call("2125550100", to=lab.asterisk22.pjsip_address).dialstatus == "ANSWER"
        assert lab.asterisk22.inbound_calls() == [InboundCall("2125550100", "2125559999", "acme", "PJSIP")]

    def test_numbers_with_a_plus_are_unknown_until_an_administrator_says_otherwise(self, lab: Lab) -> None:
        def call() -> str:
            carrier = lab.carriers["registration"]
            lab.dialer.load({"sip-vicidial.conf": chan_sip("acme", carrier.address)})
            return carrier.call("+12125550100", to=lab.dialer.sip_address).answer

        assert call() == "SIP 404 Not Found"
        lab.dialer.control("take-plus-numbers")
        assert call() == "SIP 200 OK"
        assert lab.dialer.inbound_calls()[0].number == "+12125550100"
        lab.reset()
        assert call() == "SIP 404 Not Found"

    def test_a_call_over_tls_with_encrypted_audio(self, lab: Lab) -> None:
        lab.dialer.control("enable-transports")
        carrier, there = lab.carriers["ip"], lab.dialer.pjsip_tls_address
        entry = pjsip("acme", f"sip:{carrier.address}", "media_encryption=sdes", match=carrier.address)
        lab.dialer.load({"pjsip-vicidial.conf": entry})

        assert carrier.call("2125550100", to=there, transport="tls").answer == "SIP 488 Not Acceptable Here"
        assert carrier.call("2125550100", to=there, transport="tls", srtp=True).dialstatus == "ANSWER"


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
