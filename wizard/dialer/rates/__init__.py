"""Table ``lcr`` on a dialer, which VICIdial's least-cost script reads at every call (vicidial.md §4)."""
