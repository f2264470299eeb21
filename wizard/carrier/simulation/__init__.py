"""What becomes of a number: what VICIdial sends, which pattern takes it, and what the carrier receives. Nothing is dialled."""
