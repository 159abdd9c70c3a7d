"""The worlds of judging, for its rooms."""

from tests.judging.conftest import stage_at, world

__all__ = ["stage_at", "world"]
