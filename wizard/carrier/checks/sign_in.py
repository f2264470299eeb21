"""How the carrier knows us."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wizard.carrier.answers import Answers, Auth, CallerIdHeader, SignInAnswers
from wizard.carrier.conf import unfit_for_value
from wizard.carrier.drivers import driver_of
from wizard.carrier.drivers.base import Driver
from wizard.carrier.findings import Finding, error, warning
from wizard.carrier.model import Protocol, saved_again

from .values import check_host, named_characters

#: what carriers issue is far shorter; what is longer was pasted by mistake
_LONGEST_USERNAME = 79
_LONGEST_SECRET = 128


def check_sign_in(answers: Answers) -> Iterator[Finding]:
    """The findings of this step."""
    sign_in = answers.sign_in
    if sign_in.auth is None:
        yield error("required", "auth")
        return
    driver = driver_of(answers.carrier.protocol)
    if sign_in.auth is Auth.IP:
        for name in ("username", "secret", "auth_username"):
            if answers.value(name):
                yield warning("not_used_by_ip", name)
    else:
        refused = driver.refused_in_username[sign_in.auth]
        yield from _check_username("username", sign_in.username, refused, driver.protocol)
        yield from _check_secret(sign_in.secret.reveal(), sign_in.auth, driver)
        if sign_in.auth_username:
            own = driver.refused_in_auth_username
            yield from _check_username("auth_username", sign_in.auth_username, refused if own is None else own, driver.protocol)
    yield from _check_from(answers, driver)
    if sign_in.realm and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 ._@-]{0,98}[A-Za-z0-9.]|[A-Za-z0-9]", sign_in.realm):
        yield error("realm_characters", "realm")
    yield from _check_registration(sign_in)
    yield from driver.check_sign_in(answers)


def _check_username(field: str, username: str, refused: str, protocol: Protocol) -> Iterator[Finding]:
    if not username:
        yield error("required", field)
    elif len(username) > _LONGEST_USERNAME:
        yield error("longer_than_any", field, most=_LONGEST_USERNAME)
    elif "@" in username and "@" in refused:
        yield error("username_has_domain", field)
    else:
        found = "".join(each for each in username if not "!" <= each <= "~" or each in refused)
        if found:
            yield error("username_characters", field, characters=named_characters(found), protocol=protocol.value)
        elif saved_again("account_entry", username) != username:
            yield error("username_html", field)


def _check_secret(secret: str, auth: Auth, driver: Driver) -> Iterator[Finding]:
    if not secret:
        yield error("required", "secret")
        return
    if len(secret) > _LONGEST_SECRET:
        yield error("longer_than_any", "secret", most=_LONGEST_SECRET)
        return
    reason = unfit_for_value(secret)
    if reason in ("outer_blank", "line_break", "unprintable"):
        yield error(f"secret_{reason}", "secret")
        return
    found = "".join(character for character in driver.refused_in_secret[auth] if character in secret)
    if found:
        yield error("secret_characters", "secret", characters=named_characters(found))
    elif saved_again("account_entry", secret) != secret:
        yield error("secret_html", "secret")


def _check_from(answers: Answers, driver: Driver) -> Iterator[Finding]:
    """What stands in From: a user there takes the place of the caller's number (vicidial.md §9)."""
    sign_in = answers.sign_in
    if sign_in.from_user:
        if not re.fullmatch(r"[A-Za-z0-9._+-]{1,80}", sign_in.from_user):
            yield error("from_user_characters", "from_user")
        elif answers.numbers.caller_id_header is CallerIdHeader.FROM and "from_user" not in driver.unused:
            yield warning("from_user_hides_caller", "from_user", value=sign_in.from_user)
    if sign_in.from_domain:
        yield from check_host(sign_in.from_domain, "from_domain")


def _check_registration(sign_in: SignInAnswers) -> Iterator[Finding]:
    if sign_in.auth is not Auth.REGISTRATION:
        if sign_in.did:
            yield warning("did_needs_registration", "did")
        return
    if sign_in.did and not re.fullmatch(r"[0-9]{2,20}", sign_in.did):
        yield error("did_digits", "did")
    for name, least, most in (("registration_expiry", 60, 86_400), ("registration_retry", 10, 3_600)):
        if not least <= getattr(sign_in, name) <= most:
            yield error("seconds_range", name, least=least, most=most)
