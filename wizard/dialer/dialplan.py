"""The dialplan that a dialer has loaded, as its command line prints it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from wizard.carrier.dialplan_reading import Step, read_step
from wizard.carrier.simulation.loaded import Context, Include, LoadedExtension, read_include

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
