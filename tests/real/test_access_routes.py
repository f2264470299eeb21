"""The way to a dialer as people have it: aliases, jump hosts, agents, known hosts, old servers, and slow lines."""

from __future__ import annotations

import contextlib
import os
import queue
import re
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab import Lab
from tests.real.conftest import Answered, CommandLine
from wizard.dialer.connection import Connection
from wizard.dialer.gathering import gather_facts
from wizard.dialer.target import DialerSecrets, DialerTarget, SshAuth

JUMP_PORT = 2201


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder of its own, without an agent."""
    (tmp_path / "home" / ".ssh").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    return tmp_path / "home"


@contextlib.contextmanager
def another_sshd(lab: Lab, folder: Path, *options: str, key_type: str = "ed25519") -> Iterator[str]:
    """A further SSH server on the dialer's host with a key of its own, as a jump host or an old one; gives its public key."""
    key = folder / f"host_key_{key_type}"
    subprocess.run(["ssh-keygen", "-q", "-t", key_type, "-N", "", "-f", str(key)], check=True)
    place = lab.dialer.root / "tmp"
    (place / "jump_key").write_text(key.read_text())
    (place / "jump_key").chmod(0o600)
    lines = [f"ListenAddress {lab.dialer.address}:{JUMP_PORT}", "HostKey /tmp/jump_key", "PidFile /tmp/jump.pid", *options]
    (place / "jump_config").write_text("\n".join([*lines, "PermitRootLogin yes", "UsePAM no", ""]))
    lab.dialer.run("/usr/sbin/sshd", "-f", "/tmp/jump_config", "-E", "/tmp/jump.log")
    try:
        yield Path(f"{key}.pub").read_text().strip()
    finally:
        lab.dialer.run("sh", "-c", "kill $(cat /tmp/jump.pid)")


def carrier_here(lab: Lab, wizard: CommandLine) -> str:
    return wizard.answers(carrier_id="ACME", auth="ip", host=lab.carriers["ip"].address)


def code_of(answered: Answered) -> str:
    return str(answered.document.get("reason") or answered.document["error"]["code"])


def write_config(home: Path, text: str) -> None:
    (home / ".ssh" / "config").write_text(text)


class TestAnAlias:
    def test_installs_and_is_the_same_dialer_as_its_address(self, lab: Lab, wizard: CommandLine, home: Path) -> None:
        place = f"HostName {lab.dialer.address}\n Port {lab.settings.ssh_port}"
        write_config(home, f"Host office\n {place}\n User root\n IdentityFile {lab.key}\n")

        done = wizard("install", carrier_here(lab, wizard), "--dialer", "office", "--accept-host-key", "new")

        assert done.status == 0, done.output
        plain = DialerTarget(lab.dialer.address, port=lab.settings.ssh_port)
        assert DialerTarget("office", user="", port=0).key == plain.key
        assert wizard.workspace.host_keys.with_key(plain).host_key

    def test_what_it_would_have_to_run_is_refused(self, lab: Lab, wizard: CommandLine, home: Path) -> None:
        write_config(home, f"Host office\n HostName {lab.dialer.address}\n ProxyCommand touch {home}/ran\n")

        refused = wizard("install", carrier_here(lab, wizard), "--dialer", "office", "--accept-host-key", "new")

        assert (refused.status, code_of(refused)) == (3, "ssh_config")
        assert not (home / "ran").exists()


