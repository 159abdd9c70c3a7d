"""One's own data as a file to read, and one's dates as a calendar file."""
