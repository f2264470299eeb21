"""Rate decks: what each carrier asks for a call to each NPANXX, for VICIdial's least-cost routing (vicidial.md §4)."""
