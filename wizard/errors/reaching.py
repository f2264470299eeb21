"""The dialer can't be reached."""

from __future__ import annotations

from .base import DialerError


class CannotConnectError(DialerError):
    """Nothing answers at that address and port. values: host, port, reason"""

    code = "cannot_connect"
    temporary = True


class CannotResolveError(DialerError):
    """The dialer's own name has no address, seen from here. values: host"""

    code = "cannot_resolve"


class HostKeyUnknownError(DialerError):
    """Nobody has confirmed this host key yet. values: host, fingerprint, key_type, variant"""

    code = "host_key_unknown"

    def __init__(self, *, host: str, fingerprint: str, key_type: str, key: str, address: str = "", variant: str = "") -> None:
        super().__init__(host=host, fingerprint=fingerprint, key_type=key_type, variant=variant)
        self.fingerprint = fingerprint
        #: which host it is, as host keys are kept: the dialer's or a jump host's
        self.address = address
        #: the public key as a ``known_hosts`` line has it, to be stored once confirmed
        self.key = key


class HostKeyChangedError(DialerError):
    """Another host key than the confirmed one. values: host, fingerprint, expected, variant (``jump``, ``known_hosts``)"""

    code = "host_key_changed"


class InvalidAuthError(DialerError):
    """The SSH server refused the user, password or key. values: user, host"""

    code = "invalid_auth"


class NoSshKeysError(DialerError):
    """No agent has a key, and there is no key file that ssh would try. values: user, host"""

    code = "no_ssh_keys"


class TooManyKeysError(DialerError):
    """The SSH server hung up after several keys that it does not know. values: host, count"""

    code = "too_many_keys"


class SecondFactorError(DialerError):
    """The key or password was right, and the server wants something more. values: host, methods"""

    code = "second_factor"


class JumpRefusedError(DialerError):
    """A jump host lets us in, and does not pass us on. values: host, port (where to), before (the jump host)"""

    code = "jump_refused"


class SshConfigError(DialerError):
    """``~/.ssh/config`` can't be followed.

    values: host, path, option, reason (``exec``, ``proxy_command``, ``jump``, ``circle``, ``value``, ``too_deep``,
    ``unreadable``)
    """

    code = "ssh_config"


class KeyFileError(DialerError):
    """The private key can't be read: no such file, not a key, or a wrong passphrase. values: path, reason"""

    code = "key_file"


class UnsupportedAlgorithmsError(DialerError):
    """The SSH server is too old for the algorithms that are still considered safe. values: host, reason"""

    code = "unsupported_algorithms"


class SudoError(DialerError):
    """sudo did not let us. values: user, reason (``password_wrong``, ``password_needed``, ``not_allowed``, ``needs_tty``)"""

    code = "sudo"


class NoPerlError(DialerError):
    """There is no usable perl on the host. values: detail"""

    code = "no_perl"


class ConnectionLostError(DialerError):
    """The connection ended in the middle of something."""

    code = "connection_lost"
    temporary = True


class CommandError(DialerError):
    """Something on the dialer failed in a way that has no error of its own. values: what, detail"""

    code = "command"
