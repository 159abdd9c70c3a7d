"""The comments on a record as its page shows them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import g, url_for

from cp_circles.homes import talk
from cp_circles.homes.forms import CommentForm
from cp_circles.notices.models import Comment
from cp_circles.notices.queries import comments_of
from cp_circles.web.access import current_actor
from cp_circles.web.forms import ConfirmForm
from cp_circles.web.session import db_session


@dataclass(frozen=True)
class CommentBox:
    """The comments on one record, oldest first, with the form for another."""

    comments: list[Comment]
    may_write: bool
    may_settle: Callable[[Comment], bool]
    settle_url: Callable[[Comment], str]
    url: str
    form: CommentForm
    confirm: ConfirmForm


def comment_box(kind: str, subject: Any) -> CommentBox | None:
    """The box of a record, by one statement; None for whoever does not read its comments."""
    actor, topic = current_actor(), talk.TOPICS[kind]
    if not topic.may_read(actor, subject):
        return None
    place = {"kind": kind, "subject_id": subject.id}
    return CommentBox(
        comments=list(comments_of(db_session(), subject)),
        may_write=topic.may_write(actor, subject),
        may_settle=lambda comment: talk.can_settle(actor, topic, subject, comment),
        settle_url=lambda comment: url_for("homes.settle_comment", **place, comment_id=comment.id),
        url=url_for("homes.write_comment", **place, _anchor="h-comments"),
        form=_refused(place) or CommentForm(None),
        confirm=ConfirmForm(None),
    )


def keep_refused(form: CommentForm, *, kind: str, subject_id: int) -> None:
    """Let the box of this record show, in the page that answers, what was typed and why it was refused."""
    g.refused_comment = ({"kind": kind, "subject_id": subject_id}, form)


def _refused(place: dict[str, Any]) -> CommentForm | None:
    where, form = g.get("refused_comment", (None, None))
    return form if where == place else None
