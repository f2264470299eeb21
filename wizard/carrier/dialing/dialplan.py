"""The globals string and the dialplan entry: how calls reach the trunk, and what happens where it fails."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from wizard.carrier.answers import Answers, StirShaken
from wizard.carrier.conf import Application, Extension, Option, Step
from wizard.carrier.drivers import driver_of
from wizard.carrier.model import CARRIERS_CONTEXT
from wizard.carrier.names import global_name, handler_name, trunk_name
from wizard.carrier.profile import Place

from .backups import BackupRoute, Leg, borrowed_steps, leg_for
from .caller_id_format import caller_id_steps
from .digits import DialString
from .failover import CHEAPEST, END, LCR_TRUNK, between_steps, rule_steps
from .numbers import Route, left_out, routes
from .outgoing import handler

#: VICIdial's call log: the first step of every carrier's pattern (vicidial.md §3.5)
CALL_LOG = Application("AGI", ("agi://127.0.0.1:4577/call_log",))
#: VICIdial's options for Dial(): transfers by the callee, and the caller's own number on the other leg
OPTIONS = "To"
_TIMEOUT = "${CAMPDTO}"
#: ours: the caller's number as VICIdial gave it, and the digits as a backup's own entry would have been dialled
_CALLER, _NUMBER = "CWCID", "CWNUM"


@dataclass(frozen=True)
class _Attempt:
    """One Dial() of a chain, and what comes before it."""

    carrier_id: str
    technology: str
    before: tuple[Application, ...]
    #: Dial's first argument; empty where the call goes over to the backup's own entry instead
    dialled: str
    options: str = OPTIONS
    goes_to: str = ""
    #: what the trunk is called in the dialplan, to know whether it was tried already
    trunk: str = ""


def globals_string(answers: Answers) -> str:
    """One variable that stands for the trunk: ``ACME_TRUNK=SIP/acme``; PJSIP has the number before the trunk's name."""
    carrier = answers.carrier
    value = driver_of(carrier.protocol).global_value(trunk_name(carrier))
    return Option(global_name(carrier), value).line()


def extensions(answers: Answers, place: Place) -> list[Extension]:
    """One per route: log, shape the caller ID, dial, go on where that fails, hang up; and the handler of outgoing calls."""
    own = handler(answers)
    return [*(_extension(answers, route, place) for route in routes(answers.numbers)), *([own] if own else [])]


def _extension(answers: Answers, route: Route, place: Place) -> Extension:
    attempts = list(_attempts(answers, route, place))
    guard = list(_guard(answers, route))
    steps = [Step(CALL_LOG), *guard, *_signed(answers, route), *_chain(attempts, answers, place, route)]
    is_aimed_at = bool(guard) or len(attempts) > 1
    return Extension(route.pattern, (*steps, Step(Application("Hangup"), END if is_aimed_at else "")))


def _guard(answers: Answers, route: Route) -> Iterator[Step]:
    """Numbers that look like home and cost like abroad go nowhere, but to another carrier whose pattern names them."""
    shape = left_out(answers.numbers)
    if shape and route.area_and_exchange is not None:
        yield Step(Application("GotoIf", (f'$["{route.area_and_exchange}" =~ "{shape}"]?{END}',)))


def _signed(answers: Answers, route: Route) -> Iterator[Step]:
    """TILTX before anything else is done to the caller's number, which it may change itself (vicidial.md §4).

    It takes ten digits for a number of home, looks them up, and may end the call: so it is asked about those alone.
    """
    if _is_signed(answers, route):
        yield Step(Application("AGI", ("agi-TILTX_SHAKEN.agi", "${EXTEN:-10}-----${CALLERID(num)}-----NO-----")))


def _is_signed(answers: Answers, route: Route) -> bool:
    return answers.routing.stir_shaken is StirShaken.TILTX and route.area_code_at is not None


def _chain(attempts: Sequence[_Attempt], answers: Answers, place: Place, route: Route) -> Iterator[Step]:
    if len(attempts) == 1:
        yield from _tried(attempts[0])
        return
    yield Step(Application("Set", (f"{_CALLER}=${{CALLERID(num)}}",)))
    reasons = answers.routing.failover_on
    number = DialString("", 0, is_open=route.dial_string.is_open).expression()
    for position, attempt in enumerate(attempts):
        if position:
            before = attempts[position - 1]
            first, *others = [
                *_already_tried(attempts, position),
                *between_steps(before.carrier_id, attempt.carrier_id, number),
            ]
            yield replace(first, label=_label(position))
            yield from others
            yield from _unsent_headers(answers, route)
            yield Step(Application("Set", (f"CALLERID(num)=${{{_CALLER}}}",)))
        yield from _tried(attempt)
        if position + 1 < len(attempts):
            yield from rule_steps(attempt.technology, reasons, _label(position + 1), tells_ringing=place.tells_ringing)


def _label(position: int) -> str:
    return f"cwleg{position + 1}"


