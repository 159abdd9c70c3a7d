"""Tasks and mails in the reader's words, for this room's pages and the homes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from cp_circles.notices.models import Mail, Task
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


def mail_lines(mails: Iterable[Mail], *, reader_id: int | None = None) -> list[MailLine]:
    """Mails as their recipients read them; with a reader, others' links into an account are left out."""
    return [
        MailLine(
            mail=mail,
            subject=translate_for(mail.person.locale, mail.subject, mail.values),
            body=translate_for(mail.person.locale, mail.body, mail.values),
            link=full_address(mail.values["url"]) if _may_follow(mail, reader_id) else None,
        )
        for mail in mails
    ]


def _may_follow(mail: Mail, reader_id: int | None) -> bool:
    """True if the mail has a link that this reader may be shown."""
    url = str(mail.values.get("url") or "")
    return bool(url) and (reader_id in (None, mail.person_id) or not url.startswith(KEYED))
