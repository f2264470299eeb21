"""``serve``: the web wizard."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlsplit

import click

from wizard.instance import access_token, instance_folder

from .output import errors_reported, signals_as_interrupts

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
@click.option(
    "--behind-proxy",
    "public",
    metavar="URL",
    callback=lambda _, __, value: _public(value),
    help="The https address under which a reverse proxy with TLS serves the wizard; the cookie is then for TLS alone.",
)
@click.option("--without-token", is_flag=True, help="Print the address without its token, for a log that others read.")
@errors_reported
def serve(host: str, port: int, trusted_hosts: tuple[str, ...], public: SplitResult | None, without_token: bool) -> None:
    """Start the web wizard, and print the address to open, with its access token."""
    from waitress.server import create_server

    from wizard.web import LOCAL_HOSTS, create_app

    folder = instance_folder()
    shown_host = f"[{host}]" if ":" in host else host
    app = create_app({"INSTANCE": folder, "HOSTS": sorted({*LOCAL_HOSTS, shown_host, *_names(public), *trusted_hosts})})
    try:
        # The scheme is said here and taken from no header, so no header has to be believed.
        server: Any = create_server(
            app,
            host=host,
            port=port,
            threads=8,
            ident="carrier-wizard",
            url_scheme=public.scheme if public else "http",
            clear_untrusted_proxy_headers=True,
        )
    except OSError as error:
        click.echo(f"Can't listen on {host} port {port}: {error.strerror}. Choose another with --port.", err=True)
        raise SystemExit(1) from error
    if host not in ("127.0.0.1", "localhost", "::1"):
        click.echo(
            "Careful: this address can be reached from other computers, and nothing is encrypted without a proxy.", err=True
        )
    address = f"https://{public.netloc}/" if public else f"http://{shown_host}:{server.effective_port}/"
    token = access_token(folder)
    if without_token:
        click.echo(f"Carrier Wizard: {address} on port {server.effective_port}. Its token is in {folder / 'token'}.")
    else:
        click.echo(f"Carrier Wizard: open {address}?token={token}")
    sys.stdout.flush()
    services: Services = app.extensions["carrier_wizard"]
    services.watcher.start()
    try:
        # systemd stops it as Ctrl-C does.
        with signals_as_interrupts():
            server.run()
    finally:
        services.watcher.stop()
    _wait_for_installs(services)


def _public(address: str | None) -> SplitResult | None:
    """A host name of its own, by TLS: the wizard's pages are no guests below a path of another site."""
    if address is None:
        return None
    try:
        split = urlsplit(address)
        fits = split.scheme == "https" and split.hostname and split.path in ("", "/") and split.port != 0
    except ValueError:
        fits = False
    if not fits or split.query or split.fragment or "@" in split.netloc:
        raise click.BadParameter("an address like https://wizard.example.com, with no path")
    return split


def _names(public: SplitResult | None) -> list[str]:
    if public is None or public.hostname is None:
        return []
    return [f"[{public.hostname}]" if ":" in public.hostname else public.hostname]


def _wait_for_installs(services: Services) -> None:
    """Let installs under way end by themselves; a second Ctrl-C leaves them to the next start."""
    running = services.workspace.installs.running()
    if running:
        click.echo(f"Waiting for {len(running)} install(s) to end. Press Ctrl-C again to leave them; they can be undone later.")
    try:
        services.executor.shutdown(wait=True)
    except KeyboardInterrupt:
        os._exit(130)
