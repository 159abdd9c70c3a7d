"""The page of the search box."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from cp_circles.searching import queries
from cp_circles.searching.presenting import lines_of
from cp_circles.web.access import current_actor
from cp_circles.web.paging import listed, requested_page
from cp_circles.web.session import db_session

bp = Blueprint("searching", __name__)


@bp.get("/search")
def search() -> ResponseReturnValue:
    """What a text is found in, by groups, within what the reader may see."""
    actor = current_actor()
    text = " ".join(request.args.get("q", "").replace("\x00", "").split())[: queries.LONGEST]
    only = request.args.get("in", "")
    only = only if only in {group.key for group in queries.groups_for(actor)} else ""
    found = queries.found_in(db_session(), actor=actor, text=text, only=only, page=requested_page())
    return render_template(
        "searching/search.html",
        text=text,
        only=only,
        parts=[(group, listed(page, lines_of(group, page.rows, text, actor))) for group, page in found],
        groups=queries.groups_for(actor),
    )
