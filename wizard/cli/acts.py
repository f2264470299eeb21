"""``deactivate``, ``activate``, ``delete``: what is done to a carrier that is there; and ``recover``."""

from __future__ import annotations

import click

from wizard.dialer.row_editor import Act, ActPlan
from wizard.errors import WizardError
from wizard.instance import instance_folder
from wizard.service.installs import begin_act
from wizard.service.planning import plan_run
from wizard.service.recovery import find_interrupted, recover, recoverable
from wizard.service.workspace import open_workspace

from .completing import complete_carrier, complete_dialer
from .dialer_options import Access, access_options, choose_dialer
from .installs import dialer_of, dialer_option, wait_option
from .output import (
    Exit,
    as_json,
    error_json,
    errors_reported,
    exit_status,
    print_json,
    say_error,
    signals_as_interrupts,
)
from .told import exit_of_install, install_json, print_install, print_plan, tell_phase

_HELP = {
    Act.DEACTIVATE: "Switch a carrier off: VICIdial leaves it out of Asterisk's files, and keeps its row.",
    Act.ACTIVATE: "Switch a carrier on again, and follow until it is up.",
    Act.DELETE: "Delete a carrier from a dialer, whoever put it there.",
}


def _command(act: Act) -> click.Command:
    @click.command(name=act.value, help=f"{_HELP[act]} What went wrong, and `rollback`, put it back as it was.")
    @click.argument("carrier_id", shell_complete=complete_carrier)
    @dialer_option
    @wait_option
    @click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
    @click.option("--even-if-used", is_flag=True, help="Also where campaigns or other carriers' entries lead to it.")
    @access_options
    @as_json
    @errors_reported
    def command(
        carrier_id: str, dialer: str, wait: int, dry_run: bool, even_if_used: bool, access: Access, as_json: bool
    ) -> None:
        workspace = open_workspace(instance_folder())
        find_interrupted(workspace)
        chosen = choose_dialer(workspace, dialer, access)
        plan = ActPlan(act, carrier_id, wait_seconds=wait, even_if_used=even_if_used)
        if dry_run:
            print_plan(plan_run(chosen.connect, plan), as_json=as_json)
            return
        job = begin_act(
            workspace,
            chosen.connect,
            chosen.target,
            plan,
            dialer_name=chosen.name,
            dialer_id=chosen.dialer_id,
            tell=None if as_json else tell_phase,
        )
        with signals_as_interrupts():
            done = job.run()
        print_install(done, as_json=as_json)
        raise SystemExit(int(exit_of_install(done)))

    return command


deactivate, activate, delete = (_command(act) for act in (Act.DEACTIVATE, Act.ACTIVATE, Act.DELETE))


@click.command(name="recover")
@click.option("--dialer", metavar="D", shell_complete=complete_dialer, help="Only those of one dialer.")
@access_options
@as_json
@errors_reported
def recover_command(dialer: str | None, access: Access, as_json: bool) -> None:
    """Bring runs to an end in which the wizard died: as they were meant where all is there and up, as before otherwise."""
    workspace = open_workspace(instance_folder())
    find_interrupted(workspace)
    ended, status = [], Exit.DONE
    for install in recoverable(workspace):
        if dialer is not None and dialer.lower() not in (install.dialer_name.lower(), install.target.address.lower()):
            continue
        try:
            with signals_as_interrupts():
                done = recover(workspace, dialer_of(workspace, install, access).connect, install)
        except WizardError as error:
            # One dialer that can't be reached keeps no other waiting.
            status = max(status, exit_status(error))
            ended.append(install_json(install) | {"error": error_json(error)})
            if not as_json:
                click.echo(f"{install.id}  {install.carrier_id}  {install.dialer_name}", err=True)
                say_error(error)
            continue
        status = max(status, Exit.DONE if done.outcome in ("up", "rolled_back") else Exit.ROLLBACK_FAILED)
        ended.append(install_json(done))
        if not as_json:
            print_install(done, as_json=False)
    if as_json:
        print_json(ended)
    elif not ended:
        click.echo("Nothing to do: no run broke off.")
    raise SystemExit(int(status))
