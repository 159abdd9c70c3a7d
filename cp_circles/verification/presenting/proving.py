"""What proves each row of money, as finished lines: source, date, quantity, price, tax, and the verdict."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from cp_circles.savings.models import Claim, MoneyKind
from cp_circles.verification.models import MoneyProof
from cp_circles.verification.presenting.lines import MoneyLine
from cp_circles.web.formats import date_text, number, quantity, unit_label, yuan
from cp_circles.web.i18n import translate

OK, WARN, INFO = "ok", "warn", "info"


@dataclass(frozen=True)
class ProofLine:
    """One piece of evidence of a row; `void` where its bill or price was taken back."""

    id: int
    source: str
    sub: str
    url: str | None
    dated: str
    quantity: str
    unit_price: str
    tax: str
    amount: str
    void: bool


@dataclass(frozen=True)
class ProvenLine:
    """A row of money with its evidence and what the two come to."""

    label: str
    note: str
    amount: str
    proofs: list[ProofLine]
    verdict: str
    tone: str


def proven_lines(
    lines: Sequence[MoneyLine], proofs: Mapping[int | None, Sequence[MoneyProof]]
) -> list[ProvenLine]:
    """Every row beside what it is tied to; the first line is the metered saving."""
    found = []
    for place, line in enumerate(lines):
        if place and line.row is None:
            found.append(_untied(line))
            continue
        tied = proofs.get(line.row.id if line.row is not None else None, [])
        verdict, tone = _verdict(line, tied)
        found.append(
            ProvenLine(line.label, line.note, yuan(line.amount), [_line(row) for row in tied], verdict, tone)
        )
    return found


def _untied(line: MoneyLine) -> ProvenLine:
    """Money that was typed without rows: there is nothing to tie."""
    text = _(
        "These amounts were typed without rows; enter them as rows, so that each can be tied to its bill."
    )
    return ProvenLine(line.label, line.note, yuan(line.amount), [], text, WARN)


def _line(row: MoneyProof) -> ProofLine:
    """One piece of evidence; a bill with a file leads to it."""
    source, sub, url = row.document, "", None
    if row.bill is not None:
        source = " ".join(part for part in (row.bill.supplier, row.bill.number) if part)
        sub = f"{date_text(row.bill.period_from)} – {date_text(row.bill.period_to)}"
        if row.bill.sha256:
            url = url_for("verification.claim_bill_file", saving_id=row.saving_id, bill_id=row.bill.id)
    elif row.price is not None:
        source, sub = row.price.source, _("Agreed price")
    return ProofLine(
        row.id, source, sub, url, date_text(row.dated_on), quantity(row.quantity, row.unit),
        f"{number(row.unit_price)} {_('yuan')}/{unit_label(row.unit)}", tax_word(row.tax_included),
        yuan(row.amount), row.is_void,
    )  # fmt: skip


def tax_word(included: bool | None) -> str:
    """Whether an amount holds tax, in words."""
    if included is None:
        return _("Not stated")
    return _("Tax included") if included else _("Without tax")


def _verdict(line: MoneyLine, tied: Sequence[MoneyProof]) -> tuple[str, str]:
    """One sentence on how the row and its evidence agree, with its tone."""
    standing = [row for row in tied if not row.is_void]
    if not standing:
        return _missing(line)
    if len({row.tax_included for row in standing}) > 1:
        return _(
            "Some of the evidence holds tax and some does not, or does not say: they cannot be added."
        ), WARN
    proven = sum((row.amount for row in standing), Decimal(0))
    difference = line.amount - proven
    facts = {"proven": yuan(proven), "stated": yuan(line.amount), "difference": yuan(abs(difference))}
    if not difference:
        return _("The evidence comes to %(proven)s, the same as the row.", **facts), OK
    if difference > 0:
        text = _(
            "The evidence comes to %(proven)s; the row states %(stated)s:"
            " %(difference)s more than is proved.",
            **facts,
        )
        return text, WARN
    return _(
        "The evidence comes to %(proven)s; the row states %(stated)s: %(difference)s less than is proved.",
        **facts,
    ), INFO


def _missing(line: MoneyLine) -> tuple[str, str]:
    """No evidence stands: an avoided tax has none but the notice, anything else lacks its bill."""
    if line.row is not None and line.row.kind is MoneyKind.TAX_AVOIDED:
        return _(
            "Computed from the mass; it rests on the notice named in the row. No bill can prove it."
        ), INFO
    if not line.amount:
        return _("No yuan stand in this row; nothing has to be proved."), INFO
    return _("No bill, contract or agreed price is tied to this row."), WARN


def _price_row(claim: Claim | None) -> dict[str, Any] | None:
    rows = claim.factors if claim is not None else []
    return next((row for row in rows if row["kind"] == "yuan" and row["value"] is not None), None)


def price_of(claim: Claim | None) -> str | None:
    """The price that the claim froze, with its unit; None without one."""
    row = _price_row(claim)
    return (
        None if row is None else f"{number(Decimal(row['value']))} {_('yuan')}/{unit_label(row['per_unit'])}"
    )


def price_source(claim: Claim | None) -> str:
    """Where the price that the claim froze stands: value, source, standard and edition; empty without one."""
    row = _price_row(claim)
    if row is None:
        return ""
    return _(
        "Price of the claim: %(price)s; source: %(source)s (%(edition)s).",
        price=price_of(claim), source=translate(row["source"]),
        edition=f"{translate(row['standard'])} · {row['edition']}",
    )  # fmt: skip
