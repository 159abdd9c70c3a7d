"""The way in, the board, the rates and the thresholds."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.circles import queries as circles
from cp_circles.errors import NotFound
from cp_circles.guidance import queries, rules, services
from cp_circles.guidance.forms import ThresholdsForm
from cp_circles.guidance.presenting.rates import trend_of
from cp_circles.guidance.queries.board import GROUPS
from cp_circles.guidance.services.reminders import REMIND
from cp_circles.guidance.views.blueprint import acting, bp, company_of, desk_page, done
from cp_circles.notices.queries import open_since
from cp_circles.organisations.models import Company
from cp_circles.web.access import current_actor
from cp_circles.web.forms import ConfirmForm
from cp_circles.web.paging import page_of
from cp_circles.web.session import clock, db_session, today
from cp_circles.web.versions import show_stale


@bp.get("")
def home() -> ResponseReturnValue:
    """The board of the reader's company, or the choice among several."""
    ids = sorted(rules.companies_of(current_actor()))
    if len(ids) == 1:
        return redirect(url_for("guidance.show_board", company_id=ids[0]))
    companies = [one for one in (db_session().get(Company, id_) for id_ in ids) if one is not None]
    return render_template("guidance/choose.html", companies=companies)


@bp.get("/companies/<int:company_id>")
def show_board(company_id: int) -> ResponseReturnValue:
    """Stuck, dormant and ready circles, with the one act that helps."""
    company = company_of(company_id)
    rows = queries.board_of(db_session(), company.id, today=today(), zone=clock().zone)
    group, text = request.args.get("group", ""), request.args.get("q", "").strip().casefold()
    counts = {key: sum(row.group == key for row in rows) for key in GROUPS}
    shown = [
        row
        for row in rows
        if (group not in GROUPS or row.group == group)
        and (not text or any(text in name.casefold() for name in row.names))
    ]
    page = page_of(shown)
    return desk_page(
        "board",
        company,
        "board",
        page=page,
        reminded=open_since(db_session(), REMIND, [row.circle for row in page.items]),
        counts=counts,
        group=group,
        text=text,
        limits=queries.thresholds_of(db_session(), company.id),
        has_circles=queries.has_circles(db_session(), company.id),
        confirm=ConfirmForm(None),
    )


@bp.post("/circles/<int:circle_id>/remind")
def remind_circle(circle_id: int) -> ResponseReturnValue:
    """Remind the leader of a circle."""
    circle = circles.circle_by_id(db_session(), circle_id)
    services.remind_circle(db_session(), circle=circle, today=today(), **acting())
    return done(_("The leader has a task and a mail."), "show_board", company_id=circle.company_id)


@bp.get("/companies/<int:company_id>/rates")
def show_rates(company_id: int) -> ResponseReturnValue:
    """The three rates of a year, by department and over the years, with how they are computed."""
    company = company_of(company_id)
    wanted = request.args.get("year", "")
    year = (
        int(wanted) if wanted.isdecimal() and len(wanted) == 4 and 2000 <= int(wanted) <= today().year else 0
    )
    rates = queries.rates_of(db_session(), company, year=year or today().year, zone=clock().zone)
    return desk_page(
        "rates",
        company,
        "rates",
        rates=rates,
        years=range(today().year, today().year - 5, -1),
        chart=trend_of(rates),
    )


@bp.get("/companies/<int:company_id>/thresholds")
def edit_thresholds(company_id: int) -> ResponseReturnValue:
    """When the board calls a circle stuck."""
    company = company_of(company_id)
    if not rules.can_decide(current_actor(), company.id):
        raise NotFound
    limits = queries.thresholds_of(db_session(), company.id)
    return desk_page("thresholds", company, "board", form=ThresholdsForm(obj=limits))


@bp.post("/companies/<int:company_id>/thresholds")
def save_thresholds(company_id: int) -> ResponseReturnValue:
    """Save the thresholds."""
    company, form = company_of(company_id), ThresholdsForm()

    def act() -> ResponseReturnValue:
        chosen = form.chosen("quiet_days", "late_days", "claim_days", "returned_days")
        services.set_thresholds(
            db_session(), company=company, version=form.base_version, **chosen, **acting()
        )
        return done(_("Saved."), "show_board", company_id=company.id)

    def again() -> str:
        services.guards.require_department(current_actor(), company.id)
        return desk_page("thresholds", company, "board", form=form)

    back = url_for("guidance.show_board", company_id=company.id)
    return form.answer(act, again, lambda stale: show_stale(form, stale, back_url=back))
