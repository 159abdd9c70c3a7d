"""The room's pages: companies, departments, regions."""

from cp_circles.organisations.views import companies, departments, regions
from cp_circles.organisations.views.blueprint import bp

__all__ = ["bp", "companies", "departments", "regions"]
