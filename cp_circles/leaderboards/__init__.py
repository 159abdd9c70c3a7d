"""Boards and charts read from the ledger and the published standings."""
