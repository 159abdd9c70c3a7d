"""The region tree."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cp_circles.organisations import queries, rules
from cp_circles.organisations.models import Region
from cp_circles.organisations.views.blueprint import SEATS, bp
from cp_circles.web.access import current_actor
from cp_circles.web.i18n import label
from cp_circles.web.session import db_session


@bp.get("/regions")
def browse_regions() -> ResponseReturnValue:
    """The tops of the region trees, or the only one."""
    tops = queries.nations(db_session())
    if len(tops) == 1:
        return redirect(url_for("organisations.show_region", region_id=tops[0].id))
    return render_template("organisations/browse_regions.html", tops=tops)


@bp.get("/regions/<int:region_id>")
def show_region(region_id: int) -> ResponseReturnValue:
    """One region: the line above it, what lies below it, and how many companies sit there."""
    region = queries.region_by_id(db_session(), region_id)
    text = request.args.get("q", "").strip()
    below = (
        queries.regions_matching(db_session(), text=text, pack=region.pack)
        if text
        else queries.children_of(db_session(), region.id)
    )
    actor = current_actor()
    counted = actor.is_administrator or bool(actor.overseen_paths)
    return render_template(
        "organisations/show_region.html",
        region=region,
        trail=_trail(region),
        below=below,
        counts=queries.company_counts_below(db_session(), below) if counted else None,
        text=text,
        may_register=region.level in SEATS and rules.can_register_company(actor, region),
    )


def _trail(region: Region) -> list[tuple[str, str]]:
    line = queries.ancestors_of(db_session(), region)
    return [(label(row), url_for("organisations.show_region", region_id=row.id)) for row in line]