class TestAJumpHost:
    def test_each_host_is_confirmed_by_itself(self, lab: Lab, wizard: CommandLine, home: Path, tmp_path: Path) -> None:
        jump = ("--jump", f"root@{lab.dialer.address}:{JUMP_PORT}", "--ssh-key", str(lab.key))
        path = carrier_here(lab, wizard)
        with another_sshd(lab, tmp_path):
            first = wizard("install", path, "--dialer", wizard.address, *jump)
            assert code_of(first) == "host_key_unknown"
            assert "first contact with the jump host" in first.output
            own = re.findall(r"SHA256:[A-Za-z0-9+/]+", first.output)[:1]

            second = wizard("install", path, "--dialer", wizard.address, *jump, "--accept-host-key", own[0])
            assert code_of(second) == "host_key_unknown"
            assert f"first contact with {lab.dialer.address}" in second.output

            done = wizard("install", path, "--dialer", wizard.address, *jump, "--accept-host-key", "new")
            assert done.status == 0, done.output
            assert wizard("rollback", done.document["install_id"], "--ssh-key", str(lab.key)).status == 0
            assert lab.dialer.query("SELECT * FROM vicidial_server_carriers WHERE carrier_id='ACME'") == []

        (tmp_path / "other").mkdir()
        with another_sshd(lab, tmp_path / "other"):
            changed = wizard("install", path, "--dialer", wizard.address, *jump, "--accept-host-key", "new")
            assert (changed.status, code_of(changed)) == (3, "host_key_changed")
            assert "The jump host" in changed.output

    def test_by_the_configuration_and_saved(self, lab: Lab, wizard: CommandLine, home: Path, tmp_path: Path) -> None:
        write_config(
            home,
            f"Host gate\n HostName {lab.dialer.address}\n Port {JUMP_PORT}\n"
            f"Host office\n HostName {lab.dialer.address}\n Port {lab.settings.ssh_port}\n ProxyJump gate\n"
            f"Host gate office\n User root\n IdentityFile {lab.key}\n",
        )
        with another_sshd(lab, tmp_path):
            added = wizard("dialer", "add", "Office", "office", "--accept-host-key", "new")
            assert added.status == 0, added.output
            assert added.document["route"] == [f"root@{lab.dialer.address}:{JUMP_PORT}", wizard.address.removesuffix(":22")]
            assert wizard("install", carrier_here(lab, wizard), "--dialer", "Office").status == 0

    @pytest.mark.parametrize(
        ("option", "code"), [("AllowTcpForwarding no", "jump_refused"), ("PubkeyAuthentication no", "invalid_auth")]
    )
    def test_one_that_passes_nobody_on(
        self, lab: Lab, wizard: CommandLine, home: Path, tmp_path: Path, option: str, code: str
    ) -> None:
        jump = ("--jump", f"root@{lab.dialer.address}:{JUMP_PORT}", "--ssh-key", str(lab.key))
        with another_sshd(lab, tmp_path, option):
            refused = wizard(
                "install", carrier_here(lab, wizard), "--dialer", wizard.address, *jump, "--accept-host-key", "new"
            )

        assert (refused.status, code_of(refused)) == (3, code)
        assert "jump host" in refused.output


@contextlib.contextmanager
def ssh_agent(folder: Path, *keys: Path) -> Iterator[str]:
    """An agent with these keys; gives its socket."""
    path = folder / "agent.sock"
    with subprocess.Popen(["ssh-agent", "-D", "-a", str(path)], stdout=subprocess.DEVNULL) as agent:
        while not path.exists():
            time.sleep(0.05)
        for key in keys:
            subprocess.run(["ssh-add", "-q", str(key)], env={**os.environ, "SSH_AUTH_SOCK": str(path)}, check=True)
        yield str(path)
        agent.terminate()


