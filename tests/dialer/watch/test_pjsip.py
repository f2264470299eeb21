"""How a PJSIP trunk is judged."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.carrier.samples import IP, REGISTRATION
from tests.dialer.watch.samples import (
    AVAILABLE,
    BARE_ENDPOINT,
    ENDPOINT,
    LONG,
    LONG_ENDPOINT,
    MISSING,
    aor,
    carrier,
    registration,
)
from wizard.dialer.verdict import Verdict
from wizard.dialer.watch import Seen, watch_of


@pytest.mark.parametrize("protocol", ["PJSIP", "PJSIP_WIZ"])
class TestPjsip:
    def see(
        self,
        protocol: str,
        endpoint: str = ENDPOINT,
        contact: str = aor(AVAILABLE),
        signed_in: str = registration("Registered        (exp. 279s)", refused=60),
        sample: dict[str, str] = REGISTRATION,
        **changed: Any,
    ) -> Seen:
        watch = watch_of(carrier(sample, protocol, **changed))
        texts = {"endpoint": endpoint, "aor": contact, "registration": signed_in}
        return watch.read([texts[question.split()[2]] for question in watch.questions])

    @pytest.mark.parametrize(
        ("status", "verdict", "reason"),
        [
            ("Registered        (exp. 279s)", Verdict.UP, "registered"),
            ("Unregistered      (exp. 3s)", Verdict.NOT_YET, "registration_pending"),
            ("Unregistered      (exp. 5s ago)", Verdict.NOT_YET, "registration_pending"),
            # tried again after the retry interval: Asterisk has one word for a refusal and for silence
            ("Rejected          (exp. 53s)", Verdict.DOWN, "registration_failed"),
            # a wait as only a refusal has it
            ("Rejected          (exp. 290s)", Verdict.DOWN, "registration_refused"),
            # an attempt under way
            ("Rejected          (exp. 14s ago)", Verdict.NOT_YET, "registration_pending"),
            # given up for good
            ("Rejected          (exp. 90s ago)", Verdict.DOWN, "registration_refused"),
            ("Stopped", Verdict.DOWN, "registration_refused"),
            # the carrier's own Retry-After
            ("Rejected          (exp. 117s)", Verdict.DOWN, "registration_failed"),
        ],
    )
    def test_rejected_means_several_things(self, protocol: str, status: str, verdict: Verdict, reason: str) -> None:
        judgement = self.see(protocol, signed_in=registration(status, refused=300)).judgement

        assert (judgement.verdict, judgement.reason) == (verdict, reason)

    @pytest.mark.parametrize(
        ("rows", "frequency", "verdict", "reason"),
        [
            (AVAILABLE, 60, Verdict.UP, "reachable"),
            (AVAILABLE.replace("Avail         0.367", "Unavail         nan"), 60, Verdict.DOWN, "peer_unreachable"),
            (AVAILABLE.replace("Avail         0.367", "NonQual         nan"), 60, Verdict.NOT_YET, "peer_unknown"),
            (AVAILABLE.replace("Avail         0.367", "NonQual        -nan"), 0, Verdict.CANNOT_TELL, "qualify_off"),
            ("", 60, Verdict.NOT_YET, "peer_unknown"),
        ],
    )
    def test_without_a_registration_the_contact_decides(
        self, protocol: str, rows: str, frequency: int, verdict: Verdict, reason: str
    ) -> None:
        judgement = self.see(protocol, contact=aor(rows, frequency), sample=IP).judgement

        assert (judgement.verdict, judgement.reason) == (verdict, reason)

    def test_a_registration_whose_carrier_is_out_of_reach(self, protocol: str) -> None:
        contact = aor(AVAILABLE.replace("Avail         0.367", "Unavail         nan"))

        assert self.see(protocol, contact=contact).judgement.reason == "registered_but_unreachable"

    @pytest.mark.parametrize(
        "lost",
        [
            {"endpoint": MISSING},
            {"contact": MISSING},
            {"signed_in": MISSING},
            {"endpoint": ENDPOINT.replace("    OutAuth:  acme/ok\n", "")},
            {"endpoint": ENDPOINT.replace("   Identify:  acme/acme\n", "")},
        ],
    )
    def test_each_section_must_be_there(self, protocol: str, lost: dict[str, Any]) -> None:
        """One wrong option loses one of them, and leaves the others."""
        seen = self.see(protocol, **lost)

        assert (seen.answered, seen.found, seen.judgement.reason) == (True, False, "not_loaded")

    def test_what_was_never_promised_is_not_missed(self, protocol: str) -> None:
        without_auth = ENDPOINT.replace("    OutAuth:  acme/ok\n", "")

        assert self.see(protocol, endpoint=without_auth, sample=IP).judgement.reason == "reachable"

    def test_half_an_answer_is_none(self, protocol: str) -> None:
        for part in ("endpoint", "contact", "signed_in"):
            missing: dict[str, Any] = {part: ""}
            seen = self.see(protocol, **missing)
            assert (seen.answered, seen.judgement.reason) == (False, "asterisk_silent")

    def test_a_long_name(self, protocol: str) -> None:
        name = LONG.replace("-", "_")[:40]
        seen = self.see(
            protocol,
            endpoint=LONG_ENDPOINT.replace("-", "_"),
            contact=aor(f"    Contact:  {name}/sip:127.0.12.1:5060 4800ed6582 Avail         0.767", 60, name),
            signed_in=registration("Registered        (exp. 280s)", name),
            trunk_name=name,
        )

        assert seen.judgement.verdict is Verdict.UP

    def test_asterisks_own_words_are_kept_for_people(self, protocol: str) -> None:
        seen = self.see(protocol, signed_in=registration("Rejected          (exp. 53s)"))

        assert seen.states == {"contact": "Avail (0 ms)", "registration": "Rejected"}
        assert (seen.is_reachable, seen.is_registered) == (True, False)

    @pytest.mark.parametrize("said", [[BARE_ENDPOINT, MISSING], [MISSING, aor("")]])
    def test_any_object_of_the_name_is_in_the_way(self, protocol: str, said: list[str]) -> None:
        watch = watch_of(carrier(IP, protocol))

        assert watch.is_known(said)
        assert not watch.is_known([MISSING, MISSING])


def test_an_endpoint_of_somebody_elses_without_an_aor_is_no_silent_asterisk() -> None:
    by_hand = replace(carrier(IP, "PJSIP"), account_entry="[out]\ntype=endpoint\ncontext=trunkinbound\n")
    watch = watch_of(by_hand)

    assert watch.questions == ("pjsip show endpoint out",)
    assert watch.read([ENDPOINT]).judgement.reason != "asterisk_silent"
