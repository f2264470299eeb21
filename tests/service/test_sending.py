"""Notifications as they really leave, by Apprise: what arrives, what is said of trouble, and that no secret is in it."""

from __future__ import annotations

import json
import logging
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_string
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.carrier.watching.states import WatchState
from wizard.errors import NotificationUrlError
from wizard.secret import Secret
from wizard.service.watching.sending import Message, send, shown_url
from wizard.words.watching import MEANINGS, STATES, duration, problem_words

DOWN = Message("ACME is down on main", "The carrier doesn't answer.\nSince 12:00.", is_good=False)


@contextmanager
def served(server: socketserver.BaseServer) -> Iterator[int]:
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield int(server.server_address[1])  # type: ignore[index]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def webhook(posted: list[dict[str, Any]], status: int = 200) -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with served(HTTPServer(("127.0.0.1", 0), Handler)) as port:
        yield port


class _Smtp(socketserver.StreamRequestHandler):
    """As much of a mail server as one message needs."""

    mails: list[str]

    def handle(self) -> None:
        self.wfile.write(b"220 mail\r\n")
        while line := self.rfile.readline():
            match line.split()[0].upper() if line.split() else b"":
                case b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    lines = []
                    while (text := self.rfile.readline()) != b".\r\n":
                        lines.append(text.decode())
                    self.mails.append("".join(lines))
                    self.wfile.write(b"250 taken\r\n")
                case b"QUIT":
                    self.wfile.write(b"221 bye\r\n")
                    return
                case _:
                    self.wfile.write(b"250 ok\r\n")


def test_a_webhook_gets_title_message_and_kind() -> None:
    posted: list[dict[str, Any]] = []
    with webhook(posted) as port:
        assert send(Secret(f"json://127.0.0.1:{port}/hook"), DOWN) == ""
        assert send(Secret(f"json://127.0.0.1:{port}/hook"), Message("up", "again", is_good=True)) == ""

    assert [(each["title"], each["type"]) for each in posted] == [(DOWN.title, "failure"), ("up", "success")]
    assert posted[0]["message"] == DOWN.body


def test_a_mail_has_its_subject_and_its_lines() -> None:
    mails: list[str] = []
    handler = type("Handler", (_Smtp,), {"mails": mails})
    with served(socketserver.TCPServer(("127.0.0.1", 0), handler)) as port:
        url = f"mailto://127.0.0.1:{port}?from=wizard@example.com&to=ops@example.com&mode=insecure&format=text"
        assert send(Secret(url), DOWN) == ""

    [mail] = map(message_from_string, mails)
    assert mail["Subject"] == DOWN.title
    assert mail["To"] == "ops@example.com"
    parts = mail.walk()
    text = "".join(str(part.get_payload()) for part in parts if part.get_content_type() == "text/plain")
    assert "The carrier doesn't answer." in text
    assert "Since 12:00." in text


@pytest.mark.parametrize("status", [401, 404, 503])
def test_an_answer_that_is_no_yes_is_said_with_its_number(status: int) -> None:
    with webhook([], status) as port:
        assert send(Secret(f"json://127.0.0.1:{port}/hook"), DOWN) == f"http:{status}"
    assert str(status) in problem_words(f"http:{status}")


def test_nobody_there_is_said_and_nothing_of_the_url_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        assert send(Secret("json://user:s3cret.Word@127.0.0.1:9/s3cret.Path"), DOWN) == "connection"
        assert send(Secret("mailto://user:s3cret.Word@127.0.0.1:9?from=a@example.com&to=b@example.com"), DOWN) != ""

    assert "s3cret" not in caplog.text


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("json://127.0.0.1:9/hook/s3cret", "json://127.0.0.1:9…"),
        ("jsons://user:s3cret@hooks.example.com/s3cret?x=s3cret", "jsons://hooks.example.com…"),
        ("mailtos://user:s3cret@example.com", "mailtos://example.com…"),
        ("mailtos://user:s3cret@example.com?to=s3cret@example.com", "mailtos://…"),
        # Who forgets to write the slash as %2F must not see the beginning of the password.
        ("jsons://user:12/s3cret@example.com", "jsons://…"),
        ("discord://123456789012345678/s3cretTokenThatIsLongEnough_s3cretTokenThatIsLongEnough_s3cret1", "discord://…"),
    ],
)
def test_what_is_shown_of_a_url_has_no_secret(url: str, shown: str) -> None:
    assert shown_url(Secret(url)) == shown


@given(user=st.text("abc/@:?#%", max_size=6), password=st.text("s3/@:?#%.1", min_size=1, max_size=12))
def test_no_part_of_a_password_is_shown_however_it_is_written(user: str, password: str) -> None:
    url = f"jsons://{user}:{password}@hooks.example.com/path"
    try:
        shown = shown_url(Secret(url))
    except NotificationUrlError:
        return
    assert shown in ("jsons://…", "jsons://hooks.example.com…")


@pytest.mark.parametrize("url", ["", "s3cret", "nosuch://s3cret", "mailto://s3cret", "syslog://", "dbus://s3cret"])
def test_a_url_that_can_not_be_is_refused_without_being_quoted(url: str) -> None:
    with pytest.raises(NotificationUrlError) as refused:
        shown_url(Secret(url))

    assert "s3cret" not in str(refused.value) + repr(refused.value) + repr(refused.value.values)
    assert send(Secret(url), DOWN) == "url"


def test_every_state_has_its_words() -> None:
    assert set(STATES) == set(MEANINGS) == set(WatchState)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "1 second"),
        (59, "59 seconds"),
        (60, "1 minute"),
        (3600, "1 hour"),
        (11_100, "3 hours 5 minutes"),
        (90_000, "1 day 1 hour"),
    ],
)
def test_durations_are_read_as_they_are_said(seconds: float, words: str) -> None:
    assert duration(seconds) == words
