"""Pages of what a panel does together."""

from cp_circles.sittings.views import deliberations, exercises, talks
from cp_circles.sittings.views.blueprint import bp

__all__ = ["bp", "deliberations", "exercises", "talks"]
