"""The second stage: good rows become projects, savings and claims in one transaction of many rows at once."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.db.base import table_of
from cp_circles.db.models import Event
from cp_circles.db.triples import keep_triples_after
from cp_circles.imports import claims, places
from cp_circles.imports.findings import LineFacts, ProjectRow
from cp_circles.ledger.models import Basis
from cp_circles.ledger.services import Countable, count_many
from cp_circles.people.rules import Actor
from cp_circles.projects.models import Project, ProjectState
from cp_circles.rulesets.schema import Mapping, Vocabulary
from cp_circles.savings.models import Claim, Saving

ROWS_A_BATCH = 2000
NUMBER_LENGTH = 48
Progress = Callable[[int, int], None]
Placed = tuple[ProjectRow, LineFacts, int]


@dataclass(frozen=True)
class Writing:
    """What every step of the second stage needs."""

    session: Session
    actor: Actor
    mapping: Mapping
    words: Vocabulary
    now: datetime


def known_companies(writing: Writing) -> dict[str, int]:
    """The ids of the companies that the file brings along, by code; rows that name an id need none."""
    if writing.mapping.company.create is None:
        return {}
    return places.company_ids(writing.session, writing.mapping.company.scheme)


def company_of(row: ProjectRow, ids: dict[str, int]) -> int:
    """The company whose project a row is."""
    if row.company_id is not None:
        return row.company_id
    assert row.company is not None
    return ids[row.company.code]


def add_projects(writing: Writing, rows: Sequence[ProjectRow], progress: Progress) -> None:
    """Add projects with their savings, claims, history and ledger rows."""
    if not rows:
        return
    session, ids = writing.session, known_companies(writing)
    company = {row.import_key: company_of(row, ids) for row in rows}
    where = places.company_places(session, set(company.values()))
    counted: list[Countable] = []
    for start in range(0, len(rows), ROWS_A_BATCH):
        batch = rows[start : start + ROWS_A_BATCH]
        values = [project_values(writing, row, company[row.import_key]) for row in batch]
        project_ids = _insert(session, Project, values, Project.import_key)
        _note(writing, [(project_ids[row.import_key], company[row.import_key], row) for row in batch])
        placed = [(row, line, project_ids[row.import_key]) for row in batch for line in row.lines]
        for (row, line, project_id), saving_id in claim_lines(writing, placed):
            place = where[company[row.import_key]]
            counted.append(
                countable_line(writing, row, line, saving_id, project_id, company[row.import_key], place)
            )
        progress(min(start + ROWS_A_BATCH, len(rows)), len(rows))
    count_many(session, counted, basis=Basis.CLAIMED, now=writing.now)


def _insert(session: Session, model: Any, values: list[dict[str, Any]], name: Any) -> dict[Any, int]:
    """Insert rows at once; gives back their ids by a column that is unique among them."""
    last = session.scalar(sa.select(sa.func.max(model.id))) or 0
    session.execute(sa.insert(model.__table__), values)
    keep_triples_after(session, model, last)
    return {key: id_ for key, id_ in session.execute(sa.select(name, model.id).where(model.id > last))}


def project_values(writing: Writing, row: ProjectRow, company_id: int) -> dict[str, Any]:
    """The columns of an imported project; money in another currency than CNY stays with the facts."""
    is_yuan = writing.mapping.currency == "CNY"
    facts: dict[str, Any] = {
        "mapping": f"{writing.mapping.key}/{writing.mapping.edition}",
        "sha256": row.sha256,
        "currency": writing.mapping.currency,
        "investment": None if row.investment is None else str(row.investment),
        "row": dict(row.facts),
    }
    return {
        "number": row.import_key if len(row.import_key) <= NUMBER_LENGTH else None,
        "company_id": company_id,
        "title": row.title,
        "focus_area": row.focus_area,
        "domain": row.domain,
        "reason": row.reason,
        "source": claims.METHOD,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "investment_yuan": row.investment if is_yuan else None,
        "state": ProjectState(row.state),
        "registered_at": writing.now,
        "created_by_id": writing.actor.person_id,
        "created_at": writing.now,
        "import_key": row.import_key,
        "import_facts": facts,
    }


def _note(writing: Writing, projects: Iterable[tuple[int, int, ProjectRow]]) -> None:
    """One line of history for every project."""
    rows = [
        {
            "at": writing.now,
            "actor_id": writing.actor.person_id,
            "verb": "imports.import_project",
            "subject_kind": Project.__tablename__,
            "subject_id": project_id,
            "company_id": company_id,
            "after": {"import_key": row.import_key, "row": row.number, "sha256": row.sha256},
        }
        for project_id, company_id, row in projects
    ]
    writing.session.execute(sa.insert(table_of(Event)), rows)


def claim_lines(writing: Writing, placed: Sequence[Placed]) -> Iterator[tuple[Placed, int]]:
    """Savings and their claims for lines of new projects; gives each line back with its saving's id."""
    if not placed:
        return
    session, mapping = writing.session, writing.mapping
    last = session.scalar(sa.select(sa.func.max(Saving.id))) or 0
    values = [claims.saving_values(mapping, row, line, project, writing.now) for row, line, project in placed]
    session.execute(sa.insert(table_of(Saving)), values)
    ids: dict[int, list[int]] = {}
    wanted = sa.select(Saving.project_id, Saving.id).where(Saving.id > last).order_by(Saving.id)
    for project_id, saving_id in session.execute(wanted):
        ids.setdefault(project_id, []).append(saving_id)
    pairs = [(each, ids[each[2]].pop(0)) for each in placed]
    session.execute(
        sa.insert(table_of(Claim)),
        [_claim_values(writing, row, line, saving_id, 1) for (row, line, _), saving_id in pairs],
    )
    yield from pairs


def _claim_values(
    writing: Writing, row: ProjectRow, line: LineFacts, saving_id: int, number: int
) -> dict[str, Any]:
    return claims.claim_values(
        writing.mapping,
        row,
        line,
        saving_id,
        number=number,
        words=writing.words,
        person_id=writing.actor.person_id,
        now=writing.now,
    )


def countable_line(
    writing: Writing,
    row: ProjectRow,
    line: LineFacts,
    saving_id: int,
    project_id: int,
    company_id: int,
    place: tuple[str, int | None],
) -> Countable:
    """A line with its saving as the ledger sees it."""
    metrics: dict[str, str] = {metric.counts: metric.key for metric in writing.words.metrics if metric.counts}
    return claims.countable(
        writing.mapping,
        row,
        line,
        saving_id=saving_id,
        project_id=project_id,
        company_id=company_id,
        place=place,
        metrics=metrics,
        money_metrics=frozenset(row.key for row in writing.words.metrics if row.group == "money"),
    )
