"""A public board and the awards as they leave the platform."""
