"""How calls go out: which numbers, in what shape, through which trunk, and what happens where it fails."""
