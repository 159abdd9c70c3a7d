"""The second stage: good rows become projects, savings and claims in one transaction of many rows at once."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.db.engine import take_turns
from cp_circles.db.models import Event
from cp_circles.editions.queries import newest_pack
from cp_circles.errors import msg
from cp_circles.imports import claims, places
from cp_circles.imports.findings import Checked, Finding, LineFacts, ProjectRow
from cp_circles.imports.mappings import known_projects
from cp_circles.ledger.models import Basis
from cp_circles.ledger.services import Countable, count_many, uncount_saving
from cp_circles.people.rules import Actor
from cp_circles.projects.models import Project, ProjectState
from cp_circles.rulesets.schema import Mapping, Vocabulary
from cp_circles.savings.models import Claim, Saving, SavingState

ROWS_A_BATCH = 2000
SKIP, UPDATE = "skip", "update"
NUMBER_LENGTH = 48
Progress = Callable[[int, int], None]
Placed = tuple[ProjectRow, LineFacts, int]


@dataclass
class Outcome:
    """What the second stage did, in rows: added, updated, unchanged, and changed in the file but left."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    left: int = 0
    changed: list[Finding] = field(default_factory=list)


@dataclass(frozen=True)
class Writing:
    """What every step of the second stage needs."""

    session: Session
    actor: Actor
    mapping: Mapping
    words: Vocabulary
    now: datetime


def sort_out(
    checked: Checked, known: dict[str, tuple[int, str]]
) -> tuple[list[ProjectRow], list[ProjectRow], int]:
    """The rows that are new, the rows that differ from what was imported, and how many are unchanged."""
    new, changed, unchanged = [], [], 0
    for row in checked.rows:
        stored = known.get(row.import_key)
        if stored is None:
            new.append(row)
        elif stored[1] == row.sha256:
            unchanged += 1
        else:
            changed.append(row)
    return new, changed, unchanged


def store(
    session: Session,
    *,
    actor: Actor,
    mapping: Mapping,
    checked: Checked,
    changed: str,
    now: datetime,
    progress: Progress = lambda done, total: None,
) -> Outcome:
    """Store the good rows; rows that are there already stay, or are updated where `changed` says so."""
    take_turns(session, "imports")
    words = newest_pack(session, "vocabulary")
    assert isinstance(words, Vocabulary)
    writing = Writing(session, actor, mapping, words, now)
    known = known_projects(session, mapping)
    new, differing, unchanged = sort_out(checked, known)
    outcome = Outcome(added=len(new), unchanged=unchanged)
    if mapping.company.create is not None:
        facts = {row.company.code: row.company for row in [*new, *differing] if row.company is not None}
        places.put_companies(session, mapping, facts, now=now)
    _add(writing, new, progress)
    for row in differing:
        outcome.changed.append(Finding(row.sheet, row.number, "", CHANGED[changed], {"key": row.import_key}))
        if changed == UPDATE and _update(writing, row, known[row.import_key][0]):
            outcome.updated += 1
        else:
            outcome.left += 1
    session.flush()
    return outcome


CHANGED = {
    SKIP: msg("%(key)s differs from what was imported before; the stored project was left as it is."),
    UPDATE: msg("%(key)s differs from what was imported before; claims that are not in verification follow."),
}


def _companies(writing: Writing, rows: Iterable[ProjectRow]) -> dict[ProjectRow | str, int]:
    """The company of each row by its code; rows that name an id already have it."""
    if writing.mapping.company.create is None:
        return {}
    return dict(places.company_ids(writing.session, writing.mapping.company.scheme))


def _company_of(row: ProjectRow, ids: dict[Any, int]) -> int:
    if row.company_id is not None:
        return row.company_id
    assert row.company is not None
    return ids[row.company.code]


def _add(writing: Writing, rows: Sequence[ProjectRow], progress: Progress) -> None:
    """Add projects with their savings, claims, history and ledger rows."""
    if not rows:
        return
    session, ids = writing.session, _companies(writing, rows)
    company = {row.import_key: _company_of(row, ids) for row in rows}
    where = places.company_places(session, set(company.values()))
    counted: list[Countable] = []
    for start in range(0, len(rows), ROWS_A_BATCH):
        batch = rows[start : start + ROWS_A_BATCH]
        values = [project_values(writing, row, company[row.import_key]) for row in batch]
        project_ids = _insert(session, Project, values, Project.import_key)
        _note(writing, [(project_ids[row.import_key], company[row.import_key], row) for row in batch])
        placed = [(row, line, project_ids[row.import_key]) for row in batch for line in row.lines]
        for (row, line, project_id), saving_id in _claim(writing, placed):
            place = where[company[row.import_key]]
            counted.append(
                _countable(writing, row, line, saving_id, project_id, company[row.import_key], place)
            )
        progress(min(start + ROWS_A_BATCH, len(rows)), len(rows))
    count_many(session, counted, basis=Basis.CLAIMED, now=writing.now)


