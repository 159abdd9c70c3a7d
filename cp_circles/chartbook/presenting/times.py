"""When: the season against its plan, its days, and small multiples of regions and metrics."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from cp_circles import charts
from cp_circles.calc import boards as ranks
from cp_circles.chartbook import queries
from cp_circles.chartbook.presenting.drawn import (
    At,
    Csv,
    Drawn,
    as_months,
    frame_in,
    frame_of,
    is_ahead,
    month_label,
    month_names,
    months_shown,
    scale_of,
)
from cp_circles.chartbook.presenting.places import regions_below
from cp_circles.leaderboards import queries as boards
from cp_circles.leaderboards.asking import Asked, is_money
from cp_circles.leaderboards.presenting.amounts import Scale, metric_name, metric_scale
from cp_circles.leaderboards.presenting.drawings import distinct, short_name
from cp_circles.leaderboards.presenting.roles import role_of
from cp_circles.rulesets.schema.figures import Metric, Vocabulary
from cp_circles.web.formats import date_text, number
from cp_circles.web.session import today

PANELS = 12
LONGEST = timedelta(days=550)


def plan_chart(session: Session, asked: Asked, csv: Csv) -> list[Drawn]:
    """What was verified month by month, against an even share of the season's plan."""
    found = as_months(boards.months_of(session, replace(asked, claims=False)))
    plan = queries.plan_of(session, asked)
    months = months_shown(list(found), asked.seasons)
    if not months or not (found or plan):
        return []
    scale = scale_of(asked)
    points = _points(months, found, None if plan is None else plan.amount)
    total = sum(found.values(), Decimal(0))
    frame = frame_in(asked, "plan", _("Savings adding up, by month of verification"), csv, scale)
    if plan is not None:
        share = number(ranks.share_of(total, plan.amount), 1)
        title = _(
            "Savings against the plan of the season (%(unit)s): %(share)s %% done",
            unit=scale.unit,
            share=share,
        )
        frame = replace(frame, title=title, text=title)
    chart = charts.plan_chart(
        [
            charts.PlanPoint(
                month_label(at),
                None if planned is None else scale.rounded(planned),
                None if done is None else scale.rounded(done),
            )
            for at, planned, done in points
        ],
        frame,
        role=role_of(asked.metric, boards.vocabulary(session)),
    )
    note = _("The plan grows by one twelfth a month. A saving counts in the month of its last signature.")
    return [Drawn(chart, note, wide=True)]


def _points(
    months: Sequence[At], found: Mapping[At, Decimal], plan: Decimal | None
) -> list[tuple[At, Decimal | None, Decimal | None]]:
    """(month, planned until then, verified until then); nothing is verified ahead of today."""
    done = list(accumulate((found.get(at, Decimal(0)) for at in months), initial=Decimal(0)))[1:]
    planned = [None if plan is None else plan * min(n, 12) / 12 for n in range(1, len(months) + 1)]
    return [
        (at, due, None if is_ahead(at) and at not in found else so_far)
        for at, due, so_far in zip(months, planned, done, strict=True)
    ]


def days_chart(session: Session, asked: Asked, csv: Csv) -> list[Drawn]:
    """How many savings were verified on each day."""
    counts = queries.days_of(session, asked)
    if not counts:
        return []
    first, last = _window(counts, asked.seasons)
    shown = {day: count for day, count in counts.items() if first <= day <= last}
    title = _("Calendar of the season: savings verified by day")
    frame = frame_of(asked, "days", title, csv)
    chart = charts.calendar_map(shown, first, last, frame, months=month_names(), day_text=date_text)
    note = _("The number in a cell says how many savings got their last signature on that day.")
    return [Drawn(chart, note, wide=True)]


def _window(counts: Mapping[date, int], seasons: Sequence[int]) -> tuple[date, date]:
    """The year of the season, and on until its last verification; of several seasons the last year."""
    if len(seasons) == 1:
        first, last = date(seasons[0], 1, 1), max(date(seasons[0], 12, 31), max(counts))
    else:
        last = max(today(), max(counts))
        first = last - timedelta(days=364)
    return first, min(last, first + LONGEST)


def regions_chart(session: Session, asked: Asked, csv: Csv) -> list[Drawn]:
    """The largest regions below, each adding up over the season on one scale."""
    regions = regions_below(session, asked)[:PANELS]
    rows = queries.months_below(session, asked, regions) if len(regions) > 1 else []
    months = months_shown([at for row in rows for at in row.months], asked.seasons)
    if len(rows) < 2 or len(months) < 2:
        return []
    scale = scale_of(asked)
    role = role_of(asked.metric, boards.vocabulary(session))
    names = distinct([(row.region.id, short_name(row.region)) for row in rows])
    panels = [
        charts.Panel(
            name, f"{scale.text(row.region.value)} {scale.unit}", running(row.months, months, scale), role
        )
        for name, row in zip(names, rows, strict=True)
    ]
    title = _("Region by region: %(metric)s adding up", metric=metric_name(asked.metric))
    frame = frame_in(asked, "regions", title, csv, scale)
    labels = [month_label(at) for at in months]
    chart = charts.facets(panels, labels, frame, names=(_("Region"), _("Month")))
    note = _("The largest %(count)s, all on one scale: heights can be compared.", count=len(panels))
    return [Drawn(chart, note, wide=True)]


def running(found: Mapping[At, Decimal], months: Sequence[At], scale: Scale) -> list[Decimal | None]:
    """The running sum by month, in the scale's unit; None ahead of today."""
    so_far = Decimal(0)
    values: list[Decimal | None] = []
    for at in months:
        so_far += found.get(at, Decimal(0))
        values.append(None if is_ahead(at) and at not in found else scale.rounded(so_far))
    return values


def metrics_chart(session: Session, asked: Asked, csv: Csv) -> list[Drawn]:
    """Every metric of the scope adding up over the season, each on a scale and in a colour of its own."""
    words = boards.vocabulary(session)
    found = queries.months_by_metric(session, asked)
    months = months_shown([at for row in found.values() for at in row], asked.seasons)
    metrics = [metric for metric in words.metrics if metric.key in found] if words else []
    if not metrics or len(months) < 2:
        return []
    panels = [
        _metric_panel(metric, words, found[metric.key], months, asked.currency) for metric in metrics[:PANELS]
    ]
    title = _("Metric by metric, adding up over the season")
    chart = charts.facets(
        panels,
        [month_label(at) for at in months],
        frame_of(asked, "metrics", title, csv),
        names=(_("Metric"), _("Month")),
        shared=False,
    )
    note = _("Each metric has a scale of its own: compare shapes, not heights.")
    return [Drawn(chart, note, wide=True)]


def _metric_panel(
    metric: Metric,
    words: Vocabulary | None,
    found: Mapping[At, Decimal],
    months: Sequence[At],
    currency: str,
) -> charts.Panel:
    scale = metric_scale(metric, currency if is_money(metric) else "")
    total = scale.text(sum(found.values(), Decimal(0)))
    return charts.Panel(
        metric_name(metric),
        f"{total} {scale.unit}",
        running(found, months, scale),
        role=role_of(metric, words),
        unit=scale.unit,
    )
