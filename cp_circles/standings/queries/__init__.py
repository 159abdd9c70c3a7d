"""What a standing is computed from, and standings and lists as they are read."""
