"""``serve``: the web wizard."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from wizard.instance import access_token, instance_folder

from .output import errors_reported

if TYPE_CHECKING:
    from wizard.web.services import Services


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8080, show_default=True, type=click.IntRange(0, 65_535), help="Port to listen on; 0 takes a free one."
)
@click.option(
    "--trusted-host",
    "trusted_hosts",
    multiple=True,
    metavar="NAME",
    help="A name under which browsers may address the wizard, behind a proxy say; may be repeated.",
)
@errors_reported
def serve(host: str, port: int, trusted_hosts: tuple[str, ...]) -> None:
    """Start the web wizard, and print the address to open, with its access token."""
    from waitress.server import create_server

    from wizard.web import LOCAL_HOSTS, create_app

    folder = instance_folder()
    shown_host = f"[{host}]" if ":" in host else host
    app = create_app({"INSTANCE": folder, "HOSTS": sorted({*LOCAL_HOSTS, shown_host, *trusted_hosts})})
    try:
        server: Any = create_server(app, host=host, port=port, threads=8, ident="carrier-wizard")
    except OSError as error:
        click.echo(f"Can't listen on {host} port {port}: {error.strerror}. Choose another with --port.", err=True)
        raise SystemExit(1) from error
    if host not in ("127.0.0.1", "localhost", "::1"):
        click.echo(
            "Careful: this address can be reached from other computers, and nothing is encrypted without a proxy.", err=True
        )
    click.echo(f"Carrier Wizard: open http://{shown_host}:{server.effective_port}/?token={access_token(folder)}")
    sys.stdout.flush()
    services: Services = app.extensions["carrier_wizard"]
    services.watcher.start()
    try:
        server.run()
    finally:
        services.watcher.stop()
    _wait_for_installs(services)


def _wait_for_installs(services: Services) -> None:
    """Let installs under way end by themselves; a second Ctrl-C leaves them to the next start."""
    running = services.workspace.installs.running()
    if running:
        click.echo(f"Waiting for {len(running)} install(s) to end. Press Ctrl-C again to leave them; they can be undone later.")
    try:
        services.executor.shutdown(wait=True)
    except KeyboardInterrupt:
        os._exit(130)
