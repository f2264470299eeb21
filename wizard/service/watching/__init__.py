"""Watching the carriers of saved dialers: when to look, what a look leaves, and who is told."""
