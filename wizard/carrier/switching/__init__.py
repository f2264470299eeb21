"""Moving campaigns from one carrier to another: what moves, the proof that the same numbers arrive, and when they go back."""
