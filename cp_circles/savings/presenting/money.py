"""Money beside the meter on the saving's own page: each row with its kind, source and confidence."""

from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext as _

from cp_circles.calc.conversion import unit_ratio
from cp_circles.calc.exact import round_half_up, to_fraction
from cp_circles.calc.pollutants import tax_avoided
from cp_circles.rulesets.schema.figures import Factor, Factors, Indicator
from cp_circles.savings.models import Claim, MoneyKind, MoneyRow, Saving
from cp_circles.savings.services.money import rate_range, taxed_pollutants
from cp_circles.savings.versions.v2026_3 import Computed
from cp_circles.web.formats import number, yuan
from cp_circles.web.i18n import enum_label, locale_name, translate


@dataclass(frozen=True)
class MoneyLine:
    """One row of money as the saving's page shows it; `confidence` is empty for money of the books."""

    label: str
    amount: str
    how: str
    source: str
    confidence: str
    provisional: bool


@dataclass(frozen=True)
class Taxable:
    """What the tax avoided on a pollutant could come to: mass, equivalents, and the range of rates."""

    name: str
    kilograms: str
    each: str
    equivalents: str
    low: str
    high: str
    least: str
    most: str
    of_discharge: bool


def money_lines(saving: Saving, pack: Factors) -> list[MoneyLine]:
    """Every row of money that stands beside the saving, an avoided tax with its arithmetic."""
    return [_line(row, pack) for row in saving.money_rows]


def _line(row: MoneyRow, pack: Factors) -> MoneyLine:
    amount = -row.amount if row.kind is MoneyKind.ACTIVITY_COST else row.amount
    if not row.workings:
        return MoneyLine(enum_label(row.kind), yuan(amount), "", row.note, "", row.is_provisional)
    worked = {key: number(Decimal(row.workings[key])) for key in ("kilograms", "equivalents", "rate")}
    how = _(
        "%(kg)s kg ÷ %(each)s kg = %(count)s equivalents × %(rate)s yuan",
        kg=worked["kilograms"],
        each=number(Decimal(row.workings["kilograms_per_equivalent"])),
        count=worked["equivalents"],
        rate=worked["rate"],
    )
    factor = pack.factor(row.workings["key"])
    source = row.workings.get("source") or (factor.source if factor else "")
    confidence = row.workings.get("confidence") or (factor.confidence if factor else "")
    law = f"{translate(row.workings['standard'])} · {row.workings['edition']}"
    return MoneyLine(
        enum_label(row.kind), yuan(amount), how, f"{law}; {translate(source)}; {row.note}", confidence,
        row.is_provisional,
    )  # fmt: skip


def taxable(
    saving: Saving, computed: Computed, claim: Claim | None, indicator: Indicator | None, pack: Factors
) -> Taxable | None:
    """What an avoided tax could come to; None where the pollutant is not taxed, or the tax stands already."""
    known = _pollutant(saving.indicator_code, pack)
    if (
        known is None
        or known.value is None
        or any(row.kind is MoneyKind.TAX_AVOIDED for row in saving.money_rows)
    ):
        return None
    of_discharge = computed.discharge is not None
    amount = computed.discharge.discharge if computed.discharge else _quantity(computed, claim)
    ratio = unit_ratio(claim.unit if claim else computed.unit, "kg")
    if amount is None or ratio is None or amount <= 0:
        return None
    kilograms = round_half_up(to_fraction(amount) * ratio, 3)
    low, high = _rates(indicator, pack)
    return Taxable(
        name=(indicator or known).names.in_(locale_name()),
        kilograms=number(kilograms),
        each=number(known.value),
        equivalents=number(round_half_up(to_fraction(kilograms) / to_fraction(known.value), 4)),
        low=number(low),
        high=number(high),
        least=yuan(tax_avoided(kilograms, known.value, low)),
        most=yuan(tax_avoided(kilograms, known.value, high)),
        of_discharge=of_discharge,
    )


def _quantity(computed: Computed, claim: Claim | None) -> Decimal | None:
    return claim.quantity if claim else computed.result.quantity if computed.result else None


def _pollutant(code: str, pack: Factors) -> Factor | None:
    """The row of the pack whose key ends with the indicator's code."""
    ending = f"_{code.lower()}"
    return next((row for row in taxed_pollutants(pack) if row.key.endswith(ending)), None)


def _rates(indicator: Indicator | None, pack: Factors) -> tuple[Decimal, Decimal]:
    """The law's range for water or air where the pack tells them apart, else the whole range."""
    medium = indicator.mass_rule if indicator is not None else None
    for row in pack.factors:
        if medium and row.to_unit == "CNY" and row.key.endswith(f"_{medium}") and row.low and row.high:
            return row.low, row.high
    return rate_range(pack)
