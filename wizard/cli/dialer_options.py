"""Which dialer, and how to get in: the options that all dialer commands share."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import click

from wizard.dialer.route import parse_jump
from wizard.dialer.target import DialerSecrets, DialerTarget, SshAuth, Sudo, parse_address, parse_alias
from wizard.errors import HostKeyUnknownError, NotFoundError
from wizard.secret import Secret
from wizard.service.dialers import Connect, connector
from wizard.service.workspace import Workspace

from .answers_file import environment_secret
from .completing import complete_file


@dataclass(frozen=True)
class Access:
    """The options as they were given."""

    ssh_key: str | None
    ssh_password_env: str | None
    sudo: bool
    sudo_password_env: str | None
    key_passphrase_env: str | None
    accept_host_key: tuple[str, ...]
    jump: str | None


@dataclass(frozen=True)
class ChosenDialer:
    """A dialer, saved or given by address, with what is needed to get in."""

    name: str
    dialer_id: str | None
    target: DialerTarget
    secrets: DialerSecrets

    @property
    def connect(self) -> Connect:
        return connector(self.target, self.secrets)


def access_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options, and hands them to the command as ``access``."""

    @click.option("--ssh-key", metavar="FILE", shell_complete=complete_file, help="Private key to sign in with.")
    @click.option("--ssh-password-env", metavar="NAME", help="Environment variable that holds the SSH password.")
    @click.option("--key-passphrase-env", metavar="NAME", help="Environment variable that holds the key's passphrase.")
    @click.option("--sudo", is_flag=True, help="Become root with sudo.")
    @click.option(
        "--sudo-password-env",
        metavar="NAME",
        help="Environment variable that holds sudo's password; the SSH password otherwise.",
    )
    @click.option(
        "--accept-host-key",
        metavar="SHA256:...",
        multiple=True,
        help="Trust an unknown host key with this fingerprint; “new” trusts any, once. Again for each jump host.",
    )
    @click.option(
        "--jump",
        metavar="[USER@]HOST[:PORT][,...]",
        help="Go by way of these hosts, in this order; “none” for none. Otherwise as ~/.ssh/config says.",
    )
    @functools.wraps(command)
    def with_access(*args: Any, **options: Any) -> Any:
        access = Access(**{name: options.pop(name) for name in Access.__dataclass_fields__})
        return command(*args, access=access, **options)

    return with_access


def choose_dialer(workspace: Workspace, dialer: str, access: Access) -> ChosenDialer:
    """A saved dialer's name, ``user@host[:port]``, or an alias of ``~/.ssh/config``; options override what is saved.

    :raises NotFoundError: none of them
    """
    saved = workspace.dialers.find(dialer)
    address = parse_address(dialer) or (parse_alias(dialer) if saved is None else None)
    if saved is not None:
        chosen = ChosenDialer(saved.name, saved.id, saved.target, workspace.dialers.secrets(saved.id))
    elif address is not None:
        chosen = ChosenDialer(address.address, None, address, DialerSecrets())
    else:
        raise NotFoundError(what="dialer", name=dialer)
    return with_options(workspace, chosen, access)


def with_options(workspace: Workspace, chosen: ChosenDialer, access: Access) -> ChosenDialer:
    """What is known of a dialer, with what the options say instead."""
    target, secrets = chosen.target, chosen.secrets
    if access.jump is not None:
        target = replace(target, jump=_jump(access.jump))
    if access.ssh_key is not None:
        target = replace(target, auth=SshAuth.KEY, key_path=access.ssh_key)
    if access.ssh_password_env is not None:
        if access.ssh_key is None:
            target = replace(target, auth=SshAuth.PASSWORD)
        secrets = replace(secrets, ssh_password=Secret(environment_secret(access.ssh_password_env)))
    if access.key_passphrase_env is not None:
        secrets = replace(secrets, key_passphrase=Secret(environment_secret(access.key_passphrase_env)))
    if access.sudo:
        password = secrets.sudo_password or secrets.ssh_password
        if access.sudo_password_env is not None:
            password = Secret(environment_secret(access.sudo_password_env))
        secrets = replace(secrets, sudo_password=password)
        target = replace(target, sudo=Sudo.WITH_PASSWORD if password else Sudo.WITHOUT_PASSWORD)
    target = workspace.host_keys.with_key(target)
    if access.accept_host_key:
        target = accept_host_key(workspace, target, secrets, access.accept_host_key)
    return replace(chosen, target=target, secrets=secrets)


def _jump(said: str) -> str:
    if said.strip().lower() != "none" and not parse_jump(said):
        raise click.BadParameter("jump hosts are written [user@]host[:port], with commas between", param_hint="--jump")
    return said.strip()


def accept_host_key(
    workspace: Workspace, target: DialerTarget, secrets: DialerSecrets, accepted: Sequence[str]
) -> DialerTarget:
    """Trust unknown keys that have the given fingerprints (``new``: any), and keep them. A changed key never comes here.

    :raises HostKeyUnknownError: a key has another fingerprint
    """
    while not _has_all_keys(target):
        try:
            with connector(target, secrets)():
                return target
        except HostKeyUnknownError as unknown:
            if unknown.fingerprint not in accepted and "new" not in accepted:
                raise
            workspace.host_keys.confirm(target, unknown.key, unknown.address)
            target = workspace.host_keys.with_key(target)
    return target


def _has_all_keys(target: DialerTarget) -> bool:
    return bool(target.host_key) and len(target.jump_keys) == len(target.route()) - 1
