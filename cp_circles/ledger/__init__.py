"""What counts: one row per saving and metric, and the roll-ups; with the events that keep them in step."""

from cp_circles.ledger import stamps, totals

__all__ = ["stamps", "totals"]
