"""The globals string and the dialplan entry: how calls reach the trunk."""

from __future__ import annotations

from .answers import Answers
from .conf import Application, Extension, Option
from .drivers import driver_of
from .names import global_name, trunk_name
from .numbers import Route, caller_id_steps, routes

#: VICIdial's call log: the first step of every carrier's pattern (vicidial.md §3.5)
CALL_LOG = Application("AGI", ("agi://127.0.0.1:4577/call_log",))


def globals_string(answers: Answers) -> str:
    """One variable that stands for the trunk: ``ACME_TRUNK=SIP/acme``; PJSIP has the number before the trunk's name."""
    carrier = answers.carrier
    value = driver_of(carrier.protocol).global_value(trunk_name(carrier))
    return Option(global_name(carrier), value).line()


def extensions(answers: Answers) -> list[Extension]:
    """One per route: log, shape the caller ID, dial, hang up."""
    return [_extension(answers, route) for route in routes(answers.numbers)]


def _extension(answers: Answers, route: Route) -> Extension:
    variable = f"${{{global_name(answers.carrier)}}}"
    dialled = driver_of(answers.carrier.protocol).dialled(variable, route.dial_string.expression())
    dial = Application("Dial", (dialled, "${CAMPDTO}", "To"))
    caller_id = caller_id_steps(answers.numbers)
    return Extension(route.pattern, (CALL_LOG, *caller_id, dial, Application("Hangup")))
