"""Meters, readings and findings as finished words and figures."""
