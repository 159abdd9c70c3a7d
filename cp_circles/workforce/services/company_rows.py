"""The rows of a doubled company move to the one that stays; twins are settled so that both fit."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.announcements.models import Announcement
from cp_circles.circles.models import Circle, CirclePartner, PartnerState
from cp_circles.judging.models import Round
from cp_circles.metering.models import Meter, OwnIndicator, ReadingLayout
from cp_circles.notices.models import Task
from cp_circles.organisations.models import Company, Department
from cp_circles.people.models import Employment, Grant, ScopeKind, StandIn
from cp_circles.people.queries import is_live, live_grant
from cp_circles.results.models import ReportTemplate
from cp_circles.verification.models import CostAccount, ThirdParty
from cp_circles.workforce.company_tables import MOVING, column_of

NAMED: tuple[tuple[Any, Any, int], ...] = (
    (Meter, Meter.name, 80),
    (Meter, Meter.key, 40),
    (OwnIndicator, OwnIndicator.name, 80),
    (CostAccount, CostAccount.code, 20),
)


def move_rows(session: Session, *, kept: int, doubled: Company, today: date, now: datetime) -> None:
    """Let everything that names the doubled company name the one that stays, but for what cannot double."""
    staying = {
        "departments": _join_departments(session, kept, doubled.id),
        "rounds": _twins(session, Round, (Round.season_id, Round.level), kept, doubled.id),
        "reading_layouts": _twins(session, ReadingLayout, (ReadingLayout.headings_hash,), kept, doubled.id),
    }
    _join_employments(session, kept, doubled.id, today)
    _tell_names_apart(session, kept, doubled)
    _end_twin_templates(session, kept, doubled.id, now)
    for _label, names in MOVING:
        for name in names:
            column = column_of(name)
            stays = staying.get(name, set())
            chosen = sa.and_(column == doubled.id, column.table.c.id.not_in(stays))
            session.execute(sa.update(column.table).where(chosen).values(company_id=kept))
    session.expire_all()
    _end_partners_at_home(session, kept, today)
    _move_grants(session, kept, doubled.id, now)
    for model in (StandIn, Announcement):
        _rescope(session, model, kept, doubled.id)
    _rescope(session, Task, kept, doubled.id, Task.done_at.is_(None))
    session.flush()
    session.expire_all()


def _join_departments(session: Session, kept: int, doubled: int) -> set[int]:
    """Departments of one name become one; gives back the rows that stay with the alias, closed."""
    there = dict(
        session.execute(sa.select(Department.name, Department.id).where(Department.company_id == kept)).all()
    )
    twins: set[int] = set()
    for row in session.scalars(sa.select(Department).where(Department.company_id == doubled)).all():
        twin = there.get(row.name)
        if twin is None:
            continue
        for model in (Circle, Employment, CirclePartner):
            session.execute(sa.update(model).where(model.department_id == row.id).values(department_id=twin))
        for scoped in (Grant, StandIn, Task, Announcement):
            of_row = sa.and_(scoped.scope_kind == ScopeKind.DEPARTMENT, scoped.scope_id == row.id)
            session.execute(sa.update(scoped).where(of_row).values(scope_id=twin))
        row.active = False
        twins.add(row.id)
    session.flush()
    return twins


def _twins(session: Session, model: Any, key: tuple[Any, ...], kept: int, doubled: int) -> set[int]:
    """The rows of the doubled company for which the other one has the same: they stay where they are."""
    there = {tuple(row) for row in session.execute(sa.select(*key).where(model.company_id == kept))}
    rows = session.execute(sa.select(model.id, *key).where(model.company_id == doubled))
    return {row[0] for row in rows if tuple(row[1:]) in there}


def _join_employments(session: Session, kept: int, doubled: int, today: date) -> None:
    """Who stood in both works once; a number stays with whoever is at work under it."""
    mine = session.scalars(sa.select(Employment).where(Employment.company_id == kept)).all()
    present = {row.person_id: row for row in mine if row.ended_on is None}
    numbers = {row.employee_number: row for row in mine if row.employee_number is not None}
    for row in session.scalars(sa.select(Employment).where(Employment.company_id == doubled)).all():
        twin = present.get(row.person_id)
        if twin is not None and row.ended_on is None:
            row.ended_on = today
            twin.department_id = twin.department_id or row.department_id
            if twin.employee_number is None and row.employee_number not in numbers:
                number, row.employee_number = row.employee_number, None
                session.flush()
                twin.employee_number = number
        holder = numbers.get(row.employee_number) if row.employee_number is not None else None
        if holder is not None:
            loser = row if holder.ended_on is None or row.ended_on is not None else holder
            loser.employee_number = None
    session.flush()


def _tell_names_apart(session: Session, kept: int, doubled: Company) -> None:
    """Where a name of a meter, indicator or account is taken, the doubled company's short code follows it."""
    for model, column, longest in NAMED:
        taken = set(session.scalars(sa.select(column).where(model.company_id == kept)))
        for row in session.scalars(sa.select(model).where(model.company_id == doubled.id)).all():
            name = getattr(row, column.key)
            if name is not None and name in taken:
                setattr(row, column.key, _free_name(name, doubled.short_code, longest, taken))
    session.flush()


