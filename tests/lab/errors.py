"""What the lab says when it can't do its work."""

from __future__ import annotations


class LabError(Exception):
    """A sentence for the person at the terminal: what is wrong and what would help."""