def _insert(session: Session, model: Any, values: list[dict[str, Any]], name: Any) -> dict[Any, int]:
    """Insert rows at once; gives back their ids by a column that is unique among them."""
    last = session.scalar(sa.select(sa.func.max(model.id))) or 0
    session.execute(sa.insert(model.__table__), values)
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
    writing.session.execute(sa.insert(Event.__table__), rows)


def _claim(writing: Writing, placed: Sequence[Placed]) -> Iterator[tuple[Placed, int]]:
    """Savings and their claims for lines of new projects; gives each line back with its saving's id."""
    if not placed:
        return
    session, mapping = writing.session, writing.mapping
    last = session.scalar(sa.select(sa.func.max(Saving.id))) or 0
    values = [claims.saving_values(mapping, row, line, project, writing.now) for row, line, project in placed]
    session.execute(sa.insert(Saving.__table__), values)
    ids: dict[int, list[int]] = {}
    wanted = sa.select(Saving.project_id, Saving.id).where(Saving.id > last).order_by(Saving.id)
    for project_id, saving_id in session.execute(wanted):
        ids.setdefault(project_id, []).append(saving_id)
    pairs = [(each, ids[each[2]].pop(0)) for each in placed]
    session.execute(
        sa.insert(Claim.__table__),
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


def _countable(
    writing: Writing,
    row: ProjectRow,
    line: LineFacts,
    saving_id: int,
    project_id: int,
    company_id: int,
    place: tuple[str, int | None],
) -> Countable:
    metrics = {metric.counts: metric.key for metric in writing.words.metrics if metric.counts}
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


def _update(writing: Writing, row: ProjectRow, project_id: int) -> bool:
    """Bring an imported project and its claims to what the file says now; False once verification began."""
    session = writing.session
    project = session.get_one(Project, project_id)
    savings = list(
        session.scalars(sa.select(Saving).where(Saving.project_id == project_id).order_by(Saving.id))
    )
    imported = [
        saving
        for saving in savings
        if saving.method == claims.METHOD and saving.state_reason != CHANGED_IN_FILE
    ]
    if any(saving.state is not SavingState.CLAIMED for saving in imported):
        return False
    company_id = _company_of(row, _companies(writing, [row]))
    before = project.import_facts or {}
    for name, value in project_values(writing, row, company_id).items():
        if name not in {"number", "created_at", "created_by_id", "registered_at", "import_key"}:
            setattr(project, name, value)
    project.version += 1
    session.flush()
    for saving in imported:
        _take_back(session, saving, writing.now)
    place = places.company_places(session, [company_id])[company_id]
    fresh = [
        _countable(writing, row, line, saving_id, project_id, company_id, place)
        for (_, line, _), saving_id in _claim(writing, [(row, line, project_id) for line in row.lines])
    ]
    count_many(session, fresh, basis=Basis.CLAIMED, now=writing.now)
    session.add(_event_of_update(writing, project, before, row))
    return True


def _take_back(session: Session, saving: Saving, now: datetime) -> None:
    """Void what the row claimed before; the saving stays with its history."""
    uncount_saving(session, saving_id=saving.id, basis=Basis.CLAIMED)
    saving.state, saving.state_reason = SavingState.WITHDRAWN, CHANGED_IN_FILE
    claim = saving.claim
    if claim is not None:
        claim.voided_at, claim.void_reason = now, CHANGED_IN_FILE
    session.flush()


CHANGED_IN_FILE = msg("The imported file states it anew.")


def _event_of_update(writing: Writing, project: Project, before: dict[str, Any], row: ProjectRow) -> Event:
    return Event(
        at=writing.now,
        actor_id=writing.actor.person_id,
        verb="imports.update_project",
        subject_kind=Project.__tablename__,
        subject_id=project.id,
        company_id=project.company_id,
        before={"sha256": before.get("sha256")},
        after={"sha256": row.sha256, "row": row.number},
    )
