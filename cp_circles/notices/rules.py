"""Who sees which messages, and how a person is told of what."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from cp_circles.errors import msg
from cp_circles.notices.models import NotificationSetting
from cp_circles.people.rules import Actor

MAIL, DIGEST, APP = "mail", "digest", "app"
WAYS = (MAIL, DIGEST, APP)
KINDS = ("tasks", "comments", "announcements")
ALWAYS = ("/invitations/", "/reset-password/")
MENTION_SUBJECT = msg("You were mentioned in a comment")
ANNOUNCEMENT_SUBJECT = msg("Announcement: %(title)s")
DIGEST_HOUR = 8
REMINDER_KINDS = ("work", "verification", "judging")
REMINDER_DAYS = (-1, 0, 1, 2, 3, 5, 7)
REMINDED_BEFORE = 3
VERIFYING = frozenset({"savings", "claims", "signatures", "follow_ups", "splits", "intangible_effects"})
JUDGING = frozenset({"rounds", "entries", "score_sheets", "round_judges", "objections", "standings"})


def can_see_all_mail(actor: Actor) -> bool:
    """Only an administrator reads the whole outbox."""
    return actor.is_administrator


def kind_of(subject: str, values: Mapping[str, Any]) -> str:
    """The kind of a message; "account" for links into an account, which always go out at once."""
    if str(values.get("url") or "").startswith(ALWAYS):
        return "account"
    return {MENTION_SUBJECT: "comments", ANNOUNCEMENT_SUBJECT: "announcements"}.get(subject, "tasks")


def way_of(setting: NotificationSetting | None, kind: str) -> str:
    """How a message of this kind reaches the person: mail, digest or app."""
    wanted = setting.ways.get(kind, MAIL) if setting is not None and kind != "account" else MAIL
    return wanted if wanted in WAYS else MAIL


def quiet_until(setting: NotificationSetting | None, now: datetime) -> datetime | None:
    """The end of the quiet hours that `now` lies in, by the person's clock; None outside of them."""
    if setting is None or setting.quiet_from is None or setting.quiet_until is None:
        return None
    start, end = setting.quiet_from, setting.quiet_until
    local = now.astimezone(ZoneInfo(setting.zone))
    over_night = start > end
    within = local.hour >= start or local.hour < end if over_night else start <= local.hour < end
    if start == end or not within:
        return None
    ends = local.replace(hour=end, minute=0, second=0, microsecond=0)
    if over_night and local.hour >= start:
        ends += timedelta(days=1)
    return ends.astimezone(now.tzinfo)


def digest_boundary(zone: str, now: datetime) -> datetime:
    """What was written before this moment belongs into the digest that is due: the last eight o'clock."""
    local = now.astimezone(ZoneInfo(zone))
    at = local.replace(hour=DIGEST_HOUR, minute=0, second=0, microsecond=0)
    return (at if local >= at else at - timedelta(days=1)).astimezone(now.tzinfo)


def reminder_kind(subject_kind: str) -> str:
    """The kind of reminder that the date of a task about such a record belongs to."""
    if subject_kind in VERIFYING:
        return "verification"
    return "judging" if subject_kind in JUDGING else "work"


def days_before(setting: NotificationSetting | None, subject_kind: str) -> int:
    """How many days before its date a person is reminded of a task; -1 is never, three if never said."""
    kept = setting.reminders.get(reminder_kind(subject_kind)) if setting is not None else None
    return kept if kept in REMINDER_DAYS else REMINDED_BEFORE
