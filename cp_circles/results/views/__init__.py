"""Pages of results."""

from cp_circles.results.views import course, documents, packs, templates
from cp_circles.results.views.blueprint import bp

__all__ = ["bp", "course", "documents", "packs", "templates"]