class TestKeys:
    @pytest.mark.parametrize("way", ["SSH_AUTH_SOCK", "IdentityAgent", "IdentitiesOnly"])
    def test_an_agent(
        self, lab: Lab, wizard: CommandLine, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
    ) -> None:
        others = [tmp_path / f"other{number}" for number in range(7)]
        for other in others:
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(other)], check=True)
        # More keys than a server lets anybody try come before the right one.
        keys = [*others, lab.key] if way == "IdentitiesOnly" else [lab.key]
        with ssh_agent(tmp_path, *keys) as sock:
            if way == "SSH_AUTH_SOCK":
                monkeypatch.setenv("SSH_AUTH_SOCK", sock)
            else:
                write_config(home, f"Host *\n IdentityAgent {sock}\n")
            if way == "IdentitiesOnly":
                refused = wizard("dialer", "add", "Lab", wizard.address, "--accept-host-key", "new")
                assert (refused.status, code_of(refused)) == (3, "too_many_keys")
                write_config(home, f"Host *\n IdentityAgent {sock}\n IdentitiesOnly yes\n IdentityFile {lab.key}.pub\n")

            done = wizard("dialer", "add", "Lab", wizard.address, "--accept-host-key", "new")

        assert done.status == 0, done.output

    def test_no_key_at_all_is_said(self, lab: Lab, wizard: CommandLine, home: Path) -> None:
        refused = wizard("dialer", "add", "Lab", wizard.address, "--accept-host-key", "new")

        assert (refused.status, code_of(refused)) == (3, "no_ssh_keys")

    @pytest.mark.parametrize("kind", [("ecdsa",), ("rsa", "-b", "2048"), ("ed25519",)], ids=lambda kind: kind[0])
    def test_every_type_of_key(self, lab: Lab, wizard: CommandLine, home: Path, tmp_path: Path, kind: tuple[str, ...]) -> None:
        key = tmp_path / "mine"
        subprocess.run(["ssh-keygen", "-q", "-t", *kind, "-N", "", "-f", str(key)], check=True)
        (lab.dialer.root / "tmp" / "more_keys").write_text(Path(f"{key}.pub").read_text())
        with another_sshd(lab, tmp_path, "AuthorizedKeysFile /tmp/more_keys", "StrictModes no"):
            address = f"root@{lab.dialer.address}:{JUMP_PORT}"
            assert wizard("dialer", "add", "Lab", address, "--ssh-key", str(key), "--accept-host-key", "new").status == 0

    @pytest.mark.parametrize("kind", ["public", "putty"])
    def test_a_file_that_is_taken_for_a_key(self, lab: Lab, wizard: CommandLine, home: Path, tmp_path: Path, kind: str) -> None:
        ppk = tmp_path / "key.ppk"
        ppk.write_text("PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n")
        path = f"{lab.key}.pub" if kind == "public" else str(ppk)

        refused = wizard("dialer", "add", "Lab", wizard.address, "--ssh-key", path, "--accept-host-key", "new")

        assert (refused.status, code_of(refused)) == (3, "key_file")
        assert {"public": "without .pub", "putty": "Export OpenSSH key"}[kind] in refused.output


class TestKnownHosts:
    def test_a_key_that_ssh_knows_is_confirmed_hashed_or_not(self, lab: Lab, wizard: CommandLine, home: Path) -> None:
        port = lab.settings.ssh_port
        lines = subprocess.run(
            ["ssh-keyscan", "-H", "-p", str(port), lab.dialer.address], check=True, capture_output=True, text=True
        ).stdout
        (home / ".ssh" / "known_hosts").write_text(f"nonsense\n{lines}")

        assert wizard("dialer", "add", "Lab", wizard.address, "--ssh-key", str(lab.key)).status == 0

    def test_another_key_than_ssh_knows_is_refused(self, lab: Lab, wizard: CommandLine, home: Path, tmp_path: Path) -> None:
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "else")], check=True)
        name = lab.dialer.address if lab.settings.ssh_port == 22 else f"[{lab.dialer.address}]:{lab.settings.ssh_port}"
        (home / ".ssh" / "known_hosts").write_text(f"{name} {(tmp_path / 'else.pub').read_text()}")

        refused = wizard("dialer", "add", "Lab", wizard.address, *wizard.access)

        assert (refused.status, code_of(refused)) == (3, "host_key_changed")
        assert "ssh-keygen -R" in refused.output


@pytest.mark.parametrize(
    "options",
    [("KexAlgorithms diffie-hellman-group1-sha1",), ("HostKeyAlgorithms ssh-rsa",)],
    ids=["key-exchange", "host-key"],
)
def test_an_old_server_has_an_error_of_its_own(
    lab: Lab, wizard: CommandLine, home: Path, tmp_path: Path, options: tuple[str, ...]
) -> None:
    with another_sshd(lab, tmp_path, *options, key_type="rsa"):
        address = f"root@{lab.dialer.address}:{JUMP_PORT}"
        refused = wizard("dialer", "add", "Lab", address, "--ssh-key", str(lab.key), "--accept-host-key", "new")

    assert (refused.status, code_of(refused)) == (3, "unsupported_algorithms"), refused.output


