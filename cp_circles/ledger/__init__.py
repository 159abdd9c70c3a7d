"""What counts: one row per saving and metric, and the roll-ups."""
