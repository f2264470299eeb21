"""Sound, and what ends calls that were answered."""

from __future__ import annotations

import re
from collections.abc import Callable

from wizard.carrier.diagnosis.case import Case, can_reach
from wizard.carrier.diagnosis.cause import LIKELY, POSSIBLE, PROVED, Rule, Sighting, seen
from wizard.carrier.diagnosis.failures import status_of
from wizard.carrier.diagnosis.observations import CallSeen

_SECONDS_OF_TIMERS = ((880, 910), (1780, 1815))


def _answered(case: Case) -> CallSeen | None:
    call = case.seen.call
    return call if call is not None and call.answered else None


def _is_heard(case: Case) -> bool:
    """Sound came in, so the carrier knows where to send it."""
    call = _answered(case)
    return bool(call and call.audio_in)


def _is_deaf(case: Case) -> bool:
    call = _answered(case)
    return bool(call and call.audio_in == 0)


def _sample_address(case: Case) -> Sighting | None:
    advertised = case.seen.advertised
    if advertised is None or not advertised.is_sample or _is_heard(case):
        return None
    return seen(PROVED, advertised=advertised.media or advertised.signalling, source=advertised.source)


def _private_address(case: Case) -> Sighting | None:
    address, advertised = case.advertised_media, case.seen.advertised
    if not address or _is_heard(case) or (advertised is not None and advertised.is_sample):
        return None
    if can_reach(address, case.carrier_addresses) is not False:
        return None
    source = advertised.source if advertised else ""
    return seen(
        PROVED if _is_deaf(case) else LIKELY, media_address=address, carrier=", ".join(case.carrier_addresses), source=source
    )


def _firewall(case: Case) -> Sighting | None:
    """Packets are counted outside the firewall: those that come there prove nothing."""
    firewall, call = case.seen.firewall, _answered(case)
    if firewall is None or not firewall.audio_blocked:
        return None
    came = f"{call.audio_in} packets came to the dialer" if call is not None and call.audio_in is not None else ""
    return seen(PROVED if came else LIKELY, sound_in=came, firewall=firewall.kind, rules="; ".join(firewall.blocks))


def _nothing_heard(case: Case) -> Sighting | None:
    call = _answered(case)
    if call is None or call.audio_in != 0 or _firewall(case) or _private_address(case) or _sample_address(case):
        return None
    return seen(LIKELY, sound_in="0 packets", sound_out=f"{call.audio_out} packets" if call.audio_out is not None else "")


def _nothing_sent(case: Case) -> Sighting | None:
    call = _answered(case)
    return seen(LIKELY, sound_out="0 packets") if call is not None and call.audio_out == 0 and call.audio_in else None


def _no_translation(case: Case) -> Sighting | None:
    line = case.log_line(r"no path to translate|unable to find a codec translation path|no format found to offer")
    return seen(PROVED, log=line) if line else None


def _codec_missing(case: Case) -> Sighting | None:
    conditions = case.seen.preconditions
    if conditions is None or not conditions.codecs_missing or _is_heard(case):
        return None
    is_failing = case.call_failed or _is_deaf(case)
    if case.is_fine and not is_failing:
        return None
    return seen(LIKELY if is_failing else POSSIBLE, codecs_missing=", ".join(conditions.codecs_missing))


def _carrier_hung_up(call: CallSeen) -> bool:
    """Whether the other side ended it; as far as anybody looked."""
    byes = [message for message in call.messages if message.text.startswith("BYE ")]
    return not call.messages or any(not message.is_outgoing for message in byes) or not byes


def _lasted(code: str, *spans: tuple[float, float]) -> Callable[[Case], Sighting | None]:
    def sees(case: Case) -> Sighting | None:
        call = _answered(case)
        if call is None or not any(first <= call.seconds <= last for first, last in spans) or not _carrier_hung_up(call):
            return None
        return seen(LIKELY, call=f"ended after {call.seconds:.0f} s", pattern=code)

    return sees


def _ack_lost(case: Case) -> Sighting | None:
    call = _answered(case)
    if call is None:
        return None
    again = sum(
        1
        for each in call.messages
        if not each.is_outgoing and status_of(each) == 200 and re.search(r"CSeq:\s*\d+ INVITE", each.text, re.IGNORECASE)
    )
    if again >= 4:
        return seen(PROVED, answer=f"200 OK came {again} times", call=f"{call.seconds:.0f} s")
    return _lasted("no ACK", (29.5, 33.0))(case)


def _rtp_timeout(case: Case) -> Sighting | None:
    line = case.log_line(r"lack of rtp activity|rtp timeout")
    if line:
        return seen(PROVED, log=line)
    call = _answered(case)
    if call is None or call.audio_in != 0 or not 58 <= call.seconds <= 66:
        return None
    return seen(LIKELY, call=f"ended after {call.seconds:.0f} s", sound_in="0 packets")


def _sdp_of(call: CallSeen, *, outgoing: bool) -> str:
    texts = [each.text for each in call.messages if each.is_outgoing is outgoing and "m=audio" in each.text]
    return texts[-1] if texts else ""


def _no_digits(case: Case) -> Sighting | None:
    """We offered digits as events, and the carrier's answer has none."""
    call = _answered(case)
    if call is None:
        return None
    offer, answer = _sdp_of(call, outgoing=True), _sdp_of(call, outgoing=False)
    if "telephone-event" not in offer or not answer or "telephone-event" in answer:
        return None
    return seen(LIKELY, answer="no telephone-event")


def _no_ringing(case: Case) -> Sighting | None:
    call = _answered(case)
    if call is None:
        return None
    asked = [each.at for each in call.messages if each.is_outgoing and each.text.startswith("INVITE ")]
    replies = [each for each in call.messages if not each.is_outgoing and status_of(each)]
    taken = [each.at for each in replies if status_of(each) == 200 and "INVITE" in each.text]
    if not asked or not taken or any(status_of(each) in (180, 181, 182, 183) for each in replies):
        return None
    return seen(POSSIBLE, answered_after=f"{taken[0] - asked[0]:.0f} s") if taken[0] - asked[0] > 2 else None


SOUND = (
    Rule("sample_address", (25, 28), _sample_address, 4),
    Rule("private_address", (25, 28), _private_address, 5),
    Rule("firewall_audio", (26,), _firewall, 4),
    Rule("codec_untranslatable", (24,), _no_translation),
    Rule("codec_missing", (24, 23), _codec_missing, 6),
    Rule("no_sound_in", (26, 25), _nothing_heard),
    Rule("no_sound_out", (25,), _nothing_sent),
    Rule("answer_not_confirmed", (28,), _ack_lost),
    Rule("session_timer", (29,), _lasted("session timer", *_SECONDS_OF_TIMERS)),
    Rule("silence_timeout", (30,), _rtp_timeout),
    Rule("digits_not_heard", (36,), _no_digits),
    Rule("no_ringing", (38,), _no_ringing),
)
