"""The charts count the same savings as the boards."""

from tests.leaderboards.conftest import count, project_in

__all__ = ["count", "project_in"]
