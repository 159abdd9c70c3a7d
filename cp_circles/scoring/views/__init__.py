"""Pages of the judge: the desk, the lists of entries, printed sheets and their versions."""

from cp_circles.scoring.views import desk, sheets
from cp_circles.scoring.views.blueprint import bp

__all__ = [
    "bp",
    "desk",
    "sheets",
]
