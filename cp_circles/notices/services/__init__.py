"""Everything that writes tasks, mails and comments."""

from cp_circles.notices.services.comments import add_comment, resolve_comment
from cp_circles.notices.services.mails import (
    deliver_mail,
    deliver_mails,
    gather_digests,
    mail_text,
    send_letters,
    send_mail,
    send_mails,
)
from cp_circles.notices.services.reminders import remind_of_dates
from cp_circles.notices.services.tasks import MENTION, assign_task, dismiss_task, finish_tasks
from cp_circles.notices.services.wishes import keep_wishes

__all__ = [
    "MENTION",
    "add_comment",
    "assign_task",
    "deliver_mail",
    "deliver_mails",
    "dismiss_task",
    "finish_tasks",
    "gather_digests",
    "keep_wishes",
    "mail_text",
    "remind_of_dates",
    "resolve_comment",
    "send_letters",
    "send_mail",
    "send_mails",
]
