"""The calendar file under a secret address, and the page that makes and ends the address."""

from datetime import date, datetime

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from cp_circles.errors import NotFound
from cp_circles.people.queries import actor_for
from cp_circles.personal import services
from cp_circles.personal.presenting.calendar import calendar_file, summary
from cp_circles.personal.queries.calendar import calendar_key_of, happenings_of, key_of_calendar
from cp_circles.personal.views.blueprint import bp
from cp_circles.web.access import current_actor, signed_in
from cp_circles.web.forms import ConfirmForm
from cp_circles.web.mail import full_address
from cp_circles.web.session import clock, db_session, now, today

MEDIA_TYPE = "text/calendar; charset=utf-8"
MOST_SHOWN = 12


@bp.get("/account/calendar")
def calendar() -> ResponseReturnValue:
    """What comes next, and whether an address exists."""
    return _page(None)


def _page(address: str | None) -> str:
    found = happenings_of(db_session(), current_actor(), today=today(), now=now())
    rows = [(_day(each.ends), each) for each in found]
    coming = sorted(
        (row for row in rows if row[0] >= today()), key=lambda row: (_day(row[1].starts), row[1].key)
    )
    return render_template(
        "personal/calendar.html",
        kept=calendar_key_of(db_session(), signed_in().person_id),
        address=address,
        coming=[(_day(each.starts), last, summary(each), each.url) for last, each in coming[:MOST_SHOWN]],
        confirm=ConfirmForm(None),
    )


def _day(value: date | datetime) -> date:
    """The local day of a moment or a day."""
    return value.astimezone(clock().zone).date() if isinstance(value, datetime) else value


@bp.post("/account/calendar/key")
def make_key() -> ResponseReturnValue:
    """Make the address and show it once."""
    key = services.make_calendar_key(db_session(), actor=current_actor(), now=now())
    return _page(full_address(url_for("personal.calendar_file", key=key)))


@bp.post("/account/calendar/key/end")
def end_key() -> ResponseReturnValue:
    """End the address."""
    services.end_calendar_key(db_session(), actor=current_actor(), now=now())
    flash(_("The address is ended; calendars that used it get nothing more."), "success")
    return redirect(url_for("personal.calendar"), 303)


@bp.get("/calendar/<key>.ics", endpoint="calendar_file")
def calendar_file_of(key: str) -> Response:
    """The file itself, for a calendar that knows the address."""
    session = db_session()
    row = key_of_calendar(session, key)
    actor = actor_for(session, row.person_id, now())
    if actor.person_id is None or row.person.erased_at is not None:
        raise NotFound
    with force_locale(row.person.locale):
        content = calendar_file(happenings_of(session, actor, today=today(), now=now()), now=now())
    answer = Response(content, content_type=MEDIA_TYPE)
    answer.headers["Content-Disposition"] = 'inline; filename="cp-circles.ics"'
    answer.headers["Cache-Control"] = "private, max-age=900"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
