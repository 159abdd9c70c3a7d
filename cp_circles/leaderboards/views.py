"""Pages of boards: for everybody, for the signed-in within their scope, as files, and their freezes."""

from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.awards import queries as awards
from cp_circles.errors import Invalid, NotFound, msg
from cp_circles.leaderboards import queries, rules, services
from cp_circles.leaderboards.asking import PUBLIC, RESTRICTED, Asked, Scope, number_in
from cp_circles.leaderboards.forms import CaseForm, FreezeForm
from cp_circles.leaderboards.presenting import backing, drawings, reading
from cp_circles.leaderboards.presenting.amounts import metric_name, metric_scale
from cp_circles.leaderboards.presenting.files import KINDS, written
from cp_circles.leaderboards.presenting.page import SIGNED_IN, VISITOR, Endpoints, address_of, board_values
from cp_circles.leaderboards.presenting.sheets import method_lines, sheet_of
from cp_circles.leaderboards.tallies import is_tally
from cp_circles.ledger import queries as ledger
from cp_circles.ledger import services as ledger_services
from cp_circles.ledger.models import BoardFreeze
from cp_circles.ledger.stamps import board_stamp, newest_stamp
from cp_circles.metering.queries import own_indicators
from cp_circles.organisations.models import Region
from cp_circles.people.rules import NOBODY, Actor
from cp_circles.projects.models import Project
from cp_circles.projects.queries import circles_to_register_for
from cp_circles.rulesets.schema.figures import Metric
from cp_circles.savings import queries as savings
from cp_circles.savings import rules as savings_rules
from cp_circles.savings.models import Claim
from cp_circles.web.access import current_actor, is_signed_in
from cp_circles.web.forms import ConfirmForm
from cp_circles.web.i18n import locale_name
from cp_circles.web.kept_pages import kept_page
from cp_circles.web.mail import full_address
from cp_circles.web.paging import page_of, requested_page
from cp_circles.web.session import clock, db_session, now

bp = Blueprint("leaderboards", __name__)


@bp.get("/boards")
def boards() -> ResponseReturnValue:
    """The board of the reader's scope; a visitor is led to the public one."""
    if not is_signed_in():
        return redirect(address_of("leaderboards.public_boards"))
    return _board_page(public=False, ends=SIGNED_IN)


@bp.get("/public/boards")
def public_boards() -> ResponseReturnValue:
    """The public board: verified totals, and companies that publish."""
    return kept_page(newest_stamp, board_stamp, lambda: _board_page(public=True, ends=VISITOR))


def _board_page(*, public: bool, ends: Endpoints) -> str:
    """The page of a board."""
    session, actor = db_session(), NOBODY if public else current_actor()
    asked = reading.asked_by(session, actor, public=public)
    if asked is None:
        return render_template("leaderboards/no_boards.html")
    return render_template("leaderboards/boards.html", **board_values(session, actor, asked, ends))


def _asked(public: bool) -> Asked:
    """The board of the address; NotFound before there is any."""
    asked = reading.asked_by(db_session(), NOBODY if public else current_actor(), public=public)
    if asked is None:
        raise NotFound
    return asked


@bp.get("/boards/export.<kind>")
def export_board(kind: str) -> ResponseReturnValue:
    """The board as filtered, as a file."""
    return _export(kind, _asked(public=False), SIGNED_IN)


@bp.get("/public/boards/export.<kind>")
def export_public_board(kind: str) -> ResponseReturnValue:
    """The public board as filtered, as a file."""
    return _export(kind, _asked(public=True), VISITOR)


