"""Errors as pages, in words."""

from __future__ import annotations

import logging

from flask import Flask
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError

from wizard.errors import NotFoundError, WizardError
from wizard.words.errors import Words, error_words
from wizard.words.problems import PROBLEMS

from .pages import ProblemPage

_log = logging.getLogger(__name__)


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
        if isinstance(error, InternalServerError):
            cause = error.original_exception
            # Its type and place, not its text: that may quote what was typed.
            _log.error("a page failed: %s", type(cause).__name__ if cause else "unknown", exc_info=None)
        words = PROBLEMS.get(status, Words(error.name, "The page can't be shown.", "Go back and try again."))
        return ProblemPage(words).render(), status
