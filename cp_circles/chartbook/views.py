"""Pages of charts: for everybody, for the signed-in within their scope, as tables, and the season's plan."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.chartbook import queries, rules, services
from cp_circles.chartbook.forms import PlanForm
from cp_circles.chartbook.models import SeasonPlan
from cp_circles.chartbook.presenting.book import book_values, chart_of
from cp_circles.chartbook.presenting.drawn import settled
from cp_circles.errors import NotFound, Stale
from cp_circles.leaderboards import queries as boards
from cp_circles.leaderboards.asking import Asked
from cp_circles.leaderboards.presenting import reading
from cp_circles.leaderboards.presenting.amounts import Scale, metric_name, metric_scale
from cp_circles.leaderboards.presenting.page import address_of
from cp_circles.organisations.models import Region
from cp_circles.people.rules import NOBODY
from cp_circles.rulesets.schema.figures import Metric
from cp_circles.web.access import current_actor, is_signed_in
from cp_circles.web.session import db_session, now

bp = Blueprint("chartbook", __name__)


@bp.get("/charts")
def charts() -> ResponseReturnValue:
    """The charts of the reader's scope; a visitor is led to the public ones."""
    if not is_signed_in():
        return redirect(address_of("chartbook.public_charts"))
    return _page(public=False, book="chartbook.charts", chart="chartbook.chart_table")


@bp.get("/public/charts")
def public_charts() -> ResponseReturnValue:
    """The public charts: verified totals, and companies that publish."""
    return _page(public=True, book="chartbook.public_charts", chart="chartbook.public_chart_table")


def _page(*, public: bool, book: str, chart: str) -> str:
    session, actor = db_session(), NOBODY if public else current_actor()
    asked = reading.asked_by(session, actor, public=public)
    if asked is None:
        return render_template("leaderboards/no_boards.html")
    return render_template(
        "chartbook/charts.html", **book_values(session, actor, settled(asked), book=book, chart=chart)
    )


@bp.get("/charts/<key>.csv")
def chart_table(key: str) -> ResponseReturnValue:
    """The exact numbers of one chart."""
    return _table(key, public=False)


@bp.get("/public/charts/<key>.csv")
def public_chart_table(key: str) -> ResponseReturnValue:
    """The exact numbers of one public chart."""
    return _table(key, public=True)


def _table(key: str, *, public: bool) -> Response:
    actor = NOBODY if public else current_actor()
    asked: Asked | None = reading.asked_by(db_session(), actor, public=public)
    if asked is None:
        raise NotFound
    table = chart_of(db_session(), actor, settled(asked), key).chart.table
    response = Response("\ufeff" + table.csv(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{key}.csv"'
    return response


def _planned(region_id: int, season: int, key: str) -> tuple[Region, Metric, SeasonPlan | None]:
    """Region, metric and plan of the address, if the actor may plan there."""
    region, words = db_session().get(Region, region_id), boards.vocabulary(db_session())
    metric = words.metric(key) if words else None
    if region is None or metric is None or not rules.can_plan_season(current_actor(), region):
        raise NotFound
    if not 2000 <= season <= 2100:
        raise NotFound
    currency = queries.currency_of_plan(metric)
    plan = queries.plan_row(
        db_session(), region_id=region.id, season=season, metric=metric.key, currency=currency
    )
    return region, metric, plan


@bp.get("/charts/regions/<int:region_id>/plans/<int:season>/<metric>")
def show_plan(region_id: int, season: int, metric: str) -> ResponseReturnValue:
    """What a region plans to save in a season, as a form."""
    region, found, plan = _planned(region_id, season, metric)
    return _plan_page(region, season, found, PlanForm(data=_shown(plan, metric_scale(found))))


def _shown(plan: SeasonPlan | None, scale: Scale) -> dict[str, Any]:
    return {"amount": scale.of(plan.amount), "version": str(plan.version)} if plan else {}


def _plan_page(region: Region, season: int, metric: Metric, form: PlanForm, stored: str = "") -> str:
    return render_template(
        "chartbook/show_plan.html",
        region=region,
        season=season,
        metric=metric,
        metric_name=metric_name(metric),
        unit=metric_scale(metric).unit,
        form=form,
        stored=stored,
    )


@bp.post("/charts/regions/<int:region_id>/plans/<int:season>/<metric>")
def set_plan(region_id: int, season: int, metric: str) -> ResponseReturnValue:
    """Set or take away what a region plans to save in a season."""
    region, found, plan = _planned(region_id, season, metric)
    form, scale = PlanForm(), metric_scale(found)

    def act() -> ResponseReturnValue:
        amount = None if form.amount.data is None else form.amount.data * scale.divisor
        services.plan_season(
            db_session(),
            actor=current_actor(),
            region=region,
            season=season,
            metric=found,
            amount=amount,
            version=form.base_version,
            now=now(),
        )
        flash(
            _("The plan was taken away.") if amount is None else _("The plan stands beside the savings now.")
        )
        return redirect(
            url_for("chartbook.charts", region=region.id, season=season, metric=found.key, show="when"), 303
        )

    def stale(_refusal: Stale) -> ResponseReturnValue:
        stored = scale.with_unit(plan.amount) if plan else _("no plan")
        form.version.data = str(plan.version if plan else 0)
        return _plan_page(region, season, found, form, stored), 409

    return form.answer(act, lambda: _plan_page(region, season, found, form), stale)
