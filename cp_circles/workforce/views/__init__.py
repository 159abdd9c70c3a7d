"""The room's pages."""

from cp_circles.workforce.views import changes, leaving, staff, uniting
from cp_circles.workforce.views.blueprint import bp

__all__ = ["bp", "changes", "leaving", "staff", "uniting"]
