"""Comments on any record, with mentions that become tasks.

The room that owns the record has checked that the actor may see it before it calls these.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cp_circles.db.events import record_event
from cp_circles.errors import DomainError, Invalid, NotAllowed, msg
from cp_circles.notices.models import Comment
from cp_circles.notices.services.mails import send_mail
from cp_circles.notices.services.tasks import MENTION, assign_task, finish_tasks
from cp_circles.people.models import Person
from cp_circles.people.rules import Actor

LONGEST = 4000


def add_comment(
    session: Session,
    *,
    actor: Actor,
    subject: Any,
    text: str,
    url: str,
    place: str = "",
    mentionable: Sequence[Person] = (),
    asked: Collection[int] = (),
    company_id: int | None = None,
    now: datetime,
) -> Comment:
    """Write a comment on a record; whoever is named in it as @name gets a task and a mail.

    `asked` are ids of mentionable people who are named at its head, for pages that offer them in a list.
    """
    if actor.person_id is None:
        raise NotAllowed
    text = text.strip()
    if not text:
        raise Invalid(msg("Write something first."), field="text")
    if len(text) > LONGEST:
        raise Invalid(msg("A comment has at most %(most)s characters."), field="text", most=LONGEST)
    chosen = _chosen(mentionable, asked)
    heads = [f"@{person.name}" for person in chosen if f"@{person.name}" not in text]
    text = " ".join([*heads, text])
    comment = Comment(
        subject_kind=subject.__tablename__,
        subject_id=subject.id,
        place=place,
        person_id=actor.person_id,
        text=text,
        at=now,
    )
    session.add(comment)
    session.flush()
    named = {person.id: person for person in (*chosen, *_unnamed_twice(text, mentionable, chosen))}
    for person in named.values():
        if person.id != actor.person_id:
            _tell(session, comment, person, url, now)
    record_event(
        session,
        actor=actor,
        verb="notices.add_comment",
        subject=comment,
        company_id=company_id,
        after={"subject": [comment.subject_kind, comment.subject_id], "place": place},
        at=now,
    )
    return comment


def resolve_comment(
    session: Session, *, actor: Actor, comment: Comment, company_id: int | None = None, now: datetime
) -> Comment:
    """Mark a comment as settled; its mention tasks are done with it."""
    if comment.resolved_at is not None:
        raise DomainError(msg("This comment is settled already."))
    comment.resolved_at, comment.resolved_by_id = now, actor.person_id
    session.flush()
    finish_tasks(session, subject=comment, now=now)
    record_event(
        session,
        actor=actor,
        verb="notices.resolve_comment",
        subject=comment,
        company_id=company_id,
        at=now,
    )
    return comment


def people_named(text: str, mentionable: Sequence[Person]) -> list[Person]:
    """Those of the given people whose name stands in the text after an @; the longest names go first."""
    named = []
    for person in sorted(mentionable, key=lambda one: -len(one.name)):
        mark = f"@{person.name}"
        if person.name and mark in text:
            named.append(person)
            text = text.replace(mark, "@")
    return named


def _chosen(mentionable: Sequence[Person], asked: Collection[int]) -> list[Person]:
    """The people of these ids; Invalid for somebody who is not offered."""
    offered = {person.id: person for person in mentionable}
    if not set(asked) <= set(offered):
        raise Invalid(msg("Choose somebody who can read this."), field="ask")
    return [offered[id_] for id_ in dict.fromkeys(asked)]


def _unnamed_twice(text: str, mentionable: Sequence[Person], chosen: Sequence[Person]) -> list[Person]:
    """Those named in the text; a name that was chosen from the list means the one chosen, nobody else."""
    meant = {person.name for person in chosen}
    return [person for person in people_named(text, mentionable) if person.name not in meant]


def _tell(session: Session, comment: Comment, person: Person, url: str, now: datetime) -> None:
    assign_task(session, kind=MENTION, subject=comment, url=url, to_person=person, now=now)
    send_mail(
        session,
        to_person=person,
        subject=msg("You were mentioned in a comment"),
        body=msg("Somebody asks for your attention in a comment:\n\n%(text)s"),
        values={"text": comment.text, "url": url},
        now=now,
    )
