"""Errors as pages, in words."""

from __future__ import annotations

from flask import Flask
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, SecurityError

from wizard.errors import NotFoundError, WizardError
from wizard.words.errors import Words, error_words
from wizard.words.problems import PROBLEMS

from .pages import ProblemPage


def handle_problems(app: Flask) -> None:
    @app.errorhandler(WizardError)
    def wizard_error(error: WizardError) -> ResponseReturnValue:
        status = 404 if isinstance(error, NotFoundError) else 500
        return ProblemPage(error_words(error)).render(), status

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> ResponseReturnValue:
        status = error.code or 500
        if isinstance(error, SecurityError):
            return "This is not a name of the wizard's.\n", status, {"Content-Type": "text/plain"}
        words = PROBLEMS.get(status, Words(error.name, "The page can't be shown.", "Go back and try again."))
        return ProblemPage(words).render(), status
