"""The room's pages: the list of meters, readings, files of readings, and tokens."""

from cp_circles.metering.views import files, findings, meters, readings, replacing, tokens, tree
from cp_circles.metering.views.blueprint import bp

__all__ = ["bp", "files", "findings", "meters", "readings", "replacing", "tokens", "tree"]
