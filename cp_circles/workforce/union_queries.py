"""What merging two companies would move, and what has to be over first: a fixed number of statements."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.awards.models import Award
from cp_circles.errors import msg
from cp_circles.judging.models import Entry, EntryState, Round
from cp_circles.ledger.models import BoardFreeze, LedgerRow
from cp_circles.ledger.moving import shared_elsewhere
from cp_circles.notices.models import Task
from cp_circles.organisations.models import Company
from cp_circles.people.models import Employment, Grant, Person, ScopeKind
from cp_circles.people.queries import is_live
from cp_circles.projects.models import Project
from cp_circles.results.models import Result
from cp_circles.savings.models import Saving
from cp_circles.workforce.company_tables import rows_held


@dataclass(frozen=True)
class Union:
    """What merging two companies would move, what stands in its way, and what has to be chosen."""

    moves: tuple[tuple[str, int], ...]
    obstacles: tuple[tuple[str, dict[str, Any]], ...]
    regions_differ: bool
    publicity_differs: bool


def union_of(session: Session, *, kept: Company, doubled: Company, now: datetime) -> Union:
    """The preview of merging `doubled` into `kept`: counts by kind, and the list of what has to wait."""
    return Union(
        moves=(*rows_held(session, doubled.id), *_more_held(session, doubled.id, now)),
        obstacles=tuple(_obstacles(session, kept, doubled)),
        regions_differ=kept.region_id != doubled.region_id,
        publicity_differs=kept.disclosure != doubled.disclosure,
    )


def _obstacles(session: Session, kept: Company, doubled: Company) -> list[tuple[str, dict[str, Any]]]:
    """Everything that has to be over first, as sentences."""
    found: list[tuple[str, dict[str, Any]]] = []
    if kept.merged_into_id is not None or doubled.merged_into_id is not None:
        found.append((msg("One of the two was merged before."), {}))
    if not kept.active:
        found.append((msg("The company that stays is closed."), {}))
    for name in _open_rounds(session, kept.id, doubled.id):
        found.append(
            (msg("The round %(name)s is not over and judges their results; wait for it."), {"name": name})
        )
    if _are_frozen(session, kept, doubled):
        found.append((msg("The public boards over them are frozen; wait until the freeze is lifted."), {}))
    for number, one, other in _numbers_borne_twice(session, kept.id, doubled.id):
        text = msg(
            "The employee number %(number)s is borne by %(one)s and %(other)s; change one of them first."
        )
        found.append((text, {"number": number, "one": one, "other": other}))
    count = len(shared_elsewhere(session, kept.id, doubled.id))
    if count:
        text = msg(
            "%(count)s savings of a joint circle count to both of them in two regions; merging would change"
            " the total of a region, so the two stay apart."
        )
        found.append((text, {"count": count}))
    return found


def _open_rounds(session: Session, *company_ids: int) -> list[str]:
    out = (EntryState.WITHDRAWN, EntryState.REJECTED)
    return list(
        session.scalars(
            sa.select(Round.name)
            .join(Entry, Entry.round_id == Round.id)
            .join(Result, Result.id == Entry.result_id)
            .join(Project, Project.id == Result.project_id)
            .where(Project.company_id.in_(company_ids), Round.finished_at.is_(None), Entry.state.not_in(out))
            .distinct()
            .order_by(Round.name)
        )
    )


def _are_frozen(session: Session, *companies: Company) -> bool:
    paths = session.scalars(sa.select(BoardFreeze.region_path).where(BoardFreeze.lifted_at.is_(None))).all()
    return any(row.region.path.startswith(path) for path in paths for row in companies)


def _numbers_borne_twice(session: Session, kept: int, doubled: int) -> list[tuple[str, str, str]]:
    mine, theirs = sa.orm.aliased(Employment), sa.orm.aliased(Employment)
    one, other = sa.orm.aliased(Person), sa.orm.aliased(Person)
    rows = session.execute(
        sa.select(mine.employee_number, one.name, other.name)
        .join(theirs, theirs.employee_number == mine.employee_number)
        .join(one, one.id == mine.person_id)
        .join(other, other.id == theirs.person_id)
        .where(
            mine.company_id == kept,
            theirs.company_id == doubled,
            mine.person_id != theirs.person_id,
            mine.ended_on.is_(None),
            theirs.ended_on.is_(None),
        )
        .order_by(mine.employee_number)
    )
    return [(str(number), name, its) for number, name, its in rows]


def _more_held(session: Session, company_id: int, now: datetime) -> list[tuple[str, int]]:
    """What hangs on the moving rows, or names the company without a key of its own."""
    projects = sa.select(Project.id).where(Project.company_id == company_id)
    results = sa.select(Result.id).where(Result.project_id.in_(projects))
    entries = sa.select(Entry.id).where(Entry.result_id.in_(results))
    kinds: list[tuple[str, Any, list[Any]]] = [
        (msg("Claims and drafts of savings"), Saving.id, [Saving.project_id.in_(projects)]),
        (msg("Results"), Result.id, [Result.project_id.in_(projects)]),
        (msg("Awards"), Award.id, [Award.entry_id.in_(entries)]),
        (msg("Amounts that count on boards"), LedgerRow.id, [LedgerRow.company_id == company_id]),
        (msg("Roles"), Grant.id, [*_of(Grant, company_id), is_live(now)]),
        (msg("Open tasks"), Task.id, [*_of(Task, company_id), Task.done_at.is_(None)]),
    ]
    return [
        (label, session.scalar(sa.select(sa.func.count(column)).where(*conditions)) or 0)
        for label, column, conditions in kinds
    ]


def _of(model: Any, company_id: int) -> list[Any]:
    return [model.scope_kind == ScopeKind.COMPANY, model.scope_id == company_id]
