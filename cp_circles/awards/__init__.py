"""Awards and their certificates."""
