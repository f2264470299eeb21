"""Every text that a user reads, in one place; the rest of the code knows codes only."""
