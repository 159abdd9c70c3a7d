"""Consents, duties that stand in the way of an erasure, exports and the calendar, as they are asked for."""
