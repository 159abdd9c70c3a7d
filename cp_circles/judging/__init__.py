"""Seasons, rounds and their entries: what every room of judging rests on, with its tables and its chain."""
