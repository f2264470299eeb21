"""How a chan_sip trunk is judged."""

from __future__ import annotations

from typing import Any

import pytest

from tests.carrier.samples import CREDENTIALS, IP, REGISTRATION
from tests.dialer.watch.samples import NO_SUCH_COMMAND, SIP_REGISTRY, carrier, sip_peer
from wizard.dialer.verdict import Verdict
from wizard.dialer.watch import Seen, watch_of
from wizard.dialer.watch.base import Registration
from wizard.dialer.watch.chan_sip import registration_of


class TestChanSip:
    def see(self, peer: str, *rows: tuple[str, str, str], lookalikes: int = 0, **changed: Any) -> Seen:
        lines = [f"{host:39} N      {user:12}       105 {state:20} now" for host, user, state in rows]
        head = "Host                                    dnsmgr Username       Refresh State                Reg.Time"
        watch = watch_of(carrier(REGISTRATION, "SIP", **changed), lookalikes)
        return watch.read([peer, "\n".join([head, *lines, ""])])

    @pytest.mark.parametrize(
        ("status", "state", "verdict", "reason", "final"),
        [
            ("OK (1 ms)", "Registered", Verdict.UP, "registered", False),
            ("LAGGED (2500 ms)", "Registered", Verdict.UP, "registered", False),
            ("Unmonitored", "Registered", Verdict.UP, "registered", False),
            ("OK (1 ms)", "Request Sent", Verdict.NOT_YET, "registration_pending", False),
            ("OK (1 ms)", "Auth. Sent", Verdict.NOT_YET, "registration_challenged", False),
            ("OK (1 ms)", "Unregistered", Verdict.NOT_YET, "registration_pending", False),
            ("OK (1 ms)", "No Authentication", Verdict.DOWN, "registration_refused", True),
            ("OK (1 ms)", "Rejected", Verdict.DOWN, "registration_refused", True),
            ("UNREACHABLE", "No Authentication", Verdict.DOWN, "registration_refused", True),
            ("OK (1 ms)", "Timeout", Verdict.DOWN, "registration_unanswered", False),
            ("UNREACHABLE", "Request Sent", Verdict.DOWN, "peer_unreachable", False),
            ("UNREACHABLE", "Registered", Verdict.DOWN, "registered_but_unreachable", False),
            ("UNKNOWN", "Request Sent", Verdict.NOT_YET, "peer_unknown", False),
        ],
    )
    def test_peer_and_registration_are_judged_together(
        self, status: str, state: str, verdict: Verdict, reason: str, final: bool
    ) -> None:
        own, other = ("sip.example.com:5060", "acme", state), ("other.example.com:5060", "acme", "Registered")

        judgement = self.see(sip_peer(status), other, own).judgement
        assert (judgement.verdict, judgement.reason, judgement.final) == (verdict, reason, final)

    @pytest.mark.parametrize(
        ("output", "verdict", "reason"),
        [
            (sip_peer(), Verdict.UP, "reachable"),
            (sip_peer("LAGGED (2500 ms)"), Verdict.UP, "reachable_slowly"),
            (sip_peer("UNREACHABLE"), Verdict.DOWN, "peer_unreachable"),
            (sip_peer("Unmonitored"), Verdict.CANNOT_TELL, "qualify_off"),
            (sip_peer("UNKNOWN", "(null)"), Verdict.DOWN, "host_unresolved"),
            ("Peer acme not found.\n", Verdict.NOT_YET, "not_loaded"),
        ],
    )
    def test_without_a_registration_the_peer_decides(self, output: str, verdict: Verdict, reason: str) -> None:
        judgement = watch_of(carrier(IP, "SIP")).read([output, SIP_REGISTRY]).judgement

        assert (judgement.verdict, judgement.reason) == (verdict, reason)

    def test_a_registration_that_is_not_listed_is_not_up(self) -> None:
        assert self.see(sip_peer()).judgement.reason == "registration_missing"
        elsewhere = ("sip.example.com:5080", "acme", "Registered")
        assert self.see(sip_peer(), elsewhere).judgement.reason == "registration_missing"

    def test_two_registrations_that_the_table_cuts_alike_can_not_be_told_apart(self) -> None:
        host, cut = "sip.a-very-long-host-name.example.com", "sip.a-very-long-host-name.example.com:5"
        both = [(cut, "acme", "Registered"), (cut, "acme", "Rejected")]

        assert self.see(sip_peer(), *both, host=host).judgement.verdict is Verdict.CANNOT_TELL
        assert self.see(sip_peer(), both[0], host=host).judgement.verdict is Verdict.UP
        assert self.see(sip_peer(), both[0], host=host, lookalikes=1).judgement.reason == "registration_missing"
        assert self.see(sip_peer(), both[0], both[0], host=host, lookalikes=1).judgement.verdict is Verdict.UP

    def test_a_from_domain_stands_in_the_table_too(self) -> None:
        row = ("sip.example.com:5060", "acme@from.do", "Registered")

        assert self.see(sip_peer(), row, from_domain="from.domain.example.com").judgement.verdict is Verdict.UP

    def test_asterisks_own_words_are_kept_for_people(self) -> None:
        seen = self.see(sip_peer("LAGGED (2500 ms)"), ("sip.example.com:5060", "acme", "Auth. Sent"))

        assert seen.states == {"peer": "LAGGED (2500 ms)", "registration": "Auth. Sent"}
        assert (seen.is_reachable, seen.is_registered) == (True, False)

    def test_an_asterisk_without_chan_sip_has_nothing_loaded(self) -> None:
        watch = watch_of(carrier(REGISTRATION, "SIP"))

        assert watch.read([NO_SUCH_COMMAND, NO_SUCH_COMMAND]).judgement.reason == "not_loaded"

    @pytest.mark.parametrize(
        ("line", "found"),
        [
            ("register => acme:pass@sip.example.com", ("sip.example.com:5060", "acme")),
            ("register => acme:p@ss@sip.example.com:5080/100~300", ("sip.example.com:5080", "acme")),
            ("register => acme?acme@sip.example.com~300", ("sip.example.com:5060", "acme")),
            ("register => acme?15551230000::auth@dom@sip.example.com", ("sip.example.com:5060", "15551230000")),
            ("register => peer?tls://acme:pass:auth@sip.example.com", ("sip.example.com:5061", "acme")),
            ("register => tcp://acme:pass@sip.example.com", ("sip.example.com:5060", "acme")),
            ("register => acme@example.com:pass@sip.example.com", ("sip.example.com:5060", "acme@example.com")),
            ("; register => acme:pass@sip.example.com", None),
            ("", None),
        ],
    )
    def test_register_lines_as_people_write_them(self, line: str, found: tuple[str, str] | None) -> None:
        assert registration_of(line) == (Registration(*found) if found else None)

    @pytest.mark.parametrize(
        "changed",
        [
            {},
            {"port": 5080, "did": "2125550100", "registration_expiry": 600},
            {"transport": "tcp", "auth_username": "acme-auth"},
            {"auth_username": "auth@example.com"},
        ],
    )
    def test_our_own_lines_are_read_as_they_are_meant(self, changed: dict[str, Any]) -> None:
        port = changed.get("port", 5060)

        assert watch_of(carrier(REGISTRATION, "SIP", **changed)).registration == Registration(f"sip.example.com:{port}", "acme")
        assert watch_of(carrier(CREDENTIALS, "SIP", **changed)).registration is None

    def test_how_many_look_alike_is_counted_before_ours_is_there(self) -> None:
        watch = watch_of(carrier(REGISTRATION, "SIP", host="127.0.0.20"))

        assert watch.alike(["", SIP_REGISTRY], ()) == 1
        assert watch_of(carrier(REGISTRATION, "SIP", host="127.0.0.99")).alike(["", SIP_REGISTRY], ()) == 0
        assert not watch.is_registration_cut
        assert watch_of(carrier(REGISTRATION, "SIP", username="averylongusername")).is_registration_cut

    def test_a_trunk_of_the_name_is_known(self) -> None:
        watch = watch_of(carrier(IP, "SIP"))

        assert watch.is_known([sip_peer(), SIP_REGISTRY])
        assert not watch.is_known(["Peer acme not found.\n", SIP_REGISTRY])
