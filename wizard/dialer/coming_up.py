"""Following an entry from VICIdial's files into Asterisk and on to its carrier, until it is up, final, or out of time."""

from __future__ import annotations

from dataclasses import replace

from wizard.carrier.diagnosis.observations import Understood
from wizard.errors import MisunderstoodError, NotLoadedError, RebuildTimeoutError, StoppedError

from .connection import Connection
from .journal import Checkpoint, Journal, Observation, Phase
from .look import Generation, Look, look_at, look_at_generation
from .pace import Clock, Patience
from .protocol import asterisk
from .rewriting import SETTLE_SECONDS, Rewriting
from .understanding import decisive
from .understanding.asking import ask_understood
from .verdict import NOT_LOADED, Judgement, Verdict
from .watch import Seen, watch_of

#: cron's minute, the generator's own sleeps, and some time to spare (vicidial.md §2.2)
REBUILD_SECONDS = 100.0
#: and how long Asterisk may then take
LOAD_PATIENCE = 11.0
#: an Asterisk that says nothing for this long will not be waited for
SILENCE_SECONDS = 60.0
#: of the whole wait, what is kept for the carrier's own answers
COME_UP_SECONDS = 80.0
#: a driver that loads on a thread of its own may hold the earlier entry for a moment
UNDERSTAND_SECONDS = 4.0


