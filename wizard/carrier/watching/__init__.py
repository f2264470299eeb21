"""Watching carriers over time: when a change is worth a word."""
