"""One look at all active carriers of a dialer at once, again and again over one connection, in two round trips each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from wizard.carrier.model import ALL_SERVERS, Carrier
from wizard.errors import AsteriskSilentError, WizardError

from . import operations
from .asterisk_output import parse_version
from .by_row import judge_by_row
from .connection import Connection
from .gathering import open_database
from .neighbours import TrunkQuestions
from .protocol import AgentReply, asterisk, printed, sql, table_of
from .rows import carrier_of_row
from .verdict import Judgement

_ALIVE = "core show version"
_ACTIVE_ROWS = "SELECT * FROM vicidial_server_carriers WHERE active='Y' ORDER BY carrier_id"
#: of each question: many are asked one after the other, and a busy Asterisk answers in far less
_ASTERISK_SECONDS = 5


@dataclass(frozen=True)
class LookedAt:
    """What was seen at one moment."""

    #: whether a wizard is at work on the dialer, this one or another: what is seen then is on its way
    is_busy: bool
    #: carrier id → its state, of the active carriers that this server loads
    carriers: Mapping[str, Judgement] = field(default_factory=dict)
    #: carrier id → Asterisk's own words
    states: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


class Lookout:
    """Somebody who looks at one dialer from time to time; one look at a time.

    The connection stays open between looks for as long as the dialer keeps it, and a look over one that has ended is done again
    over a new one.
    """

    def __init__(self, connect: Callable[[], Connection]) -> None:
        self._connect = connect
        self._connection: Connection | None = None
        self._server_ip = ""
        self._is_given_up = False

    def look(self) -> LookedAt:
        """Look at every active carrier; nothing is changed.

        :raises DialerError: the dialer, its database or its Asterisk can't be asked, so nothing is known of its carriers
        """
        is_new = self._connection is None
        self._is_given_up = False
        try:
            return self._look(self._opened())
        except AsteriskSilentError:
            raise
        except WizardError:
            self.close()
            if is_new or self._is_given_up:
                raise
        except BaseException:
            self.close()
            raise
        try:
            return self._look(self._opened())
        except BaseException:
            self.close()
            raise

    def give_up(self) -> None:
        """End a look that hangs, from another thread; it fails as if the connection had broken off."""
        self._is_given_up = True
        self.close()

    def close(self) -> None:
        """Let go of the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _opened(self) -> Connection:
        if self._connection is None:
            self._connection = self._connect()
            self._connection.open()
            self._server_ip = open_database(self._connection)["VARserver_ip"]
        return self._connection

    def _look(self, connection: Connection) -> LookedAt:
        rows, holder = connection.ask(
            [
                sql("SELECT * FROM vicidial_server_carriers WHERE active='Y' ORDER BY carrier_id"),
                operations.select_lock_holder(),
            ]
        )
        loaded, judged = self._sorted(carrier_of_row(row) for row in table_of(rows).rows)
        questions = TrunkQuestions.about(loaded)
        *said, still_held = connection.ask(
            [
                *(asterisk(question, _ASTERISK_SECONDS) for question in (_ALIVE, *questions.texts)),
                operations.select_lock_holder(),
            ],
            stop_at_error=False,
        )
        alive, *answers = map(printed, said)
        if not parse_version(alive):
            raise AsteriskSilentError
        seen = questions.read(answers)
        return LookedAt(
            is_busy=_is_held(holder) or _is_held(still_held),
            carriers={**judged, **{name: each.judgement for name, each in seen.items()}},
            states={name: each.states for name, each in seen.items()},
        )

    def _sorted(self, carriers: Iterable[Carrier]) -> tuple[list[Carrier], dict[str, Judgement]]:
        """Those that Asterisk is to be asked about, and those that are judged by their row; other servers' are neither."""
        loaded: list[Carrier] = []
        judged: dict[str, Judgement] = {}
        for carrier in carriers:
            if carrier.server_ip not in (self._server_ip, ALL_SERVERS):
                continue
            known = judge_by_row(carrier, self._server_ip)
            if known is None:
                loaded.append(carrier)
            else:
                judged[carrier.carrier_id] = known
        return loaded, judged


def _is_held(reply: AgentReply) -> bool:
    rows = table_of(reply).rows
    return bool(rows) and rows[0]["holder"] is not None
