"""The world of judging, for the tests of what outsiders can check."""

from datetime import timedelta

from tests.judging.conftest import stage_at, world

DAY = timedelta(days=1)

__all__ = ["stage_at", "world"]
