"""Looking for secrets where none may be: in what was printed, written down, and shown to other processes."""

from __future__ import annotations

import base64
import contextlib
import html
import json
import re
import threading
import urllib.parse
from collections.abc import Collection, Iterator
from pathlib import Path

from tests.real.conftest import CommandLine
from wizard.instance import access_token
from wizard.web import create_app


def disguises(secret: str) -> set[str]:
    """A secret as it may be written without being hidden: as it is, and in the codings of SQL, MIME, URLs, JSON and HTML."""
    raw = secret.encode()
    # Base64 has another look at each of the three places that it may begin at; only whole groups are the secret's alone.
    coded = {base64.b64encode(b" " * before + raw).decode()[4 if before else 0 : -4] for before in range(3)}
    written = {urllib.parse.quote(secret, safe=""), json.dumps(secret)[1:-1], html.escape(secret)}
    return {secret, raw.hex(), raw.hex().upper(), *written, *coded}


def found_in(text: str, secrets: Collection[str]) -> list[str]:
    return [secret for secret in secrets if any(each in text for each in disguises(secret))]


@contextlib.contextmanager
def processes_watched() -> Iterator[set[str]]:
    """Every argument list and environment that a process on this computer, or on the dialer, had meanwhile."""
    seen: set[str] = set()
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.1):
            for process in Path("/proc").iterdir():
                if process.name.isdigit():
                    for name in ("cmdline", "environ"):
                        with contextlib.suppress(OSError):
                            seen.add((process / name).read_text(errors="replace"))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()


def files_below(*folders: Path) -> str:
    """What all files in them hold."""
    texts = []
    for folder in folders:
        for path in folder.rglob("*"):
            with contextlib.suppress(OSError):
                if path.is_file():
                    texts.append(path.read_bytes().decode("latin1"))
    return "\0".join(texts)


def left_behind(wizard: CommandLine) -> dict[str, str]:
    """Everywhere that the wizard, VICIdial and Asterisk write to, but for the carrier's row and the files made from it."""
    root = wizard.lab.dialer.root
    log = wizard.lab.dialer.query("SELECT * FROM vicidial_admin_log")
    return {
        "the admin log": json.dumps(log, default=str, ensure_ascii=False),
        "the wizard's own files": files_below(wizard.folder),
        "the dialer's logs": files_below(root / "var/log"),
        "the dialer's temporary files": files_below(root / "tmp", root / "var/tmp"),
    }


def pages_of(wizard: CommandLine) -> dict[str, str]:
    """Every page of the web wizard that links lead to, beginning with its first: address → what it holds."""
    app = create_app({"INSTANCE": wizard.folder})
    client = app.test_client()
    waiting, pages = [f"/?token={access_token(wizard.folder)}"], dict[str, str]()
    while waiting:
        address = waiting.pop(0)
        answer = client.get(address, follow_redirects=True)
        pages[address.split("?")[0]] = answer.text
        links = re.findall(r'(?:href|hx-get)="(/(?!static/)[^"#?]*)', html.unescape(answer.text))
        waiting += sorted({each for each in links if each not in pages and each not in waiting})
    return pages
