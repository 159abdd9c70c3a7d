"""Each role's work as its home shows it."""
