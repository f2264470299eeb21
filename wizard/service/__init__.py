"""What the command line and the web both do: one place for each job, above the dialer and the store."""
