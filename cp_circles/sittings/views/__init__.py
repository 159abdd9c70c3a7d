"""Pages of what a panel does together."""

from cp_circles.sittings.views import deliberations, exercises, paper, talks
from cp_circles.sittings.views.blueprint import bp

__all__ = ["bp", "deliberations", "exercises", "paper", "talks"]
