"""What the lab says when a machine is not as it needs it; none of this needs root."""

from __future__ import annotations

import http.server
import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab.certificates import load_certificate, public_part
from tests.lab.errors import LabError
from tests.lab.ports import Port, require_free
from tests.lab.root import debian_mirror_of_this_machine, main_recipe, newer_recipe, require_suite, root_path
from tests.lab.settings import LabSettings


@pytest.fixture
def mirror() -> Iterator[str]:
    """A Debian mirror that has one suite."""

    class Mirror(http.server.BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response(200 if "/dists/bullseye/" in self.path else 404)
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Mirror)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/debian"
    server.shutdown()
    thread.join()
    server.server_close()


def settings(**variables: str) -> LabSettings:
    return LabSettings.from_environment(variables)


def test_a_suite_that_is_gone_is_said_plainly_with_the_way_out(mirror: str) -> None:
    require_suite(mirror, main_recipe(settings()))

    with pytest.raises(LabError, match=r"no suite 'buster' \(any more\).*LAB_MIRROR.*Asterisk 16 to 20 with LAB_SUITE"):
        require_suite(mirror, main_recipe(settings(LAB_SUITE="buster")))
    with pytest.raises(LabError, match=r"no suite 'sid' \(any more\).*LAB_MIRROR.*Asterisk 22 with LAB_NEWER_SUITE"):
        require_suite(mirror, newer_recipe(settings()))


def test_a_mirror_that_does_not_answer_is_said() -> None:
    with pytest.raises(LabError, match="cannot be reached"):
        require_suite("http://127.0.0.1:1/debian", main_recipe(settings()))


@pytest.mark.parametrize(
    ("targets", "mirror"),
    [
        ("Debian|Debian|http://mirror.example/debian/\n", "http://mirror.example/debian/"),
        ("Other|Other|http://other.example/\nDebian|Debian|http://mirror.example/debian\n", "http://mirror.example/debian"),
        ("Ubuntu|Ubuntu|http://ubuntu.example/ubuntu\n", None),
        ("", None),
    ],
)
def test_the_mirror_is_the_one_that_apt_uses(
    targets: str, mirror: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = tmp_path / "apt-get"
    fake.write_text(f"#!/bin/sh\nprintf '{targets.replace(chr(10), chr(92) + 'n')}'\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    assert debian_mirror_of_this_machine() == mirror


@pytest.mark.parametrize("kind", ["tcp", "udp"])
def test_a_port_that_somebody_holds_is_reported_by_name(kind: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM if kind == "udp" else socket.SOCK_STREAM) as holder:
        holder.bind(("127.0.0.1", 0))
        if kind == "tcp":
            holder.listen()
        number = holder.getsockname()[1]

        with pytest.raises(LabError) as caught:
            require_free([Port("127.0.0.1", number, kind, "the dialer's SSH server", "LAB_SSH_PORT")])

    said = str(caught.value)
    assert f"{kind} 127.0.0.1:{number}" in said
    assert f"process {os.getpid()}" in said
    assert "LAB_SSH_PORT" in said
    require_free([Port("127.0.0.1", number, kind, "", "")])


def test_the_root_is_built_anew_when_what_it_is_made_of_changes(tmp_path: Path) -> None:
    schema = tmp_path / "schema.sql"
    schema.write_text("CREATE TABLE x (y INT);")

    given = (settings(), settings(LAB_SUITE="x"), settings(LAB_SCHEMA=str(schema)))

    assert len({root_path(each, main_recipe(each)) for each in given}) == 3
    assert len({root_path(each, newer_recipe(each)) for each in given}) == 1, "it has neither that suite nor a database"
    assert root_path(settings(), newer_recipe(settings())) != root_path(settings(), newer_recipe(settings(LAB_NEWER_SUITE="x")))


def test_a_certificate_is_made_once_and_its_public_part_has_no_key(tmp_path: Path) -> None:
    made = load_certificate(tmp_path, "ip.carrier.test", "127.0.0.22")

    assert load_certificate(tmp_path, "ip.carrier.test", "127.0.0.22") == made
    assert "PRIVATE KEY" in made
    assert "PRIVATE KEY" not in public_part(made)
    [path] = (tmp_path / "certificates").iterdir()
    assert path.stat().st_mode & 0o777 == 0o600


def test_addresses_and_ports_come_from_the_environment() -> None:
    settings = LabSettings.from_environment(
        {"LAB_DIALER_ADDRESS": "127.1.0.10", "LAB_SSH_PORT": "2222", "LAB_IP_ADDRESS": "127.1.0.22", "LAB_TICK": "5"}
    )

    assert (settings.dialer_address, settings.ssh_port, settings.by_ip.address, settings.tick) == (
        "127.1.0.10",
        2222,
        "127.1.0.22",
        5,
    )
