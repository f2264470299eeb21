"""When a call goes on to the next carrier: the rule, as dialplan steps after a Dial().

By the SIP code of that leg alone, or by there being none, never by DIALSTATUS: CHANUNAVAIL is also a wrong number, and a person
who pressed Decline (failover.md §3, §4; run in tests/real/test_failover.py). Once something has rung nobody is called again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from wizard.carrier.answers import Answers, FailoverReason
from wizard.carrier.conf import Application, Step
from wizard.carrier.drivers.chan_sip import SILENCE_MS
from wizard.carrier.model import Protocol

#: in seconds: how long Asterisk waits for a first answer where nothing shortens it (failover.md §2)
LONGEST_SILENCE = 32
#: in seconds: where qualify has told, or tells while the call waits
_ASKED_FIRST = 4
#: the variable that VICIdial's least-cost look-up sets (vicidial.md §4), and a leg by whichever trunk is in it
LCR_TRUNK = "LCRTRUNK"
CHEAPEST = "the cheapest"
#: where every chain ends
END = "cwend"
#: SIP codes by reason; 486, 404, 484, 480, 603 and the like are about the person called, and never here
_SIP_CODES = {
    FailoverReason.UNREACHABLE: ("408",),
    FailoverReason.REFUSED: ("401", "402", "403", "407", "488"),
    FailoverReason.CONGESTED: ("5..",),
}
#: IAX2 has no codes of its own, so its causes have to do. Neither 3 nor 21 is among them: 3 is Asterisk's for a number that
#: nobody has, 21 is also a person who declines (tests/real/test_failover.py)
_IAX2_CAUSES = {
    FailoverReason.UNREACHABLE: ("18", "20", "27"),
    FailoverReason.REFUSED: ("50",),
    FailoverReason.CONGESTED: ("34", "38", "42"),
}


def rule_steps(technology: str, reasons: Collection[FailoverReason], onward: str, *, tells_ringing: bool = True) -> list[Step]:
    """After a leg by ``SIP``, ``PJSIP``, ``IAX2`` or :data:`CHEAPEST`: on to the label ``onward``, or to the end.

    What a carrier said is judged by that alone: DIALSTATUS and the cause of a SIP call follow a Reason header too. Where Dial()
    doesn't tell whether anything has rung, whoever said anything may have rung.
    """
    said = f"{onward}said"
    silent = onward if FailoverReason.UNREACHABLE in reasons else END
    # Three characters only: what else a carrier says may hold quotes, and never enters an expression.
    by_code, codes = "${HANGUPCAUSE(${HANGUPCAUSE_KEYS()},tech):4:3}", _any_of(_SIP_CODES, reasons)
    by_cause, causes = "${HANGUPCAUSE}", _any_of(_IAX2_CAUSES, reasons)
    answer, good = (by_cause, causes) if technology == "IAX2" else (by_code, codes)
    if technology == CHEAPEST:
        # Codes have three digits and causes two, so nothing is taken for the other.
        answer = f'${{IF($["${{{LCR_TRUNK}:0:4}}" = "IAX2"]?{by_cause}:{by_code})}}'
        good = f"{codes}|{causes}"
    # Nothing answered: there is no channel whose cause could be told.
    nothing_said = _goto_if('"${DIALSTATUS}" = "CHANUNAVAIL" | "${DIALSTATUS}" = "CONGESTION"', silent, END)
    steps = [_set("CWSAID", "0"), _goto_if('"${RINGTIME}${PROGRESSTIME}" != ""', END)]
    if not tells_ringing:
        return [*steps, _goto_if('"${HANGUPCAUSE_KEYS()}" != ""', END), nothing_said]
    return [
        *steps,
        _goto_if('"${HANGUPCAUSE_KEYS()}" != ""', said),
        nothing_said,
        replace(_set("CWSAID", answer), label=said),
        _goto_if(f'"${{CWSAID}}" =~ "{good}"', onward, END),
    ]


def between_steps(carrier: str, backup: str, number: str) -> list[Step]:
    """What the next leg begins with: a line in Asterisk's log that names it, and nothing left of the one before."""
    told = f"carrier-wizard {carrier} to {backup}: ${{DIALSTATUS}} ${{HANGUPCAUSE}} ${{CWSAID}} {number}"
    return [
        Step(Application("Log", ("NOTICE", told))),
        # With two channels' causes VICIdial's log would have neither (vicidial.md §3.5).
        Step(Application("HangupCauseClear")),
    ]


def _any_of(codes: dict[FailoverReason, tuple[str, ...]], reasons: Collection[FailoverReason]) -> str:
    chosen: Sequence[str] = [code for reason in FailoverReason if reason in reasons for code in codes[reason]]
    return f"^({'|'.join(chosen)})$"


def _set(variable: str, value: str) -> Step:
    return Step(Application("Set", (f"{variable}={value}",)))


def _goto_if(expression: str, then: str, otherwise: str = "") -> Step:
    return Step(Application("GotoIf", (f"$[{expression}]?{then}" + (f":{otherwise}" if otherwise else ""),)))


def seconds_of_silence(answers: Answers) -> int:
    """After how long a trunk that says nothing has failed, measured in tests/real/test_failover_facts.py.

    chan_sip has a timer for each trunk. PJSIP has none, but a carrier that qualify knows to be gone fails at once; IAX2 asks
    before it waits.
    """
    if answers.carrier.protocol is Protocol.SIP:
        return SILENCE_MS // 1000
    return _ASKED_FIRST if answers.connection.qualify else LONGEST_SILENCE
