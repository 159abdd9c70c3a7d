"""Seasons, rounds, entries, panels, score sheets, standings, promotion, publicity, objections."""
