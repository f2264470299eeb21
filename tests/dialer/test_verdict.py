"""The trunk and its registration, judged together."""

from __future__ import annotations

import itertools

import pytest

from wizard.dialer.verdict import Judgement, Reach, SignedIn, Verdict, judge

UP, DOWN, NOT_YET, CANNOT_TELL = Verdict.UP, Verdict.DOWN, Verdict.NOT_YET, Verdict.CANNOT_TELL


@pytest.mark.parametrize(
    ("reach", "verdict", "reason", "final"),
    [
        (Reach.ANSWERS, UP, "reachable", False),
        (Reach.SLOW, UP, "reachable_slowly", False),
        (Reach.SILENT, DOWN, "peer_unreachable", False),
        (Reach.UNWATCHED, CANNOT_TELL, "qualify_off", True),
        (Reach.UNRESOLVED, DOWN, "host_unresolved", False),
        (Reach.ASKED, NOT_YET, "peer_unknown", False),
    ],
)
def test_a_carrier_that_does_not_register(reach: Reach, verdict: Verdict, reason: str, final: bool) -> None:
    assert judge(reach, None) == Judgement(verdict, reason, final)


@pytest.mark.parametrize(
    ("reach", "signed_in", "verdict", "reason", "final"),
    [
        (Reach.ANSWERS, SignedIn.REGISTERED, UP, "registered", False),
        (Reach.SLOW, SignedIn.REGISTERED, UP, "registered", False),
        (Reach.UNWATCHED, SignedIn.REGISTERED, UP, "registered", False),
        (Reach.ANSWERS, SignedIn.PENDING, NOT_YET, "registration_pending", False),
        (Reach.ANSWERS, SignedIn.MISSING, NOT_YET, "registration_missing", False),
        (Reach.ANSWERS, SignedIn.REFUSED, DOWN, "registration_refused", True),
        (Reach.ANSWERS, SignedIn.UNANSWERED, DOWN, "registration_unanswered", False),
        (Reach.ANSWERS, SignedIn.FAILED, DOWN, "registration_failed", False),
        (Reach.ANSWERS, SignedIn.AMBIGUOUS, CANNOT_TELL, "registration_ambiguous", False),
        (Reach.UNWATCHED, SignedIn.FAILED, DOWN, "registration_failed", False),
        (Reach.UNWATCHED, SignedIn.PENDING, NOT_YET, "registration_pending", False),
        (Reach.SILENT, SignedIn.REFUSED, DOWN, "registration_refused", True),
        (Reach.SILENT, SignedIn.PENDING, DOWN, "peer_unreachable", False),
        (Reach.SILENT, SignedIn.FAILED, DOWN, "peer_unreachable", False),
        (Reach.SILENT, SignedIn.REGISTERED, DOWN, "registered_but_unreachable", False),
        (Reach.ASKED, SignedIn.PENDING, NOT_YET, "peer_unknown", False),
        (Reach.ASKED, SignedIn.REGISTERED, NOT_YET, "peer_unknown", False),
        (Reach.UNRESOLVED, SignedIn.UNANSWERED, DOWN, "host_unresolved", False),
    ],
)
def test_a_registering_carrier(reach: Reach, signed_in: SignedIn, verdict: Verdict, reason: str, final: bool) -> None:
    assert judge(reach, signed_in) == Judgement(verdict, reason, final)


@pytest.mark.parametrize(("reach", "signed_in"), list(itertools.product(Reach, SignedIn)))
def test_nothing_is_up_but_what_registered_and_is_not_known_to_be_out_of_reach(reach: Reach, signed_in: SignedIn) -> None:
    is_up = judge(reach, signed_in).verdict is UP

    assert is_up == (signed_in is SignedIn.REGISTERED and reach in (Reach.ANSWERS, Reach.SLOW, Reach.UNWATCHED))


@pytest.mark.parametrize("reach", Reach)
def test_a_refusal_is_final_whatever_else_is_so(reach: Reach) -> None:
    assert judge(reach, SignedIn.REFUSED).final
