"""The calendar that publicity periods count in, kept by the administrators of the platform."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.errors import NotFound
from cp_circles.judging import presenting
from cp_circles.judging.outcome_models import CalendarDay
from cp_circles.judging.queries.calendars import CHINA, calendar_of, entered_days
from cp_circles.standings import services
from cp_circles.standings.forms import CalendarDayForm
from cp_circles.standings.views.blueprint import bp
from cp_circles.web.access import current_actor
from cp_circles.web.forms import ConfirmForm
from cp_circles.web.session import db_session, now, today

YEARS_AHEAD = 3


@bp.get("/calendar")
def show_calendar() -> ResponseReturnValue:
    """The entered days, and which years the built-in calendar knows."""
    return _calendar_page(CalendarDayForm())


def _calendar_page(form: CalendarDayForm) -> str:
    if not current_actor().is_administrator:
        raise NotFound
    known = calendar_of(db_session(), CHINA)
    years = [today().year + n for n in range(YEARS_AHEAD)]
    return render_template(
        "standings/show_calendar.html",
        days=entered_days(db_session()),
        years=[(year, known.covers(today().replace(year=year, month=1, day=1))) for year in years],
        form=form,
        confirm_form=ConfirmForm(None),
    )


@bp.post("/calendar")
def add_calendar_day() -> ResponseReturnValue:
    """Enter a day."""
    form = CalendarDayForm()

    def act() -> ResponseReturnValue:
        assert form.day.data is not None
        services.add_calendar_day(
            db_session(),
            actor=current_actor(),
            day=form.day.data,
            is_worked=form.is_worked.data == "worked",
            name=form.name.data or "",
            hours=presenting.office_hours(),
            now=now(),
        )
        flash(_("The day is entered; publicity periods that run now follow it."))
        return redirect(url_for("standings.show_calendar"))

    return form.answer(act, lambda: _calendar_page(form))


@bp.post("/calendar/<int:day_id>/remove")
def remove_calendar_day(day_id: int) -> ResponseReturnValue:
    """Take an entered day back."""
    row = db_session().get(CalendarDay, day_id)
    if row is None:
        raise NotFound
    services.remove_calendar_day(
        db_session(), actor=current_actor(), row=row, hours=presenting.office_hours(), now=now()
    )
    flash(_("The day is removed; publicity periods that run now follow it."))
    return redirect(url_for("standings.show_calendar"))
