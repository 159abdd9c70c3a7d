"""Pages of projects."""

from cp_circles.projects.views import course, registration, remarks, steps, succession, work
from cp_circles.projects.views.blueprint import bp

__all__ = ["bp", "course", "registration", "remarks", "steps", "succession", "work"]
