"""Pages of projects."""

from cp_circles.projects.views import course, registration, steps, work
from cp_circles.projects.views.blueprint import bp

__all__ = ["bp", "course", "registration", "steps", "work"]
