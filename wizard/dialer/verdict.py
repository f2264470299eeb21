"""From what Asterisk says to a verdict that is true: pure judgement, nothing asked here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """``cannot_tell`` is an answer too: without evidence nothing is up."""

    UP = "up"
    NOT_YET = "not_yet"
    DOWN = "down"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True)
class Judgement:
    """A verdict, why (a code of :mod:`wizard.words.verdicts`), and whether waiting could still change it."""

    verdict: Verdict
    reason: str
    final: bool = False


class Reach(StrEnum):
    """Whether the carrier answers the driver's regular question."""

    ANSWERS = "answers"
    SLOW = "slow"
    SILENT = "silent"
    #: nobody asks
    UNWATCHED = "unwatched"
    #: its name has no address
    UNRESOLVED = "unresolved"
    #: asked, and it is too early to tell
    ASKED = "asked"


class SignedIn(StrEnum):
    """How a registration stands."""

    REGISTERED = "registered"
    REFUSED = "refused"
    UNANSWERED = "unanswered"
    #: refused or unanswered, and Asterisk doesn't say which
    FAILED = "failed"
    PENDING = "pending"
    #: the carrier asked for the password, we sent it, and it may be asking again
    CHALLENGED = "challenged"
    MISSING = "missing"
    AMBIGUOUS = "ambiguous"


_REACH: dict[Reach, Judgement] = {
    Reach.ANSWERS: Judgement(Verdict.UP, "reachable"),
    Reach.SLOW: Judgement(Verdict.UP, "reachable_slowly"),
    Reach.SILENT: Judgement(Verdict.DOWN, "peer_unreachable"),
    Reach.UNWATCHED: Judgement(Verdict.CANNOT_TELL, "qualify_off", final=True),
    Reach.UNRESOLVED: Judgement(Verdict.DOWN, "host_unresolved"),
    Reach.ASKED: Judgement(Verdict.NOT_YET, "peer_unknown"),
}
_SIGNED_IN: dict[SignedIn, Judgement] = {
    SignedIn.REGISTERED: Judgement(Verdict.UP, "registered"),
    # Nothing that happens at the dialer will change the carrier's mind.
    SignedIn.REFUSED: Judgement(Verdict.DOWN, "registration_refused", final=True),
    SignedIn.UNANSWERED: Judgement(Verdict.DOWN, "registration_unanswered"),
    SignedIn.FAILED: Judgement(Verdict.DOWN, "registration_failed"),
    SignedIn.CHALLENGED: Judgement(Verdict.NOT_YET, "registration_challenged"),
    SignedIn.PENDING: Judgement(Verdict.NOT_YET, "registration_pending"),
    SignedIn.MISSING: Judgement(Verdict.NOT_YET, "registration_missing"),
    SignedIn.AMBIGUOUS: Judgement(Verdict.CANNOT_TELL, "registration_ambiguous"),
}
SILENT = Judgement(Verdict.CANNOT_TELL, "asterisk_silent")
NO_SECTION = Judgement(Verdict.CANNOT_TELL, "no_section", final=True)
NOT_LOADED = Judgement(Verdict.NOT_YET, "not_loaded")


def judge(reach: Reach, signed_in: SignedIn | None) -> Judgement:
    """The trunk and its registration together: one may be fine while the other is refused (vicidial.md §9).

    ``signed_in`` is None where nothing registers.
    """
    about_trunk = _REACH[reach]
    if signed_in is None:
        return about_trunk
    about_registration = _SIGNED_IN[signed_in]
    if about_registration.reason == "registration_refused":
        return about_registration
    if about_trunk.verdict in (Verdict.DOWN, Verdict.NOT_YET):
        if signed_in is SignedIn.REGISTERED and reach is Reach.SILENT:
            return Judgement(Verdict.DOWN, "registered_but_unreachable")
        return about_trunk
    return about_registration
