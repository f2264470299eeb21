"""Carrier Wizard: connects a VICIdial dialer to a carrier, and proves that it worked."""

__version__ = "0.1.0"
