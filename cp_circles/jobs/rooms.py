"""What each room has the worker do: its kinds of jobs and its periodic chores."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from cp_circles.announcements.services import mail_announcements
from cp_circles.circles.services import ask_for_renewals, mark_dormant
from cp_circles.files.storage import LocalStorage
from cp_circles.guidance.services import print_pictures
from cp_circles.imports.previewing import KIND as PREVIEW
from cp_circles.imports.previewing import run_preview
from cp_circles.imports.running import KIND as IMPORT
from cp_circles.imports.running import run_import
from cp_circles.jobs.blind_copies import draw_blind_copy
from cp_circles.jobs.documents import write_document
from cp_circles.jobs.kinds import Chore, Report, Tools, register_kind, register_periodic
from cp_circles.jobs.mails import deliver_outbox, send_digests
from cp_circles.jobs.own_data import make_export
from cp_circles.jobs.queue import forget_chores
from cp_circles.jobs.reading_files import run_file
from cp_circles.jobs.reading_files import run_preview as run_reading_preview
from cp_circles.judging.services import ask_about_late_entries
from cp_circles.metering.services.filing import KIND as READINGS
from cp_circles.metering.services.previewing import KIND as READINGS_PREVIEW
from cp_circles.notices.services import remind_of_dates
from cp_circles.people.services import forget_expired
from cp_circles.personal.services import drop_expired_exports
from cp_circles.personal.services.exports import KIND as OWN_DATA
from cp_circles.results.documenting import DOCUMENT
from cp_circles.results.queries import BLIND_COPY
from cp_circles.savings.services.follow_ups import ask_follow_ups

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
TEN_MINUTES = timedelta(minutes=10)


def register_rooms() -> None:
    """Tell the worker about every room."""
    register_periodic("deliver mails", MINUTE, deliver_outbox)
    register_periodic("send digests", TEN_MINUTES, send_digests)
    register_periodic("remind of dates", HOUR, in_one_transaction(remind_of_dates))
    register_periodic("forget expired", DAY, _forget)
    register_periodic("print pictures", TEN_MINUTES, _print_pictures)
    register_periodic("mark dormant circles", DAY, in_one_transaction(mark_dormant))
    register_periodic("ask for renewals", DAY, in_one_transaction(ask_for_renewals))
    register_periodic("ask whether savings still work", DAY, in_one_transaction(ask_follow_ups))
    register_periodic("ask about late entries", HOUR, in_one_transaction(ask_about_late_entries))
    register_periodic("mail announcements", TEN_MINUTES, in_one_transaction(mail_announcements))
    register_kind(IMPORT, run_import)
    register_kind(PREVIEW, run_preview)
    register_kind(READINGS, run_file)
    register_kind(READINGS_PREVIEW, run_reading_preview)
    register_kind(BLIND_COPY, draw_blind_copy)
    register_kind(DOCUMENT, write_document)
    register_kind(OWN_DATA, make_export)


def _print_pictures(tools: Tools) -> Report:
    storage = LocalStorage(tools.config.evidence_folder)
    with tools.sessions.writing() as session, session.begin():
        return {"count": print_pictures(session, storage)}


def in_one_transaction(service: Callable[..., Any]) -> Chore:
    """A chore from a service that takes a session, time and zone; reports how many rows it gave back."""

    def chore(tools: Tools) -> Report:
        zone = ZoneInfo(tools.config.time_zone)
        with tools.sessions.writing() as session, session.begin():
            return {"count": len(service(session, tools.now(), zone))}

    return chore


def _forget(tools: Tools) -> Report:
    with tools.sessions.writing() as session, session.begin():
        forget_expired(session, now=tools.now())
        drop_expired_exports(session, now=tools.now())
        forget_chores(session, before=tools.now() - 7 * DAY)
    return None
