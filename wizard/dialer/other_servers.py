"""The other servers of a cluster: whether each picked its rebuild up, and what can be seen on those that let us in.

The flag is in the database that they all share; that it went back to N means that a server's generator has begun, and no more
(vicidial.md §2.2, §6). Only a look at the server itself shows whether the carrier is up there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace

from wizard.errors import OtherDialerError, WizardError

from . import operations
from .connection import Connection
from .gathering import gather_facts
from .journal import Checkpoint
from .look import Look, look_at
from .pace import Clock
from .protocol import asterisk, table_of
from .verdict import NOT_LOADED, Judgement, Verdict
from .watch import watch_of

#: cron's minute, the generator's own sleeps, and some time to spare (vicidial.md §2.2)
PATIENCE_SECONDS = 100.0
#: a loaded file that Asterisk has not heard of after this long is reloaded, once
_RELOAD_SECONDS = 5.0
#: a carrier that is there and not up may still come up for this long
_COME_UP_SECONDS = 30.0

NOT_LOOKED_AT = Judgement(Verdict.CANNOT_TELL, "not_looked_at", final=True)
NOT_REACHED = Judgement(Verdict.CANNOT_TELL, "server_not_reached", final=True)
NOT_REBUILT = Judgement(Verdict.NOT_YET, "not_rebuilt")
NOT_GENERATING = Judgement(Verdict.DOWN, "not_generating", final=True)
OTHER_DATABASE = Judgement(Verdict.CANNOT_TELL, "other_database", final=True)
STILL_THERE = Judgement(Verdict.NOT_YET, "still_there")
REMOVED = Judgement(Verdict.DOWN, "removed", final=True)


@dataclass(frozen=True)
class ServerReport:
    """What is known of one server, and nothing more."""

    server_ip: str
    #: whether it picked the request up; None where nobody could see
    rebuilt: bool | None = None
    judgement: Judgement = NOT_LOOKED_AT
    #: what Asterisk said there
    states: Mapping[str, str] = field(default_factory=dict)
    #: why it could not be looked at
    problem: WizardError | None = None


@dataclass(frozen=True)
class Task:
    """What is looked for on the other servers."""

    checkpoint: Checkpoint
    #: server_ip → unopened connections, to try one after the other; a server without any is not looked at
    ways_in: Callable[[str], Iterable[Connection]]
    #: told of every change
    report: Callable[[Sequence[ServerReport]], None]
    #: raises where the user wants no more of it
    stop: Callable[[], None]
    #: whether the carrier shall be gone from there
    gone: bool = False
    seconds: float = PATIENCE_SECONDS
    clock: Clock = field(default_factory=Clock)


def follow(connection: Connection, task: Task) -> list[ServerReport]:
    """Follow each server until it is settled or time is up; ``connection`` is to a dialer whose database is open."""
    work = _Following(task)
    with ExitStack() as stack:
        work.run(connection, stack)
    return list(work.reports.values())


class _Following:
    """One round after the other over the servers that are not settled yet."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._began = task.clock.now()
        self.reports = {server_ip: ServerReport(server_ip) for server_ip in task.checkpoint.other_servers}
        self._open = set(self.reports)
        self._looking: dict[str, _Lookout] = {}

    def run(self, connection: Connection, stack: ExitStack) -> None:
        self._task.report(list(self.reports.values()))
        while self._open:
            self._task.stop()
            before = dict(self.reports)
            try:
                self._round(self._flags(connection), stack)
            except WizardError as lost:
                # Without the database nobody sees a flag; what was seen stays true.
                self._give_up(lost)
            if self.reports != before:
                self._task.report(list(self.reports.values()))
            if self._open and self._task.clock.now() - self._began >= self._task.seconds:
                return
            if self._open:
                self._task.clock.sleep(1.0)

    def _flags(self, connection: Connection) -> dict[str, bool | None]:
        """server_ip → whether its request was picked up; None where its generator is switched off."""
        [reply] = connection.ask([operations.select_flags()])
        flags: dict[str, bool | None] = {}
        for row in table_of(reply).rows:
            server_ip = row["server_ip"] or ""
            closed = row["active_asterisk_server"] != "Y" or row["generate_vicidial_conf"] != "Y"
            # No key keeps two rows apart: both have to be done.
            flags[server_ip] = None if closed else row["rebuild_conf_files"] == "N" and flags.get(server_ip, True)
        return flags

    def _round(self, flags: Mapping[str, bool | None], stack: ExitStack) -> None:
        for server_ip in sorted(self._open):
            report = self.reports[server_ip]
            if server_ip not in flags:
                self._settle(report)
            elif flags[server_ip] is None:
                self._settle(replace(report, rebuilt=False, judgement=NOT_GENERATING))
            elif not flags[server_ip]:
                self.reports[server_ip] = replace(report, rebuilt=False, judgement=NOT_REBUILT)
            else:
                self._look(replace(report, rebuilt=True), stack)

    def _settle(self, report: ServerReport) -> None:
        self.reports[report.server_ip] = report
        self._open.discard(report.server_ip)

    def _give_up(self, lost: WizardError) -> None:
        for server_ip in sorted(self._open):
            report = self.reports[server_ip]
            self._settle(replace(report, judgement=NOT_REACHED, problem=lost))

    def _look(self, report: ServerReport, stack: ExitStack) -> None:
        """Sign in where that can be done, and judge what is there."""
        try:
            lookout = self._looking.get(report.server_ip) or self._sign_in(report.server_ip, stack)
            if lookout is None:
                self._settle(replace(report, judgement=NOT_LOOKED_AT))
                return
            judgement, states = lookout.judge()
        except WizardError as problem:
            self._settle(replace(report, judgement=NOT_REACHED, problem=problem))
            return
        judged = replace(report, judgement=judgement, states=states)
        self.reports[report.server_ip] = judged
        if judgement.final or judgement.verdict is Verdict.UP or lookout.is_out_of_time:
            self._settle(judged)

    def _sign_in(self, server_ip: str, stack: ExitStack) -> _Lookout | None:
        """:raises WizardError: the last of what stood in the way"""
        problem: WizardError | None = None
        for way_in in self._task.ways_in(server_ip):
            try:
                lookout = _Lookout(stack.enter_context(way_in), server_ip, self._task)
            except WizardError as refused:
                problem = refused
            else:
                self._looking[server_ip] = lookout
                return lookout
        if problem is not None:
            raise problem
        return None


