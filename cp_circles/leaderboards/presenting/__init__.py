"""Boards as their pages, charts and files show them."""
