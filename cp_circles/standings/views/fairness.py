"""How fair a round was: for its organiser before the list, for everybody with it."""

from flask import render_template
from flask.typing import ResponseReturnValue

from cp_circles.errors import NotFound
from cp_circles.judging import presenting
from cp_circles.judging.models import Round, Standing
from cp_circles.judging.presenting.reading import own_round
from cp_circles.judging.presenting.severity import severity_sentence
from cp_circles.judging.queries import rounds
from cp_circles.standings.presenting.fairness import fairness_report
from cp_circles.standings.presenting.levels import level_reports
from cp_circles.standings.queries import standings
from cp_circles.standings.views.blueprint import bp
from cp_circles.standings.views.lists import published_list
from cp_circles.web.session import db_session


@bp.get("/rounds/<int:round_id>/fairness")
def show_fairness(round_id: int) -> ResponseReturnValue:
    """The report of the standing that holds."""
    round_ = own_round(round_id)
    return _page(round_, round_.standing_id, public=False)


@bp.get("/lists/<public_key>/fairness")
def public_fairness(public_key: str) -> ResponseReturnValue:
    """The report that is published with a list."""
    round_, shown = published_list(public_key)
    return _page(round_, shown.standing_id, public=True)


def _page(round_: Round, standing_id: int | None, *, public: bool) -> str:
    session = db_session()
    standing = session.get(Standing, standing_id) if standing_id else None
    if standing is None:
        raise NotFound
    rule = rounds.rule_of(session, round_)
    return render_template(
        "standings/show_fairness.html",
        round=round_,
        rule=rule,
        standing=standing,
        tracks=fairness_report(standing, standings.lines_reported(session, standing.id), rule),
        levels=level_reports(standing, rounds.rubrics_of(session, round_)),
        how=severity_sentence(rule.severity),
        public=public,
        presenting=presenting,
    )
