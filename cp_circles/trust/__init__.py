"""The trust room: published heads of the event chains, receipts, and the audit of a round for outsiders."""
