"""Reminding a circle that the board shows."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from cp_circles.circles.models import Circle
from cp_circles.circles.rules import LIVE
from cp_circles.circles.services import telling
from cp_circles.errors import DomainError, NotFound, msg
from cp_circles.guidance import rules
from cp_circles.guidance.services import guards
from cp_circles.notices.queries import open_tasks_about
from cp_circles.people.rules import Actor

REMIND = msg("The department asks how the circle %(name)s is getting on")
BODY = msg(
    "The department noticed that the work of the circle %(name)s has come to a halt and asks how it can "
    "help. Please go on with the next step, or say what is missing."
)
DAYS = 7


def remind_circle(session: Session, *, actor: Actor, circle: Circle, today: date, now: datetime) -> Circle:
    """Give the leader a task and a mail; once while the task is open."""
    if not rules.can_see_desk(actor, circle.company_id):
        raise NotFound
    guards.require_writer(actor, circle.company_id)
    if circle.state not in LIVE and circle.state.value != "returned":
        raise DomainError(msg("This circle cannot be reminded."))
    if open_tasks_about(session, circle, REMIND):
        raise DomainError(msg("The leader was reminded already and the task is still open."))
    telling.task_for_leader(session, circle, REMIND, due_on=today + timedelta(days=DAYS), now=now)
    telling.mail_leader(session, circle, subject=REMIND, body=BODY, now=now)
    guards.note(session, actor, circle, circle.company_id, "remind_circle", now)
    return circle
