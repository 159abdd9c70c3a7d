"""What the homes gather from all rooms."""