class _Lookout:
    """One other server, signed in to."""

    def __init__(self, connection: Connection, server_ip: str, task: Task) -> None:
        facts = gather_facts(connection)
        if facts.server_ip != server_ip:
            raise OtherDialerError(found=facts.server_ip, expected=server_ip)
        self._connection = connection
        self._context = facts.ext_context
        self._task = task
        self._since = task.clock.now()
        self._reloaded = self._nudged = False

    @property
    def is_out_of_time(self) -> bool:
        return self._task.clock.now() - self._since > _COME_UP_SECONDS

    def judge(self) -> tuple[Judgement, Mapping[str, str]]:
        """What is true there now."""
        checkpoint = self._task.checkpoint
        [reply] = self._connection.ask([operations.select_carrier(checkpoint.carrier.carrier_id)])
        if bool(table_of(reply).rows) is self._task.gone:
            # Its own database says otherwise than ours.
            return OTHER_DATABASE, {}
        digits = [number for number, _ in checkpoint.routes]
        look = look_at(self._connection, checkpoint.carrier, self._context, digits)
        if not look.answered:
            return Judgement(Verdict.CANNOT_TELL, "asterisk_silent"), {}
        judgement = self._about_undo(look) if self._task.gone else self._about_install(look)
        return judgement, look.observation.states

    def _about_undo(self, look: Look) -> Judgement:
        if look.is_gone(self._task.checkpoint.routes):
            return REMOVED
        if not look.in_files:
            self._reload_late()
        return STILL_THERE

    def _about_install(self, look: Look) -> Judgement:
        if not look.in_files:
            return Judgement(Verdict.DOWN, "not_generated")
        if not look.is_loaded(self._task.checkpoint.routes):
            self._reload_late()
            return NOT_LOADED
        nudges = watch_of(self._task.checkpoint.carrier).nudges
        if nudges and not self._nudged:
            self._nudged = True
            self._connection.ask(list(map(asterisk, nudges)), stop_at_error=False)
        return look.observation.judgement

    def _reload_late(self) -> None:
        """VICIdial's typed reload can go nowhere there as here (vicidial.md §2.5)."""
        if not self._reloaded and self._task.clock.now() - self._since > _RELOAD_SECONDS:
            self._reloaded = True
            reloads = watch_of(self._task.checkpoint.carrier).reloads
            self._connection.ask([asterisk(command) for command in reloads], stop_at_error=False)
