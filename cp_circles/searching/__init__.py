"""One box that searches everything its reader may see; it owns no records."""
