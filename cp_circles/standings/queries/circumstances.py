"""In which order judges handed in their sheets, and which entries come from a judge's own region."""

from collections import defaultdict

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.calc.standing import Numbers
from cp_circles.db.base import table_of
from cp_circles.judges.models import JudgeProfile
from cp_circles.judging.models import Entry, Round, RoundJudge, ScoreSheet, SheetState
from cp_circles.judging.rules import seat_path
from cp_circles.organisations.models import Company, Region
from cp_circles.people.models import Employment
from cp_circles.projects.models import Project
from cp_circles.results.models import Result
from cp_circles.standings.facts import Sheets
from cp_circles.standings.fairness import Circumstances

PORTION = 20_000


def circumstances_of(session: Session, round_: Round, sheets: Sheets) -> Circumstances:
    """The circumstances of the sheets of a round: three statements."""
    found = Circumstances.none_known(sheets)
    if not len(sheets):
        return found
    rows, entry, judge, person = _handed_in(session, round_, sheets)
    if not len(rows):
        return found
    group = judge * (len(sheets.stages) + 1) + sheets.stage[rows]
    order = np.argsort(group, kind="stable")
    begins = np.searchsorted(group[order], group[order])
    found.position[rows[order]] = np.arange(len(rows)) - begins + 1
    regions = _entry_regions(session, round_)
    region = np.array([regions.get(id_, 0) for id_ in entry.tolist()], dtype=np.int64)
    homes = _judge_homes(session, round_, set(np.unique(person).tolist()))
    for person_id, home in homes.items():
        theirs = (person == person_id) & (region > 0)
        found.home[rows[theirs]] = np.isin(region[theirs], np.array(sorted(home)))
    return found


def _handed_in(session: Session, round_: Round, sheets: Sheets) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """The sheets that are in, in the order in which they came: row among `sheets`, entry, number, person."""
    sheet, seat = table_of(ScoreSheet).c, table_of(RoundJudge).c
    result = session.connection().execute(
        sa.select(sheet.entry_id, seat.number, sheet.stage, sheet.judge_id)
        .join(
            table_of(RoundJudge),
            sa.and_(seat.round_id == sheet.round_id, seat.person_id == sheet.judge_id),
        )
        .where(sheet.round_id == round_.id, sheet.state == SheetState.SUBMITTED)
        .order_by(sheet.submitted_at, sheet.id)
        .execution_options(yield_per=PORTION)
    )
    stages = {stage: number for number, stage in enumerate(sheets.stages)}
    parts = [np.zeros((0, 4), dtype=np.int64)]
    for portion in result.partitions():
        entry_ids, numbers, names, people = zip(*portion, strict=True)
        listed = [stages.get(name, -1) for name in names]
        parts.append(np.array([entry_ids, numbers, listed, people], dtype=np.int64).T)
    entry, judge, stage, person = np.concatenate(parts).T
    span = (int(sheets.judge.max(initial=0)) + 2, len(sheets.stages) + 1)
    known = (sheets.entry * span[0] + sheets.judge) * span[1] + sheets.stage
    wanted = (entry * span[0] + np.minimum(judge, span[0] - 1)) * span[1] + np.maximum(stage, 0)
    order = np.argsort(known, kind="stable")
    place = np.minimum(np.searchsorted(known[order], wanted), len(known) - 1)
    there = (known[order][place] == wanted) & (stage >= 0)
    rows = order[place[there]]
    return rows.astype(np.int64), entry[there], judge[there], person[there]


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
    found = {entry_id: path for entry_id, path in rows}
    below = {path: _below(round_, path) for path in set(found.values())}
    return {entry_id: region for entry_id, path in found.items() if (region := below[path]) is not None}


def _judge_homes(session: Session, round_: Round, person_ids: set[int]) -> dict[int, frozenset[int]]:
    """person -> the regions right below the seat of their home in the register, and of their employers.

    0 stands for one outside the seat.
    """
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
    registered = session.execute(
        sa.select(JudgeProfile.person_id, Region.path)
        .join(Region, JudgeProfile.home_region_id == Region.id)
        .where(JudgeProfile.person_id.in_(person_ids))
    )
    found: dict[int, set[int]] = defaultdict(set)
    for person_id, path in (*rows, *registered):
        found[person_id].add(_below(round_, path) or 0)
    return {person_id: frozenset(regions) for person_id, regions in found.items()}


def _below(round_: Round, path: str) -> int | None:
    """The region on a path right below the round's seat; None where the path does not lead there."""
    seat = seat_path(round_)
    if not path.startswith(seat) or path == seat:
        return None
    return int(path[len(seat) :].split("/")[0])
