"""``serve`` as a server's service: behind a proxy with TLS, its log, its end."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from wizard.cli import _group
from wizard.instance import access_token

Serving = Callable[..., tuple[str, int]]


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    """Starts one; what it said, and its port. It is stopped as systemd does it, and ends well."""
    started = []

    def serve(*options: str) -> tuple[str, int]:
        command = [sys.executable, "-m", "wizard", "serve", "--port", "0", *options]
        env = os.environ | {"CARRIER_WIZARD_INSTANCE": str(tmp_path)}
        process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        started.append(process)
        assert process.stdout is not None
        said = process.stdout.readline()
        port = re.search(r"port (\d+)|:(\d+)/", said)
        return said, int(next(filter(None, port.groups()))) if port else 0

    yield serve
    for process in started:
        with process:
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=20) == 0


def ask(port: int, path: str, host: str, method: str = "GET", **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    given = {name.replace("_", "-"): each for name, each in headers.items()}
    with contextlib.closing(connection):
        connection.request(method, path, headers={"Host": host} | given)
        response = connection.getresponse()
        response.read()
    return response


def test_behind_a_proxy_the_cookie_is_for_tls_alone(serving: Serving, tmp_path: Path) -> None:
    said, port = serving("--behind-proxy", "https://wizard.example.com", "--without-token")
    token = access_token(tmp_path)

    assert "https://wizard.example.com/" in said
    assert token not in said
    response = ask(port, f"/?token={token}", "wizard.example.com")
    assert (response.status, response.headers["Location"]) == (303, "/")
    assert "Secure" in response.headers["Set-Cookie"]
    cookie = response.headers["Set-Cookie"].split(";")[0]
    assert ask(port, "/", "wizard.example.com", Cookie=cookie).status == 200
    assert ask(port, "/", "other.example.com", Cookie=cookie).status == 400
    own, other = "https://wizard.example.com", "https://other.example.com"
    assert ask(port, "/drafts", "wizard.example.com", "POST", Cookie=cookie, Origin=own).status == 303
    assert ask(port, "/drafts", "wizard.example.com", "POST", Cookie=cookie, Origin=other).status == 403


def test_without_a_proxy_no_header_of_one_is_believed(serving: Serving, tmp_path: Path) -> None:
    said, port = serving()

    assert f"?token={access_token(tmp_path)}" in said
    forwarded = {"X_Forwarded_Proto": "https", "X_Forwarded_Host": "wizard.example.com"}
    response = ask(port, f"/?token={access_token(tmp_path)}", f"127.0.0.1:{port}", **forwarded)
    assert "Secure" not in response.headers["Set-Cookie"]
    assert ask(port, "/", "wizard.example.com", **forwarded).status == 400


@pytest.mark.parametrize(
    "url",
    [
        "http://wizard.example.com",
        "wizard.example.com",
        "https://a.example.com/wizard",
        "https://",
        "https://u:p@a.example.com",
    ],
)
def test_an_address_that_no_proxy_can_serve_is_refused(url: str) -> None:
    result = CliRunner().invoke(_group, ["serve", "--behind-proxy", url])
    assert result.exit_code == 2
    assert "https://wizard.example.com" in result.stderr
