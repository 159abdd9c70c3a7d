"""The room's pages: stating and claiming, the inputs of a draft, how numbers were computed, signing."""

from cp_circles.savings.views import (
    explaining,
    following,
    guarding,
    inputs,
    own,
    side_effects,
    signing,
    stating,
)
from cp_circles.savings.views.blueprint import bp

__all__ = ["bp", "explaining", "following", "guarding", "inputs", "own", "side_effects", "signing", "stating"]
