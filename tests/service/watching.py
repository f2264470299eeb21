"""A watch in which time passes when a test says so, over dialers in memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from tests.fakes import FakeConnection, FakeDialer
from wizard.dialer.connection import Connection
from wizard.dialer.protocol import AgentReply, Operation
from wizard.dialer.target import DialerSecrets, DialerTarget
from wizard.errors import CannotConnectError, ConnectionLostError
from wizard.secret import Secret
from wizard.service.watching.rounds import Round
from wizard.service.watching.schedule import Schedule, Times
from wizard.service.watching.sending import Message
from wizard.service.watching.telling import Telling
from wizard.service.workspace import Workspace
from wizard.store.dialers import SavedDialer
from wizard.store.watches import WatchSetting


class Later(ThreadPoolExecutor):
    """Runs nothing by itself: a test decides when."""

    def __init__(self) -> None:
        super().__init__(1)
        self.waiting: list[tuple[Future[Any], Callable[[], Any]]] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.waiting.append((future, lambda: fn(*args, **kwargs)))
        return future

    def run_all(self) -> None:
        while self.waiting:
            self.run_next()

    def run_next(self) -> None:
        future, work = self.waiting.pop(0)
        future.set_result(work())


class _Breakable(FakeConnection):
    """Breaks off where its dialer is not there any more."""

    def __init__(self, dialer: FakeDialer, target: DialerTarget, is_gone: Callable[[], bool]) -> None:
        super().__init__(dialer, target, DialerSecrets())
        self._is_gone = is_gone

    def ask(self, operations: Sequence[Operation], *, stop_at_error: bool = True) -> list[AgentReply]:
        if self._is_gone():
            raise ConnectionLostError
        return super().ask(operations, stop_at_error=stop_at_error)


@dataclass
class Stage:
    """Dialers, a clock, a schedule, and somebody who is told."""

    workspace: Workspace
    at: float = 1_000_000.0
    dialers: dict[str, FakeDialer] = field(default_factory=dict)
    unreachable: set[str] = field(default_factory=set)
    rounds: list[Round] = field(default_factory=list)
    told: list[Message] = field(default_factory=list)
    #: what the other side says to an attempt; nothing: it takes it
    refusal: str = ""
    later: Later = field(default_factory=Later)
    only: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """The wizard starts anew on the same store."""
        times = Times(lambda: self.at, lambda: self.at)
        self.later = Later()
        self.schedule = Schedule(
            self.workspace, self._reach, only=self.only, tell=self.rounds.append, times=times, executor=self.later
        )
        self.telling = Telling(self.workspace, self._send, times)

    def stop(self) -> None:
        self.schedule.end()
        self.telling.end()

    def add(self, name: str, interval: int = 60, *, on: bool = True) -> tuple[SavedDialer, FakeDialer]:
        fake = FakeDialer()
        saved = self.workspace.dialers.add(name, DialerTarget(f"{name}.example.com", "root"), DialerSecrets())
        self.dialers[saved.id] = fake
        self.workspace.watches.set(WatchSetting(saved.id, on, interval))
        return saved, fake

    def tell(self, name: str = "ops", dialer_id: str | None = None) -> None:
        self.workspace.watches.add_target(name, Secret("json://localhost/s3cret.Path"), "json://localhost…", dialer_id)

    def pass_time(self, seconds: float) -> None:
        """In steps of ten seconds, and a last one for the rest."""
        until = self.at + seconds
        while self.at < until:
            self.at = min(self.at + 10, until)
            self.tick()

    def tick(self) -> None:
        self.schedule.tick()
        self.later.run_all()
        self.telling.tick()

    def titles(self) -> list[str]:
        return [message.title for message in self.told]

    def _send(self, url: Secret, message: Message) -> str:
        if not self.refusal:
            self.told.append(message)
        return self.refusal

    def _reach(self, saved: SavedDialer) -> Callable[[], Connection]:
        def connect() -> Connection:
            if saved.id in self.unreachable:
                raise CannotConnectError(host=saved.target.host, port=22, reason="timeout")
            return _Breakable(self.dialers[saved.id], saved.target, lambda: saved.id in self.unreachable)

        return connect


def carrier(carrier_id: str, **columns: str) -> dict[str, str]:
    """A row, as VICIdial has it."""
    name = carrier_id.lower()
    return {
        "carrier_id": carrier_id, "carrier_name": carrier_id, "registration_string": "", "template_id": "--NONE--",
        "account_entry": f"[{name}]\ntype=peer\nhost=sip.example.com\nqualify=yes\n", "protocol": "SIP", "globals_string": "",
        "dialplan_entry": "", "server_ip": "10.0.0.1", "active": "Y", "carrier_description": "", "user_group": "", **columns,
    }  # fmt: skip


def put(fake: FakeDialer, *rows: dict[str, str]) -> None:
    """Carriers that the dialer has and Asterisk has loaded."""
    for row in rows:
        fake.rows[row["carrier_id"]] = row
        fake.loaded[row["carrier_id"]] = row
