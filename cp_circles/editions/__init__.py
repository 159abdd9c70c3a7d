"""Stored editions of the rulesets: immutable, so that nothing moves under a running project."""
