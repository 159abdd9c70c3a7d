"""Background work: rows that a transaction wrote, claimed with a lease and run at least once."""
