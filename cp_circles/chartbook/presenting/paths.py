"""How far: from claimed to verified to living, and circles from registered to awarded."""

from dataclasses import replace

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from cp_circles import charts
from cp_circles.chartbook import queries
from cp_circles.chartbook.presenting.drawn import Csv, Drawn, frame_in, frame_of, scale_of
from cp_circles.judging import presenting as judging
from cp_circles.judging.models import Level
from cp_circles.leaderboards import queries as boards
from cp_circles.leaderboards.asking import Asked
from cp_circles.leaderboards.presenting import reading
from cp_circles.leaderboards.presenting.amounts import metric_name


def path_chart(session: Session, asked: Asked, csv: Csv) -> list[Drawn]:
    """From what was claimed to what is verified, and on to what still works of earlier seasons."""
    if not asked.claims:
        return []
    asked = replace(asked, living=False)
    path = boards.path_to_verified(session, asked)
    if not path.claimed and not path.verified:
        return []
    scale = scale_of(asked)
    steps = [
        charts.WaterfallStep(label, scale.of(amount))
        for label, amount in (
            (_("In verification"), path.waiting),
            (_("Corrected down"), path.lowered),
            (_("Corrected up"), path.raised),
        )
        if amount
    ]
    still = boards.living_parts(session, replace(asked, living=True)).still if asked.seasons else None
    living = (
        charts.LivingOn(_("Still working from before"), scale.of(still), _("New and still working"))
        if still
        else None
    )
    title = _("From claimed by verified to living: %(metric)s", metric=metric_name(asked.metric))
    frame = frame_in(asked, "path", title, csv, scale)
    chart = charts.waterfall(scale.of(path.claimed), steps, scale.of(path.verified), frame, living=living)
    note = _("Only the solid bars count. What still works of earlier seasons is known by their follow-up.")
    return [Drawn(chart, note)]


def circles_chart(session: Session, asked: Asked, csv: Csv) -> list[Drawn]:
    """Circles registered, active, with a result, and awarded at each level."""
    season = asked.seasons[-1] if asked.seasons else reading.known_seasons(session)[-1]
    funnel = queries.circle_funnel(session, asked, season)
    if not funnel.registered and not funnel.active:
        return []
    stages = [
        charts.FunnelStage(_("Registered circles"), funnel.registered),
        charts.FunnelStage(_("Active: met this year"), funnel.active),
        charts.FunnelStage(_("With a frozen result"), funnel.results),
    ]
    for level in Level:
        if funnel.entered.get(level) or funnel.awarded.get(level):
            name = judging.level_name(level)
            stages.append(
                charts.FunnelStage(_("Awarded: %(level)s", level=name), funnel.awarded.get(level, 0))
            )
    title = _("Circles from registered to awarded, %(year)s", year=season)
    frame = frame_of(asked, "circles", title, csv, source=_("records of the circles"))
    note = _(
        "Each circle counts once a stage; the bar is its share of the registered ones. Not every city holds a"
        " county round, so that a higher level may award more."
    )
    return [Drawn(charts.funnel_bars(stages, frame, of_first=True), note)]
