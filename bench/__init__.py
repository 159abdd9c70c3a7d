"""Measurements of the promises of speed, each beside a reference in the same run."""
