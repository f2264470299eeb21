"""What the commands print, and the status they end with (interface.md)."""

from __future__ import annotations

import contextlib
import functools
import json
import signal
from collections.abc import Callable, Iterator, Sequence
from enum import IntEnum
from typing import Any, NoReturn, ParamSpec, TypeVar

import click

from wizard.carrier.findings import Finding, Severity
from wizard.errors import DialerError, InstallInProgressError, RefusedError, StoppedError, WizardError
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


as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")


def print_json(document: Any) -> None:
    click.echo(json.dumps(document, indent=2, ensure_ascii=False))


def print_findings(findings: Sequence[Finding]) -> None:
    """To standard error: what is wrong, worst first."""
    order = list(Severity)
    for finding in sorted(findings, key=lambda each: order.index(each.severity)):
        click.echo(f"{finding.severity.value}: {finding.field}: {sentence(finding)}", err=True)


def say_error(error: WizardError) -> None:
    words = error_words(error)
    click.echo(f"{words.title}\n{words.happened}\n{words.try_next}", err=True)


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
