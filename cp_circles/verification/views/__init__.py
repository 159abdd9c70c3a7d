"""The room's pages: finance's evidence, money of a saving, the chain, effects without money."""

from cp_circles.verification.views import chain, effects, evidence, money
from cp_circles.verification.views.blueprint import bp

__all__ = ["bp", "chain", "effects", "evidence", "money"]
