"""What the commands print, and the status they end with (interface.md)."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from enum import IntEnum, StrEnum
from typing import Any, NoReturn, ParamSpec, TypeVar

import click

from wizard.carrier.findings import Finding, Severity
from wizard.errors import DialerError, InstallInProgressError, RefusedError, StoppedError, WizardError
from wizard.words.command_line import STAGES
from wizard.words.errors import error_words
from wizard.words.findings import finding_json, sentence

P = ParamSpec("P")
R = TypeVar("R")


class Exit(IntEnum):
    """Exit status."""

    DONE = 0
    NOT_SO = 1
    BAD_INPUT = 2
    NO_DIALER = 3
    ROLLED_BACK = 4
    ROLLBACK_FAILED = 5


class Tone(StrEnum):
    """What a word means, in the terminal's own colours; the word says it too."""

    GOOD = "green"
    WRONG = "red"
    MIND = "yellow"
    PLAIN = "cyan"


_TONES = {Severity.ERROR: Tone.WRONG, Severity.WARNING: Tone.MIND, Severity.NOTE: Tone.PLAIN}
_BEGAN = time.monotonic()

as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")


def print_json(document: Any) -> None:
    click.echo(json.dumps(document, indent=2, ensure_ascii=False))


def painted(text: str, tone: Tone) -> str:
    """In colour, which :func:`click.echo` takes off again where it doesn't write to a terminal (https://no-color.org)."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return text
    return click.style(text, fg=tone.value, bold=True)


def say_progress(text: str) -> None:
    """A line of its own on standard error; who sits before it sees for how many seconds it has been going on."""
    seconds = f"{time.monotonic() - _BEGAN:4.0f} s" if sys.stderr.isatty() else ""
    click.echo(f"{seconds}  {text}", err=True)


def say_stage(stage: str) -> None:
    """One of a check, a test call or an import."""
    say_progress(STAGES[stage])


def print_causes(lines: Sequence[str]) -> None:
    """How sure each cause is stands before its first colon."""
    for line in lines:
        head, colon, rest = line.partition(":")
        click.echo(f"{painted(head, Tone.MIND)}{colon}{rest}" if colon and not line.startswith(" ") else line)


def print_findings(findings: Sequence[Finding]) -> None:
    """To standard error: what is wrong, worst first."""
    order = list(Severity)
    for finding in sorted(findings, key=lambda each: order.index(each.severity)):
        word = painted(finding.severity.value, _TONES[finding.severity])
        click.echo(f"{word}: {finding.field}: {sentence(finding)}", err=True)


def say_error(error: WizardError) -> None:
    words = error_words(error)
    click.echo(f"{painted(words.title, Tone.WRONG)}\n{words.happened}\n{words.try_next}", err=True)


def error_json(error: WizardError) -> dict[str, str]:
    words = error_words(error)
    return {"code": error.code, "message": f"{words.happened} {words.try_next}"}


def exit_status(error: WizardError) -> Exit:
    """The status that an error ends a command with, where nothing was changed."""
    if isinstance(error, (DialerError, InstallInProgressError)):
        return Exit.NO_DIALER
    return Exit.BAD_INPUT


def errors_reported(command: Callable[P, R]) -> Callable[P, R]:
    """A wizard error ends the command in words, or as JSON where that was asked for, never as a traceback."""

    @functools.wraps(command)
    def reporting(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except WizardError as error:
            _report(error, as_json=bool(kwargs.get("as_json")))
        except (Exception, KeyboardInterrupt) as fault:
            if not kwargs.get("as_json") or isinstance(fault, click.ClickException | click.exceptions.Exit | click.Abort):
                raise
            # Who asked for one JSON document gets one. What a fault says of itself may hold a secret: its kind has to do.
            stopped = isinstance(fault, KeyboardInterrupt)
            _report(StoppedError() if stopped else WizardError(detail=type(fault).__name__), as_json=True)

    return reporting


@contextlib.contextmanager
def signals_as_interrupts() -> Iterator[None]:
    """A terminal that closes, or a polite kill, is like Ctrl-C: what is under way is undone first."""

    def interrupt(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _report(error: WizardError, *, as_json: bool) -> NoReturn:
    findings = error.findings if isinstance(error, RefusedError) else []
    if as_json:
        document: dict[str, Any] = {"error": error_json(error)}
        if findings:
            document["findings"] = [finding_json(finding) for finding in findings]
        print_json(document)
    elif findings:
        print_findings(findings)
    else:
        say_error(error)
    raise SystemExit(int(exit_status(error)))
