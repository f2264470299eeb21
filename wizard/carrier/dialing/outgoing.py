"""What only the outgoing channel gets: the caller's name, and headers of the carrier's own.

A subroutine that Dial() runs on that channel: the dialling channel keeps VICIdial's code of the call, by which it is known, and
the next carrier gets none of the headers (failover.md §5; tests/real/test_failover_facts.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from wizard.carrier.answers import Answers
from wizard.carrier.conf import Application, Extension, Step
from wizard.carrier.drivers import driver_of
from wizard.carrier.names import handler_name

#: chan_sip's and PJSIP's way to add a header, up to its value, and the value
_HEADER_VALUE = re.compile(r"(SIPAddHeader\([^:()\n]*:\s*|PJSIP_HEADER\((?:add|update),[^()\n]*\)=)[^\n)]*", re.IGNORECASE)


def handler(answers: Answers) -> Extension | None:
    """The extension that Dial's option b() runs, where there is something to say."""
    steps = [*_name(answers), *_headers(answers)]
    if not steps:
        return None
    return Extension(handler_name(answers.carrier), (*map(Step, steps), Step(Application("Return"))))


def _name(answers: Answers) -> Iterator[Application]:
    name = answers.numbers.caller_id_name
    if name:
        yield Application("Set", (f"CONNECTEDLINE(name,i)={name}",))


def _headers(answers: Answers) -> Iterator[Application]:
    driver = driver_of(answers.carrier.protocol)
    for name, value in answers.numbers.extra_headers:
        yield from driver.added_header(name, value.reveal())


def without_headers(text: str, mask: str) -> str:
    """A dialplan entry, or a line that Asterisk shows of one, without the values of headers: those may be keys."""
    return _HEADER_VALUE.sub(rf"\1{mask}", text)
