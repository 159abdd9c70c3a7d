"""Comments on circles, claims and results: who reads and writes them, who can be named, who settles them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cp_circles.circles import rules as circles
from cp_circles.circles.models import Circle
from cp_circles.errors import NotAllowed, NotFound, msg
from cp_circles.notices import services as notices
from cp_circles.notices.models import Comment
from cp_circles.notices.queries import comment_on
from cp_circles.people.models import Person, Role, ScopeKind
from cp_circles.people.queries import holders_of_roles
from cp_circles.people.rules import Actor
from cp_circles.projects.rules import can_see_project, is_member
from cp_circles.results.models import Result
from cp_circles.savings.models import Saving
from cp_circles.savings.rules import can_see_savings

HELPERS = frozenset({Role.FACILITATOR, Role.DEPARTMENT})
STAFF = HELPERS | {Role.PROCESS_OWNER, Role.METERING, Role.FINANCE, Role.THIRD_PARTY}
NOT_YOURS_TO_SETTLE = msg("Whoever wrote the comment, or the circle, marks it as dealt with.")
NOT_YOURS_TO_WRITE = msg("You can read these comments, but not write here.")


@dataclass(frozen=True)
class Topic:
    """What a kind of record says about its comments; `roles` can be named besides the members."""

    model: type[Any]
    may_read: Callable[[Actor, Any], bool]
    may_write: Callable[[Actor, Any], bool]
    owns: Callable[[Actor, Any], bool]
    circle_of: Callable[[Any], Circle | None]
    company_of: Callable[[Any], int]
    roles: frozenset[Role]


TOPICS = {
    "circles": Topic(
        Circle,
        circles.can_see_inside,
        circles.can_log_activity,
        circles.is_leader,
        lambda circle: circle,
        lambda circle: int(circle.company_id),
        HELPERS,
    ),
    "savings": Topic(
        Saving,
        lambda actor, saving: can_see_savings(actor, saving.project),
        lambda actor, saving: can_see_savings(actor, saving.project),
        lambda actor, saving: is_member(actor, saving.project.circle),
        lambda saving: saving.project.circle,
        lambda saving: int(saving.project.company_id),
        STAFF,
    ),
    "results": Topic(
        Result,
        lambda actor, result: can_see_project(actor, result.project),
        lambda actor, result: can_see_project(actor, result.project),
        lambda actor, result: is_member(actor, result.project.circle),
        lambda result: result.project.circle,
        lambda result: int(result.project.company_id),
        STAFF,
    ),
}


def subject_of(session: Session, *, actor: Actor, kind: str, subject_id: int, writing: bool = False) -> Any:
    """The record of that kind: NotFound if the actor may not read its comments, NotAllowed if not write."""
    topic = TOPICS.get(kind)
    found = session.get(topic.model, subject_id) if topic else None
    if topic is None or found is None or not topic.may_read(actor, found):
        raise NotFound
    if writing and not topic.may_write(actor, found):
        raise NotAllowed(NOT_YOURS_TO_WRITE)
    return found


def can_settle(actor: Actor, topic: Topic, subject: Any, comment: Comment) -> bool:
    """Whoever wrote the comment, and whose record it is on."""
    wrote = actor.person_id is not None and comment.person_id == actor.person_id
    return wrote or topic.owns(actor, subject)


def write_comment(
    session: Session, *, actor: Actor, kind: str, subject_id: int, text: str, now: datetime
) -> Comment:
    """Comment on a record; members and staff who may see it get a task and a mail when named as @name."""
    subject = subject_of(session, actor=actor, kind=kind, subject_id=subject_id, writing=True)
    topic = TOPICS[kind]
    return notices.add_comment(
        session,
        actor=actor,
        subject=subject,
        text=text,
        url=f"/{kind}/{subject_id}#h-comments",
        mentionable=people_to_name(session, topic, subject, now),
        company_id=topic.company_of(subject),
        now=now,
    )


def settle_comment(
    session: Session, *, actor: Actor, kind: str, subject_id: int, comment_id: int, now: datetime
) -> Comment:
    """Mark a comment as dealt with."""
    subject, topic = subject_of(session, actor=actor, kind=kind, subject_id=subject_id), TOPICS[kind]
    comment = comment_on(session, subject, comment_id)
    if not can_settle(actor, topic, subject, comment):
        raise NotAllowed(NOT_YOURS_TO_SETTLE)
    return notices.resolve_comment(
        session, actor=actor, comment=comment, company_id=topic.company_of(subject), now=now
    )


def people_to_name(session: Session, topic: Topic, subject: Any, now: datetime) -> Sequence[Person]:
    """The circle's present members, and the people of the company whose roles let them see the record."""
    circle = topic.circle_of(subject)
    scopes = {(ScopeKind.COMPANY, topic.company_of(subject))}
    if circle is not None:
        scopes.add((ScopeKind.CIRCLE, circle.id))
    staff = holders_of_roles(session, roles=topic.roles, scopes=scopes, now=now)
    members = [row.person for row in circle.present_members] if circle is not None else []
    return list({person.id: person for person in (*members, *staff)}.values())