def _free_name(name: str, code: str, longest: int, taken: set[str]) -> str:
    for number in range(1, 1000):
        tail = f"-{code}" if number == 1 else f"-{code}-{number}"
        wanted = f"{name[: longest - len(tail)]}{tail}"
        if wanted not in taken:
            taken.add(wanted)
            return wanted
    raise ValueError("no free name")


def _end_twin_templates(session: Session, kept: int, doubled: int, now: datetime) -> None:
    """Of two report templates in use for one method the one of the company that stays goes on."""
    in_use = sa.and_(ReportTemplate.used_from.is_not(None), ReportTemplate.ended_at.is_(None))
    mine = sa.select(ReportTemplate.method_key).where(ReportTemplate.company_id == kept, in_use)
    session.execute(
        sa.update(ReportTemplate)
        .where(ReportTemplate.company_id == doubled, in_use, ReportTemplate.method_key.in_(mine))
        .values(ended_at=now)
        .execution_options(synchronize_session=False)
    )


def _end_partners_at_home(session: Session, kept: int, today: date) -> None:
    """A partner that has become the home company itself is none any more."""
    rows = session.scalars(
        sa.select(CirclePartner)
        .join(Circle, Circle.id == CirclePartner.circle_id)
        .where(
            CirclePartner.company_id == kept,
            Circle.company_id == kept,
            CirclePartner.department_id.is_(None),
            CirclePartner.state.in_([PartnerState.ASKED, PartnerState.JOINED]),
        )
    )
    for row in rows.all():
        row.until_on = today if row.state is PartnerState.JOINED else None
        row.state = PartnerState.ENDED if row.state is PartnerState.JOINED else PartnerState.DECLINED


def _move_grants(session: Session, kept: int, doubled: int, now: datetime) -> None:
    """Ended roles move too, as grounds for recusal; of two live ones the longer stands."""
    held = sa.select(Grant).where(Grant.scope_kind == ScopeKind.COMPANY, Grant.scope_id == doubled)
    live = set(session.scalars(held.where(is_live(now)).with_only_columns(Grant.id)))
    for grant in session.scalars(held.order_by(Grant.id)).all():
        standing = None
        if grant.id in live:
            standing = live_grant(
                session, person_id=grant.person_id, role=grant.role,
                scope_kind=ScopeKind.COMPANY, scope_id=kept, now=now,
            )  # fmt: skip
        if standing is not None:
            if standing.until is not None:
                standing.until = None if grant.until is None else max(standing.until, grant.until)
            grant.until = now
            invited = sa.update(ThirdParty).where(ThirdParty.grant_id == grant.id)
            session.execute(invited.values(grant_id=standing.id))
        grant.scope_id = kept
        session.flush()


def _rescope(session: Session, model: Any, kept: int, doubled: int, *more: Any) -> None:
    of_company: Iterable[Any] = (model.scope_kind == ScopeKind.COMPANY, model.scope_id == doubled, *more)
    session.execute(sa.update(model).where(*of_company).values(scope_id=kept))
