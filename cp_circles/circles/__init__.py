"""Circles: registration, members, yearly renewal, dormancy, activity log."""
