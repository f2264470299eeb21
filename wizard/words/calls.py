"""Test calls, in words: what came of one, what the carrier's codes mean, and the ladder as text."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.carrier.diagnosis.observations import Address, CallSeen
from wizard.carrier.signalling.ladder import Ladder, Step

NO_LADDER: dict[str, str] = {
    "iax2": "There is no ladder of this call: the carrier speaks IAX2, which has no SIP messages. What is said here is from VICIdial's own carrier log.",
    "tls": "There is no ladder of this call: its signalling is encrypted (TLS), so its packets tell nothing. What is said here is from VICIdial's own carrier log. Asterisk's own debug output would tell more (on the command line: --debug-log).",
    "no_debug_log": "There is no ladder of this call: its signalling is encrypted (TLS), and this Asterisk is too old to write its debug output into a log of its own.",
    "no_root": "There is no ladder of this call: only root may see packets on the dialer. What is said here is from VICIdial's own carrier log.",
    "no_address": "There is no ladder of this call: the dialer found no address of this carrier's. What is said here is from VICIdial's own carrier log.",
}
#: Q.850 causes, as carriers give them for phone calls
CAUSES: dict[int, str] = {
    1: "the number isn't in use", 3: "no route to where the number is", 16: "the call ended as calls do", 17: "the phone is busy",
    18: "the phone didn't answer the network", 19: "it rang, and nobody answered", 20: "the other side can't be reached",
    21: "the call was rejected", 22: "the number has changed", 27: "the destination is out of order",
    28: "the number is not complete, or not in the format that the carrier wants", 34: "no line was free", 38: "the network is out of order",
    41: "a temporary failure", 42: "too many calls at once", 50: "the account doesn't have this service", 57: "the account may not do this",
    58: "this kind of audio is not available", 88: "the two ends don't fit", 102: "a timer ran out", 127: "something between networks",
}  # fmt: skip
#: what a carrier mostly means by an answer to an INVITE
CODES: dict[int, str] = {
    200: "somebody, or something, answered", 401: "the carrier wants a password, and didn't take ours", 402: "the account has no credit",
    403: "the carrier doesn't let this call: address, account, caller ID or destination isn't allowed", 404: "the carrier doesn't know the number as it was written",
    407: "the carrier wants a password, and didn't take ours", 408: "the other side didn't answer in time", 410: "the number is gone",
    480: "the phone can't be reached now", 484: "digits are missing: the carrier wants another number format", 486: "the phone is busy",
    487: "the call was given up before anybody answered", 488: "no codec, or no encryption, that both sides have", 500: "the carrier has a fault",
    502: "the carrier's own carrier refused", 503: "the carrier has no line free, or takes no calls now", 504: "the carrier's own carrier didn't answer",
    600: "the phone is busy", 603: "the call was declined, by the person or by the carrier", 604: "the number exists nowhere",
    606: "the audio isn't acceptable", 607: "the person called doesn't want this call", 608: "a filter rejected the call",
}  # fmt: skip
CALL_FINDINGS: dict[str, str] = {
    "call_number_short": "This number is too short for a phone of yours. Emergency and service numbers are never test-called.",
    "call_number_premium": "Calls to this number cost extra. Give a phone of your own.",
    "call_number_invalid": "No phone can have this number. Write it as people do: 212 555 0100, or +44 20 7946 0000.",
    "call_not_taken": "The dialplan that Asterisk has loaded leads this number to “{carrier}” by none of its prefixes. Look with simulate where it goes.",
    "call_because": "{happened} {next}",
    "debug_log_not_needed": "This call's signalling is not encrypted: its packets tell everything, without a debug log.",
    "call_caller_id_missing": "No active campaign has a caller ID. Give one that you own.",
    "call_caller_id_wrong": "A caller ID has 7 to 15 digits.",
}

#: what a debug log means, before it is switched on
DEBUG_LOG_WARNING = (
    "While the call lasts, Asterisk writes every SIP message to and from this carrier's address, those of live calls too, into a log"
    " of the wizard's, and on its console, which VICIdial keeps in its screen log. Digests of your password are among them, the"
    " password itself is not. It is switched off, and the wizard's log deleted, when the call has ended, whatever happens."
)


def call_headline(carrier_id: str, call: CallSeen) -> str:
    """What came of it, in one sentence."""
    if call.answered:
        return f"“{carrier_id}” put the call through, and it was answered."
    if call.unheard:
        return f"“{carrier_id}” answered, and its answers never came to Asterisk."
    if call.sip_code >= 300:
        said = f"{call.sip_code} {call.sip_reason}".strip()
        meaning = CODES.get(call.sip_code)
        return f"“{carrier_id}” answered {said}" + (f": {meaning}." if meaning else ".")
    if call.sip_code in range(180, 200) or call.dialstatus in ("NOANSWER", "CANCEL"):
        return f"“{carrier_id}” took the call, and nobody answered it."
    if call.left is False:
        return f"Nothing of the call left the dialer towards “{carrier_id}”."
    if call.left and not call.sip_code:
        return f"“{carrier_id}” didn't answer the call at all."
    return f"The call through “{carrier_id}” was not answered" + (f" ({call.dialstatus})." if call.dialstatus else ".")


def call_facts(call: CallSeen, ladder: Ladder) -> list[tuple[str, str]]:
    """What else is known: (label, value)."""
    cause = "" if not call.hangup_cause else f"{call.hangup_cause} ({CAUSES.get(call.hangup_cause, 'see Q.850')})"
    facts = [
        ("Caller ID", call.caller_id),
        ("VICIdial's log", call.dialstatus),
        ("Hangup cause", cause),
        *(("The carrier's own words", f"{name}: {text}") for name, text in ladder.explained),
        *(("which means", CAUSES[cause]) for cause in ladder.causes if cause in CAUSES),
        ("Codecs offered", ", ".join(ladder.offered)),
        ("Codecs agreed", ", ".join(ladder.codecs)),
        ("Audio is to come to", _place(ladder.audio_near)),
        ("Audio is to go to", _place(ladder.audio_far)),
    ]
    if call.audio_in is not None and call.answered:
        facts.append(("Audio packets", f"{call.audio_in} came in, {call.audio_out} went out"))
    return [(label, value) for label, value in facts if value]


def step_words(step: Step) -> str:
    """What stands on an arrow."""
    about = f" ({step.about})" if step.about and step.about != "INVITE" else ""
    again = f" ×{step.repeats + 1}" if step.repeats else ""
    return f"{step.label}{about}{' + SDP' if step.session and step.session.audio else ''}{again}"


def ladder_lines(ladder: Ladder) -> Iterator[str]:
    """The ladder for a terminal."""
    if not ladder.steps:
        return
    first = ladder.steps[0]
    texts = [step_words(step) for step in ladder.steps]
    width = max(map(len, texts)) + 6
    near, far = _place(first.near), _place(first.far)
    yield f"{'':9}{near}{' ' * max(1, width + 2 - len(near))}{far}  {first.transport}"
    for step, text in zip(ladder.steps, texts, strict=True):
        line = f" {text} ".center(width, "-")
        arrow = f"|{line}>|" if step.is_outgoing else f"|<{line}|"
        yield f"{step.at:7.3f}  {arrow}"


def _place(address: Address | None) -> str:
    if address is None:
        return ""
    return f"{address.host}:{address.port}" if address.port else address.host
