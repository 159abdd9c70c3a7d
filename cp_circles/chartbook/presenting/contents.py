"""What: flows from focus area to saved resource, and use before and after by industry."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from cp_circles import charts
from cp_circles.chartbook import queries
from cp_circles.chartbook.presenting.drawn import Csv, Drawn, frame_in, frame_of, scale_of
from cp_circles.chartbook.queries import Flow, Intensity
from cp_circles.charts.sankey import FlowLink, FlowNode, sankey
from cp_circles.leaderboards import queries as boards
from cp_circles.leaderboards.asking import PUBLIC, Asked
from cp_circles.leaderboards.presenting.amounts import Scale, metric_name
from cp_circles.leaderboards.presenting.drawings import distinct
from cp_circles.savings import queries as savings
from cp_circles.web.formats import unit_label
from cp_circles.web.i18n import is_chinese, locale_name

RESOURCES, INDUSTRIES, USES = 8, 8, 3
OWN = "own"


def flows_chart(session: Session, asked: Asked, csv: Csv) -> list[Drawn]:
    """From focus area by domain to the resource that was saved."""
    rows = [row for row in queries.flows(session, asked) if row.amount > 0]
    if not rows:
        return []
    scale = scale_of(asked)
    title = _("From focus area by domain to what was saved: %(metric)s", metric=metric_name(asked.metric))
    nodes, links = _flow_parts(rows, _flow_names(session), scale)
    chart = sankey(nodes, links, frame_in(asked, "flows", title, csv, scale), is_balance=False)
    note = _(
        "The wider a band, the more was verified; choose money as the metric to see all resources at once."
    )
    return [Drawn(chart, note, wide=True)]


def _flow_names(session: Session) -> dict[str, str]:
    """Focus areas, domains and indicators by their keys in the drawing."""
    words, locale = boards.vocabulary(session), locale_name()
    names = {f"i{row.code}": row.names.in_(locale) for row in savings.catalogue(session).indicators}
    for key, sign in (("focus_area", "f"), ("domain", "d")):
        terms = words.list_(key) if words else None
        names |= {f"{sign}{term.key}": term.names.in_(locale) for term in (terms.terms if terms else ())}
    return names | {f"i{OWN}": _("Other resources")}


def _flow_parts(
    rows: Sequence[Flow], names: dict[str, str], scale: Scale
) -> tuple[list[FlowNode], list[FlowLink]]:
    """Nodes with their amounts written beside them, and links; small resources stand together."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        sums[f"i{row.indicator}"] += row.amount
    known = sorted((key for key in sums if key in names), key=lambda key: -sums[key])[:RESOURCES]
    links: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        resource = f"i{row.indicator}" if f"i{row.indicator}" in known else f"i{OWN}"
        path = (f"f{row.focus_area}", f"d{row.domain}", resource)
        links[path[0], path[1]] += row.amount
        links[path[1], path[2]] += row.amount
        for key in path:
            totals[key] += row.amount
    order = sorted(totals, key=lambda key: ("fdi".index(key[0]), -totals[key]))
    nodes = [FlowNode(key, f"{names.get(key, key[1:])} {scale.text(totals[key])}") for key in order]
    drawn = [
        FlowLink(start, end, scale.rounded(amount), names.get(start, start[1:]))
        for (start, end), amount in sorted(links.items(), key=lambda item: -item[1])
    ]
    return nodes, drawn


def industries_chart(session: Session, asked: Asked, csv: Csv) -> list[Drawn]:
    """Use per product before and after, by industry: a drawing for each kind of use.

    In public only of companies that publish, and not at all while a freeze holds the boards still.
    """
    if asked.variant == PUBLIC and boards.freezes_over(session, asked.scope.region, asked.seasons):
        return []
    groups: dict[tuple[str, str], list[Intensity]] = defaultdict(list)
    for row in queries.intensities(session, asked):
        groups[row.indicator, row.unit].append(row)
    names = {row.code: row.names.in_(locale_name()) for row in savings.catalogue(session).indicators}
    known = [(code, unit) for code, unit in groups if code in names]
    order = sorted(known, key=lambda key: (-sum(row.count for row in groups[key]), key))
    drawn = []
    for code, unit in order[:USES]:
        title = _("%(name)s per product before and after, by industry", name=names[code])
        title = _("%(title)s (%(unit)s)", title=title, unit=unit_label(unit))
        frame = frame_of(
            asked, f"use-{code}-{unit}".replace("/", "-"), title, csv, unit=unit_label(unit), places=3
        )
        rows = sorted(groups[code, unit][:INDUSTRIES], key=lambda row: -row.before)
        labels = distinct([(row.industry_id, row.name if is_chinese() else row.name_en) for row in rows])
        bells = [
            charts.Dumbbell(label, row.before, row.after, row.count)
            for label, row in zip(labels, rows, strict=True)
        ]
        note = _("Means of the projects whose saving is verified; n is how many there are.")
        drawn.append(Drawn(charts.dumbbells(bells, frame, name=_("Industry")), note))
    return drawn
