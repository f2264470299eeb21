"""How an IAX2 trunk is judged."""

from __future__ import annotations

from typing import Any

import pytest

from tests.carrier.samples import IP, REGISTRATION
from tests.dialer.watch.samples import IAX_REGISTRY, carrier, iax_peer
from wizard.dialer.verdict import Verdict
from wizard.dialer.watch import Seen, watch_of
from wizard.dialer.watch.base import Registration


class TestIax2:
    def see(self, peer: str, *rows: tuple[str, str, str], **changed: Any) -> Seen:
        lines = [f"{host:45}  N       {user:10.10}  {'<Unregistered>':45}       60  {state}" for host, user, state in rows]
        watch = watch_of(carrier({**REGISTRATION, "host": "iax.example.com", **changed}, "IAX2"))
        return watch.read([peer, "\n".join([IAX_REGISTRY.splitlines()[0], *lines, ""])])

    @pytest.mark.parametrize(
        ("state", "verdict", "reason"),
        [
            ("Registered", Verdict.UP, "registered"),
            ("Rejected", Verdict.DOWN, "registration_refused"),
            ("No Authentication", Verdict.DOWN, "registration_refused"),
            ("Request Sent", Verdict.NOT_YET, "registration_pending"),
            ("Auth. Sent", Verdict.NOT_YET, "registration_challenged"),
            ("Timeout", Verdict.DOWN, "registration_unanswered"),
        ],
    )
    def test_a_registration_is_listed_by_the_address_that_its_peer_resolved_to(
        self, state: str, verdict: Verdict, reason: str
    ) -> None:
        others = [("127.0.0.1:40569", "ASTloop", "Request Sent"), ("(null)", "acme", "Unregistered")]

        judgement = self.see(iax_peer(), *others, ("203.0.113.7:4569", "acme", state)).judgement
        assert (judgement.verdict, judgement.reason) == (verdict, reason)

    def test_a_port_of_its_own(self) -> None:
        row = ("203.0.113.7:4570", "acme", "Registered")

        assert self.see(iax_peer(address="203.0.113.7 Port 4570"), row, port=4570).judgement.verdict is Verdict.UP
        assert self.see(iax_peer(), row).judgement.reason == "registration_missing"

    def test_a_name_that_does_not_resolve(self) -> None:
        seen = self.see(iax_peer("Unmonitored", "(null) Port (null)"), ("(null)", "acme", "Unregistered"))

        assert (seen.judgement.verdict, seen.judgement.reason) == (Verdict.DOWN, "host_unresolved")

    def test_a_long_user_name_is_cut(self) -> None:
        seen = self.see(iax_peer(), ("203.0.113.7:4569", "averylonguser", "Registered"), username="averylonguser")

        assert seen.judgement.verdict is Verdict.UP
        assert watch_of(carrier(REGISTRATION, "IAX2", username="averylonguser")).is_registration_cut

    @pytest.mark.parametrize(
        ("status", "verdict", "reason"),
        [
            ("OK (3 ms)", Verdict.UP, "reachable"),
            ("LAGGED (2500 ms)", Verdict.UP, "reachable_slowly"),
            ("UNREACHABLE", Verdict.DOWN, "peer_unreachable"),
            ("UNKNOWN", Verdict.NOT_YET, "peer_unknown"),
            ("Unmonitored", Verdict.CANNOT_TELL, "qualify_off"),
        ],
    )
    def test_without_a_registration_the_peer_decides(self, status: str, verdict: Verdict, reason: str) -> None:
        judgement = watch_of(carrier(IP, "IAX2")).read([iax_peer(status), IAX_REGISTRY]).judgement

        assert (judgement.verdict, judgement.reason) == (verdict, reason)

    def test_how_many_look_alike_is_counted_before_ours_is_there(self) -> None:
        watch = watch_of(carrier(REGISTRATION, "IAX2", host="127.0.0.20", username="iaxacme"))

        assert watch.alike(["", IAX_REGISTRY], {"127.0.0.20"}) == 1
        assert watch_of(carrier(REGISTRATION, "IAX2", host="127.0.0.99")).alike(["", IAX_REGISTRY], {"127.0.0.99"}) == 0

    def test_its_register_line_is_read_as_it_is_meant(self) -> None:
        assert watch_of(carrier(REGISTRATION, "IAX2")).registration == Registration("sip.example.com:4569", "acme")
        assert watch_of(carrier(REGISTRATION, "IAX2", port=4570)).registration == Registration("sip.example.com:4570", "acme")
        assert watch_of(carrier(IP, "IAX2")).registration is None
