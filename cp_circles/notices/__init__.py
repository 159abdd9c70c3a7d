"""A person's tasks, the mail outbox and comments."""
