"""Why an unfinished project goes on in a new year: its circle explains it to the department."""

from datetime import datetime, tzinfo

from sqlalchemy.orm import Session

from cp_circles.circles.dates import SHANGHAI, local_date
from cp_circles.db.events import record_event
from cp_circles.errors import DomainError, Invalid, msg
from cp_circles.notices.services import finish_tasks, send_mails
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.queries import holders
from cp_circles.people.rules import Actor
from cp_circles.projects import queries
from cp_circles.projects.models import CarryOver, Project
from cp_circles.projects.services.guards import require_member, require_reason, require_running

LONGEST = 2000
EXPLAIN = msg("Explain why project %(title)s goes on in %(year)s")
GOES_ON = msg("A project of last year goes on: %(title)s")
GOES_ON_BECAUSE = msg("The circle %(name)s explains why %(title)s is not finished yet:\n\n%(text)s")


def explain_carry_over(
    session: Session, *, actor: Actor, project: Project, text: str, zone: tzinfo = SHANGHAI, now: datetime
) -> CarryOver:
    """Say why a project of an earlier year is not finished; later words replace earlier ones of the year."""
    require_member(actor, project)
    require_running(project)
    year = queries.carry_year(session, local_date(now, zone))
    if not queries.goes_on(project, year, zone):
        raise DomainError(msg("This project was registered for this year; nothing is to be explained."))
    text = require_reason(text)
    if len(text) > LONGEST:
        raise Invalid(msg("At most %(limit)s characters."), field="reason", limit=LONGEST)
    row = queries.carry_over_of(session, project, year)
    before = {"text": row.text} if row is not None else None
    if row is None:
        row = CarryOver(project_id=project.id, year=year)
        session.add(row)
    row.text, row.person_id, row.at = text, actor.person_id, now
    session.flush()
    record_event(
        session,
        actor=actor,
        verb="projects.explain_carry_over",
        subject=project,
        company_id=project.company_id,
        reason=text,
        before=before,
        after={"year": year, "text": text},
        at=now,
    )
    finish_tasks(session, subject=project, kind=EXPLAIN, now=now)
    if before is None:
        _tell_department(session, project, text, now)
    return row


def _tell_department(session: Session, project: Project, text: str, now: datetime) -> None:
    heads = holders(
        session, role=Role.DEPARTMENT, scope_kind=ScopeKind.COMPANY, scope_id=project.company_id, now=now
    )
    name = project.circle.name if project.circle is not None else ""
    send_mails(
        session,
        to_people=[person.id for person in heads],
        subject=GOES_ON,
        body=GOES_ON_BECAUSE,
        values={"title": project.title, "name": name, "text": text, "url": f"/projects/{project.id}"},
        now=now,
    )
