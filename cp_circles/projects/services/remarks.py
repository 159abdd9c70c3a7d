"""Remarks on a project and its steps: who is asked gets a task, and who settled one stands beside it."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from cp_circles.errors import NotAllowed, msg
from cp_circles.notices import services as notices
from cp_circles.notices.models import Comment
from cp_circles.notices.queries import comment_on
from cp_circles.people.rules import Actor
from cp_circles.projects import queries, rules
from cp_circles.projects.models import Project
from cp_circles.projects.services.guards import require_sight

NOT_THEIRS = msg("Only the circle and whoever has a duty for it write remarks here.")


def comment_on_project(
    session: Session,
    *,
    actor: Actor,
    project: Project,
    text: str,
    place: str = "",
    asked: Collection[int] = (),
    now: datetime,
) -> Comment:
    """A remark on the project or, with its key as `place`, on one of its steps; `asked` are people's ids."""
    _require_talker(actor, project)
    if place:
        queries.step_of(project, place)
    page = f"/projects/{project.id}/steps/{place}" if place else f"/projects/{project.id}"
    return notices.add_comment(
        session,
        actor=actor,
        subject=project,
        text=text,
        url=f"{page}#remarks",
        place=place,
        mentionable=queries.people_to_ask(session, project, now=now),
        asked=asked,
        company_id=project.company_id,
        now=now,
    )


def resolve_remark(
    session: Session, *, actor: Actor, project: Project, comment_id: int, now: datetime
) -> Comment:
    """Mark a remark as settled."""
    _require_talker(actor, project)
    comment = comment_on(session, project, comment_id)
    return notices.resolve_comment(
        session, actor=actor, comment=comment, company_id=project.company_id, now=now
    )


def _require_talker(actor: Actor, project: Project) -> None:
    require_sight(actor, project)
    if not rules.can_comment(actor, project):
        raise NotAllowed(NOT_THEIRS)