def _tried(attempt: _Attempt) -> Iterator[Step]:
    yield from map(Step, attempt.before)
    if attempt.goes_to:
        yield Step(Application("Goto", (attempt.goes_to,)))
    else:
        yield Step(Application("Dial", (attempt.dialled, _TIMEOUT, attempt.options)))


def _unsent_headers(answers: Answers, route: Route) -> Iterator[Step]:
    """TILTX adds its headers for chan_sip's next calls, whoever gets them."""
    if _is_signed(answers, route):
        yield Step(Application("SIPRemoveHeader"))


def _already_tried(attempts: Sequence[_Attempt], position: int) -> Iterator[Step]:
    """The cheapest trunk may have been this one, and it has failed: on to the one after it."""
    if attempts[0].dialled.startswith(f"${{{LCR_TRUNK}}}/") and attempts[position].trunk:
        onward = _label(position + 1) if position + 1 < len(attempts) else END
        yield Step(Application("GotoIf", (f'$["${{{LCR_TRUNK}}}" = "{attempts[position].trunk}"]?{onward}',)))


def _attempts(answers: Answers, route: Route, place: Place) -> Iterator[_Attempt]:
    own = _own_attempt(answers, route)
    if answers.routing.least_cost and route.area_and_exchange is not None:
        look_up = (
            Application("Set", (f"{LCR_TRUNK}={own.trunk}",)),
            Application("AGI", ("agi-LCR-Route.agi", route.area_and_exchange)),
        )
        cheapest = own.dialled.replace(own.trunk, f"${{{LCR_TRUNK}}}", 1)
        # The outgoing handler is this trunk's own, and this may be another's call.
        yield replace(
            own, technology=CHEAPEST, carrier_id="LCR", before=(*look_up, *own.before), dialled=cheapest, options=OPTIONS
        )
    yield own
    legs = [leg for leg in (_leg(each, answers, route, place) for each in answers.routing.backup_carrier) if leg]
    earlier = 2 if answers.routing.least_cost and route.area_and_exchange is not None else 1
    for position, leg in enumerate(legs):
        is_last = position + 1 == len(legs)
        if leg.route.can_be_borrowed:
            yield _borrowed_attempt(leg, END if is_last else _label(earlier + position + 1))
        elif is_last:
            yield _jump(leg, place)


def _own_attempt(answers: Answers, route: Route) -> _Attempt:
    carrier = answers.carrier
    driver = driver_of(carrier.protocol)
    variable = f"${{{global_name(carrier)}}}"
    return _Attempt(
        carrier_id=carrier.carrier_id,
        technology=driver.technology,
        before=caller_id_steps(answers.numbers),
        dialled=driver.dialled(variable, route.dial_string.expression()),
        options=_options(answers),
        trunk=variable,
    )


def _options(answers: Answers) -> str:
    if handler(answers) is None:
        return OPTIONS
    return f"{OPTIONS}b({CARRIERS_CONTEXT}^{handler_name(answers.carrier)}^1)"


def _leg(carrier_id: str, answers: Answers, route: Route, place: Place) -> Leg | None:
    backup = place.backup(carrier_id)
    if place.backups is None:
        return _assumed_leg(carrier_id, answers, route)
    return leg_for(route, backup) if backup is not None else None


def _assumed_leg(carrier_id: str, answers: Answers, route: Route) -> Leg:
    """Without a dialer: a backup that this wizard would write, with the protocol and the formats of this carrier."""
    namesake = replace(answers.carrier, carrier_id=carrier_id, trunk_name="", global_name="")
    driver = driver_of(namesake.protocol)
    before = tuple((each.name, ",".join(each.arguments)) for each in caller_id_steps(answers.numbers))
    plain = replace(route.dial_string, prepend=route.dial_string.prepend.removeprefix(answers.numbers.tech_prefix))
    dialled = driver.dialled(f"${{{global_name(namesake)}}}", plain.expression())
    assumed = BackupRoute(route.pattern, driver.technology, before, dialled, OPTIONS)
    return Leg(carrier_id, assumed, DialString("", 0, is_open=route.dial_string.is_open))


def _borrowed_attempt(leg: Leg, onward: str) -> _Attempt:
    before, dialled = borrowed_steps(leg, _NUMBER, onward)
    digits = Application("Set", (f"{_NUMBER}={leg.digits.expression()}",))
    steps = (digits, *(Application(name, (arguments,)) for name, arguments in before))
    trunk = dialled.partition("/")[0] if dialled.startswith("${") else "/".join(dialled.split("/")[:2])
    return _Attempt(leg.carrier_id, leg.route.technology, steps, dialled, leg.route.options or OPTIONS, trunk=trunk)


def _jump(leg: Leg, place: Place) -> _Attempt:
    """Its own entry does what it always does; there is no way back from there."""
    target = f"{place.ext_context},{leg.digits.expression()},1"
    return _Attempt(leg.carrier_id, leg.route.technology, (), "", goes_to=target)
