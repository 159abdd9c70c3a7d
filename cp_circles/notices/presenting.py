"""Tasks and mails in the reader's words, for this room's pages and the homes."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from cp_circles.notices.models import Mail, Task
from cp_circles.notices.queries import MAX_ATTEMPTS
from cp_circles.notices.services.tasks import DISMISSIBLE
from cp_circles.web.formats import date_text
from cp_circles.web.i18n import translate, translate_for
from cp_circles.web.mail import full_address

SOON_DAYS = 3
KEYED = ("/invitations/", "/reset-password/")


@dataclass(frozen=True)
class TaskLine:
    """One task as the queue macro shows it."""

    id: int
    text: str
    note: str | None
    url: str
    action: str | None
    due: str | None
    tone: str
    dismissible: bool


@dataclass(frozen=True)
class MailLine:
    """One mail as the outbox shows it."""

    mail: Mail
    subject: str
    body: str
    link: str | None
    state: str
    key: str


def task_lines(tasks: Iterable[Task], today: date) -> list[TaskLine]:
    """Tasks in the reader's words, in the order given."""
    return [
        TaskLine(
            id=task.id,
            text=translate(task.kind, task.values),
            note=None,
            url=task.url,
            action=None,
            due=due_text(task.due_on, today),
            tone=due_tone(task.due_on, today),
            dismissible=task.kind in DISMISSIBLE,
        )
        for task in tasks
    ]


def due_text(due_on: date | None, today: date) -> str | None:
    """How long there is left, in words."""
    if due_on is None:
        return None
    days = (due_on - today).days
    if days < 0:
        return str(_("overdue since %(date)s", date=date_text(due_on)))
    if days == 0:
        return str(_("due today"))
    return str(_("due tomorrow")) if days == 1 else str(_("%(days)s days left", days=days))


def due_tone(due_on: date | None, today: date) -> str:
    """The tone of a date: bad from the day itself on, warn in the days before."""
    if due_on is None:
        return "mute"
    days = (due_on - today).days
    return "bad" if days <= 0 else "warn" if days <= SOON_DAYS else "info"


def mail_lines(
    mails: Iterable[Mail],
    *,
    reader_id: int | None = None,
    open_keys: Collection[str] = (),
    is_sent_on: bool = False,
) -> list[MailLine]:
    """Mails as their recipients read them; a link into an account only while its key is open.

    With a reader, others' links into an account are left out. `is_sent_on`: a mail
    server is set.
    `key` of a line is "" for a mail whose link opens no account, else "open" or "closed".
    """
    return [
        MailLine(
            mail=mail,
            subject=translate_for(mail.person.locale, mail.subject, mail.values),
            body=translate_for(mail.person.locale, mail.body, mail.values),
            link=full_address(mail.values["url"]) if _may_follow(mail, reader_id, open_keys) else None,
            state=mail_state(mail, is_sent_on=is_sent_on),
            key="" if not key_of(mail) else "open" if key_of(mail) in open_keys else "closed",
        )
        for mail in mails
    ]


def key_of(mail: Mail) -> str:
    """The key in a link that opens an account; "" for every other mail."""
    url = str(mail.values.get("url") or "")
    return url.rsplit("/", 1)[-1] if url.startswith(KEYED) else ""


def mail_state(mail: Mail, *, is_sent_on: bool) -> str:
    """Whether a mail was sent, will be, failed for good, or is only read here."""
    if mail.sent_at is not None:
        return "sent"
    if mail.person.email is None or not is_sent_on or mail.way == "app":
        return "kept"
    return "undelivered" if mail.attempts >= MAX_ATTEMPTS else "to_send"


def _may_follow(mail: Mail, reader_id: int | None, open_keys: Collection[str]) -> bool:
    """True if the mail has a link that this reader may be shown."""
    if key_of(mail):
        return key_of(mail) in open_keys and reader_id in (None, mail.person_id)
    return bool(mail.values.get("url"))
