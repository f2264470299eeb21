"""Faults at every phase boundary of an install and its undo, on the lab's dialer, and what came of each."""
