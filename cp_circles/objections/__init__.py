"""Objections to a published list: filed under a real name, decided by people who did not judge."""
