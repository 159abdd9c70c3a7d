"""What became of verified savings: which are asked about, and what new readings say about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from cp_circles.calc.exact import round_half_up, to_fraction
from cp_circles.calc.periods import PeriodUse, months_after, period_reason, produced_in
from cp_circles.calc.reasons import Reason
from cp_circles.circles.dates import SHANGHAI, local_date
from cp_circles.metering.models import Reading
from cp_circles.people.models import Role
from cp_circles.projects.models import Project
from cp_circles.savings import gathering, queries, versions
from cp_circles.savings.models import Claim, FollowUp, Saving, SavingState, Signature
from cp_circles.savings.versions.v2026_2 import Computed, work_out

MONTHS = (6, 12)
ASK_DAYS_BEFORE = 14
SHARE_PLACES = 6


@dataclass(frozen=True)
class Due:
    """A verified claim that is to be asked about: after how many months, and by which day."""

    company_id: int
    saving_id: int
    claim_id: int
    months: int
    due_on: date


@dataclass(frozen=True)
class Later:
    """What new readings say of a saving: quantity, the share of the verified rate, how, or why not."""

    quantity: Decimal | None
    share: Decimal | None
    workings: dict[str, Any]
    reasons: tuple[Reason, ...] = ()


class _InPeriod:
    """A saving seen over another reporting period, without the adjustments of its own."""

    def __init__(self, saving: Saving, first: date, last: date) -> None:
        self._saving = saving
        self.reporting_from, self.reporting_to = first, last
        self.adjustments: tuple[Any, ...] = ()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._saving, name)


def due_follow_ups(session: Session, now: datetime, zone: tzinfo = SHANGHAI) -> list[Due]:
    """Verified claims that are to be asked about by now and have not been, oldest first."""
    rows = session.execute(
        sa.select(Project.company_id, Saving.id, Claim.id, sa.func.max(Signature.signed_at))
        .join(Saving, Saving.project_id == Project.id)
        .join(Claim, Claim.saving_id == Saving.id)
        .join(Signature, Signature.claim_id == Claim.id)
        .where(
            Saving.state == SavingState.VERIFIED,
            Claim.voided_at.is_(None),
            Signature.voided_at.is_(None),
            Signature.role != Role.THIRD_PARTY,
        )
        .group_by(Project.company_id, Saving.id, Claim.id)
        .order_by(Claim.id)
    ).all()
    known = session.execute(sa.select(FollowUp.claim_id, FollowUp.months)).all()
    asked = {(claim_id, months) for claim_id, months in known}
    limit = local_date(now, zone) + timedelta(days=ASK_DAYS_BEFORE)
    found = []
    for company_id, saving_id, claim_id, verified_at in rows:
        for months in MONTHS:
            due_on = months_after(local_date(verified_at, zone), months)
            if due_on <= limit and (claim_id, months) not in asked:
                found.append(Due(company_id, saving_id, claim_id, months, due_on))
    return found


def follow_ups_of_company(session: Session, company_id: int) -> list[FollowUp]:
    """A company's follow-ups, those that wait first, then by day."""
    return list(
        session.scalars(
            sa.select(FollowUp)
            .where(FollowUp.company_id == company_id)
            .order_by(FollowUp.answered_at.is_not(None), FollowUp.due_on, FollowUp.id)
            .options(
                joinedload(FollowUp.saving).joinedload(Saving.project),
                joinedload(FollowUp.claim),
                joinedload(FollowUp.answered_by),
            )
        )
    )


def follow_ups_of_saving(session: Session, saving_id: int) -> list[FollowUp]:
    """A saving's follow-ups in order."""
    return list(
        session.scalars(
            sa.select(FollowUp)
            .where(FollowUp.saving_id == saving_id)
            .order_by(FollowUp.due_on, FollowUp.id)
            .options(joinedload(FollowUp.claim), joinedload(FollowUp.answered_by))
        )
    )


