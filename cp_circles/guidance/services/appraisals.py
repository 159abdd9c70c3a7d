"""Monthly appraisals: the points of a circle by a sheet."""

from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.circles.dates import SHANGHAI, local_date
from cp_circles.circles.models import Circle
from cp_circles.circles.rules import was_member
from cp_circles.editions.models import Edition
from cp_circles.editions.queries import pack_of
from cp_circles.errors import Invalid, NotAllowed, Stale, msg
from cp_circles.guidance.models import Appraisal
from cp_circles.guidance.services import guards
from cp_circles.people.rules import Actor
from cp_circles.rulesets.schema import DutySheet


def appraise_circle(
    session: Session,
    *,
    actor: Actor,
    circle: Circle,
    edition: Edition,
    month: date,
    points: Mapping[str, Decimal],
    comment: str = "",
    version: int = 0,
    zone: tzinfo = SHANGHAI,
    now: datetime,
) -> Appraisal:
    """Give a circle its points of a month (its first day), or correct them; members of it may not."""
    guards.require_department(actor, circle.company_id)
    if was_member(actor, circle):
        raise NotAllowed(msg("Nobody appraises a circle of their own."))
    if month.day != 1 or month > local_date(now, zone):
        raise Invalid(msg("Choose a month that has begun."), field="month")
    total = _total(pack_of(edition, DutySheet), points)
    row = session.scalar(
        sa.select(Appraisal).where(Appraisal.circle_id == circle.id, Appraisal.month == month)
    )
    before = {"total": str(row.total)} if row is not None else None
    if row is None:
        row = Appraisal(company_id=circle.company_id, circle=circle, month=month, created_at=now, version=0)
        session.add(row)
    elif row.version != version:
        raise Stale(current={"version": row.version, "comment": row.comment})
    row.edition_id, row.total, row.comment = edition.id, total, comment.strip()
    row.points = {key: f"{value:f}" for key, value in points.items()}
    row.version += 1
    session.flush()
    guards.note(
        session,
        actor,
        row,
        circle.company_id,
        "appraise_circle",
        now,
        before=before,
        after={"total": str(row.total)},
    )
    return row


def _total(sheet: DutySheet, points: Mapping[str, Decimal]) -> Decimal:
    if set(points) != {item.key for item in sheet.items}:
        raise Invalid(msg("Give points on every item of the sheet."), field="points")
    for item in sheet.items:
        value = points[item.key]
        if not 0 <= value <= (item.points or 0) or value % item.step:
            raise Invalid(
                msg("%(item)s takes 0 to %(most)s points in steps of %(step)s."),
                field=item.key,
                item=item.names,
                most=item.points,
                step=item.step,
            )
    return sum(points.values(), Decimal(0))
