"""What: flows from focus area to saved resource, use before and after by industry, and the options."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from cp_circles import charts
from cp_circles.chartbook import queries
from cp_circles.chartbook.presenting.drawn import Csv, Drawn, frame_in, frame_of, scale_of, scaled
from cp_circles.chartbook.queries import Flow, Intensity
from cp_circles.chartbook.queries.options import BENEFIT_EDGES, PAYBACK_EDGES
from cp_circles.charts.sankey import FlowLink, FlowNode, sankey
from cp_circles.leaderboards import queries as boards
from cp_circles.leaderboards.asking import PUBLIC, Asked
from cp_circles.leaderboards.presenting.amounts import Scale, metric_name
from cp_circles.leaderboards.presenting.drawings import distinct
from cp_circles.savings import queries as savings
from cp_circles.web.formats import number, unit_label
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
        FlowLink(start, end, scaled(scale, amount), names.get(start, start[1:]))
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


def options_chart(session: Session, asked: Asked, csv: Csv) -> list[Drawn]:
    """Options by kind from the most beneficial, with the cumulative share."""
    rows = queries.option_sums(session, asked)
    if not any(row.benefit for row in rows):
        return []
    kinds = _kinds(session)
    items = [
        charts.ParetoItem(f"{kinds.get(row.kind, row.kind)} n={row.count}", Decimal(str(row.benefit)))
        for row in rows
    ]
    title = _("Options by kind: expected yearly benefit, largest first")
    frame = _estimated(asked, "options", title, csv, unit=_("10,000 yuan a year"))
    return [Drawn(charts.pareto(items, frame, role="claimed"), _estimates(), wide=True)]


def _estimated(asked: Asked, key: str, title: str, csv: Csv, unit: str = "") -> charts.Frame:
    source = _("estimates of the circles, not verified")
    return frame_of(asked, key, title, csv, unit=unit, source=source)


def _estimates() -> str:
    return _("Estimates of the circles when they wrote the option down, not verified: drawn hatched.")


def _kinds(session: Session) -> dict[str, str]:
    """The eight aspects by key."""
    words = boards.vocabulary(session)
    terms = words.list_("aspect") if words else None
    return {term.key: term.names.in_(locale_name()) for term in (terms.terms if terms else ())}


def benefit_chart(session: Session, asked: Asked, csv: Csv) -> list[Drawn]:
    """How the expected yearly benefit of options spreads, by kind."""
    title = _("How the expected yearly benefit of options spreads, by kind")
    return _spread(session, asked, csv, "benefit", title, _classes(BENEFIT_EDGES), _("10,000 yuan a year"))


def payback_chart(session: Session, asked: Asked, csv: Csv) -> list[Drawn]:
    """How the simple payback of options spreads, by kind."""
    title = _("How the simple payback of options spreads, by kind")
    return _spread(session, asked, csv, "payback", title, _classes(PAYBACK_EDGES), _("years"))


def _classes(edges: Sequence[float]) -> list[str]:
    """The names of the classes on an axis."""
    between = [f"{number(low)}–{number(high)}" for low, high in pairwise(edges)]
    return [f"≤{number(edges[0])}", *between, f">{number(edges[-1])}"]


def _spread(
    session: Session, asked: Asked, csv: Csv, what: str, title: str, labels: list[str], unit: str
) -> list[Drawn]:
    """One little histogram for each kind, with the number of options it rests on."""
    bins: dict[str, dict[int, int]] = defaultdict(dict)
    for row in queries.option_bins(session, asked, what):
        bins[row.kind][row.place] = row.count
    if not bins:
        return []
    kinds = _kinds(session)
    panels = [
        charts.Panel(
            kinds.get(kind, kind),
            f"n = {sum(found.values())}",
            [found.get(place, 0) for place in range(len(labels))],
            role="claimed",
        )
        for kind, found in sorted(bins.items(), key=lambda item: (-sum(item[1].values()), item[0]))
    ]
    frame = replace(_estimated(asked, what, _("%(title)s (%(unit)s)", title=title, unit=unit), csv), unit="")
    drawn = charts.facets(panels, labels, frame, names=(_("Kind of option"), _("Class")), bars=True)
    return [Drawn(drawn, _estimates(), wide=True)]
