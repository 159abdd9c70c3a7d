"""What a project has saved so far: the one big number, its figures, and the run chart."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from cp_circles import charts
from cp_circles.calc.boards import share_of
from cp_circles.calc.exact import round_half_up
from cp_circles.calc.periods import Period, PeriodUse
from cp_circles.charts.frame import Frame
from cp_circles.projects.models import Indicator, Project
from cp_circles.savings import queries
from cp_circles.savings.models import Claim, Saving, SavingState
from cp_circles.savings.queries import VerifiedAmounts
from cp_circles.savings.versions.v2026_2 import Computed
from cp_circles.web.formats import LARGER, number, period_text, quantity, unit_label, yuan
from cp_circles.web.i18n import locale_name

ORDER = (SavingState.VERIFIED, SavingState.IN_VERIFICATION, SavingState.CLAIMED, SavingState.DRAFT)
COUNTING = frozenset(ORDER[:3])
WHOLE = Decimal(1000)
Csv = Callable[[Saving], str | None]


@dataclass(frozen=True)
class Headline:
    """The verified part of what was claimed, in one unit."""

    label: str
    value: str
    unit: str
    share: float | None
    claimed: str | None
    figures: list[tuple[str, str, str, str | None, None]]
    provisional: bool


def headline(savings: Sequence[Saving], verified: dict[int, VerifiedAmounts]) -> Headline | None:
    """The project's number: in the meter's unit where all share one, else in coal; None unclaimed."""
    claims = [saving.claim for saving in savings if saving.claim is not None and saving.state in COUNTING]
    if not claims:
        return None
    units = {claim.unit for claim in claims}
    amounts = list(verified.values())
    if len(units) == 1:
        unit, name = units.pop(), _("Verified saving")
        done = sum((row.quantity for row in amounts), Decimal(0))
        whole = sum((claim.quantity for claim in claims), Decimal(0))
    else:
        unit, name = "kgce", _("Verified saving, as standard coal")
        done = sum((row.kgce or Decimal(0) for row in amounts), Decimal(0))
        whole = sum((claim.kgce or Decimal(0) for claim in claims), Decimal(0))
    shown, step = scale(unit, done, whole)
    share = share_of(done, whole)
    return Headline(
        label=name,
        value=_amount(done, step),
        unit=unit_label(shown),
        share=None if share is None else float(share),
        claimed=f"{_amount(whole, step)} {unit_label(shown)}" if whole > 0 else None,
        figures=_figures(claims, amounts, {claim.currency for claim in claims}),
        provisional=any(claim.is_provisional for claim in claims),
    )


def scale(unit: str, *amounts: Decimal) -> tuple[str, int]:
    """The unit in which amounts stand side by side, and how many of the given unit are one of it."""
    if unit in LARGER and any(abs(amount) >= LARGER[unit][1] for amount in amounts):
        return LARGER[unit]
    return unit, 1


def _amount(amount: Decimal, step: int) -> str:
    """An amount in a unit of `scale`: large ones without decimals, others with two at most."""
    shown = amount / step
    if step > 1:
        return number(shown, 2)
    return number(shown, 0) if shown >= WHOLE else number(round_half_up(shown, 2))


def short_quantity(amount: Decimal, unit: str) -> str:
    """An amount for a list: large ones without decimals, small ones with two at most."""
    if unit in ("kgce", "kgCO2e", "kg") and abs(amount) >= WHOLE:
        return quantity(amount, unit, 2)
    return quantity(round_half_up(amount, 0 if abs(amount) >= WHOLE else 2), unit)


def _figures(
    claims: Sequence[Claim], amounts: Sequence[VerifiedAmounts], currencies: set[str]
) -> list[tuple[str, str, str, str | None, None]]:
    """Standard coal, carbon and money of one currency: verified, with what was claimed below."""
    found = []
    money = next(iter(currencies)) if len(currencies) == 1 else None
    rows = (
        (_("Standard coal"), "kgce", "kgce"),
        (_("CO2 equivalent"), "kgco2e", "kgCO2e"),
        (_("Direct yuan") if money == "CNY" else _("Direct benefit"), "direct_yuan", ""),
    )
    for label, name, unit in rows if money else rows[:2]:
        claimed = sum((getattr(claim, name) or Decimal(0) for claim in claims), Decimal(0))
        done = sum((getattr(row, name) or Decimal(0) for row in amounts), Decimal(0))
        if claimed or done:
            shown = _in_unit(unit, done, claimed) if unit else _in_currency(money)
            found.append((label, shown(done), "", _("claimed %(amount)s", amount=shown(claimed)), None))
    return found


def _in_currency(currency: str | None) -> Callable[[Decimal], str]:
    """How money is shown: yuan as its readers write it, others with the name of their currency."""
    return yuan if currency == "CNY" else lambda amount: f"{number(amount, 2)} {unit_label(currency or '')}"


def _in_unit(unit: str, *amounts: Decimal) -> Callable[[Decimal], str]:
    """How each of these amounts is shown, so that all stand in one unit."""
    shown, step = scale(unit, *amounts)
    return lambda amount: f"{_amount(amount, step)} {unit_label(shown)}"


def indicator_names(session: Session) -> dict[str, str]:
    """The catalogue's indicators by code, in the reader's language."""
    return {row.code: row.names.in_(locale_name()) for row in queries.catalogue(session).indicators}


def run_charts(
    session: Session, project: Project, savings: Sequence[Saving], today: date, csv: Csv
) -> list[Any]:
    """A run chart for each saving with periods, verified ones first."""
    order = {state: place for place, state in enumerate(ORDER)}
    shown = sorted((s for s in savings if s.state in order), key=lambda s: (order[s.state], s.id))
    names = indicator_names(session)
    drawn = []
    for saving in shown:
        computed = queries.computed(session, saving)
        chart = run_chart(project, saving, computed, names.get(saving.indicator_code, ""), today, csv)
        if chart is not None:
            drawn.append(chart)
    return drawn


def run_chart(
    project: Project, saving: Saving, computed: Computed, name: str, today: date, csv: Csv
) -> charts.Chart | None:
    """Use by period against the baseline adjusted to production, and a target per production."""
    if not computed.baseline and not computed.reporting:
        return None
    expected = dict(computed.result.adjusted_baseline_by_period) if computed.result else {}
    target = _target(project, saving)
    state: charts.State = "verified" if saving.state is SavingState.VERIFIED else "claimed"
    points = [charts.RunPoint(label(row.period), row.quantity, "baseline") for row in computed.baseline]
    points += [
        charts.RunPoint(
            label(row.period),
            row.quantity,
            state,
            baseline=expected.get(row.period),
            target=None
            if target is None or row.production is None
            else round_half_up(target * row.production, 6),
        )
        for row in computed.reporting
    ]
    points += [
        charts.RunPoint(month, None, "missing") for month in missing_months(saving, computed.reporting, today)
    ]
    title = _("%(name)s by period, against the adjusted baseline", name=name or saving.indicator_code)
    frame = Frame(
        key=f"run-{saving.id}",
        title=title,
        unit=unit_label(computed.unit),
        text=title,
        source=_("CP Circles: readings of the project"),
        say=_,
        csv_url=csv(saving),
        places=2,
        period=period_text,
    )
    return charts.run_chart(_once(points), frame)


def _once(points: Sequence[charts.RunPoint]) -> list[charts.RunPoint]:
    """Each label once: a period that is in both baseline and report keeps its last meaning."""
    return list({point.label: point for point in points}.values())


def label(period: Period) -> str:
    """A month by its name, any other period by its days."""
    first, last = period.starts_on, period.ends_on
    if first.day == 1 and (last.year, last.month) == (first.year, first.month):
        return f"{first.year}-{first.month:02d}"
    return f"{first.isoformat()}/{last.day:02d}"


def missing_months(saving: Saving, reporting: Sequence[PeriodUse], today: date) -> list[str]:
    """Full months of the reporting period that are over and have no reading, where readings are monthly."""
    if saving.reporting_from is None or saving.reporting_to is None or saving.reporting_from.day != 1:
        return []
    have = {label(row.period) for row in reporting}
    if any(len(text) > 7 for text in have):
        return []
    found: list[str] = []
    month = saving.reporting_from
    while True:
        following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
        if following > today or date.fromordinal(following.toordinal() - 1) > saving.reporting_to:
            return found
        text = f"{month.year}-{month.month:02d}"
        if text not in have:
            found.append(text)
        month = following


def _target(project: Project, saving: Saving) -> Decimal | None:
    """The project's target where it is the saving's use per unit of production."""
    if saving.meter is None or saving.production_meter is None:
        return None
    unit = f"{saving.meter.unit}/{saving.production_meter.unit}"
    rows: Sequence[Indicator] = project.indicators
    return next((row.target for row in rows if row.unit == unit and row.target is not None), None)
