"""The frozen, hashed package that is judged."""
