"""Money beside the meter on the saving's own page: each row with its kind, source and confidence."""

from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext as _

from cp_circles.calc.conversion import unit_ratio
from cp_circles.calc.exact import round_half_up, to_fraction
from cp_circles.calc.pollutants import tax_avoided
from cp_circles.rulesets.schema.figures import Factor, Factors, Indicators
from cp_circles.savings.models import Claim, MoneyKind, MoneyRow, Saving
from cp_circles.savings.services.money import rates_of, taxed_pollutants
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


def tax_workings(row: MoneyRow) -> str:
    """The arithmetic of an avoided tax in one line."""
    worked = {
        name: number(Decimal(row.workings[name]))
        for name in ("kilograms", "kilograms_per_equivalent", "equivalents", "rate", "yuan_per_tonne")
        if name in row.workings
    }
    if "yuan_per_tonne" in worked:
        return _("%(kilograms)s kg ÷ 1,000 × %(yuan_per_tonne)s yuan a tonne", **worked)
    return _(
        "%(kilograms)s kg ÷ %(kilograms_per_equivalent)s kg = %(equivalents)s equivalents × %(rate)s yuan",
        **worked,
    )


def _line(row: MoneyRow, pack: Factors) -> MoneyLine:
    amount = -row.amount if row.kind is MoneyKind.ACTIVITY_COST else row.amount
    if not row.workings:
        return MoneyLine(enum_label(row.kind), yuan(amount), "", row.note, "", row.is_provisional)
    factor = pack.factor(row.workings["key"])
    source = row.workings.get("source") or (factor.source if factor else "")
    confidence = row.workings.get("confidence") or (factor.confidence if factor else "")
    law = f"{translate(row.workings['standard'])} · {row.workings['edition']}"
    return MoneyLine(
        enum_label(row.kind), yuan(amount), tax_workings(row), f"{law}; {translate(source)}; {row.note}",
        confidence, row.is_provisional,
    )  # fmt: skip


def taxable(
    saving: Saving, computed: Computed, claim: Claim | None, catalogue: Indicators, pack: Factors
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
    low, high = rates_of(known, pack, catalogue)
    return Taxable(
        name=(catalogue.indicator(saving.indicator_code) or known).names.in_(locale_name()),
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
