"""``completion``: the script by which a shell completes commands, options and the names that are saved here."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from .output import as_json, print_json

_PROGRAM, _VARIABLE = "carrier-wizard", "_CARRIER_WIZARD_COMPLETE"


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@as_json
@click.pass_context
def completion(context: click.Context, shell: str, as_json: bool) -> None:
    """Print the script that lets a shell complete commands, options, dialers, carriers, installs and files.

    \b
    bash: carrier-wizard completion bash > ~/.local/share/bash-completion/completions/carrier-wizard
    zsh:  carrier-wizard completion zsh > a folder of $fpath/_carrier-wizard
    fish: carrier-wizard completion fish > ~/.config/fish/completions/carrier-wizard.fish
    """
    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101 (click has all three)
    script = _script(kind, context)
    if as_json:
        print_json({"shell": shell, "script": script})
    else:
        click.echo(script)


def _script(kind: type[click.shell_completion.ShellComplete], context: click.Context) -> str:
    """As the class has it: its own way asks the machine's bash for its version first, which has no say here."""
    completing = kind(context.find_root().command, {}, _PROGRAM, _VARIABLE)
    return completing.source_template % completing.source_vars()
