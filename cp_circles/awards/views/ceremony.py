"""The ceremony: the awards of a round called out one by one on a screen, nothing told before its turn."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from cp_circles.awards import presenting, queries, services
from cp_circles.awards.views.blueprint import bp, held_round
from cp_circles.errors import NotFound
from cp_circles.web.session import db_session

SHOWN_BEFORE = 4


@bp.get("/judging/rounds/<int:round_id>/ceremony")
def show_ceremony(round_id: int) -> ResponseReturnValue:
    """One step of the ceremony: the opening, one award, or the end; later awards are not in the page."""
    round_ = held_round(round_id)
    given = queries.awards_of_round(db_session(), round_.id)
    if not given:
        raise NotFound
    rows = queries.standing_rows_of(db_session(), round_)
    order = presenting.called_out(
        given, services.scheme_of(db_session(), round_), {row.entry_id: row.place for row in rows}
    )
    text = request.args.get("step", "0")
    step = min(int(text), len(order) + 1) if text.isdecimal() and len(text) < 6 else 0
    return render_template("awards/show_ceremony.html", round=round_, step=step, **_shown(order, step))


def _shown(order: list[Any], step: int) -> dict[str, Any]:
    """What a step may show: its own award, and the ones called out before it; at the end the highest."""
    called = order[:step]
    return {
        "honour": presenting.honour_of(called[-1]) if called and step <= len(order) else None,
        "before": [presenting.honour_of(one) for one in called[:-1][-SHOWN_BEFORE:][::-1]],
        "is_over": step > len(order),
        "all": [presenting.honour_of(one) for one in order[::-1]] if step > len(order) else [],
    }
