"""Putting messages into the outbox, and delivering them after the commit."""

import smtplib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.db.base import table_of
from cp_circles.errors import msg
from cp_circles.notices import queries, rules
from cp_circles.notices.models import Mail
from cp_circles.people.models import Person

SETTINGS_PATH = "/account/notifications"
SETTINGS_LINE = msg("What comes by mail, and when, you decide here: %(address)s")
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
    (mail,) = send_mails(
        session, to_people=[person_id], subject=subject, body=body, values=values or {}, now=now
    )
    return mail


def send_mails(
    session: Session,
    *,
    to_people: Iterable[int],
    subject: str,
    body: str,
    values: Mapping[str, Any],
    now: datetime,
) -> list[Mail]:
    """The same message to several people (ids), each in the way and outside the hours they asked for."""
    letters = [(id_, values) for id_ in to_people]
    mails = [Mail(**row) for row in _written(session, letters, subject, body, now)]
    session.add_all(mails)
    session.flush()
    return mails


def send_letters(
    session: Session,
    *,
    letters: Sequence[tuple[int, Mapping[str, Any]]],
    subject: str,
    body: str,
    now: datetime,
) -> None:
    """A message to (person's id, values) each, in one statement however many they are."""
    rows = _written(session, letters, subject, body, now)
    if rows:
        session.flush()
        session.execute(sa.insert(table_of(Mail)), rows)


def _written(
    session: Session,
    letters: Sequence[tuple[int, Mapping[str, Any]]],
    subject: str,
    body: str,
    now: datetime,
) -> list[dict[str, Any]]:
    wishes = queries.settings_of(session, [id_ for id_, _values in letters])
    rows = []
    for id_, values in letters:
        kind = rules.kind_of(subject, values)
        rows.append(
            {
                "person_id": id_,
                "subject": subject,
                "body": body,
                "values": dict(values),
                "created_at": now,
                "way": rules.way_of(wishes.get(id_), kind),
                "not_before": None if kind == "account" else rules.quiet_until(wishes.get(id_), now),
            }
        )
    return rows


def gather_digests(
    session: Session, *, translate: Translate, base_url: str, zone: str, now: datetime
) -> list[Mail]:
    """Put one mail for each person into the outbox with all that waited for eight o'clock of their clock."""
    waiting = queries.waiting_digests(session)
    wishes = queries.settings_of(session, {mail.person_id for mail in waiting})
    parts: dict[int, list[Mail]] = {}
    for mail in waiting:
        own = wishes.get(mail.person_id)
        if mail.created_at < rules.digest_boundary(own.zone if own else zone, now):
            parts.setdefault(mail.person_id, []).append(mail)
    made = []
    for person_id, mails in parts.items():
        lines = []
        for mail in mails:
            lines.append("· " + translate(mail.person.locale, mail.subject, mail.values))
            if mail.values.get("url"):
                lines.append(f"  {base_url.rstrip('/')}{mail.values['url']}")
            mail.sent_at = now
        values = {"count": len(mails), "text": "\n".join(lines)}
        made.append(
            Mail(
                person_id=person_id,
                subject=msg("Your daily digest: %(count)s messages"),
                body="%(text)s",
                values=values,
                created_at=now,
                not_before=rules.quiet_until(wishes.get(person_id), now),
            )
        )
    session.add_all(made)
    session.flush()
    return made


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
    for mail in queries.waiting_mails(session, limit, now):
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
    if rules.kind_of(mail.subject, mail.values) != "account":
        address = {"address": f"{base_url.rstrip('/')}{SETTINGS_PATH}"}
        body += "\n\n" + translate(mail.person.locale, SETTINGS_LINE, address)
    return " ".join(subject.split()), body