def _export(kind: str, asked: Asked, ends: Endpoints) -> Response:
    if kind not in KINDS:
        abort(404)
    board = queries.board_for_file(db_session(), asked)
    here = full_address(address_of(ends.board, kind=None))
    sheet = sheet_of(db_session(), board, asked, here)
    response = Response(written(sheet, kind), content_type=KINDS[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="board-{asked.metric.key}.{kind}"'
    return response


@bp.get("/boards/savings")
def show_savings() -> ResponseReturnValue:
    """The savings that one row of the board adds up, with signatures; a visitor is led to the public ones."""
    if not is_signed_in():
        return redirect(address_of("leaderboards.public_savings", page=None))
    return _savings_page(_asked(public=False), current_actor(), SIGNED_IN)


@bp.get("/public/boards/savings")
def public_savings() -> ResponseReturnValue:
    """The same of the public board."""
    return _savings_page(_asked(public=True), NOBODY, VISITOR)


def _savings_page(asked: Asked, actor: Actor, ends: Endpoints) -> str:
    """The page of what a row rests on; a count of the records rests on no savings."""
    own = frozenset() if actor is NOBODY else queries.companies_of_actor(db_session(), actor)
    row_id = number_in(request.args, "row")
    seen = rules.sees_single_savings(actor, asked.scope, asked.filter.basis, own)
    if row_id is None or is_tally(asked.metric) or not seen:
        raise NotFound
    found = queries.backing_of(db_session(), asked, row_id, number=requested_page())
    return render_template(
        "leaderboards/savings.html", **backing.values(db_session(), actor, asked, found, ends)
    )


@bp.get("/boards/charts/<key>.csv")
def board_chart(key: str) -> ResponseReturnValue:
    """The figures of one chart of the board."""
    return _chart(key, _asked(public=False))


@bp.get("/public/boards/charts/<key>.csv")
def public_board_chart(key: str) -> ResponseReturnValue:
    """The figures of one chart of the public board."""
    return _chart(key, _asked(public=True))


def _chart(key: str, asked: Asked) -> Response:
    board = queries.board_of(db_session(), asked)
    drawn = drawings.charts_of(db_session(), asked, board, frozenset(), lambda _key: None)
    chart = next((chart for chart in drawn if chart.key == key), None)
    if chart is None:
        raise NotFound
    response = Response("\ufeff" + chart.table.csv(), content_type=KINDS["csv"])
    response.headers["Content-Disposition"] = f'attachment; filename="{key}.csv"'
    return response


@bp.get("/boards/projects/<int:project_id>")
def show_project(project_id: int) -> ResponseReturnValue:
    """What one project has verified, on every metric."""
    return _signed_in_page(_project(project_id), CaseForm(None))


@bp.post("/boards/projects/<int:project_id>/start")
def start_from_case(project_id: int) -> ResponseReturnValue:
    """Begin a draft of the reader's circle from a published case, and open its form."""
    case, form = _project(project_id), CaseForm()

    def act() -> ResponseReturnValue:
        own = circles_to_register_for(db_session(), current_actor())
        circle = next((row for row in own if str(row.id) == form.circle.data), None)
        if circle is None:
            raise Invalid(msg("Choose your circle."), field="circle")
        fresh = services.start_from_case(
            db_session(), actor=current_actor(), case=case, circle=circle, zone=clock().zone, now=now()
        )
        flash(_("A draft was made after “%(title)s”: put in your own reason and figures.", title=case.title))
        return redirect(url_for("projects.edit_project", project_id=fresh.id), 303)

    return form.answer(act, lambda: _signed_in_page(case, form))


def _signed_in_page(project: Project, form: CaseForm) -> str:
    """The page for somebody signed in, with the form for those who can begin a project."""
    scope = Scope(project.company.region, project.company)
    own = queries.companies_of_actor(db_session(), current_actor())
    variant = rules.variant_for(current_actor(), scope, own)
    if variant == PUBLIC:
        rules.require_published(project.company, "project")
    if queries.is_published_case(db_session(), project):
        form.offer(circles_to_register_for(db_session(), current_actor()))
    return _project_page(project, variant, SIGNED_IN, inside=project.company_id in own, form=form)


@bp.get("/public/boards/projects/<int:project_id>")
def public_project(project_id: int) -> ResponseReturnValue:
    """What one project of a company that publishes has verified."""
    project = _project(project_id)
    rules.require_published(project.company, "project")
    return _project_page(project, PUBLIC, VISITOR, inside=False)


def _project(project_id: int) -> Project:
    project = db_session().get(Project, project_id)
    if project is None:
        raise NotFound
    return project


def _project_page(
    project: Project, variant: str, ends: Endpoints, *, inside: bool, form: CaseForm | None = None
) -> str:
    """The page of a project on the boards; one without a verified saving has none."""
    words = queries.vocabulary(db_session())
    amounts = queries.project_amounts(db_session(), project.id, variant)
    if words is None or not amounts:
        raise NotFound
    metrics = {metric.key: metric for metric in words.metrics}
    return render_template(
        "leaderboards/show_project.html",
        project=project,
        rows=_amount_rows(metrics, amounts),
        living=_amount_rows(metrics, queries.project_living(db_session(), project.id, variant)),
        board=ends.board,
        claims=_claims(project) if ends is SIGNED_IN else [],
        inside=inside,
        form=form,
        is_public=variant != RESTRICTED,
    )


def _amount_rows(
    metrics: dict[str, Metric], amounts: list[tuple[int, str, str, Decimal]]
) -> list[tuple[int, str, str]]:
    """(season, metric, amount with its unit) as the page shows them."""
    return [
        (season, metric_name(metrics[key]), metric_scale(metrics[key], currency).with_unit(amount))
        for season, key, currency, amount in amounts
        if key in metrics
    ]


def _claims(project: Project) -> list[tuple[str, Claim]]:
    """The standing claims behind the amounts with their indicators' names, for whoever sees savings."""
    if not savings_rules.can_see_savings(current_actor(), project):
        return []
    found = [
        row for row in savings.savings_of(db_session(), project.id) if not savings_rules.is_imported(row)
    ]
    names = {row.code: row.names.in_(locale_name()) for row in savings.catalogue(db_session()).indicators}
    names |= {row.code: row.name for row in own_indicators(db_session(), project.company_id)}
    return [
        (names.get(row.indicator_code, row.indicator_code), row.claim)
        for row in found
        if row.claim is not None
    ]


@bp.get("/public/boards/method")
def method() -> ResponseReturnValue:
    """What counts on a board, and what every metric means."""
    words = queries.vocabulary(db_session())
    metrics: list[Any] = list(words.metrics) if words else []
    return render_template(
        "leaderboards/method.html",
        lines=method_lines(),
        metrics=[(metric_name(m), metric_scale(m, m.currency or "").unit, m.base_unit) for m in metrics],
    )


@bp.get("/public/awards")
def public_awards() -> ResponseReturnValue:
    """The awards that stand, newest first."""
    return render_template(
        "leaderboards/public_awards.html", page=page_of(awards.latest_awards(db_session(), limit=1000))
    )


def _region(region_id: int) -> Region:
    """The region, if the actor may hold its boards still."""
    region = db_session().get(Region, region_id)
    if region is None or not rules.can_freeze_boards(current_actor(), region):
        raise NotFound
    return region


@bp.get("/boards/regions/<int:region_id>/freezes")
def list_freezes(region_id: int) -> ResponseReturnValue:
    """The freezes of a region's public boards, and the form of a new one."""
    return _freeze_page(_region(region_id), FreezeForm())


def _is_year(text: str) -> bool:
    """True for a year as a form sends it."""
    return text.isdecimal() and len(text) == len("2026")


def _freeze_page(region: Region, form: FreezeForm) -> str:
    seasons = reading.known_seasons(db_session())
    season = form.season.data = form.season.data or str(seasons[-1])
    return render_template(
        "leaderboards/list_freezes.html",
        region=region,
        freezes=ledger.freezes_of(db_session(), region),
        frozen=_is_year(season) and ledger.is_frozen(db_session(), region, int(season)),
        form=form,
        confirm_form=ConfirmForm(None),
    )


@bp.post("/boards/regions/<int:region_id>/freezes")
def freeze_boards(region_id: int) -> ResponseReturnValue:
    """Hold the public boards of a region still."""
    region, form = _region(region_id), FreezeForm()
    season = str(form.season.data)
    if not form.validate() or not _is_year(season):
        return _freeze_page(region, form), 422
    ledger_services.freeze_boards(
        db_session(),
        actor=current_actor(),
        region=region,
        season=int(season),
        reason=form.reason.data,
        now=now(),
    )
    flash(_("The public boards stand still; yours go on."))
    return redirect(url_for("leaderboards.list_freezes", region_id=region.id))


@bp.post("/boards/freezes/<int:freeze_id>/lift")
def lift_freeze(freeze_id: int) -> ResponseReturnValue:
    """Let the public boards follow again."""
    freeze = db_session().get(BoardFreeze, freeze_id)
    if freeze is None:
        raise NotFound
    region = _region(freeze.region_id)
    ledger_services.lift_freeze(db_session(), actor=current_actor(), freeze=freeze, now=now())
    flash(_("The public boards follow again, with all they had missed."))
    return redirect(url_for("leaderboards.list_freezes", region_id=region.id))
