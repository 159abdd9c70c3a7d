"""The change from one season to the next: opened in one act, with what is still to do on one page."""

from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.circles import queries as circles
from cp_circles.errors import NotAllowed
from cp_circles.judging import presenting, rules, services
from cp_circles.judging.models import Season
from cp_circles.judging.queries import rounds
from cp_circles.judging.services.roll_over import NOT_YOURS
from cp_circles.judging.views.blueprint import bp
from cp_circles.organisations import queries as organisations
from cp_circles.organisations.models import Company
from cp_circles.projects import queries as projects
from cp_circles.web.access import current_actor
from cp_circles.web.forms import ConfirmForm
from cp_circles.web.paging import page_of
from cp_circles.web.session import clock, db_session, now, today


def _season(season_id: int) -> Season:
    season = rounds.season_by_id(db_session(), season_id)
    nation = organisations.nation(db_session(), season.pack)
    if not rules.can_open_season(current_actor(), nation.id):
        raise NotAllowed(NOT_YOURS)
    return season


@bp.get("/seasons/<int:season_id>/new-year")
def show_new_year(season_id: int) -> ResponseReturnValue:
    """What the season after this one takes over, and what is still to do in it."""
    old, session = _season(season_id), db_session()
    new = next((row for row in rounds.seasons(session) if rounds.follows(row, old)), None)
    lacking = services.rounds_to_copy(session, old, new)
    drafts = rounds.unannounced(session, new.id) if new else []
    return render_template(
        "judging/new_year.html",
        old=old,
        new=new,
        lacking=[row for row in lacking if not services.is_in_publicity(row)],
        published=[row for row in lacking if services.is_in_publicity(row)],
        drafts=page_of(drafts, argument="drafts"),
        presenting=presenting,
        companies=page_of(_companies(new) if new else []),
        early=old.year > today().year,
        confirm=ConfirmForm(None),
    )


def _companies(season: Season) -> list[dict[str, Any]]:
    """Each company with circles to renew or projects to explain: four statements and one for the names."""
    session = db_session()
    renewals = circles.unrenewed_by_company(session, year=season.year)
    waiting: dict[int, int] = {}
    for one in projects.carried_projects(session, year=season.year, zone=clock().zone):
        if one.why is None:
            waiting[one.project.company_id] = waiting.get(one.project.company_id, 0) + 1
    wanted = sa.select(Company).where(Company.id.in_(renewals.keys() | waiting.keys()))
    return [
        {"company": row, "renewals": renewals.get(row.id, 0), "projects": waiting.get(row.id, 0)}
        for row in session.scalars(wanted.order_by(Company.name, Company.id))
    ]


@bp.post("/seasons/<int:season_id>/new-year")
def roll_over(season_id: int) -> ResponseReturnValue:
    """Open the season after this one with drafts of its rounds and the tasks of a new year."""
    old = _season(season_id)
    services.roll_over(db_session(), actor=current_actor(), old=old, zone=clock().zone, now=now())
    flash(_("The new season is open; its rounds are drafts until their organisers announce them."))
    return redirect(url_for("judging.show_new_year", season_id=old.id), 303)


@bp.post("/seasons/<int:season_id>/new-year/rounds")
def copy_rounds(season_id: int) -> ResponseReturnValue:
    """Make drafts of the rounds that were still in publicity when the new season was opened."""
    old, session = _season(season_id), db_session()
    new = rounds.season_after(session, old)
    made = services.copy_rounds(
        session, actor=current_actor(), old=old, season=new, zone=clock().zone, now=now()
    )
    flash(_("Drafts of rounds made: %(count)s.", count=len(made)))
    return redirect(url_for("judging.show_new_year", season_id=old.id), 303)
