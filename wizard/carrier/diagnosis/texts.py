"""What carriers write when they refuse a call.

The text goes before the code: the same 403 stands for a dozen reasons (symptoms.md 14-16). Telnyx's codes are D and a number
(D1 over a limit, D10 to D19 and D38 about the account, D35 and D36 about the caller ID), Twilio's have five digits.
"""

from __future__ import annotations

import re

from .failures import Failure

#: cause → what carriers write of it, the first cause that matches wins
TEXTS: dict[str, tuple[str, ...]] = {
    "caller_id_refused": (
        r"\bD3[56]\b",
        r"\b(13214|21210|21212)\b",
        r"caller[ -]?id|\bcli\b|\bani\b",
        r"(origination|calling|from) number",
        r"unverified (number|caller)|invalid caller",
    ),
    "trunk_unknown": (
        r"\b32001\b",
        r"no trunk|trunk (not found|unknown)|unknown trunk",
        r"termination (uri|domain)|(unknown|wrong|invalid) domain",
    ),
    "ip_not_allowed": (
        r"\b32017\b",
        r"\bip\b.{0,40}(not|un)[ -]?(allowed|authori[sz]ed|registered|whitelisted|permitted|known|found)",
        r"(not|un)[ -]?(allowed|authori[sz]ed|whitelisted|permitted).{0,20}\bip\b",
        r"\bacl\b|access control|unknown (peer|source|host|gateway)",
    ),
    "not_registered": (r"not registered|unregistered|no registration|register first",),
    "calls_too_fast": (
        r"\bcps\b|calls?[ /-]per[ /-]second",
        r"rate[ -]?limit|too many (calls|requests)|throttl",
    ),
    "carrier_full": (
        r"\bD1\b",
        r"concurrent|channel|capacity|session limit|trunk full|port limit|max(imum)? (calls|sessions)",
    ),
    "account_limited": (
        r"\bD(1[0-9]|38)\b",
        r"balance|insufficient (funds|credit)|no credit|credit (limit|exhausted)|prepaid|payment|spend(ing)? limit",
        r"account (is )?(suspended|blocked|disabled|closed|inactive)|profile",
    ),
    "digits_refused": (
        r"\b(13223|13224|21211)\b",
        r"e\.?164|number format|invalid (destination )?number|malformed (number|uri)|bad number",
    ),
    "destination_off": (
        r"\b(21215|13227)\b",
        r"destination|geo|international|country|route (is )?(blocked|disabled|not allowed)",
    ),
    "calls_blocked": (r"analytics|spam|robo|attest|shaken|network blocked|call blocked|\bblocked by\b",),
}
_REFUSALS = range(400, 700)
#: their code says it all
_PLAIN = frozenset({401, 407, 415, 429, 484, 486, 488, 600, 606})


#: the patterns that are a carrier's own codes; words may mean something else ("no channel for this destination")
_OWN_CODE_PATTERN = re.compile(r"\\b\(?(D|\d{5})")


def is_said_by_code(failure: Failure) -> bool:
    """Whether the carrier's text names the cause by a code of its own, and not in words alone."""
    return any(
        re.search(pattern, failure.text)
        for patterns in TEXTS.values()
        for pattern in patterns
        if _OWN_CODE_PATTERN.match(pattern)
    )


def text_cause(failure: Failure) -> str:
    """The cause that the carrier's own words name, or nothing."""
    if failure.code not in _REFUSALS or failure.code in _PLAIN or not failure.text:
        return ""
    for cause, patterns in TEXTS.items():
        if any(re.search(pattern, failure.text, re.IGNORECASE) for pattern in patterns):
            return cause
    return ""
