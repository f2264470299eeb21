"""Which dialer, and how to get in: the options that all dialer commands share."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import click

from wizard.dialer.target import DialerSecrets, DialerTarget, SshAuth, Sudo, parse_address
from wizard.errors import HostKeyUnknownError, NotFoundError
from wizard.secret import Secret
from wizard.service.dialers import Connect, connector
from wizard.service.workspace import Workspace

from .answers_file import environment_secret


@dataclass(frozen=True)
class Access:
    """The options as they were given."""

    ssh_key: str | None
    ssh_password_env: str | None
    sudo: bool
    sudo_password_env: str | None
    key_passphrase_env: str | None
    accept_host_key: str | None


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

    @click.option("--ssh-key", metavar="FILE", help="Private key to sign in with.")
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
        help="Trust an unknown host key with this fingerprint; “new” trusts any, once.",
    )
    @functools.wraps(command)
    def with_access(*args: Any, **options: Any) -> Any:
        access = Access(**{name: options.pop(name) for name in Access.__dataclass_fields__})
        return command(*args, access=access, **options)

    return with_access


def choose_dialer(workspace: Workspace, dialer: str, access: Access) -> ChosenDialer:
    """A saved dialer's name, or ``user@host[:port]``; options override what is saved.

    :raises NotFoundError: neither
    """
    saved = workspace.dialers.find(dialer)
    address = parse_address(dialer)
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
    if not target.host_key and access.accept_host_key is not None:
        target = accept_host_key(workspace, target, secrets, access.accept_host_key)
    return replace(chosen, target=target, secrets=secrets)


def accept_host_key(workspace: Workspace, target: DialerTarget, secrets: DialerSecrets, accepted: str) -> DialerTarget:
    """Trust an unknown key that has the given fingerprint (``new``: any), and keep it. A changed key never comes here.

    :raises HostKeyUnknownError: the key has another fingerprint
    """
    try:
        connector(target, secrets)().open()
    except HostKeyUnknownError as unknown:
        if accepted not in ("new", unknown.fingerprint):
            raise
        workspace.host_keys.confirm(target, unknown.key)
        return workspace.host_keys.with_key(target)
    return target
