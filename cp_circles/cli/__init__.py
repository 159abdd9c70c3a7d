"""Commands of the application: each enters at the same services as the pages."""
