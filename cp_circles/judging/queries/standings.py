"""What a standing is computed from, and standings as they are read."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from cp_circles.circles.models import Circle
from cp_circles.editions import queries as editions
from cp_circles.judging.models import (
    Entry,
    EntryState,
    Round,
    RoundJudge,
    ScoreSheet,
    Standing,
    StandingRow,
)
from cp_circles.judging.queries import ladder, panels
from cp_circles.judging.working import EntryFact, RoundFacts, SheetFact
from cp_circles.organisations.models import Company
from cp_circles.projects.models import Project
from cp_circles.results.models import Result
from cp_circles.rulesets.schema import Rubric


def round_facts(session: Session, round_: Round, entries: Sequence[Entry] | None = None) -> RoundFacts:
    """All that the standing of a round is computed from, read in a fixed number of statements.

    `entries`: those that stood in an earlier standing; by default those that are judged now.
    """
    entries = panels.judged_entries(session, round_.id) if entries is None else entries
    ids = [entry.id for entry in entries]
    carried = carried_means(session, [entry.from_entry_id for entry in entries if entry.from_entry_id])
    sheets = session.execute(
        sa.select(ScoreSheet, RoundJudge.number)
        .join(
            RoundJudge,
            sa.and_(RoundJudge.round_id == ScoreSheet.round_id, RoundJudge.person_id == ScoreSheet.judge_id),
        )
        .where(ScoreSheet.round_id == round_.id, ScoreSheet.entry_id.in_(ids))
        .order_by(ScoreSheet.entry_id, ScoreSheet.stage, RoundJudge.number)
    ).all()
    upper = ladder.round_above(session, round_)
    return RoundFacts(
        rule_edition_id=round_.rule_edition_id,
        pass_mark=round_.pass_mark,
        reserve_places=round_.reserve_places,
        quotas=ladder.quotas_for(session, upper, ladder.unit_of(round_)),
        goes_up=ladder.rung_above(session, round_) is not None,
        entries=[
            EntryFact(entry.id, entry.number, entry.track_key, carried.get(entry.from_entry_id or 0, {}))
            for entry in entries
        ],
        sheets=[
            SheetFact(
                sheet.entry_id,
                number,
                sheet.stage,
                sheet.state.value,
                dict(sheet.points),
                sheet.total,
                sheet.sha256,
            )
            for sheet, number in sheets
        ],
    )


def carried_means(session: Session, entry_ids: Sequence[int]) -> dict[int, dict[str, Decimal]]:
    """The stage means with which results came up from the rounds below, by the lower entry's id."""
    rows = session.execute(
        sa.select(StandingRow.entry_id, StandingRow.working)
        .join(Round, Round.standing_id == StandingRow.standing_id)
        .where(StandingRow.entry_id.in_(list(entry_ids)))
    )
    found: dict[int, dict[str, Decimal]] = {}
    for entry_id, working in rows:
        found[entry_id] = {
            part["stage"]: Decimal(part["mean"])
            for part in [*working.get("stages", ()), *working.get("carried", ())]
            if part.get("mean") is not None
        }
    return found


def rubrics_of(session: Session, round_: Round) -> dict[str, dict[str, Rubric]]:
    """track -> stage -> rubric of a round: one statement."""
    ids = {edition_id for track in round_.tracks for edition_id in track.rubrics.values()}
    packs = editions.packs(session, ids, Rubric)
    return {
        track.key: {stage: packs[edition_id] for stage, edition_id in track.rubrics.items()}
        for track in round_.tracks
    }


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


def standings_of(session: Session, round_id: int) -> Sequence[Standing]:
    """Every standing that was computed, newest first, without rows."""
    return session.scalars(
        sa.select(Standing).where(Standing.round_id == round_id).order_by(Standing.id.desc())
    ).all()


def latest_row_of(session: Session, entry_id: int) -> StandingRow | None:
    """An entry's row in the standing that holds."""
    return session.scalar(
        sa.select(StandingRow)
        .join(Round, Round.standing_id == StandingRow.standing_id)
        .where(StandingRow.entry_id == entry_id)
    )


def entry_counts(session: Session, round_ids: Sequence[int]) -> Mapping[int, dict[EntryState, int]]:
    """How many entries of each round stand where: one statement."""
    rows = session.execute(
        sa.select(Entry.round_id, Entry.state, sa.func.count(Entry.id))
        .where(Entry.round_id.in_(list(round_ids)))
        .group_by(Entry.round_id, Entry.state)
    )
    counts: dict[int, dict[EntryState, int]] = {}
    for round_id, state, count in rows:
        counts.setdefault(round_id, {})[state] = count
    return counts


def public_rounds(session: Session, limit: int = 50) -> Sequence[Round]:
    """The rounds whose lists are published, newest first."""
    return session.scalars(
        sa.select(Round)
        .options(joinedload(Round.region), joinedload(Round.company), joinedload(Round.season))
        .where(Round.published_at.is_not(None))
        .order_by(Round.published_at.desc(), Round.id.desc())
        .limit(limit)
    ).all()


def circle_names(session: Session, circle_ids: Sequence[int]) -> dict[int, str]:
    """The names of circles by id."""
    rows = session.execute(sa.select(Circle.id, Circle.name).where(Circle.id.in_(list(circle_ids))))
    return {id_: name for id_, name in rows}
