"""Blobs by SHA-256 and the storage behind them."""
