"""The lab's carriers let in whom they should, over every driver and transport."""

from __future__ import annotations

import time

import pytest

from tests.lab import Lab
from tests.lab.carriers import ACME, ACME_SRTP, APART, BLOCKED, IAX_ACME, IAX_PERCALL, PERCALL, PERCALL_SRTP, Account
from tests.real.calls import call_and_log, place_call, received
from tests.real.lab_trunks import dialplan, sip_trunk
from tests.real.rows import add_carrier, rebuild
from tests.real.trunks import chan_sip, iax2, pjsip


def dialstatus(lab: Lab, channel: str) -> str:
    """What Dial() says of a channel on the dialer; the number's last digits are the caller's choice."""
    lab.dialer.load({"extensions-vicidial.conf": f"[vicidial-auto]\n{dialplan(channel)}"})
    return str(call_and_log(lab, "912125550100")["dialstatus"])


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
