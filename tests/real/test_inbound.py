"""Calls in: the carrier's reach the trunk that they are for, and nobody else's reach any."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.lab import Lab
from tests.lab.asterisk import AsteriskHost, InboundCall
from tests.lab.carriers import ACME, APART, Account
from tests.real import raw_iax2, raw_sip
from tests.real.entries import PJSIP_EVERYWHERE, PJSIP_KINDS, SIP_KINDS, Trunk, entry, load, until
from tests.real.raw_sip import STRANGER, RawSipCarrier, invite
from wizard.carrier.answers import Answers

SECRET = "R4w-Secret"
#: addresses that nobody else of the lab has
ONE, OTHER, FAR = "127.0.0.31", "127.0.0.32", "127.0.9.200"
TAKEN = ("200 OK", "accepted")


def address_of(host: AsteriskHost, protocol: str) -> str:
    """Where a protocol takes calls."""
    return {"SIP": f"{host.address}:{host.settings.sip_port}", "IAX2": host.iax_address}.get(protocol, host.pjsip_address)


def driver_of(protocol: str) -> str:
    return {"PJSIP_WIZ": "PJSIP"}.get(protocol, protocol)


def loaded(host: AsteriskHost, *entries: Answers, **options: Any) -> list[Trunk]:
    """The trunks, once Asterisk has them all."""
    trunks = load(host, *entries, **options)
    assert until(lambda: all(trunk.seen().found for trunk in trunks), 60)
    return trunks


def by_address(protocol: str, host: str, *match: str, **more: Any) -> Answers:
    return entry(protocol=protocol, auth="ip", host=host, match=list(match), qualify=False, **more)


def registering(protocol: str, **more: Any) -> Answers:
    return entry(**{"protocol": protocol, "auth": "registration", "host": raw_sip.CARRIER, "username": "acme",
                    "secret": SECRET, "qualify": False, **more})  # fmt: skip


def call(host: AsteriskHost, protocol: str, source: str, number: str = "2125550100", **options: Any) -> str:
    """A call from an address, however SIP or IAX2 answer it."""
    to = address_of(host, protocol)
    if protocol == "IAX2":
        return raw_iax2.call(number, to, source=source, **options)
    return invite(f"sip:{number}@{to}", to, source=source, **options)


def came_in(host: AsteriskHost, count: int = 1) -> list[tuple[str, str, str]]:
    """(number, trunk, driver) of each call that reached the context, once they are so many."""
    until(lambda: len(host.inbound_calls()) >= count, 2)
    return [(each.number, each.peer, each.driver) for each in host.inbound_calls()]


class TestTheCarriersOwnCalls:
    @pytest.mark.parametrize(
        ("protocol", "host", "carrier"),
        [(protocol, host, "ip") for protocol, host in [*SIP_KINDS, ("IAX2", "dialer")]] + [("SIP", "dialer", "registration")],
    )
    def test_they_come_in_from_its_host(self, lab: Lab, protocol: str, host: str, carrier: str) -> None:
        own: AsteriskHost = getattr(lab, host)
        loaded(own, by_address(protocol, lab.carriers[carrier].address))

        outcome = lab.carriers[carrier].call("2125550100", to=address_of(own, protocol), iax=protocol == "IAX2")
        for number in ("12125550100", "4420155501"):
            assert call(own, protocol, lab.carriers[carrier].address, number) in TAKEN

        assert outcome.dialstatus == "ANSWER"
        assert own.inbound_calls()[0] == InboundCall("2125550100", "2125559999", "acme", driver_of(protocol))
        assert [number for number, trunk, _ in came_in(own, 3) if trunk == "acme"][1:] == ["12125550100", "4420155501"]

    @pytest.mark.parametrize(("protocol", "host"), [*SIP_KINDS, ("IAX2", "dialer")])
    def test_they_come_in_from_its_name_too(self, lab: Lab, protocol: str, host: str) -> None:
        """Not over IAX2, where a name stands in no access list: the question about addresses says so."""
        own: AsteriskHost = getattr(lab, host)
        loaded(own, by_address(protocol, lab.carriers["ip"].host_name))

        is_taken = call(own, protocol, lab.carriers["ip"].address) in TAKEN

        assert is_taken is (protocol != "IAX2")

    @pytest.mark.parametrize("protocol", ["SIP", "PJSIP", "PJSIP_WIZ"])
    def test_a_name_with_two_addresses(self, lab: Lab, protocol: str) -> None:
        """chan_sip takes calls from the first alone: the wizard warns of the other."""
        hosts = lab.dialer.root / "etc/hosts"
        before = hosts.read_text()
        hosts.write_text(f"{before}{ONE} two.carrier.test\n{OTHER} two.carrier.test\n")
        try:
            loaded(lab.dialer, by_address(protocol, "two.carrier.test"))
            taken = [call(lab.dialer, protocol, source) in TAKEN for source in (ONE, OTHER)]
        finally:
            hosts.write_text(before)

        assert sorted(taken) == ([False, True] if protocol == "SIP" else [True, True])

    @pytest.mark.parametrize("protocol", ["SIP", "PJSIP", "PJSIP_WIZ", "IAX2"])
    def test_a_plus_is_unknown_to_vicidials_context_until_an_administrator_says_otherwise(
        self, lab: Lab, protocol: str
    ) -> None:
        loaded(lab.dialer, by_address(protocol, lab.carriers["ip"].address))

        def plus() -> str:
            return call(lab.dialer, protocol, lab.carriers["ip"].address, "+12125550100")

        assert plus() == ("rejected" if protocol == "IAX2" else "404 Not Found")
        lab.dialer.control("take-plus-numbers")
        assert plus() in TAKEN
        assert came_in(lab.dialer) == [("+12125550100", "acme", driver_of(protocol))]

    @pytest.mark.parametrize(("protocol", "host"), [*SIP_KINDS, ("IAX2", "dialer")])
    def test_they_come_in_from_the_other_addresses_that_were_named_and_from_any_port(
        self, lab: Lab, protocol: str, host: str
    ) -> None:
        own: AsteriskHost = getattr(lab, host)
        loaded(own, by_address(protocol, lab.carriers["ip"].address, ONE, OTHER))

        for source in (ONE, OTHER):
            call(own, protocol, source)

        # chan_sip has a section for each address.
        names = ["acme_in1", "acme_in2"] if protocol == "SIP" else ["acme", "acme"]
        assert [trunk for _, trunk, _ in came_in(own, 2)] == names

    @pytest.mark.parametrize(("protocol", "host"), [*PJSIP_KINDS, ("IAX2", "dialer")])
    def test_a_network_may_be_named(self, lab: Lab, protocol: str, host: str) -> None:
        own: AsteriskHost = getattr(lab, host)
        loaded(own, by_address(protocol, lab.carriers["ip"].address, "127.0.9.0/24"))

        call(own, protocol, FAR)

        assert came_in(own) == [("2125550100", "acme", driver_of(protocol))]
        assert call(own, protocol, "127.0.8.200") in ("401 Unauthorized", "rejected")

    @pytest.mark.parametrize(("protocol", "host"), SIP_KINDS)
    def test_a_registration_asks_for_the_number_that_it_named(self, lab: Lab, protocol: str, host: str) -> None:
        own: AsteriskHost = getattr(lab, host)
        carrier = lab.carriers["credentials"]
        [trunk] = load(
            own,
            registering(protocol, host=carrier.address, username=APART.from_user, secret=APART.secret,
                        auth_username=APART.username, did="2125550155"),
        )  # fmt: skip
        assert trunk.is_registered()

        carrier.call("", account=APART)

        assert came_in(own) == [("2125550155", "acme", driver_of(protocol))]

    @pytest.mark.parametrize(("protocol", "host"), SIP_KINDS)
    def test_without_one_the_carrier_says_which_number_was_called(self, lab: Lab, protocol: str, host: str) -> None:
        own: AsteriskHost = getattr(lab, host)
        carrier = lab.carriers["registration"]
        [trunk] = load(own, registering(protocol, host=carrier.address, username=ACME.username, secret=ACME.secret))
        assert trunk.is_registered()

        carrier.call("2125550155", account=ACME)

        assert came_in(own) == [("2125550155", "acme", driver_of(protocol))]

    @pytest.mark.parametrize("host", ["dialer", "asterisk22"])
    def test_an_iax2_carrier_may_call_with_the_trunks_name_or_with_none_and_with_no_other(self, lab: Lab, host: str) -> None:
        own: AsteriskHost = getattr(lab, host)
        loaded(own, by_address("IAX2", lab.carriers["ip"].address))
        # A password is neither needed nor looked at.
        lab.carriers["ip"].call("2125550100", to=own.iax_address, account=Account("acme", "theirs"), iax=True)

        assert call(own, "IAX2", lab.carriers["ip"].address) == "accepted"
        assert call(own, "IAX2", lab.carriers["ip"].address, username="other") == "challenged"
        assert came_in(own, 2) == [("2125550100", "acme", "IAX2")] * 2


class TestTwoTrunksAtOneAddress:
    @pytest.mark.parametrize(("protocol", "host"), PJSIP_KINDS)
    def test_pjsip_tells_registrations_apart(self, lab: Lab, protocol: str, host: str) -> None:
        own: AsteriskHost = getattr(lab, host)
        with RawSipCarrier(SECRET) as carrier:
            trunks = load(own, *(registering(protocol, carrier_id=name, username=name) for name in ("ZED", "ACME", "MID")))
            assert until(lambda: all(trunk.seen().is_registered for trunk in trunks), 60)
            for name in ("ACME", "ZED", "MID"):
                # The number takes the place of the contact's user, as carriers do it; the mark stays.
                uri = re.sub(r"sip:[^@]*@", "sip:2125550100@", carrier.contacts[name])
                assert invite(uri, own.pjsip_address, source=raw_sip.CARRIER) == "200 OK"

        assert [trunk for _, trunk, _ in came_in(own, 3)] == ["acme", "zed", "mid"]

    @pytest.mark.parametrize(
        ("protocol", "host", "wins"),
        [
            ("SIP", "dialer", "first in the file"),
            ("PJSIP", "dialer", "first in the file"),
            ("PJSIP", "asterisk22", "first in the alphabet"),
        ],
    )
    def test_by_address_alone_one_gets_all_calls(self, lab: Lab, protocol: str, host: str, wins: str) -> None:
        own: AsteriskHost = getattr(lab, host)
        for order in (("ACME", "ZED"), ("ZED", "ACME")):
            own.forget_inbound_calls()
            loaded(own, *(by_address(protocol, ONE, carrier_id=name) for name in order))
            for _ in range(2):
                assert call(own, protocol, ONE) == "200 OK"

            winner = order[0] if wins == "first in the file" else "ACME"
            assert {trunk for _, trunk, _ in came_in(own, 2)} == {winner.lower()}

    def test_iax2_tells_them_apart_by_name_alone(self, lab: Lab) -> None:
        loaded(lab.dialer, *(by_address("IAX2", ONE, carrier_id=name) for name in ("ACME", "ZED")))

        for username in ("zed", "acme", None):
            assert call(lab.dialer, "IAX2", ONE, username=username) == "accepted"

        named, unnamed = came_in(lab.dialer, 3)[:2], came_in(lab.dialer, 3)[2]
        assert [trunk for _, trunk, _ in named] == ["zed", "acme"]
        assert unnamed[1] in ("zed", "acme"), "Asterisk promises neither"


class TestStrangers:
    @pytest.mark.parametrize("auth", ["registration", "ip"])
    @pytest.mark.parametrize(("protocol", "host"), [("SIP", "dialer"), *PJSIP_EVERYWHERE])
    def test_whatever_they_call_themselves_they_stay_out(self, lab: Lab, protocol: str, host: str, auth: str) -> None:
        own: AsteriskHost = getattr(lab, host)
        sign_in = {} if auth == "ip" else {"username": "acmeuser", "secret": SECRET, "auth_username": "acmeauth"}
        loaded(own, entry(protocol=protocol, auth=auth, host=ONE, match=[OTHER], qualify=False, **sign_in))

        for name in ("2125559999", "acme", "acme_in1", "acmeuser", "acmeauth"):
            digest = f'Authorization: Digest username="{name}", realm="asterisk", nonce="1", uri="sip:1", response="1"'
            for more in ("", digest):
                assert call(own, protocol, STRANGER, from_user=name, more=more).startswith(("401", "403")), (name, more)
        assert own.inbound_calls() == []

    @pytest.mark.parametrize(("protocol", "host"), PJSIP_EVERYWHERE)
    def test_knowing_a_registrations_mark_does_not_help(self, lab: Lab, protocol: str, host: str) -> None:
        own: AsteriskHost = getattr(lab, host)

        with RawSipCarrier(SECRET) as carrier:
            [trunk] = load(own, registering(protocol))
            assert trunk.is_registered()
            contact = carrier.contacts["acme"]
            assert re.fullmatch(rf"sip:s@{own.pjsip_address};line=\w+", contact)

            def call_with_the_mark(source: str) -> str:
                return invite(contact.replace("sip:s@", "sip:2125550100@"), own.pjsip_address, source=source)

            assert call_with_the_mark(STRANGER) == "401 Unauthorized"
            assert own.inbound_calls() == []
            assert call_with_the_mark(raw_sip.CARRIER) == "200 OK"
            # It is the access list that keeps them out.
            load(own, registering(protocol), change=without_access_list)
            assert until(lambda: call_with_the_mark(STRANGER) == "200 OK", 60)

    @pytest.mark.parametrize(("protocol", "host"), PJSIP_KINDS)
    def test_with_a_carrier_known_by_name_there_is_no_mark(self, lab: Lab, protocol: str, host: str) -> None:
        own: AsteriskHost = getattr(lab, host)
        carrier = lab.carriers["registration"]
        [trunk] = load(own, registering(protocol, host=carrier.host_name, username=ACME.username, secret=ACME.secret))
        assert trunk.is_registered()

        contact = re.search(r"Reg. Contact : (.*)", carrier.asterisk(f"sip show peer {ACME.username}"))

        assert contact is not None
        assert contact[1] == f"sip:s@{own.pjsip_address}"

    @pytest.mark.parametrize("host", ["dialer", "asterisk22"])
    @pytest.mark.parametrize("auth", ["registration", "ip"])
    def test_over_iax2_neither(self, lab: Lab, host: str, auth: str) -> None:
        own: AsteriskHost = getattr(lab, host)
        sign_in = {} if auth == "ip" else {"username": "acmeuser", "secret": SECRET}
        loaded(own, entry(protocol="IAX2", auth=auth, host=ONE, match=[OTHER], qualify=False, **sign_in))

        for username in (None, "acme", "acmeuser"):
            assert call(own, "IAX2", STRANGER, username=username) in ("rejected", "challenged")
        assert own.inbound_calls() == []

    @pytest.mark.parametrize("iax", [False, True], ids=["SIP", "IAX2"])
    def test_another_carrier_is_a_stranger_too(self, lab: Lab, iax: bool) -> None:
        protocols = ["IAX2"] if iax else ["SIP", "PJSIP"]
        for protocol in protocols:
            loaded(lab.dialer, by_address(protocol, lab.carriers["ip"].address))
            to = address_of(lab.dialer, protocol)
            assert lab.carriers["backup"].call("2125550100", to=to, iax=iax).dialstatus == "CHANUNAVAIL"
        assert lab.dialer.inbound_calls() == []


def without_access_list(text: str) -> str:
    return re.sub(r"^(endpoint/)?(deny|permit)=.*\n", "", text, flags=re.MULTILINE)
