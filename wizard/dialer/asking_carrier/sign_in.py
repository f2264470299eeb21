"""Whether the carrier takes user name and password, asked in a way that registers nothing."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from wizard.carrier.answers import Answers, Auth
from wizard.carrier.diagnosis.observations import SignInAnswer, SipAnswer
from wizard.carrier.signalling.answer import CHALLENGES
from wizard.carrier.signalling.digest import Challenge, Login, choose_challenge, respond
from wizard.carrier.signalling.request import Dialogue, options, register_query
from wizard.secret import Secret

from .wire import Heard, Wire

#: a password is said once, and once more where the carrier's nonce was too old; never so often that an account is locked
_MOST_ANSWERS = 2
#: answers by which a carrier refuses who registers; anything else is about something else
_REFUSALS = frozenset({401, 403, 404, 407})
_Request = Callable[[Dialogue, int, str, tuple[str, Secret] | None], Secret]


def ask_sign_in(wire: Wire, answers: Answers) -> SignInAnswer:
    """Sign in as the entry would, as far as that can be done without a registration and without a call."""
    match answers.sign_in.auth:
        case Auth.REGISTRATION:
            return _ask_registrar(wire, answers)
        case Auth.CREDENTIALS:
            return _ask_each(wire, answers)
        case _:
            return SignInAnswer("unknown", SipAnswer(), why="by_address")


def _ask_registrar(wire: Wire, answers: Answers) -> SignInAnswer:
    heard, challenge = _with_password(wire, answers, "REGISTER", register_query)
    return _registrar_said(heard, challenge)


def _registrar_said(heard: Heard, challenge: Challenge | None) -> SignInAnswer:
    realm, is_challenged = (challenge.realm, True) if challenge else ("", False)

    def judged(outcome: str, why: str = "") -> SignInAnswer:
        return SignInAnswer(outcome, heard.answer, is_challenged, realm, "REGISTER", why)

    if heard.answer.trouble:
        return judged("unanswered")
    if challenge is None and heard.code in CHALLENGES:
        return judged("unknown", "unsupported_digest")
    if 200 <= heard.code < 300:
        return judged("accepted") if is_challenged else judged("unknown", "not_challenged")
    return judged("refused") if heard.code in _REFUSALS else judged("unknown", "other_answer")


def _ask_each(wire: Wire, answers: Answers) -> SignInAnswer:
    """A carrier that asks with each call often asks with each OPTIONS too. Of a REGISTER only a yes counts."""
    heard, challenge = _with_password(wire, answers, "OPTIONS", options)
    if challenge is not None and not heard.answer.trouble:
        outcome = "refused" if heard.code in CHALLENGES or heard.code == 403 else "accepted"
        return SignInAnswer(outcome, heard.answer, challenged=True, realm=challenge.realm, method="OPTIONS")
    asked = _ask_registrar(wire, answers)
    if asked.outcome in ("accepted", "unanswered"):
        return asked
    why = asked.why or "other_answer"
    return SignInAnswer("unknown", asked.last, asked.challenged, asked.realm, "REGISTER", why)


def _with_password(wire: Wire, answers: Answers, method: str, request: _Request) -> tuple[Heard, Challenge | None]:
    """Ask, answer the challenge, and once more where its nonce was stale. The challenge is the one that was answered."""
    sign_in = answers.sign_in
    login = Login(sign_in.auth_username or sign_in.username, sign_in.secret)
    heard = wire.ask(request(wire.dialogue, *wire.next(), None))
    answered: Challenge | None = None
    for _ in range(_MOST_ANSWERS):
        challenge = choose_challenge(heard.reply.challenges) if heard.reply is not None else None
        if challenge is None or (answered is not None and not challenge.is_stale):
            break
        answered = challenge
        value = respond(challenge, login, method, wire.dialogue.uri, secrets.token_hex(8))
        heard = wire.ask(request(wire.dialogue, *wire.next(), (CHALLENGES[heard.code][1], value)))
    return heard, answered
