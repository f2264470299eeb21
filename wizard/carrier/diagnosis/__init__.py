"""From what was seen to why a carrier does not work."""
