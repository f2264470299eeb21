"""What the wizard remembers: dialers, drafts, installs and their events, in one SQLite file with its secrets encrypted."""
