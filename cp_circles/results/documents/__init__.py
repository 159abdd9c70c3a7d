"""The documents of a result: Word, PDF, and the pack for a company's formal audit, from packages alone."""
