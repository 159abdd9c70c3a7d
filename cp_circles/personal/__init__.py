"""What is one's own: consent to the use of personal data, its export and erasure, the calendar file."""
