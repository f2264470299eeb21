"""The agent's socket, run here in a perl of its own: what it says of doors that are open, shut, silent or encrypted."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.lab.certificates import load_certificate
from wizard.dialer.protocol import AgentReply, Operation, encode, open_wire, parse_reply, say_on_wire
from wizard.secret import Secret

AGENT = Path(__file__).parents[2] / "wizard/dialer/agent.pl"
TRYING = b"SIP/2.0 100 Trying\r\nContent-Length: 0\r\n\r\n"
OK = b"SIP/2.0 200 OK\r\nContent-Length: 4\r\n\r\nbody"


def run(*operations: Operation) -> list[AgentReply]:
    done = subprocess.run(["perl", AGENT], input=encode(operations, stop_at_error=True), capture_output=True, check=True)
    return [parse_reply(line) for line in done.stdout.splitlines() if line != b"end"]


@contextmanager
def server(kind: socket.SocketKind, serve: Callable[[socket.socket], None]) -> Iterator[int]:
    with socket.socket(socket.AF_INET, kind) as own:
        own.settimeout(5)
        own.bind(("127.0.0.1", 0))
        if kind is socket.SOCK_STREAM:
            own.listen()
        thread = threading.Thread(target=serve, args=(own,))
        thread.start()
        yield own.getsockname()[1]
        thread.join()


def closed_port() -> int:
    with socket.socket() as own:
        own.bind(("127.0.0.1", 0))
        return int(own.getsockname()[1])


def answering(own: socket.socket) -> None:
    _, source = own.recvfrom(9000)
    own.sendto(TRYING, source)
    own.sendto(OK, source)


def streaming(own: socket.socket) -> None:
    stream, _ = own.accept()
    with stream:
        stream.recv(9000)
        stream.sendall(TRYING + OK[:10])
        stream.sendall(OK[10:] + b"SIP/2.0 ")
        stream.recv(9000)


def spoken_to(own: socket.socket) -> socket.socket:
    """The first connection with something on it: before openssl's own there is one that only knocks."""
    while True:
        stream, _ = own.accept()
        if stream.recv(1, socket.MSG_PEEK):
            return stream
        stream.close()


def test_datagrams_come_back_with_their_times_up_to_the_last_one() -> None:
    with server(socket.SOCK_DGRAM, answering) as port:
        opened, said = run(open_wire("udp", "127.0.0.1", port, "127.0.0.1", ""), say_on_wire(Secret("hello"), 3, "SIP/2.0 1"))

    assert opened.values[0] == "127.0.0.1"
    assert said.values[1::2] == (TRYING.decode(), OK.decode())
    assert all(0 <= float(seconds or -1) < 2 for seconds in said.values[::2])


def test_a_question_that_got_lost_is_said_again() -> None:
    heard: list[bytes] = []

    def deaf(own: socket.socket) -> None:
        heard.append(own.recv(9000))
        answering(own)

    with server(socket.SOCK_DGRAM, deaf) as port:
        _, said = run(open_wire("udp", "127.0.0.1", port, "", ""), say_on_wire(Secret("hello"), 3, "SIP/2.0 1"))

    assert heard == [b"hello"]
    assert said.status == "ok"
    assert float(said.values[0] or 0) >= 0.5


def test_a_stream_is_cut_into_messages() -> None:
    with server(socket.SOCK_STREAM, streaming) as port:
        _, said = run(open_wire("tcp", "127.0.0.1", port, "", ""), say_on_wire(Secret("hello"), 3, "SIP/2.0 1"))

    assert said.values[1::2] == (TRYING.decode(), OK.decode())


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_a_closed_port_refuses(transport: str) -> None:
    replies = run(open_wire(transport, "127.0.0.1", closed_port(), "", ""), say_on_wire(Secret("hello"), 3))

    assert [each.values[0] for each in replies if each.status == "error"] == ["refused\n"]


def test_who_says_nothing_does_not_answer() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
        own.bind(("127.0.0.1", 0))
        _, said = run(open_wire("udp", "127.0.0.1", own.getsockname()[1], "", ""), say_on_wire(Secret("hello"), 1))

    assert said.values[0] == "no_answer\n"


def test_an_encrypted_stream_is_spoken_with_the_openssl_that_is_there(tmp_path: Path) -> None:
    certificate = tmp_path / "both.pem"
    certificate.write_text(load_certificate(tmp_path, "carrier.test", "127.0.0.1"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def encrypted(own: socket.socket) -> None:
        with context.wrap_socket(spoken_to(own), server_side=True) as stream:
            stream.recv(9000)
            stream.sendall(OK)

    with server(socket.SOCK_STREAM, encrypted) as port:
        _, said = run(open_wire("tls", "127.0.0.1", port, "", "carrier.test"), say_on_wire(Secret("hello"), 3, "SIP/2.0 1"))

    assert said.values[1::2] == (OK.decode(),)


def test_a_stream_that_does_not_encrypt_fails_the_handshake() -> None:
    def plain(own: socket.socket) -> None:
        with spoken_to(own) as stream:
            stream.recv(9000)
            stream.sendall(b"SIP/2.0 400 Bad Request\r\n\r\n")

    with server(socket.SOCK_STREAM, plain) as port:
        replies = run(open_wire("tls", "127.0.0.1", port, "", ""), say_on_wire(Secret("hello"), 3))

    assert [each.values[0] for each in replies if each.status == "error"] == ["tls\n"]
