"""What a person has typed into a form and not yet sent."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.errors import Invalid, NotAllowed, msg
from cp_circles.people import queries
from cp_circles.people.models import Draft
from cp_circles.people.rules import Actor

LARGEST = 200_000


def save_draft(
    session: Session,
    *,
    actor: Actor,
    form: str,
    subject: str,
    payload: dict[str, Any],
    base_version: int = 0,
    now: datetime,
) -> Draft:
    """Keep what is typed so far; one draft for each person, form and subject."""
    if actor.person_id is None:
        raise NotAllowed
    if len(form) > 80 or len(subject) > 80 or sum(len(str(value)) for value in payload.values()) > LARGEST:
        raise Invalid(msg("This text is too long to be kept as a draft."))
    draft = load_draft(session, actor=actor, form=form, subject=subject)
    if draft is None:
        draft = Draft(person_id=actor.person_id, form=form, subject=subject)
        session.add(draft)
    draft.payload, draft.base_version, draft.saved_at = payload, base_version, now
    session.flush()
    return draft


def load_draft(session: Session, *, actor: Actor, form: str, subject: str) -> Draft | None:
    """The actor's own draft of a form, or None."""
    if actor.person_id is None:
        return None
    return queries.draft_of(session, person_id=actor.person_id, form=form, subject=subject)


def drop_draft(session: Session, *, actor: Actor, form: str, subject: str) -> None:
    """Forget the draft: the form has been sent."""
    session.execute(
        sa.delete(Draft).where(
            Draft.person_id == actor.person_id, Draft.form == form, Draft.subject == subject
        )
    )
