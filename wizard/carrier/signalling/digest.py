"""Digest authentication, as SIP carriers ask for it (RFC 2617, RFC 7616, RFC 8760)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from wizard.secret import Secret

_HASHES = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256, "SHA-512-256": lambda data: hashlib.new("sha512_256", data)}
#: a parameter, or the name of a scheme, which stands before the first of its parameters
_PARTS = re.compile(r'([\w-]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^\s,"]+)|(\w+)(?=\s+[\w-]+\s*=)')


@dataclass(frozen=True)
class Challenge:
    """What a carrier wants to have proven; ``qop`` is empty for those that know only RFC 2069's."""

    realm: str
    nonce: str
    algorithm: str = "MD5"
    qop: tuple[str, ...] = ()
    opaque: str | None = None
    is_stale: bool = False

    @property
    def is_supported(self) -> bool:
        """Whether :func:`respond` can answer it: known algorithm, and no protection of a body asked for."""
        return self._hash_name in _HASHES and (not self.qop or "auth" in self.qop)

    @property
    def _hash_name(self) -> str:
        return self.algorithm.upper().removesuffix("-SESS")

    def digest(self, text: str) -> str:
        return str(_HASHES[self._hash_name](text.encode()).hexdigest())


@dataclass(frozen=True)
class Login:
    """Who signs in."""

    username: str
    secret: Secret


def read_challenges(values: Iterable[str]) -> list[Challenge]:
    """The Digest challenges of WWW-Authenticate or Proxy-Authenticate headers, in their order; other schemes are left out."""
    schemes: list[tuple[str, dict[str, str]]] = []
    for value in values:
        for name, text, scheme in _PARTS.findall(value):
            if scheme:
                schemes.append((scheme.lower(), {}))
            elif schemes:
                schemes[-1][1].setdefault(name.lower(), _unquoted(text))
    return [_challenge(given) for scheme, given in schemes if scheme == "digest" and "nonce" in given]


def choose_challenge(challenges: Iterable[Challenge]) -> Challenge | None:
    """The first that can be answered: a carrier names the one that it likes best first (RFC 8760 §2.4)."""
    return next((each for each in challenges if each.is_supported), None)


def respond(challenge: Challenge, login: Login, method: str, uri: str, cnonce: str, count: int = 1) -> Secret:
    """The value of an Authorization header. Who reads it can try passwords on it, so it is a secret.

    ``count`` is how often this nonce was answered, this time included.
    """
    nc = f"{count:08x}"
    first = challenge.digest(f"{login.username}:{challenge.realm}:{login.secret.reveal()}")
    if challenge.algorithm.upper().endswith("-SESS"):
        first = challenge.digest(f"{first}:{challenge.nonce}:{cnonce}")
    second = challenge.digest(f"{method}:{uri}")
    middle = f"{challenge.nonce}:{nc}:{cnonce}:auth" if challenge.qop else challenge.nonce
    fields = {
        "username": _quoted(login.username),
        "realm": _quoted(challenge.realm),
        "nonce": _quoted(challenge.nonce),
        "uri": _quoted(uri),
        "response": _quoted(challenge.digest(f"{first}:{middle}:{second}")),
        "algorithm": challenge.algorithm,
    }
    if challenge.qop:
        fields |= {"qop": "auth", "nc": nc, "cnonce": _quoted(cnonce)}
    elif challenge.algorithm.upper().endswith("-SESS"):
        fields["cnonce"] = _quoted(cnonce)
    if challenge.opaque is not None:
        fields["opaque"] = _quoted(challenge.opaque)
    return Secret("Digest " + ", ".join(f"{name}={value}" for name, value in fields.items()))


def _challenge(given: Mapping[str, str]) -> Challenge:
    return Challenge(
        realm=given.get("realm", ""),
        nonce=given["nonce"],
        algorithm=given.get("algorithm", "MD5"),
        qop=tuple(each.strip().lower() for each in given.get("qop", "").split(",") if each.strip()),
        opaque=given.get("opaque"),
        is_stale=given.get("stale", "").lower() == "true",
    )


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1]) if text.startswith('"') else text


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
