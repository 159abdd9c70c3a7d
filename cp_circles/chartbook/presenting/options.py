"""Options by kind, their benefit and payback: what circles wrote down, and beside it what a file holds."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from cp_circles import charts
from cp_circles.chartbook import queries
from cp_circles.chartbook.presenting.drawn import Csv, Drawn, frame_of
from cp_circles.chartbook.queries.estimates import BENEFIT_EDGES, PAYBACK_EDGES
from cp_circles.editions.queries import newest_packs
from cp_circles.leaderboards import queries as boards
from cp_circles.leaderboards.asking import Asked
from cp_circles.rulesets.schema import Mapping as MappingPack
from cp_circles.savings import queries as savings
from cp_circles.web.formats import number, unit_label
from cp_circles.web.i18n import locale_name

KINDS = 9
TEN_THOUSAND = Decimal(10_000)


@dataclass(frozen=True)
class Estimated:
    """What a page of options is drawn from: the years there are, and the groups of those that are shown."""

    asked: Asked
    years: Sequence[int]
    options: Sequence[queries.Estimate]
    imported: Sequence[queries.Estimate]


def estimated(session: Session, asked: Asked, *, is_chosen: bool) -> Estimated:
    """All estimates of the scope, each source asked once.

    Options come before their savings: where no season is chosen, theirs is the newest with any.
    """
    options, imported = queries.option_estimates(session, asked), queries.imported_estimates(session, asked)
    years = queries.years_of([*options, *imported])
    if years and not is_chosen:
        asked = replace(asked, seasons=tuple(years[-1:]))
    shown = queries.in_one_currency(queries.in_years(imported, asked.seasons), asked.currency)
    return Estimated(asked, years, queries.in_years(options, asked.seasons), shown)


def options_chart(session: Session, found: Estimated, csv: Csv) -> list[Drawn]:
    """Options by kind from the most beneficial, with the cumulative share."""
    rows = queries.sums_by_kind(found.options)
    if not any(row.benefit for row in rows):
        return []
    kinds = _kinds(session)
    items = [charts.ParetoItem(f"{kinds.get(row.kind, row.kind)} n={row.count}", row.benefit) for row in rows]
    title = _("Options by kind: expected yearly benefit, largest first")
    frame = _of_circles(found.asked, "options", title, csv, unit=_("10,000 yuan a year"))
    return [Drawn(charts.pareto(items, frame, role="claimed"), _estimates(), wide=True)]


def _of_circles(asked: Asked, key: str, title: str, csv: Csv, unit: str = "") -> charts.Frame:
    source = _("estimates of the circles, not verified")
    return frame_of(asked, key, title, csv, unit=unit, source=source)


def _estimates() -> str:
    return _("Estimates of the circles when they wrote the option down, not verified: drawn hatched.")


def _kinds(session: Session) -> dict[str, str]:
    """The eight aspects by key."""
    words = boards.vocabulary(session)
    terms = words.list_("aspect") if words else None
    return {term.key: term.names.in_(locale_name()) for term in (terms.terms if terms else ())}


def benefit_chart(session: Session, found: Estimated, csv: Csv) -> list[Drawn]:
    """How the expected yearly benefit of options spreads, by kind."""
    title = _("How the expected yearly benefit of options spreads, by kind")
    frame = _of_circles(found.asked, "benefit", title, csv)
    bins = queries.bins_by_kind(found.options, "gain")
    return _spread(bins, _kinds(session), BENEFIT_EDGES, frame, _("10,000 yuan a year"), _estimates())


def payback_chart(session: Session, found: Estimated, csv: Csv) -> list[Drawn]:
    """How the simple payback of options spreads, by kind."""
    title = _("How the simple payback of options spreads, by kind")
    frame = _of_circles(found.asked, "payback", title, csv)
    bins = queries.bins_by_kind(found.options, "payback")
    return _spread(bins, _kinds(session), PAYBACK_EDGES, frame, _("years"), _estimates())


def imported_chart(session: Session, found: Estimated, csv: Csv) -> list[Drawn]:
    """Imported recommendations by the resource they save, with the cumulative share."""
    rows = [row for row in queries.sums_by_kind(found.imported) if row.benefit > 0]
    if not rows:
        return []
    names, rest = _resources(session), rows[KINDS:]
    items = [
        charts.ParetoItem(f"{names.get(row.kind, row.kind)} n={row.count}", _in_units(row.benefit))
        for row in rows[:KINDS]
    ]
    others = _("%(count)s other kinds", count=len(rest))
    if rest:
        items.append(charts.ParetoItem(others, sum((_in_units(row.benefit) for row in rest), Decimal(0))))
    title = _("Imported recommendations by resource: estimated yearly benefit, largest first")
    frame = _of_a_file(found.asked, "imported", title, csv, unit=_a_year(found))
    chart = charts.pareto(items, frame, other=others, role="claimed")
    return [Drawn(chart, _of_the_file(), wide=True)]


def gains_chart(session: Session, found: Estimated, csv: Csv) -> list[Drawn]:
    """How the estimated yearly benefit of imported recommendations spreads, by resource."""
    title = _("How the estimated yearly benefit of imported recommendations spreads, by resource")
    frame = _of_a_file(found.asked, "gains", title, csv)
    return _imported_spread(session, found, frame, "gain", BENEFIT_EDGES)


def returns_chart(session: Session, found: Estimated, csv: Csv) -> list[Drawn]:
    """How the simple payback of imported recommendations spreads, by resource."""
    title = _("How the simple payback of imported recommendations spreads, by resource")
    frame = _of_a_file(found.asked, "returns", title, csv)
    return _imported_spread(session, found, frame, "payback", PAYBACK_EDGES)


def _imported_spread(
    session: Session, found: Estimated, frame: charts.Frame, what: str, edges: Sequence[float]
) -> list[Drawn]:
    """How the `gain` or `payback` of imported recommendations spreads, by resource."""
    bins = queries.bins_by_kind(found.imported, what)
    if not bins:
        return []
    unit = _("years") if what == "payback" else _a_year(found)
    return _spread(bins, _resources(session), edges, frame, unit, _of_the_file())


def _resources(session: Session) -> dict[str, str]:
    """What an imported saving saves: by the mappings that brought it, else by the catalogue."""
    locale = locale_name()
    names = {row.code: row.names.in_(locale) for row in savings.catalogue(session).indicators}
    for pack in newest_packs(session, MappingPack):
        names = {row.indicator: row.names.in_(locale) for row in pack.resources} | names
    return names


def _in_units(amount: Decimal) -> Decimal:
    return amount / TEN_THOUSAND


def _a_year(found: Estimated) -> str:
    return _("10,000 %(currency)s a year", currency=unit_label(found.imported[0].currency))


def _of_a_file(asked: Asked, key: str, title: str, csv: Csv, unit: str = "") -> charts.Frame:
    source = _("estimates of an imported file, not verified")
    return frame_of(asked, key, title, csv, unit=unit, source=source)


def _of_the_file() -> str:
    return _(
        "A source of its own: estimates of an imported file, never added to what is verified or to the "
        "circles’ options. What brings nothing, or names no cost, has no payback."
    )


def _classes(edges: Sequence[float]) -> list[str]:
    """The names of the classes on an axis."""
    between = [f"{number(low)}–{number(high)}" for low, high in pairwise(edges)]
    return [f"≤{number(edges[0])}", *between, f">{number(edges[-1])}"]


def _spread(
    rows: Sequence[queries.KindBin],
    names: Mapping[str, str],
    edges: Sequence[float],
    frame: charts.Frame,
    unit: str,
    note: str,
) -> list[Drawn]:
    """One little histogram for each kind, the commonest first, with the number it rests on."""
    bins: dict[str, dict[int, int]] = defaultdict(dict)
    for row in rows:
        bins[row.kind][row.place] = row.count
    if not bins:
        return []
    labels = _classes(edges)
    commonest = sorted(bins.items(), key=lambda item: (-sum(item[1].values()), item[0]))
    panels = [
        charts.Panel(
            names.get(kind, kind),
            f"n = {number(sum(found.values()))}",
            [found.get(place, 0) for place in range(len(labels))],
            role="claimed",
        )
        for kind, found in commonest[: KINDS + 3]
    ]
    title = _("%(title)s (%(unit)s)", title=frame.title, unit=unit)
    frame = replace(frame, title=title, text=title, unit="")
    drawn = charts.facets(panels, labels, frame, names=(_("Kind of option"), _("Class")), bars=True)
    return [Drawn(drawn, note, wide=True)]
