"""In which order judges handed in their sheets, and which entries come from a judge's own region."""

from collections import defaultdict

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.judging.fairness import Circumstance
from cp_circles.judging.models import Entry, Round, RoundJudge, ScoreSheet, SheetState
from cp_circles.judging.rules import seat_path
from cp_circles.organisations.models import Company, Region
from cp_circles.people.models import Employment
from cp_circles.projects.models import Project
from cp_circles.results.models import Result


def circumstances_of(session: Session, round_: Round) -> dict[tuple[int, int, str], Circumstance]:
    """(entry, judge's number, stage) -> circumstance of each handed-in sheet of a round: three statements."""
    rows = session.execute(
        sa.select(ScoreSheet.entry_id, ScoreSheet.stage, RoundJudge.number, ScoreSheet.judge_id)
        .join(
            RoundJudge,
            sa.and_(RoundJudge.round_id == ScoreSheet.round_id, RoundJudge.person_id == ScoreSheet.judge_id),
        )
        .where(ScoreSheet.round_id == round_.id, ScoreSheet.state == SheetState.SUBMITTED)
        .order_by(ScoreSheet.submitted_at, ScoreSheet.id)
    ).all()
    regions = _entry_regions(session, round_)
    homes = _judge_homes(session, round_, {row.judge_id for row in rows})
    handed_in: dict[tuple[int, str], int] = defaultdict(int)
    found = {}
    for entry_id, stage, number, judge_id in rows:
        handed_in[number, stage] += 1
        home, region = homes.get(judge_id), regions.get(entry_id)
        own = None if not home or region is None else region in home
        found[entry_id, number, stage] = Circumstance(handed_in[number, stage], own)
    return found


def _entry_regions(session: Session, round_: Round) -> dict[int, int]:
    """entry -> the region right below the round's seat from which it comes."""
    rows = session.execute(
        sa.select(Entry.id, Region.path)
        .join(Result, Entry.result_id == Result.id)
        .join(Project, Result.project_id == Project.id)
        .join(Company, Project.company_id == Company.id)
        .join(Region, Company.region_id == Region.id)
        .where(Entry.round_id == round_.id)
    )
    found = {entry_id: _below(round_, path) for entry_id, path in rows}
    return {entry_id: region for entry_id, region in found.items() if region is not None}


def _judge_homes(session: Session, round_: Round, person_ids: set[int]) -> dict[int, frozenset[int]]:
    """person -> the regions right below the seat where they are or were employed; 0 for one outside it."""
    if not person_ids or round_.region_id is None:
        return {}
    rows = session.execute(
        sa.select(Employment.person_id, Region.path)
        .join(Company, Employment.company_id == Company.id)
        .join(Region, Company.region_id == Region.id)
        .where(
            Employment.person_id.in_(sa.select(RoundJudge.person_id).where(RoundJudge.round_id == round_.id))
        )
    )
    found: dict[int, set[int]] = defaultdict(set)
    for person_id, path in rows:
        found[person_id].add(_below(round_, path) or 0)
    return {person_id: frozenset(regions) for person_id, regions in found.items()}


def _below(round_: Round, path: str) -> int | None:
    """The region on a path right below the round's seat; None where the path does not lead there."""
    seat = seat_path(round_)
    if not path.startswith(seat) or path == seat:
        return None
    return int(path[len(seat) :].split("/")[0])
