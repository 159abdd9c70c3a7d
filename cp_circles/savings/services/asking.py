"""Whom a claim waits for, as a task with its date."""

from datetime import datetime

from sqlalchemy.orm import Session

from cp_circles.errors import msg
from cp_circles.notices.services import assign_task
from cp_circles.people.models import Role, ScopeKind
from cp_circles.savings import queries, rules
from cp_circles.savings.models import Saving


def ask_to_sign(session: Session, saving: Saving, role: Role, now: datetime) -> None:
    """Put the next signature on the list of whoever holds the role in the company, with its date."""
    settled = queries.chain_settings(session, saving.project.company_id)
    days = settled.days_to_sign if settled else rules.DAYS_TO_SIGN
    assign_task(
        session,
        kind=msg("Verify the saving of %(project)s"),
        values={"project": saving.project.title},
        subject=saving,
        url=f"/savings/{saving.id}",
        to_role=role,
        scope_kind=ScopeKind.COMPANY,
        scope_id=saving.project.company_id,
        due_on=rules.due_on(now, days),
        now=now,
    )
