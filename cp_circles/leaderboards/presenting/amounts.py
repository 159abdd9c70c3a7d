"""Amounts of a board in the reader's units."""

from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext as _

from cp_circles.calc.exact import round_half_up
from cp_circles.errors import msg
from cp_circles.leaderboards.asking import Asked, is_money
from cp_circles.rulesets.schema.figures import Metric
from cp_circles.web.formats import NOTHING, number, unit_label
from cp_circles.web.i18n import locale_name

PER_WORDS = {
    "total": msg("Total"),
    "head": msg("Per head"),
    "output": msg("Per 10,000 yuan of output"),
    "improved": msg("Most improved"),
}


@dataclass(frozen=True)
class Scale:
    """How amounts are written: base amount / divisor, rounded half up to `decimals`, then the unit."""

    unit: str
    divisor: Decimal = Decimal(1)
    decimals: int = 2

    def of(self, amount: Decimal) -> Decimal:
        """The amount in this unit."""
        return amount / self.divisor

    def rounded(self, amount: Decimal) -> Decimal:
        """The amount in this unit as it is written, half up."""
        return round_half_up(self.of(amount), self.decimals)

    def text(self, amount: Decimal | None) -> str:
        """The amount without its unit."""
        return NOTHING if amount is None else number(self.of(amount), self.decimals)

    def with_unit(self, amount: Decimal | None) -> str:
        """The amount with its unit."""
        return NOTHING if amount is None else f"{self.text(amount)} {self.unit}"

    def signed(self, amount: Decimal) -> str:
        """The amount with its sign."""
        text = self.text(abs(amount))
        return f"+{text}" if amount > 0 else f"−{text}" if amount < 0 else text


def metric_scale(metric: Metric, currency: str = "") -> Scale:
    """The pack's unit of a metric; another currency than the metric's own is written out in full."""
    if is_money(metric) and currency and currency != metric.currency:
        return Scale(unit_label(currency), decimals=metric.decimals)
    display = metric.display.in_(locale_name())
    return Scale(display.unit, display.divisor, display.decimals)


def board_scale(asked: Asked) -> Scale:
    """The unit of what a board ranks by."""
    if asked.per in ("total", "improved"):
        return metric_scale(asked.metric, asked.currency)
    base = unit_label(asked.currency if is_money(asked.metric) else asked.metric.base_unit)
    if asked.per == "head":
        return Scale(_("%(unit)s per head", unit=base))
    return Scale(_("%(unit)s per 10,000 yuan of output", unit=base), decimals=4)


def metric_name(metric: Metric) -> str:
    """The metric in the reader's language."""
    return metric.names.in_(locale_name())
