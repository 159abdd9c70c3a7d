"""Stating what a saving costs elsewhere, row by row, while nothing is claimed."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from cp_circles.errors import Invalid, NotFound, msg
from cp_circles.metering.queries import own_indicators
from cp_circles.people.rules import Actor
from cp_circles.projects.models import Evidence
from cp_circles.rulesets.schema.figures import Indicator
from cp_circles.savings import gathering, queries
from cp_circles.savings.models import Saving, SideEffect
from cp_circles.savings.services.inputs import open_draft, record_change

CENT = Decimal("0.01")


def side_media(session: Session, saving: Saving) -> list[Indicator]:
    """What a side effect may be stated in: media of which less is better, never a rate or a derived total.

    Steam by mass is offered only beside a saving of its own; else it is stated as heat.
    """
    codes = [row.code for row in own_indicators(session, saving.project.company_id)]
    own = [row for code in codes if (row := gathering.indicator_of(session, code)) is not None]
    return [
        row
        for row in (*queries.catalogue(session).indicators, *own)
        if row.direction == "lower"
        and not row.derived
        and row.unit != "%"
        and (row.unit == gathering.unit_of(row) or row.code == saving.indicator_code)
    ]


def add_side_effect(
    session: Session,
    *,
    actor: Actor,
    saving: Saving,
    indicator_code: str,
    quantity: Decimal,
    cost_yuan: Decimal | None,
    note: str,
    evidence_id: int | None,
    now: datetime,
) -> SideEffect:
    """State more of a medium that the saving caused in its reporting period; the net is less by it."""
    open_draft(session, actor, saving)
    media = {row.code: row for row in side_media(session, saving)}
    if indicator_code not in media:
        raise Invalid(
            msg("Choose one of the media shown; a total is never set against its parts."), field="medium"
        )
    if quantity <= 0:
        raise Invalid(
            msg("A side effect is an amount above zero; a further saving is a claim of its own."),
            field="extra",
        )
    _check_cost(saving, indicator_code, cost_yuan)
    if not note.strip():
        raise Invalid(msg("Say why it is more, and how it was measured."), field="side_note")
    evidence = session.get(Evidence, evidence_id) if evidence_id is not None else None
    if evidence_id is not None and (evidence is None or evidence.project_id != saving.project_id):
        raise Invalid(msg("Choose a piece of evidence of this project."), field="side_evidence")
    row = SideEffect(
        indicator_code=indicator_code,
        quantity=quantity,
        unit=gathering.unit_of(media[indicator_code]),
        cost_yuan=cost_yuan,
        note=note.strip(),
        evidence=evidence,
        added_by_id=actor.person_id,
        added_at=now,
    )
    saving.side_effects.append(row)
    record_change(session, actor, saving, "savings.add_side_effect", now, {}, _facts(row))
    return row


def _check_cost(saving: Saving, indicator_code: str, cost: Decimal | None) -> None:
    """Refuse a cost below zero, with fractions of a cent, or for what the saving's own price values."""
    if cost is None:
        return
    if cost < 0 or cost != cost.quantize(CENT):
        raise Invalid(msg("A cost is not below zero and has two decimal places."), field="cost_yuan")
    if indicator_code == saving.indicator_code:
        raise Invalid(
            msg("More of the saving's own medium is valued at the saving's own price; leave the cost empty."),
            field="cost_yuan",
        )


def remove_side_effect(session: Session, *, actor: Actor, saving: Saving, row_id: int, now: datetime) -> None:
    """Take a side effect back while nothing is claimed; the history keeps it."""
    open_draft(session, actor, saving)
    row = next((row for row in saving.side_effects if row.id == row_id), None)
    if row is None:
        raise NotFound
    saving.side_effects.remove(row)
    record_change(session, actor, saving, "savings.remove_side_effect", now, _facts(row), {})


def _facts(row: SideEffect) -> dict[str, str]:
    """A row as the history keeps it."""
    more = f"{row.quantity.normalize():f} {row.unit}"
    return {"indicator": row.indicator_code, "more": more, "note": row.note}
