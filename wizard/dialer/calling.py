"""One call through a carrier's own dialplan entry, watched from the outside, and always hung up.

It goes out as VICIdial's calls do, under a caller name that VICIdial logs, with lead 0, which nobody has (vicidial.md §3.7).
Asterisk itself ends it in any case: the call file has limits, should the wizard or the connection die.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from wizard.carrier.answers import Transport
from wizard.carrier.diagnosis.observations import CallSeen
from wizard.carrier.model import Carrier, Protocol
from wizard.carrier.signalling.ladder import Ladder, OwnCall, call_messages, ladder_of
from wizard.carrier.signalling.packets import put_together
from wizard.carrier.traffic import traffic_of

from .call_log import call_identifier, lines_of_call
from .capture import Capture
from .carrier_addresses import addresses_of
from .connection import Connection
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
    ring_seconds: int = RING_SECONDS
    talk_seconds: int = TALK_SECONDS


@dataclass(frozen=True)
class CallResult:
    """``no_ladder``: why no packets were seen: ``iax2``, ``tls``, ``no_root``, ``no_address``, "" where they were."""

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
    capture = Capture()
    hosts = addresses_of(connection, order.carriers)
    no_ladder = _blind(order.carriers) or ("" if hosts else "no_address")
    if not no_ladder:
        no_ladder = "no_root" if capture.start(connection, hosts) else ""
    call = _Call(connection, order, code, OwnCall(code, order.number, at - 0.5), capture, pace, hears=not no_ladder)
    try:
        connection.ask([Operation("call", (code, _call_file(order, code, connection)))])[0].result("call")
        call.follow()
    finally:
        call.hang_up()
    return CallResult(call.seen(), call.ladder, no_ladder)


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


def _blind(carriers: Sequence[Carrier]) -> str:
    """Why the packets of these carriers tell nothing."""
    if all(carrier.protocol is Protocol.IAX2 for carrier in carriers):
        return "iax2"
    return "tls" if any(traffic_of(carrier).transport is Transport.TLS for carrier in carriers) else ""


class _Call:
    def __init__(
        self, connection: Connection, order: CallOrder, code: str, own: OwnCall, capture: Capture, pace: Clock, *, hears: bool
    ) -> None:
        self._connection, self._order, self._code, self._own = connection, order, code, own
        self._capture, self._pace, self._hears = capture, pace, hears
        self._carrier = frozenset(capture.hosts)
        self.ladder = Ladder()
        self._seen = CallSeen(order.number, order.caller_id, answered=False, seconds=0.0, trunk=order.trunk)
        self._ended = False
        #: Asterisk's own name of the call, once its channel was seen
        self._identifier = ""

    def follow(self) -> None:
        """Until nobody is there any more; somebody who answered hears the tone for a while."""
        began = self._pace.now()
        limit = self._order.ring_seconds + self._order.talk_seconds + 2 * _MARGIN_SECONDS
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
        if not self._hears:
            return seen
        near, far = self.ladder.audio_near, self.ladder.audio_far
        return replace(
            seen,
            left=bool(seen.messages),
            audio_in=self._capture.audio_to(near) if near else 0,
            audio_out=self._capture.audio_to(far) if far else 0,
        )

    def _look(self, seconds: float) -> None:
        if not self._hears:
            self._pace.sleep(seconds)
            return
        self._capture.hear(self._connection, seconds)
        messages = call_messages(put_together(self._capture.packets), self._own, self._carrier)
        self.ladder = ladder_of(messages)
        self._seen = replace(self._seen, messages=tuple(messages))
        media = self.ladder.audio_far
        # Many carriers have their audio come from elsewhere.
        if media and media.host not in self._capture.hosts and re.fullmatch(r"\d+(\.\d+){3}", media.host):
            self._capture.start(self._connection, [media.host])

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
