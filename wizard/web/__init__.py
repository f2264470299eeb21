"""The web wizard: Flask over the services. Pages work without JavaScript and are better with it."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import jinja2
from flask import Flask, request

from wizard.dialer.outcome import WAIT_SECONDS
from wizard.dialer.switcher import WATCH_SECONDS
from wizard.instance import access_token, instance_folder
from wizard.service.dialers import connector
from wizard.service.recovery import find_interrupted
from wizard.service.switches import find_interrupted_switches
from wizard.service.workspace import open_workspace

from . import (
    afterwards,
    diagnoses,
    dialers,
    drafts,
    glossary,
    home,
    installs,
    planning,
    presets,
    problems,
    proofs,
    rates,
    review,
    showing,
    simulation,
    switches,
    watching,
)
from .guard import guard
from .services import Services, htmx, install_services

#: names under which a browser may address the wizard; more with ``HOSTS`` in the configuration
LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")
_PAGES = (
    afterwards,
    home,
    drafts,
    review,
    dialers,
    rates,
    installs,
    planning,
    presets,
    simulation,
    switches,
    proofs,
    watching,
    diagnoses,
    glossary,
)
_PACKAGE = Path(__file__).resolve().parents[1]


class _Wizard(Flask):
    """Logs a fault by its kind and place: what it says of itself may quote a secret that was typed."""

    def log_exception(self, exc_info: Any) -> None:
        kind, _, trace = exc_info
        where = "".join(traceback.format_tb(trace))
        self.logger.error("%s at %s %s\n%s", kind.__name__, request.method, request.path, where)


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """Make the application.

    ``config`` may set ``INSTANCE`` (folder), ``HOSTS`` (names, not ports), ``WAIT_SECONDS`` (how long an install waits to come
    up), ``WATCH_SECONDS`` (how long a switch of carriers is watched) and, for tests, ``CONNECTOR``.
    """
    app = _Wizard(
        "wizard", template_folder=_resource("templates"), static_folder=_resource("static"), static_url_path="/static"
    )
    app.config.from_mapping(
        MAX_CONTENT_LENGTH=256 * 1024,
        HOSTS=LOCAL_HOSTS,
        WAIT_SECONDS=WAIT_SECONDS,
        WATCH_SECONDS=WATCH_SECONDS,
        CONNECTOR=connector,
    )
    app.config.from_mapping(config or {})
    folder = Path(app.config.get("INSTANCE") or instance_folder())
    workspace = open_workspace(folder)
    find_interrupted(workspace)
    find_interrupted_switches(workspace)
    workspace.proofs.settle(timedelta())
    services = Services(workspace, app.config["CONNECTOR"])
    install_services(app.extensions, services)
    services.recover_interrupted()
    htmx.init_app(app)
    app.jinja_env.undefined = jinja2.StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    showing.add_filters(app)
    guard(app, access_token(folder), app.config["HOSTS"])
    for module in _PAGES:
        app.register_blueprint(module.blueprint)
    problems.handle_problems(app)
    return app


def _resource(name: str) -> str:
    """Templates and static files: in the package once installed, beside it in a checkout."""
    installed = _PACKAGE / name
    return str(installed if installed.is_dir() else _PACKAGE.parent / name)
