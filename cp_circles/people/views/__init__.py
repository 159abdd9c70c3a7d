"""The room's pages: signing in, one's own account, a company's people, everybody."""

from cp_circles.people.views import account, administration, entrance, held, seeing, staff, stand_ins
from cp_circles.people.views.blueprint import bp

__all__ = ["account", "administration", "bp", "entrance", "held", "seeing", "staff", "stand_ins"]
