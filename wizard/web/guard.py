"""Who may use the wizard, and what a browser may do with its pages."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Collection
from urllib.parse import urlsplit

from flask import Flask, Response, abort, redirect, request, url_for
from werkzeug.exceptions import SecurityError
from werkzeug.wrappers import Response as BaseResponse

COOKIE = "carrier_wizard"
_OPEN_ENDPOINTS = frozenset({"static"})
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_POLICY = "; ".join(  # noqa: FLY002 (one directive a line)
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def guard(app: Flask, token: str, hosts: Collection[str]) -> None:
    """Ask for the token once, refuse changes that come from other sites, and send strict headers with every answer."""
    names = {host.lower() for host in hosts}
    ticket = hashlib.sha256(b"carrier-wizard cookie " + token.encode()).hexdigest()

    @app.before_request
    def require_token() -> BaseResponse | None:
        # Flask's own TRUSTED_HOSTS takes no IPv6 address. A name that is not ours is another site's, rebound to our address.
        if re.sub(r":[0-9]+\Z", "", request.host).lower() not in names:
            raise SecurityError
        if request.endpoint in _OPEN_ENDPOINTS:
            return None
        given = request.args.get("token")
        if given is not None and hmac.compare_digest(given.encode(), token.encode()):
            return _let_in(ticket)
        if not hmac.compare_digest(request.cookies.get(COOKIE, "").encode(), ticket.encode()):
            abort(403)
        return None

    @app.before_request
    def require_same_origin() -> None:
        if request.method not in _SAFE_METHODS and not _is_same_origin():
            abort(403)

    @app.after_request
    def add_headers(response: Response) -> Response:
        response.headers.extend({name: value for name, value in _HEADERS.items() if name not in response.headers})
        if request.endpoint != "static":
            response.headers["Cache-Control"] = "no-store"
            response.vary.add("HX-Request")
        return response


def _let_in(ticket: str) -> BaseResponse:
    """The token for a cookie, and out of the address."""
    response = redirect(url_for("home.index"), code=303)
    response.set_cookie(COOKIE, ticket, httponly=True, samesite="Strict", secure=request.is_secure, path="/")
    return response


def _is_same_origin() -> bool:
    """By what browsers say of themselves; programs that send neither header don't act for somebody else."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    try:
        return origin is None or urlsplit(origin).netloc == request.host
    except ValueError:
        return False
