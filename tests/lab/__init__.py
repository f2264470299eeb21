"""The test lab: a dialer host and its carriers, made of Debian's own Asterisk, MariaDB and OpenSSH, on loopback.

`python -m tests.lab` starts and stops it; tests use :class:`tests.lab.Lab`. docs/lab.md describes it.
"""

from .errors import LabError
from .lab import Lab

__all__ = ["Lab", "LabError"]
