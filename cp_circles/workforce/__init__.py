"""People at work: lists of employees sent at once, colleagues who leave, and companies that change."""
