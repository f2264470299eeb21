"""A Linux firewall as values: its rules, what they do with one packet, and what would open it. Nothing is asked or changed."""