class Line:
    """A TCP line to the dialer's SSH that takes its time, and breaks after so many bytes of the dialer's."""

    def __init__(self, lab: Lab, *, delay: float = 0.0, breaks_after: int | None = None, stall: float = 0.0) -> None:
        self._to = (lab.dialer.address, lab.settings.ssh_port)
        self._delay, self._stall = delay, stall
        self.left = breaks_after
        self._server = socket.create_server(("127.0.0.1", 0))
        self._sockets = [self._server]
        self.port = self._server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self.left = None
        for each in self._sockets:
            each.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._server.accept()
                far = socket.create_connection(self._to)
                for each in (near, far):
                    self._sockets.append(each)
                    each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=self._carry, args=(near, far, False), daemon=True).start()
                threading.Thread(target=self._carry, args=(far, near, True), daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket, is_back: bool) -> None:
        """Each chunk arrives half the delay after it was sent; those in between are on their way meanwhile."""
        waiting: queue.Queue[tuple[float, bytes]] = queue.Queue()
        threading.Thread(target=deliver, args=(waiting, sink), daemon=True).start()
        data = b"-"
        while data:
            try:
                data = source.recv(65_536)
            except OSError:
                data = b""
            if is_back and self._hinder(data):
                for each in (source, sink):
                    with contextlib.suppress(OSError):
                        each.shutdown(socket.SHUT_RDWR)
                data = b""
            waiting.put((time.monotonic() + self._delay / 2, data))

    def _hinder(self, data: bytes) -> bool:
        """Stand still if that is due; whether the line breaks."""
        if self._stall and len(data) > 1_000:
            time.sleep(self._stall)
            self._stall = 0.0
        if self.left is None:
            return False
        self.left -= len(data)
        return self.left < 0


def deliver(waiting: queue.Queue[tuple[float, bytes]], sink: socket.socket) -> None:
    """Hand on what is due, until the end."""
    data = b"-"
    while data:
        due, data = waiting.get()
        time.sleep(max(0.0, due - time.monotonic()))
        with contextlib.suppress(OSError):
            if data:
                sink.sendall(data)
            else:
                sink.shutdown(socket.SHUT_WR)


class TestLines:
    def test_a_whole_install_over_300_ms(self, lab: Lab, wizard: CommandLine, home: Path) -> None:
        line = Line(lab, delay=0.3)
        target = DialerTarget("127.0.0.1", port=line.port, auth=SshAuth.KEY, key_path=str(lab.key))
        address = f"root@127.0.0.1:{line.port}"

        began = time.monotonic()
        done = wizard("install", carrier_here(lab, wizard), "--dialer", address, *wizard.access)
        took = time.monotonic() - began

        assert done.status == 0, done.output
        with Connection(wizard.workspace.host_keys.with_key(target), DialerSecrets()) as connection:
            gather_facts(connection)
            trips = connection.round_trips
        print(f"install over 300 ms: {took:.1f} s; a look: {trips} round trips")
        assert trips <= 5
        line.close()

    def test_a_line_that_stands_still_for_a_while(self, lab: Lab, wizard: CommandLine, home: Path) -> None:
        line = Line(lab, stall=12.0)

        assert wizard("dialer", "add", "Lab", f"root@127.0.0.1:{line.port}", *wizard.access).status == 0
        line.close()

    @pytest.mark.parametrize("amount", [10_000, 60_000, 90_000, 110_000, 130_000])
    def test_a_line_that_breaks_leaves_old_or_new(self, lab: Lab, wizard: CommandLine, home: Path, amount: int) -> None:
        line = Line(lab)
        address = f"root@127.0.0.1:{line.port}"
        assert wizard("dialer", "add", "Lab", address, *wizard.access).status == 0
        line.left = amount

        def mend() -> None:
            while line.left is not None and line.left >= 0:
                time.sleep(0.1)
            time.sleep(1.0)
            line.left = None

        threading.Thread(target=mend, daemon=True).start()
        done = wizard("install", carrier_here(lab, wizard), "--dialer", "Lab", "--ssh-key", str(lab.key))

        there = lab.dialer.query("SELECT active FROM vicidial_server_carriers WHERE carrier_id='ACME'")
        print(f"after {amount} bytes: exit status {done.status}, row {there}, {line.left} bytes left")
        assert (done.status, bool(there)) in ((0, True), (3, False), (4, False)), done.output
        line.close()
