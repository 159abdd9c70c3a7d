"""How severe each judge is, and what an entry's score would be before judges of average severity."""
