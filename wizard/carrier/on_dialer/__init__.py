"""An entry held against a dialer: what is there already, what the entry lacks there, and what is changed beside it."""
