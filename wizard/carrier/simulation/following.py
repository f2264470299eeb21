"""Following a call through the steps of a dialplan, along every way that it may go."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from wizard.carrier.dialing.dialplan_reading import Step

from .destinations import mask_step, read_destinations
from .expressions import Text, expand, is_true, split_at
from .loaded import Dialplan
from .resolution import resolve
from .state import CALLER_ID, Leg, Note, Place, State, Unclear

#: more than any sane entry has; a dialplan may go round in circles
_MOST_STEPS, _MOST_PATHS, _MOST_LEGS = 300, 40, 12
#: applications that change nothing about what a carrier receives
_IDLE = frozenset(
    {
        "noop", "log", "verbose", "hangupcauseclear", "wait", "answer", "ringing", "progress", "resetcdr", "mixmonitor",
        "stopmixmonitor", "monitor", "playback", "background", "playtones", "stopplaytones", "setamaflags", "forkcdr",
        "nocdr", "userevent", "waitexten", "trysystem", "system",
    }
)  # fmt: skip
_ENDING = frozenset({"hangup", "congestion", "busy", "confbridge", "meetme", "voicemail", "park", "queue", "echo"})
#: functions that may be set without a carrier taking notice
_IDLE_FUNCTIONS = ("CDR(", "CHANNEL(", "TIMEOUT(", "JITTERBUFFER(", "DB(", "FILE(", "SHARED(", "HASH(", "VOLUME(", "DENOISE(")
#: VICIdial's call log: it sets the time limit of a manual call, and nothing that a carrier receives
_CALL_LOG = re.compile(r"agi://[^/]+/call_log")
#: VICIdial's scripts → the variable that they set
_SCRIPTS = {"agi-LCR-Route.agi": "LCRTRUNK", "agi-TILTX_SHAKEN.agi": CALLER_ID}
_SUBROUTINE = re.compile(r"b\((?:(?:([^^()]*)\^)?([^^()]*)\^)?(\d+|[A-Za-z_]\w*)(?:\((.*?)\))?\)")


@dataclass(frozen=True)
class Followed:
    """One way that a call may go: its legs, in order."""

    legs: tuple[Leg, ...]
    notes: tuple[Note, ...] = ()


def follow(dialplan: Dialplan, start: Place, caller_id: str | None) -> list[Followed]:
    """All ways through the extension and wherever it leads; conditions that only a call decides go both ways."""
    return _Follower(dialplan).follow(start, caller_id)


class _Follower:
    def __init__(self, dialplan: Dialplan) -> None:
        self._dialplan = dialplan
        self._paths = 0
        self._seen: set[tuple[object, ...]] = set()

    def follow(self, start: Place, caller_id: str | None) -> list[Followed]:
        state = State({CALLER_ID: caller_id, "CALLERID(number)": caller_id})
        return [Followed(end.legs, end.notes) for end in self._run(start, state)]

    def _run(self, place: Place | None, state: State) -> Iterator[State]:
        """The states in which the call may end."""
        while place is not None:
            step = place.extension.steps.get(place.priority)
            if step is None:
                break
            # Ways that meet again go on as one.
            here = (place.key, state.key)
            if here in self._seen:
                return
            self._seen.add(here)
            state = replace(state, steps=state.steps + 1)
            if state.steps > _MOST_STEPS or self._paths >= _MOST_PATHS or len(state.legs) >= _MOST_LEGS:
                state = state.noting(Unclear.TOO_LONG, self._shown(step))
                break
            name = step.application.lower()
            if name in _ENDING:
                break
            if name in ("gotoif", "gosubif"):
                yield from self._branch(place, state, step)
                return
            place, state = self._take(place, state, step)
        self._paths += 1
        yield state

    def _take(self, place: Place, state: State, step: Step) -> tuple[Place | None, State]:
        """Where a step leads, and what it changes."""
        following = place.at(place.priority + 1)
        match step.application.lower():
            case "goto":
                return self._jump(place, state, step.arguments, step)
            case "gosub":
                return self._jump(place, replace(state, returns=(*state.returns, following)), step.arguments, step)
            case "return":
                return (state.returns[-1] if state.returns else None), replace(state, returns=state.returns[:-1])
            case "dial":
                return following, self._dial(place, state, step)
            case _:
                return following, self._change(place, state, step)

    def _change(self, place: Place, state: State, step: Step) -> State:
        """A step after which the call goes on with the next."""
        name = step.application.lower()
        if name in ("set", "mset"):
            assignments = [step.arguments] if name == "set" else split_at(step.arguments, ",")
            for assignment in assignments:
                state = self._set(place, state, assignment, step)
            return state
        if name == "execif":
            return self._execute_if(place, state, step)
        if name in ("agi", "deadagi", "fastagi", "eagi"):
            return self._script(state, step)
        if name == "sipaddheader":
            header, _, value = self._expand(step.arguments, place, state).value.strip('"').partition(":")
            return state.with_header("SIP", header.strip(), value.strip())
        if name == "sipremoveheader":
            gone = step.arguments.strip().strip(":").lower()
            return replace(
                state, headers=tuple(each for each in state.headers if gone and not each[1].lower().startswith(gone))
            )
        return state if name in _IDLE else state.noting(Unclear.STEP, self._shown(step))

    def _branch(self, place: Place, state: State, step: Step) -> Iterator[State]:
        """GotoIf and GosubIf: both ways, where only a call can tell."""
        written, *rest = split_at(step.arguments, "?", 1)
        targets = (*split_at(rest[0], ":", 1), "")[:2] if rest else ("", "")
        condition = self._expand(written, place, state)
        following = place.at(place.priority + 1)
        returning = replace(state, returns=(*state.returns, following)) if step.application.lower() == "gosubif" else state
        for holds, target in zip((True, False), targets, strict=True):
            if condition.is_known and is_true(condition.value) != holds:
                continue
            decided = returning if target else state
            if not condition.is_known:
                decided = decided.deciding(mask_step(written), holds=holds)
            to, decided = self._jump(place, decided, target, step) if target else (following, decided)
            yield from self._run(to, decided)

    def _jump(self, place: Place, state: State, target: str, step: Step) -> tuple[Place | None, State]:
        """``label``, ``priority``, ``extension,priority`` or ``context,extension,priority``, with arguments behind."""
        target, arguments = _without_arguments(target)
        parts = [self._expand(part, place, state) for part in split_at(target, ",")]
        if not all(part.is_known for part in parts):
            return None, state.noting(Unclear.STEP, self._shown(step))
        *where, priority = (part.value for part in parts)
        for number, argument in enumerate(arguments, 1):
            state = state.with_variable(f"ARG{number}", self._expand(argument, place, state))
        if where and where[-1] not in (place.digits, ""):
            found = self._find(where[0] if len(where) > 1 else place.context, where[-1], state)
            if found is None:
                is_read = (where[0] if len(where) > 1 else place.context) in self._dialplan.contexts
                return None, state.noting(Unclear.NOWHERE if is_read else Unclear.STEP, self._shown(step))
            place = found
        to = _priority(place, priority)
        return (None if to is None else place.at(to)), state

    def _find(self, context: str, digits: str, state: State) -> Place | None:
        matches = resolve(self._dialplan, context, digits, state.variables.get(CALLER_ID))
        winner = next((match for match in matches if match.is_certain), None)
        return None if winner is None else Place(winner.context, winner.extension, digits)

    def _dial(self, place: Place, state: State, step: Step) -> State:
        dialled = self._expand(step.argument(0), place, state)
        caller_name, headers = state.caller_name, state.headers
        subroutine = _SUBROUTINE.search(step.argument(2))
        if subroutine:
            prepared = self._prepare(place, state, subroutine)
            if prepared is None:
                state = state.noting(Unclear.STEP, self._shown(step))
            else:
                caller_name = prepared.caller_name or caller_name
                # What is added there belongs to this leg alone.
                headers = prepared.headers
                state = replace(state, notes=prepared.notes)
        destinations = read_destinations(dialled)
        drivers = {destination.technology for destination in destinations}
        leg = Leg(
            destinations=destinations,
            caller_id=state.variables.get(CALLER_ID),
            caller_name=caller_name,
            headers=tuple((name, value) for driver, name, value in headers if driver in drivers),
            conditions=state.conditions,
            written=self._shown(step),
        )
        return state.dialling(leg)

    def _prepare(self, place: Place, state: State, subroutine: re.Match[str]) -> State | None:
        """Dial's b(context^extension^priority): what is done to the outgoing channel before it calls."""
        context, digits, priority, arguments = subroutine.groups()
        values = [self._expand(each, place, state) for each in (arguments or "").split("^")] if arguments else []
        found = self._find(context or place.context, digits or place.digits, state)
        number = _priority(found, priority) if found else None
        if found is None or number is None:
            return None
        # The outgoing channel has variables of its own.
        own = State(headers=state.headers, notes=state.notes, caller_name=state.caller_name, is_outgoing=True)
        for index, value in enumerate(values, 1):
            own = own.with_variable(f"ARG{index}", value)
        return next(iter(_Follower(self._dialplan)._run(found.at(number), own)), None)

    def _set(self, place: Place, state: State, assignment: str, step: Step) -> State:
        name, equals, written = assignment.partition("=")
        name, value = self._expand(name.strip(), place, state).value.lstrip("_"), self._expand(written, place, state)
        function, _, arguments = name.partition("(")
        match function.upper():
            case "CALLERID" if arguments.rstrip(")") in ("num", "number"):
                return state.with_variable(CALLER_ID, value).with_variable("CALLERID(number)", value)
            case "CALLERID" if arguments.startswith(("name", "all")):
                return state.noting(Unclear.CALLER_NAME, self._shown(step))
            case "CONNECTEDLINE" if arguments.startswith("name"):
                return replace(state, caller_name=value.value)
            case "PJSIP_HEADER" if arguments.startswith("add,") and state.is_outgoing:
                return state.with_header("PJSIP", arguments.removeprefix("add,").rstrip(")").strip(), value.value)
            case "GLOBAL":
                return state.with_variable(arguments.rstrip(")"), value)
        if not equals or ("(" in name and not name.upper().startswith(_IDLE_FUNCTIONS)):
            return state.noting(Unclear.STEP, self._shown(step))
        return state if "(" in name else state.with_variable(name, value)

    def _execute_if(self, place: Place, state: State, step: Step) -> State:
        written, *rest = split_at(step.arguments, "?", 1)
        branches = (*split_at(rest[0], ":", 1), "")[:2] if rest else ("", "")
        condition = self._expand(written, place, state)
        steps = [_application(branch) for branch in branches]
        if condition.is_known:
            chosen = steps[0 if is_true(condition.value) else 1]
            return state if chosen is None else self._change_or_note(place, state, chosen)
        for each in steps:
            state = self._maybe(state, each)
        return state

    def _change_or_note(self, place: Place, state: State, step: Step) -> State:
        """ExecIf may run anything: what would lead the call elsewhere isn't followed."""
        name = step.application.lower()
        if name == "dial":
            return self._dial(place, state, step)
        if name in _ENDING or name in ("goto", "gosub", "gotoif"):
            return state.noting(Unclear.STEP, self._shown(step))
        return self._change(place, state, step)

    def _maybe(self, state: State, step: Step | None) -> State:
        """A step that a call may take or not: what it sets is unknown from there on."""
        if step is None or step.application.lower() in _IDLE:
            return state
        name = step.arguments.partition("=")[0].strip().lstrip("_")
        if step.application.lower() != "set" or ("(" in name and not name.upper().startswith("CALLERID(NUM")):
            return state.noting(Unclear.STEP, self._shown(step))
        return state.with_variable(CALLER_ID if "(" in name else name, Text("", is_known=False))

    def _script(self, state: State, step: Step) -> State:
        script = step.argument(0)
        if _CALL_LOG.match(script):
            return state
        changed = _SCRIPTS.get(script.rsplit("/", 1)[-1])
        if changed is not None:
            state = state.with_variable(changed, Text("", is_known=False))
        return state.noting(Unclear.SCRIPT, script.split("?")[0])

    def _expand(self, text: str, place: Place, state: State) -> Text:
        def lookup(name: str) -> str | None:
            if name in state.variables:
                return state.variables[name]
            if name == "EXTEN":
                return place.digits
            return self._dialplan.variables.get(name)

        return expand(text, lookup)

    def _shown(self, step: Step) -> str:
        return mask_step(f"{step.application}({step.arguments})")


def _application(text: str) -> Step | None:
    match = re.fullmatch(r"\s*(\w+)\s*(?:\((.*)\))?\s*", text, re.DOTALL)
    return Step(match[1], match[2] or "") if match else None


def _without_arguments(target: str) -> tuple[str, list[str]]:
    """``context,extension,1(a,b)`` → what comes before the arguments, and those."""
    match = re.fullmatch(r"(.*,\s*|)(\w+)\((.*)\)", target)
    return (match[1] + match[2], split_at(match[3], ",")) if match else (target, [])


def _priority(place: Place, text: str) -> int | None:
    """A number, or the label of a priority."""
    if text.isdigit():
        return int(text)
    return next((number for number, step in place.extension.steps.items() if step.label == text), None)