class ComingUp:
    """One entry that was just written, as its dialer follows. Every wait ends at once where the user wants it undone."""

    def __init__(self, connection: Connection, checkpoint: Checkpoint, journal: Journal, clock: Clock, lookalikes: int) -> None:
        self._connection = connection
        self._checkpoint = checkpoint
        self._journal = journal
        self._clock = clock
        self._lookalikes = lookalikes
        self._rewriting = Rewriting(checkpoint.row, checkpoint.server_ip) if checkpoint.row is not None else None
        self._trunk = Seen(answered=False, found=False, judgement=NOT_LOADED)
        self.observation = Observation(NOT_LOADED)
        self._understood: tuple[Understood, ...] | None = None

    def follow(self, wait: float) -> Judgement:
        """All the way, for at most ``wait`` seconds.

        :raises RebuildTimeoutError: the generator had its time
        :raises NotLoadedError: Asterisk answers, and does not have it; or never answers
        :raises MisunderstoodError: Asterisk has it with another host, user or context
        :raises StoppedError: the user wants it undone
        """
        deadline = self._clock.now() + wait
        if self._rewriting is not None and not self._rewriting.is_seen:
            self.compare()
            return self.await_up(deadline)
        if not self._await_conf(min(wait, max(REBUILD_SECONDS, wait - COME_UP_SECONDS))):
            return self.observation.judgement
        self.await_loaded()
        self.compare()
        return self.await_up(deadline)

    def compare(self) -> None:
        """What Asterisk understood against what was meant; differences that decide nothing are for the screen.

        :raises MisunderstoodError: Asterisk has it with another host, user or context
        """
        carrier = self._checkpoint.carrier
        began = self._clock.now()
        while found := ask_understood(self._connection, carrier):
            self.stop_if_asked()
            if self._clock.now() - began >= UNDERSTAND_SECONDS:
                break
            self._clock.sleep(0.5)
        self._understood = found
        self._observe(self.observation)
        if wrong := decisive(found):
            raise MisunderstoodError(
                option=f"[{wrong[0].section}] {wrong[0].option}", meant=wrong[0].meant, held=wrong[0].held or "nothing"
            )

    def _observe(self, observation: Observation) -> None:
        self.observation = replace(observation, understood=self._understood)
        self._journal.observe(self.observation)

    def stop_if_asked(self) -> None:
        """:raises StoppedError: the user wants it undone"""
        if self._journal.stop_requested():
            raise StoppedError

    def _await_conf(self, seconds: float) -> bool:
        """False where the time that was given is over, and was too short to blame the dialer.

        :raises RebuildTimeoutError: the generator had its time
        """
        self._journal.begin(Phase.CONF_SEEN)
        began = self._clock.now()
        while not (seen := self._look_at_generation()).is_done:
            self.stop_if_asked()
            waited = self._clock.now() - began
            if waited >= seconds:
                if seconds < REBUILD_SECONDS:
                    return False
                raise RebuildTimeoutError(seconds=round(waited), picked_up=seen.picked_up)
            # Once the generator is at work, the reload follows its file at once: look often, to be there when it counts.
            self._clock.sleep(0.25 if seen.picked_up else 1.0)
        self._journal.done(Phase.CONF_SEEN)
        return True

    def _look_at_generation(self) -> Generation:
        checkpoint = self._checkpoint
        if self._rewriting is None:
            return look_at_generation(self._connection, checkpoint.carrier, checkpoint.server_ip)
        files = self._rewriting.look_at_files(self._connection)
        return Generation(files.picked_up, in_files=files.is_done(checkpoint.digests, None))

    def await_loaded(self) -> None:
        """:raises NotLoadedError: Asterisk answers, and does not have it; or never answers"""
        self._journal.begin(Phase.LOADED)
        began = self._clock.now()
        patience = Patience(self._clock)
        watch = watch_of(self._checkpoint.carrier)
        reloaded = self._reload_changed()
        while not self._is_loaded(look := self._look(with_routes=True)):
            self.stop_if_asked()
            patience.count(answered=look.answered)
            if reloaded and patience.spent > LOAD_PATIENCE:
                raise NotLoadedError(what="dialplan" if look.trunk.found else "peer")
            if self._clock.now() - began > SILENCE_SECONDS:
                raise NotLoadedError(what="asterisk")
            if not reloaded and patience.spent > watch.reload_patience:
                # The file has it, Asterisk has not: the generator's typed reload went nowhere.
                self._connection.ask([asterisk(command) for command in watch.reloads], stop_at_error=False)
                reloaded, patience = True, Patience(self._clock)
            self._clock.sleep(0.4)
        self._journal.done(Phase.LOADED, "reloaded_by_wizard" if reloaded else "")

    def _reload_changed(self) -> bool:
        """What Asterisk has under the same name may be the entry of before, so it is made to load the new one."""
        if self._rewriting is None:
            return False
        self._rewriting.reload(self._connection)
        self._clock.sleep(SETTLE_SECONDS)
        return True

    def _is_loaded(self, look: Look) -> bool:
        is_alone = self._rewriting is None or self._rewriting.is_old_gone(self._connection, self._checkpoint.ext_context)
        return is_alone and look.is_loaded(self._checkpoint.routes)

    def await_up(self, deadline: float) -> Judgement:
        """Until it is up, final, or the clock is at ``deadline``."""
        nudges = watch_of(self._checkpoint.carrier).nudges
        if self._rewriting is not None and not self._rewriting.is_seen:
            self._look()
        elif nudges:
            self._connection.ask(list(map(asterisk, nudges)), stop_at_error=False)
        began = self._clock.now()
        seen: set[Phase] = set()
        while True:
            judgement = self.observation.judgement
            self._note_progress(seen)
            if judgement.final or judgement.verdict is Verdict.UP or self._clock.now() >= deadline:
                return judgement
            self.stop_if_asked()
            # Often at first, when most carriers come up; then less and less.
            self._clock.sleep(0.4 if self._clock.now() - began < 30 else 1.5)
            self._look()

    def _note_progress(self, seen: set[Phase]) -> None:
        reached = {Phase.REACHABLE: self._trunk.is_reachable, Phase.REGISTERED: self._trunk.is_registered}
        for phase, is_so in reached.items():
            if is_so and phase not in seen:
                seen.add(phase)
                self._journal.done(phase)

    def _look(self, *, with_routes: bool = False) -> Look:
        checkpoint = self._checkpoint
        digits = [number for number, _ in checkpoint.routes] if with_routes else []
        look = look_at(self._connection, checkpoint.carrier, checkpoint.ext_context, digits, self._lookalikes)
        self._trunk = look.trunk
        self._observe(look.observation)
        return look
