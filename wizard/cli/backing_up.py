"""``backup``: all that the wizard keeps, in one file."""

from __future__ import annotations

from pathlib import Path

import click

from wizard.instance import instance_folder
from wizard.service.workspace import open_workspace
from wizard.store.backup import back_up

from .completing import complete_file
from .output import as_json, errors_reported, print_json


@click.command()
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path), shell_complete=complete_file)
@as_json
@errors_reported
def backup(file: Path, as_json: bool) -> None:
    """Write the store, its key and the access token into a new tar FILE, while the wizard runs.

    Whoever has FILE has the passwords in it. To restore it, unpack it into an empty instance folder: tar -xpf FILE -C FOLDER
    """
    names = back_up(open_workspace(instance_folder()).folder, file)
    if as_json:
        print_json({"file": str(file), "files": names})
    else:
        click.echo(f"{file} has {', '.join(names)}. Keep it as safe as the passwords that are in it.")
