"""What everybody can read: published lists, their printed form, and announced rules; no sign-in."""

from flask import render_template
from flask.typing import ResponseReturnValue

from cp_circles.errors import NotFound
from cp_circles.judging import presenting
from cp_circles.judging.models import PublicList, Round, Standing
from cp_circles.judging.queries import rounds
from cp_circles.judging.queries.public_lists import public_rounds, read_list
from cp_circles.standings.views.blueprint import bp
from cp_circles.standings.views.standings import csv_of, list_values, printed_page
from cp_circles.web.paging import listed, requested_page
from cp_circles.web.session import db_session


def _public_round(key: str) -> Round:
    """The announced round behind a public address."""
    return rounds.round_by_public_key(db_session(), key)


def published_list(key: str) -> tuple[Round, PublicList]:
    """The round behind a public address with what everybody reads of it."""
    round_ = _public_round(key)
    shown = read_list(db_session(), round_)
    if shown is None:
        raise NotFound
    return round_, shown


@bp.get("/lists")
def public_lists() -> ResponseReturnValue:
    """The published lists, newest first."""
    page = listed(public_rounds(db_session(), number=requested_page()))
    return render_template("standings/public_lists.html", page=page, presenting=presenting)


@bp.get("/lists/<public_key>")
def show_list(public_key: str) -> ResponseReturnValue:
    """A published list with its publicity period and the way to object."""
    round_ = _public_round(public_key)
    shown = read_list(db_session(), round_)
    standing = db_session().get(Standing, shown.standing_id) if shown else None
    return render_template("standings/show_list.html", public=True, **list_values(round_, standing, shown))


@bp.get("/lists/<public_key>/print")
def print_list(public_key: str) -> ResponseReturnValue:
    """The published list on A4, with all scores."""
    return printed_page(*published_list(public_key))


@bp.get("/lists/<public_key>/list.csv")
def export_list(public_key: str) -> ResponseReturnValue:
    """The published list as a table."""
    return csv_of(*published_list(public_key))
