"""The room's pages: circles, the acts on them, and the activity log."""

from cp_circles.circles.views import acts, circles, log, partners
from cp_circles.circles.views.blueprint import bp

__all__ = ["acts", "bp", "circles", "log", "partners"]
