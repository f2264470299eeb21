"""Reading an answers file: TOML or JSON, ``-`` for standard input, the secret from wherever it may come."""

from __future__ import annotations

import json
import os
import sys
import tomllib
from pathlib import Path
from typing import Any

import click

from wizard.carrier.answers import Answers, Auth
from wizard.carrier.findings import Finding, error
from wizard.carrier.reading import read_answers
from wizard.errors import RefusedError
from wizard.secret import Secret
from wizard.service.presets import fill_from_preset

from .completing import complete_file

#: characters of an answers file
_MOST = 1_000_000
answers_argument = click.argument("answers", metavar="ANSWERS", shell_complete=complete_file)
secret_option = click.option("--secret-env", metavar="NAME", help="Environment variable that holds the carrier's password.")


def load_answers(path: str, secret_env: str | None) -> tuple[Answers, list[Finding]]:
    """Typed answers and what could not be read; what the answers mean is not judged here.

    :raises RefusedError: no such file, or neither TOML nor JSON
    """
    filled = fill_from_preset(_load(path))
    answers, findings = read_answers(filled.answers)
    findings = [*filled.findings, *findings]
    if secret_env is not None:
        answers = answers.with_values(secret=Secret(environment_secret(secret_env)))
    if _lacks_secret(answers) and sys.stdin.isatty() and path != "-":
        typed = click.prompt("Carrier's password", hide_input=True, err=True)
        answers = answers.with_values(secret=Secret(typed))
    return answers, findings


def environment_secret(name: str) -> str:
    """:raises RefusedError: there is no such variable"""
    try:
        return os.environ[name]
    except KeyError:
        raise RefusedError([error("environment_missing", "secret", name=name)]) from None


def _lacks_secret(answers: Answers) -> bool:
    return answers.sign_in.auth in (Auth.REGISTRATION, Auth.CREDENTIALS) and not answers.sign_in.secret


def _load(path: str) -> dict[str, Any]:
    try:
        text = _read(path)
        if len(text) > _MOST:
            raise RefusedError([error("answers_file_unreadable", "answers", reason="it is longer than any answers")])
        return _parse(text)
    except (OSError, UnicodeError) as problem:
        raise RefusedError([error("answers_file_unreadable", "answers", reason=type(problem).__name__)]) from problem
    except (ValueError, RecursionError) as problem:
        # The parsers quote the line that they stumbled over, which may be the secret's.
        raise RefusedError([error("answers_file_malformed", "answers", line=getattr(problem, "lineno", "?"))]) from None


def _read(path: str) -> str:
    """No more of it than it takes to see that it is too long: somebody may give the wrong file."""
    if path == "-":
        return sys.stdin.read(_MOST + 1)
    with Path(path).open(encoding="utf-8") as file:
        return file.read(_MOST + 1)


def _parse(text: str) -> dict[str, Any]:
    parsed: dict[str, Any] = {}
    # Something else than an object has no names, so it can't be answers.
    parsed |= json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    return parsed