def open_follow_ups(session: Session, today: date) -> list[FollowUp]:
    """Follow-ups past their day without an answer and without a reminder."""
    return list(
        session.scalars(
            sa.select(FollowUp)
            .where(FollowUp.answered_at.is_(None), FollowUp.due_on < today, FollowUp.reminded_at.is_(None))
            .order_by(FollowUp.id)
            .options(joinedload(FollowUp.saving).joinedload(Saving.project), joinedload(FollowUp.claim))
        )
    )


def later_days(session: Session, saving: Saving, today: date) -> tuple[date, date] | None:
    """The days after the reporting period that readings cover at every meter of the saving, or None."""
    assert saving.reporting_to is not None
    meters = gathering.meter_ids(saving)
    rows = session.execute(
        sa.select(Reading.meter_id, sa.func.min(Reading.starts_on), sa.func.max(Reading.ends_on))
        .where(
            Reading.meter_id.in_(meters),
            Reading.voided_at.is_(None),
            Reading.starts_on > saving.reporting_to,
            Reading.ends_on <= today,
        )
        .group_by(Reading.meter_id)
    ).all()
    if not meters or len(rows) < len(meters):
        return None
    first, last = max(row[1] for row in rows), min(row[2] for row in rows)
    return (first, last) if first <= last else None


def measured_again(session: Session, follow_up: FollowUp, first: date, last: date) -> Later:
    """What the readings of a later period say: the saving by its own method, beside the verified one.

    The share compares savings before side effects, per unit of production where production is counted, else
    per day; it is rounded half up to 6 places and kept within 0 and 1.
    """
    saving, claim = follow_up.saving, follow_up.claim
    reason = period_reason(first, last, "period_from")
    if reason is not None:
        return Later(None, None, {}, (reason,))
    seen = cast(Saving, _InPeriod(saving, first, last))
    computed = work_out(gathering.material_of(session, seen))
    if computed.result is None:
        return Later(None, None, {}, computed.reasons)
    verified = queries.verified_amounts(claim)
    before = versions.shown(claim)
    assert verified is not None
    per_output = bool(produced_in(before.reporting)) and bool(produced_in(computed.reporting))
    base_then = _base(before.reporting, per_output)
    base_now = _base(computed.reporting, per_output)
    own = sum(
        (Decimal(row["quantity"]) for row in claim.inputs.get("side_effects", []) if row["same_medium"]),
        Decimal(0),
    )
    rate_then = to_fraction(verified.quantity + own) / base_then
    rate_now = to_fraction(computed.result.quantity) / base_now
    share = (
        min(max(rate_now / rate_then, to_fraction(Decimal(0))), to_fraction(Decimal(1))) if rate_then else 0
    )
    rounded = round_half_up(share, SHARE_PLACES)
    return Later(computed.result.quantity, rounded, _workings(session, seen, computed, verified.quantity))


def _base(rows: Sequence[PeriodUse], per_output: bool) -> Any:
    """What a saving is compared by: production, or days."""
    return produced_in(rows) if per_output else to_fraction(Decimal(sum(row.period.days for row in rows)))


def _workings(session: Session, seen: Saving, computed: Computed, verified: Decimal) -> dict[str, Any]:
    """The readings and the lines of arithmetic, kept with the answer."""
    assert computed.result is not None
    first, last = seen.reporting_from, seen.reporting_to
    rows = session.scalars(
        sa.select(Reading.id)
        .where(
            Reading.meter_id.in_(gathering.meter_ids(seen)),
            Reading.voided_at.is_(None),
            Reading.starts_on >= first,
            Reading.ends_on <= last,
        )
        .order_by(Reading.id)
    ).all()
    return {
        "verified": str(verified),
        "readings": list(rows),
        "periods": [
            {
                "from": row.period.starts_on.isoformat(),
                "to": row.period.ends_on.isoformat(),
                "quantity": str(row.quantity),
                "production": None if row.production is None else str(row.production),
            }
            for row in computed.reporting
        ],
        "steps": [
            {"label": step.label, "expression": step.expression, "result": str(step.result)}
            for step in computed.result.steps
        ],
    }
