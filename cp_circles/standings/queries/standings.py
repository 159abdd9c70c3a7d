"""What a standing is computed from, and standings as they are read."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, selectinload

from cp_circles.db.base import table_of
from cp_circles.judging.figures import shown
from cp_circles.judging.models import (
    Entry,
    Round,
    RoundJudge,
    ScoreSheet,
    SheetState,
    Standing,
    StandingRow,
)
from cp_circles.judging.queries import ladder, panels
from cp_circles.organisations.models import Company
from cp_circles.projects.models import Project
from cp_circles.results.models import Result
from cp_circles.standings.facts import Builder, EntryFact, RoundFacts, Sheets

PORTION = 20_000
LINES_AT_ONCE = 500
NOBODY = -1


def round_facts(
    session: Session, round_: Round, entries: Sequence[Any] | None = None, *, points: bool = True
) -> RoundFacts:
    """All that the standing of a round is computed from, read in a fixed number of statements.

    `entries`: the columns of those that stood in an earlier standing; by default those that are judged now.
    Without `points` only what tells whether anything changed.
    """
    rows = entry_facts(session, round_) if entries is None else _facts_of(session, entries)
    upper = ladder.round_above(session, round_)
    return RoundFacts(
        rule_edition_id=round_.rule_edition_id,
        pass_mark=round_.pass_mark,
        reserve_places=round_.reserve_places,
        quotas=ladder.quotas_for(session, upper, ladder.unit_of(round_)),
        goes_up=ladder.rung_above(session, round_) is not None,
        entries=rows,
        sheets=sheet_columns(session, round_.id, [row.id for row in rows], points=points),
    )


def facts_behind(session: Session, round_: Round, standing: Standing) -> RoundFacts:
    """What a standing was computed from, as it stands now: its entries, and the places it counted with."""
    entries = session.execute(
        sa.select(Entry.id, Entry.number, Entry.track_key, Entry.from_entry_id)
        .join(StandingRow, StandingRow.entry_id == Entry.id)
        .where(StandingRow.standing_id == standing.id)
        .order_by(Entry.number)
    ).all()
    known = standing.facts or {}
    return replace(
        round_facts(session, round_, entries),
        quotas=known.get("quotas", {}),
        goes_up=bool(known.get("goes_up")),
    )


def entry_facts(session: Session, round_: Round) -> list[EntryFact]:
    """The entries that are judged, by number: two statements and no objects."""
    rows = session.execute(
        sa.select(Entry.id, Entry.number, Entry.track_key, Entry.from_entry_id)
        .where(*panels.is_judged(round_.id))
        .order_by(Entry.number)
    ).all()
    carried = _carried_to(session, panels.is_judged(round_.id))
    return [EntryFact(id_, number, track, carried.get(lower or 0, {})) for id_, number, track, lower in rows]


def _facts_of(session: Session, entries: Sequence[Any]) -> list[EntryFact]:
    carried = carried_means(session, [entry.from_entry_id for entry in entries if entry.from_entry_id])
    return [
        EntryFact(entry.id, entry.number, entry.track_key, carried.get(entry.from_entry_id or 0, {}))
        for entry in entries
    ]


def sheet_columns(session: Session, round_id: int, entry_ids: Sequence[int], *, points: bool) -> Sheets:
    """The sheets of some entries of a round by entry, stage and judge: two statements, a portion at a time.

    They are put in order here and not by the database, which would sort them with all their text.
    """
    session.flush()
    numbers = {
        person: number
        for person, number in session.execute(
            sa.select(RoundJudge.person_id, RoundJudge.number).where(RoundJudge.round_id == round_id)
        )
    }
    sheet = table_of(ScoreSheet).c
    result = session.connection().execute(
        sa.select(
            sheet.entry_id,
            sheet.judge_id,
            sheet.stage,
            sa.type_coerce(sheet.state, sa.String),
            sa.cast(sheet.points, sa.Text) if points else sa.null(),
            sa.type_coerce(sheet.total, sa.BigInteger),
            sheet.sha256,
        )
        .where(sheet.round_id == round_id)
        .execution_options(yield_per=PORTION)
    )
    made = Builder()
    for rows in result.partitions():
        entry, people, stage, state, texts, total, sha256 = zip(*rows, strict=True)
        found = json.loads(f"[{','.join(texts)}]") if points else [{}] * len(rows)
        judge = [numbers.get(person, NOBODY) for person in people]
        made.add(entry, judge, stage, state, found, total, sha256)
    sheets = made.built()
    names = sorted(sheets.stages)
    by_name = np.array([names.index(name) for name in sheets.stages], dtype=np.int64)
    order = np.lexsort((sheets.judge, by_name[sheets.stage], sheets.entry))
    known = np.isin(sheets.entry, np.array(entry_ids, dtype=np.int64)) & (sheets.judge != NOBODY)
    return sheets.where(order[known[order]])


def ground_of(session: Session, round_: Round) -> dict[str, Any]:
    """What tells at once whether a standing's input changed: settings, and counts and sums of the rest.

    Every act on a sheet raises its version, so that no change of one leaves the sums as they were.
    """
    upper = ladder.round_above(session, round_)
    lower, below = aliased(Entry), aliased(Round)
    judged = panels.is_judged(round_.id)
    carried = (
        sa.select(sa.func.count(below.id), sa.func.sum(below.standing_id))
        .select_from(Entry)
        .join(lower, Entry.from_entry_id == lower.id)
        .join(below, lower.round_id == below.id)
    )
    entries = sa.select(
        Entry.track_key, sa.func.count(Entry.id), sa.func.sum(Entry.id), sa.func.sum(Entry.number)
    )
    sheets = sa.select(
        ScoreSheet.state,
        *(sa.func.count(ScoreSheet.id), sa.func.sum(ScoreSheet.id), sa.func.sum(ScoreSheet.version)),
        sa.func.sum(ScoreSheet.entry_id),
    ).where(ScoreSheet.round_id == round_.id)
    return {
        "rule": round_.rule_edition_id,
        "pass_mark": shown(round_.pass_mark),
        "reserve": round_.reserve_places,
        "quotas": dict(sorted(ladder.quotas_for(session, upper, ladder.unit_of(round_)).items())),
        "goes_up": ladder.rung_above(session, round_) is not None,
        "carried": _sums(session, carried.where(*judged)),
        "entries": _sums(session, entries.where(*judged).group_by(Entry.track_key)),
        "sheets": _sums(session, sheets.group_by(ScoreSheet.state)),
    }


def _sums(session: Session, statement: sa.Executable) -> list[list[Any]]:
    """The rows of counts and sums as plain text and whole numbers, in a fixed order."""
    rows = [
        [
            one.value if isinstance(one, SheetState) else one if isinstance(one, str) else int(one or 0)
            for one in row
        ]
        for row in session.execute(statement)
    ]
    return sorted(rows)


def carried_means(session: Session, entry_ids: Sequence[int]) -> dict[int, dict[str, Decimal]]:
    """The stage means with which results came up from the rounds below, by the lower entry's id."""
    return _means(session, StandingRow.entry_id.in_(list(entry_ids)))


