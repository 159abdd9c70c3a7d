"""The world of judging, for the tests of what outsiders can check."""

from tests.judging.conftest import stage_at, world

__all__ = ["stage_at", "world"]
