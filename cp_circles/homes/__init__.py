"""Pages that show many rooms: each role's home, a project's overview."""
