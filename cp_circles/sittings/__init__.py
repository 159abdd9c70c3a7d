"""What a panel does together: the exercise before scoring, the talks, and deliberation."""
