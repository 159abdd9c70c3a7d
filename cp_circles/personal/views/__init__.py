"""The room's pages: consent, one's own data and their erasure, the calendar, consents on paper."""

from cp_circles.personal.views import calendar, consents, data, papers
from cp_circles.personal.views.blueprint import bp

__all__ = ["bp", "calendar", "consents", "data", "papers"]
