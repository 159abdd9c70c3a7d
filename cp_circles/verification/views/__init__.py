"""The room's pages: bills and prices, money of a saving, files of a claim, chain, effects without money."""

from cp_circles.verification.views import chain, effects, evidence, files, money, proofs
from cp_circles.verification.views.blueprint import bp

__all__ = ["bp", "chain", "effects", "evidence", "files", "money", "proofs"]