def _carried_to(session: Session, judged: Sequence[sa.ColumnElement[bool]]) -> dict[int, dict[str, Decimal]]:
    """The same for the entries of a round, without naming them one by one."""
    lower = sa.select(Entry.from_entry_id).where(*judged, Entry.from_entry_id.is_not(None))
    return _means(session, StandingRow.entry_id.in_(lower))


def _means(session: Session, chosen: sa.ColumnElement[bool]) -> dict[int, dict[str, Decimal]]:
    rows = session.execute(
        sa.select(StandingRow.entry_id, StandingRow.working)
        .join(Round, Round.standing_id == StandingRow.standing_id)
        .where(chosen)
        .execution_options(yield_per=PORTION)
    )
    found: dict[int, dict[str, Decimal]] = {}
    for entry_id, working in rows:
        found[entry_id] = {
            part["stage"]: Decimal(part["mean"])
            for part in [*working.get("stages", ()), *working.get("carried", ())]
            if part.get("mean") is not None
        }
    return found


def standing_by_id(session: Session, standing_id: int | None) -> Standing | None:
    """A standing with its rows and everything that names an entry: a fixed number of statements."""
    if standing_id is None:
        return None
    entry = selectinload(Standing.rows).joinedload(StandingRow.entry)
    project = entry.joinedload(Entry.result).joinedload(Result.project)
    return session.scalar(
        sa.select(Standing)
        .options(
            project.joinedload(Project.company).joinedload(Company.region),
            project.joinedload(Project.circle),
        )
        .where(Standing.id == standing_id)
        .execution_options(populate_existing=True)
    )


def lines_kept(session: Session, standing_id: int) -> Iterator[sa.Row[Any]]:
    """Entry, working and why of each line of a standing, a portion at a time."""
    yield from session.execute(
        sa.select(StandingRow.entry_id, StandingRow.working, StandingRow.why)
        .where(StandingRow.standing_id == standing_id)
        .order_by(StandingRow.id)
        .execution_options(yield_per=LINES_AT_ONCE)
    )


def lines_reported(session: Session, standing_id: int) -> Sequence[sa.Row[Any]]:
    """What the fairness report says of each line, best first: its place, severity and names."""
    return session.execute(
        sa.select(
            *(StandingRow.entry_id, StandingRow.track_key, StandingRow.place),
            StandingRow.working["severity"].label("severity"),
            *(Entry.number, Entry.blind_number, Result.title),
        )
        .join(Entry, Entry.id == StandingRow.entry_id)
        .join(Result, Result.id == Entry.result_id)
        .where(StandingRow.standing_id == standing_id)
        .order_by(StandingRow.place, StandingRow.id)
    ).all()


def standings_of(session: Session, round_id: int) -> Sequence[Standing]:
    """Every standing that was computed, newest first, without rows."""
    return session.scalars(
        sa.select(Standing).where(Standing.round_id == round_id).order_by(Standing.id.desc())
    ).all()
