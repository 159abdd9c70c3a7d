"""Meters, production and readings."""
