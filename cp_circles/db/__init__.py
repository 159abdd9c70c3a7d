"""Storage: the declarative base, exact column types, engines, the event history and job rows."""
