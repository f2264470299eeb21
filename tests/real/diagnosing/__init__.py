"""Faults that the lab can produce, what the commands make of each, and docs/diagnosis-table.md from a run of them."""
