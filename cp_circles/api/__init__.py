"""The HTTP interface for a plant's own system: readings in, meters out, by a token of the company."""
