"""Money as finished lines: each row in its column, and the check of the price in one sentence."""

from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext as _

from cp_circles.savings.models import MoneyKind, MoneyRow, Saving, Signature
from cp_circles.savings.presenting.money import tax_workings
from cp_circles.verification.queries import PriceCheck
from cp_circles.web.formats import number, yuan
from cp_circles.web.i18n import enum_label


@dataclass(frozen=True)
class MoneyLine:
    """One line of the table; exactly one of the three columns is filled. `amount` is in yuan, above zero."""

    label: str
    note: str
    direct: str
    indirect: str
    forecast: str
    provisional: bool = False
    row: MoneyRow | None = None
    amount: Decimal = Decimal(0)


def money_lines(saving: Saving, metered: Decimal, how: str = "") -> list[MoneyLine]:
    """The metered saving at its price, every row, and what was typed without rows."""
    lines = [MoneyLine(_("Metered saving at its price"), how, yuan(metered), "", "", amount=metered)]
    lines += [_line(row) for row in saving.money_rows]
    if not saving.money_rows and (saving.other_direct_yuan or saving.indirect_yuan or saving.forecast_yuan):
        stated = (saving.other_direct_yuan, saving.indirect_yuan, saving.forecast_yuan)
        direct, indirect, forecast = (yuan(amount) if amount else "" for amount in stated)
        label, note = _("Stated with the saving"), saving.money_note
        lines.append(MoneyLine(label, note, direct, indirect, forecast, amount=sum(stated, Decimal(0))))
    return lines


def finance_line(signed: Signature | None, net: Decimal) -> MoneyLine | None:
    """What finance signed other than what the rows come to, with its reason; its `amount` has its sign."""
    if signed is None or signed.direct_yuan is None or signed.direct_yuan == net:
        return None
    difference = signed.direct_yuan - net
    return MoneyLine(_("Corrected by finance"), signed.reason, yuan(difference), "", "", amount=difference)


def _line(row: MoneyRow) -> MoneyLine:
    """A row in its column; a cost with its minus."""
    note = f"{tax_workings(row)}; {row.note}" if row.workings else row.note
    sign = -1 if row.kind is MoneyKind.ACTIVITY_COST else 1
    shown = yuan(sign * row.amount)
    indirect, forecast = row.kind is MoneyKind.INDIRECT, row.kind is MoneyKind.FORECAST
    return MoneyLine(
        enum_label(row.kind),
        note,
        "" if indirect or forecast else shown,
        shown if indirect else "",
        shown if forecast else "",
        row.is_provisional,
        row,
        row.amount,
    )


def check_text(check: PriceCheck | None) -> str:
    """The difference between the claim's price and the bills in one sentence."""
    if check is None:
        return ""
    facts = {"price": number(check.claimed), "unit": check.unit}
    if check.billed is None or check.percent is None:
        return _(
            "The claim uses %(price)s yuan/%(unit)s; no bill of the period in this unit is entered.", **facts
        )
    facts |= {
        "billed": number(check.billed),
        "count": str(check.bills),
        "percent": number(abs(check.percent)),
    }
    if check.percent == 0:
        return _(
            "The claim uses %(price)s yuan/%(unit)s, the same as the %(count)s bills of the period.", **facts
        )
    if check.percent > 0:
        return _(
            "The claim uses %(price)s yuan/%(unit)s; the %(count)s bills of the period come to %(billed)s:"
            " the claim lies %(percent)s %% above.",
            **facts,
        )
    return _(
        "The claim uses %(price)s yuan/%(unit)s; the %(count)s bills of the period come to %(billed)s:"
        " the claim lies %(percent)s %% below.",
        **facts,
    )
