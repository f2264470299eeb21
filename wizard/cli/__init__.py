"""The command line: ``carrier-wizard`` and ``python -m wizard``. Each command's module is imported when it is called."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Sequence
from typing import Any

import click

import wizard
from wizard.words.command_line import EXAMPLES, GROUPS

from .groups import Suggesting

#: command → (module, attribute)
_COMMANDS = {
    "serve": ("wizard.cli.serve", "serve"),
    "presets": ("wizard.cli.presets", "presets"),
    "schema": ("wizard.cli.entry", "schema"),
    "render": ("wizard.cli.entry", "render"),
    "dialer": ("wizard.cli.dialers", "dialer"),
    "check": ("wizard.cli.checking", "check"),
    "install": ("wizard.cli.installs", "install"),
    "status": ("wizard.cli.installs", "status"),
    "activate": ("wizard.cli.acts", "activate"),
    "deactivate": ("wizard.cli.acts", "deactivate"),
    "delete": ("wizard.cli.acts", "delete"),
    "adopt": ("wizard.cli.adopting", "adopt"),
    "simulate": ("wizard.cli.simulation", "simulate"),
    "test-call": ("wizard.cli.calls", "test_call"),
    "rollback": ("wizard.cli.installs", "rollback"),
    "recover": ("wizard.cli.acts", "recover_command"),
    "switch": ("wizard.cli.switches", "switch"),
    "history": ("wizard.cli.installs", "history"),
    "rates": ("wizard.cli.rates", "rates"),
    "watch": ("wizard.cli.watch_targets", "watch"),
    "explain": ("wizard.cli.explaining", "explain"),
    "backup": ("wizard.cli.backing_up", "backup"),
    "completion": ("wizard.cli.completion", "completion"),
}


class _Lazily(Suggesting):
    """Imports a command when somebody wants it, so that ``render`` doesn't wait for SSH and Flask."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        module, attribute = _COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(module), attribute)
        add_examples(command, cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """By what somebody wants to do, each with one whole line."""
        for heading, names in GROUPS.items():
            commands = [(name, self.get_command(ctx, name)) for name in names]
            with formatter.section(heading):
                formatter.write_dl([(name, command.get_short_help_str(200)) for name, command in commands if command])

    def main(self, args: Sequence[str] | None = None, *positional: Any, **options: Any) -> Any:
        """As click does it; but who asks for one JSON document gets one, even where the question was wrong."""
        if "--json" not in (sys.argv[1:] if args is None else args):
            return super().main(args, *positional, **options)
        try:
            sys.exit(super().main(args, *positional, **{**options, "standalone_mode": False}))
        except click.ClickException as mistake:
            click.echo(json.dumps({"error": {"code": "usage", "message": mistake.format_message()}}, ensure_ascii=False))
            sys.exit(mistake.exit_code)
        except click.Abort:
            click.echo(json.dumps({"error": {"code": "stopped", "message": "Stopped."}}))
            sys.exit(1)


def add_examples(command: click.Command, name: str) -> None:
    """What somebody types, below the options, for a command and those that it has."""
    lines = EXAMPLES.get(name, ())
    if lines:
        # \b keeps click from filling the lines of a paragraph.
        command.epilog = "\n".join(["\b", "Examples:", *(f"  carrier-wizard {line}" for line in lines)])
    if isinstance(command, click.Group):
        for subcommand in command.commands.values():
            add_examples(subcommand, f"{name} {subcommand.name}")


@click.group(cls=_Lazily, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(wizard.__version__, prog_name="carrier-wizard")
def _group() -> None:
    """Connect a VICIdial dialer to a SIP carrier, and see that it worked."""


def main(arguments: list[str] | None = None) -> Any:
    """Run the command line; exits with the status of interface.md."""
    return _group.main(arguments, prog_name="carrier-wizard")
