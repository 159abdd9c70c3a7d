"""The worlds of judging, for what a panel does together."""

from tests.judging.conftest import stage_at, world

__all__ = ["stage_at", "world"]
