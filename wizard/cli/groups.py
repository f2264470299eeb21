"""Commands that have commands: what they make of a name that they don't know."""

from __future__ import annotations

import difflib

import click

from wizard.words.command_line import did_you_mean


class Suggesting(click.Group):
    """Says which of its commands are close to what was typed."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as mistake:
            if args[0].startswith("-"):
                raise
            close = difflib.get_close_matches(args[0], self.list_commands(ctx))
            raise click.UsageError(did_you_mean(args[0], close), ctx) from mistake
