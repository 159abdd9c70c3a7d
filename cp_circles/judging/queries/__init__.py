"""Seasons, rounds, entries, panels, standings and objections, as they are asked for."""
