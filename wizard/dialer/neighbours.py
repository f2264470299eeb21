"""The other carriers of a dialer: what was up before a rebuild has to be up after it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

from wizard.carrier.model import Carrier

from .connection import Connection
from .pace import Clock
from .protocol import asterisk, printed
from .verdict import Verdict
from .watch import WATCHED_PROTOCOLS, Seen, Watch, watch_of

#: after a reload Asterisk asks every peer again and registers anew; whoever is well has answered by then
GRACE_SECONDS = 25.0


def those_up(connection: Connection, carriers: Sequence[Carrier]) -> tuple[str, ...]:
    """The ids of those that Asterisk holds for up, in one round trip."""
    questions = TrunkQuestions.about(carriers)
    if not questions.texts:
        return ()
    replies = connection.ask(list(map(asterisk, questions.texts)), stop_at_error=False)
    seen = questions.read(list(map(printed, replies)))
    return tuple(carrier_id for carrier_id, each in seen.items() if each.judgement.verdict is Verdict.UP)


@dataclass(frozen=True)
class TrunkQuestions:
    """What to ask Asterisk about several carriers at once: nothing twice."""

    watches: tuple[Watch, ...]
    texts: tuple[str, ...]

    @classmethod
    def about(cls, carriers: Sequence[Carrier]) -> Self:
        """Carriers of a protocol that VICIdial never writes are left out."""
        watches = tuple(watch_of(carrier) for carrier in carriers if carrier.protocol in WATCHED_PROTOCOLS)
        return cls(watches, tuple(dict.fromkeys(question for watch in watches for question in watch.questions)))

    def read(self, said: Sequence[str]) -> dict[str, Seen]:
        """Carrier id → what was seen of it, from the answers in the questions' order."""
        answers = dict(zip(self.texts, said, strict=True))
        return {
            watch.carrier.carrier_id: watch.read([answers[question] for question in watch.questions]) for watch in self.watches
        }


def await_up_again(
    connection: Connection, carriers: Sequence[Carrier], before: Sequence[str], clock: Clock, stop_if_asked: Callable[[], None]
) -> tuple[str, ...]:
    """Those that were up before and are not even after a while; nothing where all is well."""
    watched = [carrier for carrier in carriers if carrier.carrier_id in before]
    deadline = clock.now() + GRACE_SECONDS
    while missing := tuple(sorted(set(before) - set(those_up(connection, watched)))):
        if clock.now() >= deadline:
            return missing
        stop_if_asked()
        clock.sleep(1.0)
    return ()
