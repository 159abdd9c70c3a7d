"""The worlds of judging, for what a panel does together."""

from tests.judging.conftest import stage_at, world
from tests.results.conftest import storage

__all__ = ["stage_at", "storage", "world"]
