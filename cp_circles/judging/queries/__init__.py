"""Seasons, rounds, entries, judges and published lists, as they are asked for."""
