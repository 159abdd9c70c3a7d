"""Who sees which messages."""

from datetime import date

from cp_circles.notices.models import Task
from cp_circles.people.rules import Actor


def can_see_all_mail(actor: Actor) -> bool:
    """Only an administrator reads the whole outbox."""
    return actor.is_administrator


def is_overdue(task: Task, today: date) -> bool:
    """True once the day after the due date has begun."""
    return task.due_on is not None and task.done_at is None and task.due_on < today
