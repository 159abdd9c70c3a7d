"""A saving as its pages show it: formula lines, factors, periods, the chain, and its run chart."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from cp_circles.people.models import Role
from cp_circles.rulesets.schema import Factors
from cp_circles.savings import rules
from cp_circles.savings.models import Claim, Saving, Signature
from cp_circles.web.formats import date_text, datetime_text, number, quantity, yuan
from cp_circles.web.i18n import enum_label, locale_name, translate

Amounts = tuple[Decimal, Decimal]


@dataclass(frozen=True)
class Link:
    """One signature of the chain as the chain macro shows it."""

    title: str
    state: str
    value: str | None
    unit: str
    signer: str | None
    at: str | None
    digest: str | None
    note: str | None
    signature: Signature | None = field(default=None)


def chain_links(claim: Claim) -> list[Link]:
    """The claim and every signature asked for, in order; a correction stands beside what it corrected."""
    links = [
        Link(
            _("Circle claims"),
            "claimed",
            quantity(claim.quantity, claim.unit),
            "",
            None,
            datetime_text(claim.claimed_at),
            claim.sha256[:16],
            yuan(claim.direct_yuan),
        )
    ]
    signed = {row.role: row for row in rules.live_signatures(claim)}
    asked = rules.required_roles(claim)
    before = (claim.quantity, claim.direct_yuan)
    for role in rules.CHAIN:
        if role in asked or role in signed:
            signature = signed.get(role)
            links.append(_link(claim, role, signature, before))
            before = _amounts(signature, before)
    return links


def _amounts(signature: Signature | None, before: Amounts) -> Amounts:
    """Quantity and direct yuan after a place of the chain; what it does not state stays as before."""
    if signature is None:
        return before
    stated = (signature.quantity, signature.direct_yuan)
    return stated[0] if stated[0] is not None else before[0], stated[1] if stated[1] is not None else before[
        1
    ]


def _signer(signature: Signature) -> str:
    """Who signed; a stand-in with the name of the absent person."""
    name = signature.signer.name
    if signature.for_person is None:
        return name
    return _("%(signer)s for %(person)s", signer=name, person=signature.for_person.name)


def _link(claim: Claim, role: Role, signature: Signature | None, before: Amounts) -> Link:
    """One place of the chain, signed or waiting; corrected where it differs from what was signed `before`."""
    if signature is None:
        return Link(enum_label(role), "waiting", None, "", None, None, None, None)
    money = role is Role.FINANCE
    value = yuan(signature.direct_yuan) if money else quantity(signature.quantity, claim.unit)
    differs = signature.direct_yuan != before[1] if money else signature.quantity != before[0]
    return Link(
        enum_label(role),
        "corrected" if differs else "agreed",
        value,
        "",
        _signer(signature),
        datetime_text(signature.signed_at),
        signature.sha256[:16],
        signature.reason or None,
        signature,
    )


def factor_lines(rows: list[dict[str, Any]], pack: Factors | None) -> list[dict[str, Any]]:
    """Factors with name, value, unit, source, edition and confidence for the page."""
    known = pack.factors if pack is not None else ()
    names = {factor.key: factor.names.in_(locale_name()) for factor in known}
    return [
        {
            "key": names.get(row["key"], row["key"]),
            "value": f"{number(row['value'])} {row['unit']}/{row['per_unit']}",
            "standard": translate(row["standard"]),
            "edition": row["edition"],
            "source": translate(row["source"]),
            "confidence": row["confidence"],
            "provisional": row["provisional"],
        }
        for row in rows
    ]


def period_rows(rows: list[dict[str, Any]], unit: str) -> list[list[str]]:
    """The frozen or present periods as cells: period, use, production."""
    return [
        [
            f"{_day(row['from'])} – {_day(row['to'])}",
            quantity(Decimal(row["quantity"]), unit),
            "–" if row["production"] is None else number(Decimal(row["production"])),
        ]
        for row in rows
    ]


def _day(text: str) -> str:
    """A frozen date as the reader writes it."""
    return date_text(date.fromisoformat(text))


def periods_text(saving: Saving) -> list[tuple[str, str]]:
    """Baseline and reporting period in words."""
    return [
        (_("Baseline"), f"{date_text(saving.baseline_from)} – {date_text(saving.baseline_to)}"),
        (_("Reporting period"), f"{date_text(saving.reporting_from)} – {date_text(saving.reporting_to)}"),
    ]
