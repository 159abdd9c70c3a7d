"""Tasks for views of the rooms that come before the room of notices."""

from cp_circles.notices.services import assign_task, finish_tasks

__all__ = ["assign_task", "finish_tasks"]
