"""The room's facts as finished words for its pages."""
