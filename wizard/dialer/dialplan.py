"""The dialplan that a dialer has loaded, as its command line prints it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from wizard.carrier.dialing.dialplan_reading import Step, read_step
from wizard.carrier.simulation.loaded import Context, Dialplan, Include, LoadedExtension, read_include
from wizard.errors import AsteriskSilentError

from .connection import Connection
from .protocol import AgentReply, asterisk, printed, sql, table_of

_HEADER = re.compile(r"\[ (?:Included context|Context) '([^']+)' created by")
_EXTENSION = re.compile(r"  '(?P<pattern>[^']+)'\s+(?:\(CID match '(?P<caller>[^']*)'\)\s*)?=>\s+(?P<rest>.*)")
_PRIORITY = re.compile(r"(?P<number>\d+)\. (?P<application>.*?)\s*\[[^\]]*\]$")
_FURTHER = re.compile(r" +(?:\[(?P<label>[^\]]*)\]\s+)?(?P<rest>\d+\. .*)")
_INCLUDE = re.compile(r"  Include =>\s+'([^']+)'")


@dataclass
class _Extension:
    pattern: str
    caller: str
    steps: dict[int, Step] = field(default_factory=dict)


@dataclass
class _Context:
    extensions: list[_Extension] = field(default_factory=list)
    includes: list[Include] = field(default_factory=list)


def parse_contexts(output: str) -> dict[str, Context]:
    """``dialplan show CONTEXT``, one or several after each other → contexts by name, without hints and switches."""
    contexts: dict[str, _Context] = {}
    current = _Context()
    for line in output.splitlines():
        header, include = _HEADER.match(line), _INCLUDE.match(line)
        if header:
            current = contexts[header[1]] = _Context()
        elif include:
            current.includes.append(read_include(include[1]))
        else:
            _read_line(line, current)
    return {name: _finished(name, context) for name, context in contexts.items()}


def _read_line(line: str, context: _Context) -> None:
    """A line with a priority: an extension's first, or a further one of the extension before."""
    extension = _EXTENSION.match(line)
    further = None if extension else _FURTHER.match(line)
    if extension:
        context.extensions.append(_Extension(extension["pattern"], extension["caller"] or ""))
    priority = _PRIORITY.match((extension or further or {"rest": ""})["rest"])
    if priority and context.extensions:
        step = read_step(priority["application"], further["label"] or "" if further else "")
        if step is not None:
            context.extensions[-1].steps[int(priority["number"])] = step


def _finished(name: str, context: _Context) -> Context:
    extensions = (LoadedExtension(each.pattern, each.steps, each.caller) for each in context.extensions if each.steps)
    return Context(name, tuple(extensions), tuple(context.includes))


#: what VICIdial's dialplan is made of: asked for at once, so that a dialer is read in one round trip
_USUAL = ("vicidial-auto", *(f"vicidial-auto-{name}" for name in ("internal", "phones", "external")))
#: more contexts and rounds than any dialplan needs that people dial out with
_MOST_CONTEXTS, _MOST_ROUNDS = 60, 8


@dataclass(frozen=True)
class LoadedDialplan:
    """What was read, and whether that is all that the start context leads to."""

    dialplan: Dialplan
    is_whole: bool
    #: campaign → the dial prefixes of its active lists, where they have their own
    list_prefixes: Mapping[str, frozenset[str]]


def read_loaded_dialplan(connection: Connection, context: str) -> LoadedDialplan:
    """A context with everything that it includes, and the global variables. The database has to be open.

    :raises AsteriskSilentError: Asterisk says nothing
    """
    asked: list[str] = []
    wanted = list(dict.fromkeys([context, *_USUAL]))
    found: dict[str, Context] = {}
    variables: dict[str, str] = {}
    prefixes: dict[str, frozenset[str]] = {}
    for turn in range(_MOST_ROUNDS):
        first = [asterisk("dialplan show globals"), sql(_LIST_PREFIXES)] if turn == 0 else []
        replies = connection.ask([*first, *(asterisk(f"dialplan show {name}") for name in wanted)], stop_at_error=False)
        shown = [printed(reply) for reply in replies[len(first) :]]
        if first:
            if not any(shown):
                raise AsteriskSilentError
            variables, prefixes = parse_globals(printed(replies[0])), _list_prefixes(replies[1])
        asked += wanted
        found |= parse_contexts("\n".join(shown))
        included = (include.context for each in found.values() for include in each.includes)
        wanted = [name for name in dict.fromkeys(included) if name not in asked][: _MOST_CONTEXTS - len(asked)]
        if not wanted:
            break
    left = any(include.context not in asked for each in found.values() for include in each.includes)
    return LoadedDialplan(Dialplan(found, variables), not left, prefixes)


def parse_globals(output: str) -> dict[str, str]:
    """``dialplan show globals`` → name to value. The values may hold passwords."""
    return dict(re.findall(r"^   (\w+)=(.*)$", output, re.MULTILINE))


#: old schemas have no such column
_LIST_PREFIXES = "SELECT DISTINCT campaign_id, dial_prefix FROM vicidial_lists WHERE active='Y' AND dial_prefix<>''"


def _list_prefixes(reply: AgentReply) -> dict[str, frozenset[str]]:
    rows = table_of(reply).rows if reply.status == "ok" else ()
    pairs = [(row["campaign_id"] or "", row["dial_prefix"] or "") for row in rows]
    return {campaign: frozenset(prefix for each, prefix in pairs if each == campaign) for campaign, _ in pairs}
