"""Two scopes side by side: which other one the address names, and the charts of both."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from cp_circles import charts
from cp_circles.chartbook.presenting.drawn import (
    Csv,
    Drawn,
    as_months,
    frame_in,
    frame_of,
    is_ahead,
    month_label,
    months_shown,
    scale_of,
)
from cp_circles.chartbook.presenting.times import running
from cp_circles.errors import NotFound
from cp_circles.leaderboards import queries as boards
from cp_circles.leaderboards import rules
from cp_circles.leaderboards.asking import PUBLIC, Asked, Scope, is_money
from cp_circles.leaderboards.presenting.amounts import metric_name, metric_scale
from cp_circles.leaderboards.presenting.sheets import scope_name
from cp_circles.organisations import queries as organisations
from cp_circles.organisations.models import Company, Region
from cp_circles.people.rules import Actor
from cp_circles.web.i18n import label
from cp_circles.web.paging import address_with

MATCHES = 12
KINDS = {"region": Region, "company": Company}


@dataclass(frozen=True)
class Against:
    """The question of the page and the same of another scope, both on the copy that may be shown of both."""

    one: Asked
    other: Asked

    @property
    def names(self) -> tuple[str, str]:
        """Both scopes in the reader's language, told apart where they are called the same."""
        one, other = scope_name(self.one), scope_name(self.other)
        return (one, other) if one != other else (one, f"{other} (2)")


def against(session: Session, actor: Actor, asked: Asked) -> Against | None:
    """What the address compares; None where it names no second scope. NotFound for one that is not shown."""
    scope = _named(session, request.args.get("other", ""))
    if scope is None:
        return None
    own = frozenset() if asked.variant == PUBLIC else boards.companies_of_actor(session, actor)
    variant = PUBLIC if asked.variant == PUBLIC else rules.variant_for(actor, scope, own)
    if variant == PUBLIC:
        rules.require_published(scope.company, scope.kind)
        rules.require_published(asked.scope.company, asked.scope.kind)
    other_scope = replace(scope, industry=asked.scope.industry)
    one, other = (
        replace(asked, scope=of, variant=variant, claims=False) for of in (asked.scope, other_scope)
    )
    return Against(one, other)


def _named(session: Session, text: str) -> Scope | None:
    """The scope behind `region-12` or `company-5`; None for nothing, NotFound for what does not exist."""
    if not text:
        return None
    kind, _sign, id_ = text.partition("-")
    if kind not in KINDS or not id_.isdecimal() or len(id_) > 9:
        raise NotFound
    if kind == "company":
        company = session.get(Company, int(id_))
        if company is None:
            raise NotFound
        return Scope(company.region, company)
    region = session.get(Region, int(id_))
    if region is None:
        raise NotFound
    return Scope(region)


def near(session: Session, asked: Asked) -> list[tuple[str, str]]:
    """(key, name) of scopes that lie at hand: those beside, above and below the one of the page."""
    region = asked.scope.region
    above = organisations.ancestors_of(session, region)
    rows = [row for row in above if row.id != region.id] if asked.scope.company is None else above
    beside = organisations.children_of(session, region.parent_id) if region.parent_id else []
    below = organisations.children_of(session, region.id)
    rows = [*[row for row in beside if row.id != region.id], *rows, *below]
    seen: dict[int, str] = {}
    for row in rows:
        seen.setdefault(row.id, label(row))
    return [(f"region-{id_}", name) for id_, name in seen.items()]


def matches(session: Session, asked: Asked, text: str) -> list[tuple[str, str]]:
    """(name, address) of the regions that a typed name or code means."""
    if not text.strip():
        return []
    found: Sequence[Region] = organisations.regions_matching(
        session, text=text.strip()[:40], pack=asked.scope.region.pack, limit=MATCHES
    )
    return [
        (
            " · ".join(label(row) for row in (*_parent(one), one)),
            address_with(other=f"region-{one.id}", q=None),
        )
        for one in found
    ]


def _parent(region: Region) -> list[Region]:
    return [region.parent] if region.parent is not None else []


def pairs_chart(session: Session, both: Against, csv: Csv) -> list[Drawn]:
    """Every metric of both, as pairs of bars."""
    words = boards.vocabulary(session)
    sums = [boards.amounts_by_metric(session, asked) for asked in (both.one, both.other)]
    metrics = [m for m in (words.metrics if words else ()) if any(m.key in found for found in sums)]
    pairs = []
    for metric in metrics:
        scale = metric_scale(metric, both.one.currency if is_money(metric) else "")
        first, second = (found.get(metric.key, 0 * scale.divisor) for found in sums)
        pairs.append(
            charts.Pair(
                metric_name(metric),
                scale.unit,
                (scale.of(first), scale.of(second)),
                (scale.with_unit(first), scale.with_unit(second)),
            )
        )
    if not pairs:
        return []
    frame = frame_of(
        both.one, "pairs", _("%(one)s and %(other)s, metric by metric", **_named_both(both)), csv
    )
    note = _("Each metric has a scale of its own: the longer bar of a pair is the larger amount.")
    return [Drawn(charts.pair_bars(pairs, frame, names=both.names), note)]


def together_chart(session: Session, both: Against, csv: Csv) -> list[Drawn]:
    """The chosen metric of both, adding up by month."""
    found = [as_months(boards.months_of(session, asked)) for asked in (both.one, both.other)]
    months = months_shown([at for row in found for at in row], both.one.seasons)
    if not any(found) or len(months) < 2:
        return []
    scale = scale_of(both.one)
    months = [at for at in months if not is_ahead(at) or any(at in row for row in found)]
    first, second = (running(row, months, scale) for row in found)
    title = _("%(metric)s adding up, by month of verification", metric=metric_name(both.one.metric))
    chart = charts.pair_lines(
        [month_label(at) for at in months],
        (first, second),
        frame_in(both.one, "together", title, csv, scale),
        names=both.names,
    )
    return [Drawn(chart, _("A saving counts in the month of its last signature."))]


def _named_both(both: Against) -> dict[str, str]:
    return dict(zip(("one", "other"), both.names, strict=True))
