"""Putting messages into the outbox, and delivering them after the commit."""

import smtplib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from cp_circles.notices import queries
from cp_circles.notices.models import Mail
from cp_circles.people.models import Person

Translate = Callable[[str, str, Mapping[str, Any]], str]
"""`(locale, msgid, values)` in, the text for its reader out."""


class Sender(Protocol):
    """Takes one message to its address."""

    def send(self, *, to: str, subject: str, body: str) -> None:
        """Deliver; raises OSError or smtplib.SMTPException when it cannot."""


def send_mail(
    session: Session,
    *,
    to_person: Person | int,
    subject: str,
    body: str,
    values: Mapping[str, Any] | None = None,
    now: datetime,
) -> Mail:
    """Put a message into the outbox; msgids are put in words for the recipient when it is read or sent.

    A value named `url` is a path inside the application and is shown below the text as a full address.
    """
    person_id = to_person.id if isinstance(to_person, Person) else to_person
    mail = Mail(person_id=person_id, subject=subject, body=body, values=dict(values or {}), created_at=now)
    session.add(mail)
    session.flush()
    return mail


def deliver_mail(
    session: Session, mail: Mail, *, sender: Sender, translate: Translate, base_url: str, now: datetime
) -> bool:
    """Try to deliver one mail; a failure is written beside it and tried again later."""
    if mail.person.email is None:
        return False
    mail.attempts += 1
    try:
        subject, body = mail_text(mail, translate=translate, base_url=base_url)
        sender.send(to=mail.person.email, subject=subject, body=body)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        mail.last_error = f"{type(error).__name__}: {error}"[:500]
    else:
        mail.sent_at, mail.last_error = now, ""
    session.flush()
    return mail.sent_at is not None


def deliver_mails(
    session: Session,
    *,
    sender: Sender | None,
    translate: Translate,
    base_url: str,
    now: datetime,
    limit: int = 50,
    after_each: Callable[[], None] = lambda: None,
) -> int:
    """Deliver what waits, oldest first; without a sender everything stays in the outbox.

    `after_each` lets the door commit mail by mail, so that a crash repeats one message at most.
    """
    if sender is None:
        return 0
    delivered = 0
    for mail in queries.waiting_mails(session, limit):
        delivered += deliver_mail(
            session, mail, sender=sender, translate=translate, base_url=base_url, now=now
        )
        after_each()
    return delivered


def mail_text(mail: Mail, *, translate: Translate, base_url: str) -> tuple[str, str]:
    """The subject and the body in the recipient's language, with the full address below."""
    subject = translate(mail.person.locale, mail.subject, mail.values)
    body = translate(mail.person.locale, mail.body, mail.values)
    if mail.values.get("url"):
        body = f"{body}\n\n{base_url.rstrip('/')}{mail.values['url']}"
    return " ".join(subject.split()), body
