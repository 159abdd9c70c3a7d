"""Pages of panels: inviting, declaring conflicts, plans, and who scores what."""

from cp_circles.panels.views import panels, plans
from cp_circles.panels.views.blueprint import bp

__all__ = [
    "bp",
    "panels",
    "plans",
]
