"""One call through a carrier's own dialplan entry, watched from the outside, and always hung up.

It goes out as VICIdial's calls do, under a caller name that VICIdial logs, with lead 0, which nobody has (vicidial.md §3.7).
Asterisk itself ends it in any case: the call file has limits, should the wizard or the connection die.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from wizard.carrier.diagnosis.observations import CallSeen
from wizard.carrier.model import Carrier
from wizard.carrier.signalling.ladder import Ladder, OwnCall, ladder_of

from .call_log import call_identifier, lines_of_call
from .carrier_addresses import addresses_of
from .connection import Connection
from .ears import Ears
from .pace import Clock
from .protocol import Operation, asterisk, clock, printed, sql, table_of

#: how long it may ring, and how long the tone is played once somebody answered
RING_SECONDS, TALK_SECONDS = 30, 8
#: ringing and tone together, and Asterisk's own patience with a carrier that says nothing
_MARGIN_SECONDS = 5
#: VICIdial's row comes once the call has ended
_LOG_SECONDS = 4.0
_LOOK_SECONDS = 0.5
#: where the name of a channel's account stands among the fields of ``core show channels concise``
_NAME, _STATE, _APPLICATION, _ACCOUNT = 0, 4, 5, 8


@dataclass(frozen=True)
class CallOrder:
    """``digits``: as they are dialled, prefix and all. ``number``: the phone that rings. ``carriers``: all its legs.

    ``trunk``: the name that the first Dial() calls.
    """

    digits: str
    number: str
    caller_id: str
    context: str
    carriers: tuple[Carrier, ...]
    trunk: str = ""
    #: where the call's packets are encrypted, have the driver write what it says into a log, for as long as the call lasts
    debug_log: bool = False
    ring_seconds: int = RING_SECONDS
    talk_seconds: int = TALK_SECONDS


@dataclass(frozen=True)
class CallResult:
    """``no_ladder``: why no messages were seen: ``iax2``, ``tls``, ``no_root``, ``no_address``, ``no_debug_log`` (this Asterisk
    keeps no such log), "" where they were.
    """

    seen: CallSeen
    ladder: Ladder
    no_ladder: str = ""


def place_call(connection: Connection, order: CallOrder, pace: Clock) -> CallResult:
    """Place it, follow it to its end, hang up. The database has to be open.

    :raises CommandError: the call file could not be written
    """
    [now] = connection.ask([clock()])
    at = float(now.values[0] or 0)
    code = f"V{int(at) % 10**9:09}{0:010}"
    own = OwnCall(code, order.number, at - 0.5)
    hosts = addresses_of(connection, order.carriers)
    ears = Ears(connection, own, hosts, pace)
    try:
        no_ladder = ears.open(order.carriers, debug_seconds=2 * _longest(order) if order.debug_log else 0)
        call = _Call(connection, order, code, ears, pace)
        try:
            connection.ask([Operation("call", (code, _call_file(order, code, connection)))])[0].result("call")
            call.follow()
        finally:
            call.hang_up()
        return CallResult(call.seen(), call.ladder, no_ladder)
    finally:
        ears.close()


def _longest(order: CallOrder) -> int:
    """Seconds after which a call is over in any case."""
    return order.ring_seconds + order.talk_seconds + 2 * _MARGIN_SECONDS


def _call_file(order: CallOrder, code: str, connection: Connection) -> str:
    limit = order.ring_seconds + order.talk_seconds + _MARGIN_SECONDS
    [shown] = connection.ask([asterisk("core show application Milliwatt")], stop_at_error=False)
    # A tone that both the user and the packets' count can hear; who has no such application has silence.
    plays = "Milliwatt" if "Milliwatt" in printed(shown) and "not registered" not in printed(shown) else "Wait"
    return (
        f'Channel: Local/{order.digits}@{order.context}\nCallerID: "{code}" <{order.caller_id}>\nAccount: {code}\n'
        f"MaxRetries: 0\nWaitTime: {order.ring_seconds}\nSetvar: TIMEOUT(absolute)={limit}\n"
        f"Application: {plays}\nData: {order.talk_seconds if plays == 'Wait' else ''}\n"
    )


class _Call:
    def __init__(self, connection: Connection, order: CallOrder, code: str, ears: Ears, pace: Clock) -> None:
        self._connection, self._order, self._code = connection, order, code
        self._ears, self._pace = ears, pace
        self.ladder = Ladder()
        self._seen = CallSeen(order.number, order.caller_id, answered=False, seconds=0.0, trunk=order.trunk)
        self._ended = False
        #: Asterisk's own name of the call, once its channel was seen
        self._identifier = ""

    def follow(self) -> None:
        """Until nobody is there any more; somebody who answered hears the tone for a while."""
        began = self._pace.now()
        limit = _longest(self._order)
        answered_at: float | None = None
        has_begun = False
        while (passed := self._pace.now() - began) < limit:
            self._look(_LOOK_SECONDS)
            own = self._channels()
            has_begun = has_begun or bool(own)
            if own and not self._identifier:
                self._identifier = call_identifier(self._connection, own[0][_NAME])
            if answered_at is None and any(fields[_APPLICATION] in ("Milliwatt", "Wait") for fields in own):
                answered_at = self._pace.now()
                self._seen = replace(self._seen, answered=True)
            if answered_at is not None and self._pace.now() - answered_at >= self._order.talk_seconds:
                break
            if not own and (has_begun or passed > _MARGIN_SECONDS or self.ladder.code >= 300):
                self._ended = True
                break
        self._seen = replace(self._seen, seconds=round(self._pace.now() - began, 1))

    def hang_up(self) -> None:
        """Harmless where the call has ended: only channels of this very call are asked for."""
        self._connection.ask([Operation("uncall", (self._code,))], stop_at_error=False)
        for fields in self._channels():
            self._connection.ask([asterisk(f"channel request hangup {fields[_NAME]}")], stop_at_error=False)

    def seen(self) -> CallSeen:
        """With the last messages, and VICIdial's row."""
        until = self._pace.now() + _LOG_SECONDS
        self._look(_LOOK_SECONDS)
        row = self._logged()
        while not row and self._pace.now() < until:
            self._look(_LOOK_SECONDS)
            row = self._logged()
        seen = replace(
            self._seen,
            answered=self._seen.answered or self.ladder.answered or row.get("dialstatus") == "ANSWER",
            dialstatus=row.get("dialstatus") or "",
            hangup_cause=int(row["hangup_cause"] or 0) if row else None,
            unheard=self.ladder.unheard,
            sip_code=(0 if self.ladder.unheard else self.ladder.code) or int(row.get("sip_hangup_cause") or 0),
            sip_reason=self.ladder.reason or row.get("sip_hangup_reason") or "",
            log_lines=lines_of_call(self._connection, self._identifier, self._order.number),
        )
        if not self._ears.hear_messages:
            return seen
        near, far = self.ladder.audio_near, self.ladder.audio_far
        return replace(seen, left=bool(seen.messages), audio_in=self._ears.audio_to(near), audio_out=self._ears.audio_to(far))

    def _look(self, seconds: float) -> None:
        messages = self._ears.listen(seconds)
        if self._ears.hear_messages:
            self.ladder = ladder_of(messages)
            self._seen = replace(self._seen, messages=tuple(messages))
            self._ears.follow_sound(self.ladder.audio_far)

    def _channels(self) -> list[list[str]]:
        [reply] = self._connection.ask([asterisk("core show channels concise")], stop_at_error=False)
        lines = (line.split("!") for line in printed(reply).splitlines())
        # an old Asterisk cuts the account at nineteen characters
        return [fields for fields in lines if len(fields) > _ACCOUNT and fields[_ACCOUNT][:19] == self._code[:19]]

    def _logged(self) -> dict[str, str | None]:
        statement = (
            "SELECT dialstatus, hangup_cause, sip_hangup_cause, sip_hangup_reason FROM vicidial_carrier_log"
            " WHERE call_date > NOW() - INTERVAL 5 MINUTE AND caller_code=?"
        )
        [reply] = self._connection.ask([sql(statement, self._code)], stop_at_error=False)
        rows = table_of(reply).rows if reply.status == "ok" else ()
        return dict(rows[0]) if rows else {}
