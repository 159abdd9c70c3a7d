"""What the registration form of a project says, as values, and the checks that hold before it is stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cp_circles.db.base import MONEY, QUANTITY
from cp_circles.errors import Invalid, msg

TITLE_MAX = 200


@dataclass(frozen=True)
class IndicatorDetails:
    """One indicator as typed; `id` names the stored row that it changes."""

    code: str
    name: str
    unit: str
    baseline: Decimal | None = None
    target: Decimal | None = None
    due_on: date | None = None
    lower_is_better: bool = True
    basis: str = ""
    id: int | None = None


@dataclass(frozen=True)
class PlanDetails:
    """One bar of the plan as typed."""

    step_key: str
    starts_on: date
    ends_on: date
    owner: str = ""


@dataclass(frozen=True)
class ProjectDetails:
    """A project's registration form; amounts in yuan, keys from the packs; no plan leaves the stored one."""

    title: str
    focus_area: str
    domain: str
    method_edition_id: int | None = None
    industry_id: int | None = None
    reason: str = ""
    source: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    investment_yuan: Decimal | None = None
    indicators: Sequence[IndicatorDetails] = ()
    plan: Sequence[PlanDetails] | None = None


def check_details(details: ProjectDetails) -> None:
    """Raise Invalid for what can never be stored; a draft may lack the rest."""
    title = details.title.strip()
    if not title:
        raise Invalid(msg("Give the project a title: object, characteristic and direction."), field="title")
    if len(title) > TITLE_MAX:
        raise Invalid(msg("At most %(limit)s characters."), field="title", limit=TITLE_MAX)
    if not details.focus_area:
        raise Invalid(msg("Choose the focus area."), field="focus_area")
    if not details.domain:
        raise Invalid(msg("Choose the domain."), field="domain")
    if details.starts_on and details.ends_on and details.ends_on <= details.starts_on:
        raise Invalid(msg("The end must be later than the start."), field="ends_on")
    _check_money(details.investment_yuan)
    for row in details.indicators:
        check_indicator(row)
    check_plan(details.plan or ())


def check_plan(bars: Sequence[PlanDetails]) -> None:
    """Raise Invalid for a bar that ends before it starts."""
    for bar in bars:
        if bar.ends_on < bar.starts_on:
            raise Invalid(msg("A bar of the plan ends before it starts."), field="plan")


def check_indicator(row: IndicatorDetails) -> None:
    """Raise Invalid for an indicator without a name or unit, or with too many decimals."""
    if not row.name.strip() or not row.unit.strip() or not row.code.strip():
        raise Invalid(msg("An indicator needs a code, a name and a unit."), field="indicators")
    for value in (row.baseline, row.target):
        if value is not None and not _fits(value, QUANTITY):
            raise Invalid(msg("An indicator's value has at most six decimals."), field="indicators")


def _check_money(amount: Decimal | None) -> None:
    if amount is None:
        return
    if amount < 0 or not _fits(amount, MONEY):
        raise Invalid(
            msg("An amount of money is not negative and has at most two decimals."), field="investment_yuan"
        )


def _fits(value: Decimal, places: int) -> bool:
    scaled = value.scaleb(places)
    return value.is_finite() and abs(scaled) < 2**62 and scaled == scaled.to_integral_value()
