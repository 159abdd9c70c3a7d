"""The judges of a round, what they may declare, and who holds which entry."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, defer, joinedload

from cp_circles.circles.models import Circle, CirclePartner
from cp_circles.circles.queries.partners import AGREED
from cp_circles.db.paging import PAGE_SIZE, Page, page_of
from cp_circles.db.values import values_of
from cp_circles.errors import NotFound
from cp_circles.judging.models import (
    Conflict,
    Entry,
    EntryState,
    Round,
    RoundJudge,
    ScoreSheet,
    SheetState,
)
from cp_circles.judging.panel_models import PanelTerms
from cp_circles.judging.queries import rounds
from cp_circles.organisations.models import Company
from cp_circles.people.models import Person
from cp_circles.projects.models import Project
from cp_circles.results.models import Result

Pairs = dict[tuple[int, int], SheetState]


@dataclass(frozen=True)
class Declarable:
    """Companies and circles of a round in alphabetical order, without any entry number."""

    companies: Sequence[Company]
    circles: Sequence[Circle]


@dataclass(frozen=True)
class Load:
    """How far one judge is."""

    assigned: int = 0
    submitted: int = 0
    aside: int = 0


def judge_of(session: Session, round_id: int, person_id: int | None) -> RoundJudge | None:
    """A person's place on the panel of a round."""
    return session.scalar(
        sa.select(RoundJudge).where(RoundJudge.round_id == round_id, RoundJudge.person_id == person_id)
    )


def judges_of(session: Session, round_id: int) -> Sequence[RoundJudge]:
    """The judges of a round with their names, by number."""
    return session.scalars(
        sa.select(RoundJudge)
        .options(joinedload(RoundJudge.person))
        .where(RoundJudge.round_id == round_id)
        .order_by(RoundJudge.number)
    ).all()


OPEN_ONE = sa.select(ScoreSheet.id).where(ScoreSheet.state == SheetState.OPEN).limit(1)
OPEN_OF_ROUND = OPEN_ONE.where(ScoreSheet.round_id == sa.bindparam("round_id"))
OPEN_OF_JUDGE = OPEN_OF_ROUND.where(ScoreSheet.judge_id == sa.bindparam("judge_id"))


def has_open_sheet(session: Session, round_id: int, judge_id: int | None = None) -> bool:
    """True while a sheet of a round, or of one of its judges, is not handed in."""
    asked = {"round_id": round_id} | ({} if judge_id is None else {"judge_id": judge_id})
    wanted = OPEN_OF_ROUND if judge_id is None else OPEN_OF_JUDGE
    return values_of(session, wanted, asked).first() is not None


def judged_entries(session: Session, round_id: int) -> Sequence[Entry]:
    """The entries that are judged: accepted, not disqualified."""
    return session.scalars(_judged_entries(round_id)).all()


def judged_listed(session: Session, round_id: int, *, number: int = 1, size: int = PAGE_SIZE) -> Page[Entry]:
    """A page of the entries that are judged, by number: two statements."""
    return page_of(session, _judged_entries(round_id), number=number, size=size)


def _judged_entries(round_id: int) -> sa.Select[Entry]:
    return (
        sa.select(Entry)
        .options(
            joinedload(Entry.result)
            .options(defer(Result.package), defer(Result.blind_package))
            .joinedload(Result.project)
        )
        .where(*is_judged(round_id))
        .order_by(Entry.number)
    )


def is_judged(round_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    """The conditions under which an entry of a round is judged."""
    return (
        Entry.round_id == round_id,
        Entry.state.in_([EntryState.ACCEPTED, EntryState.SCORED]),
        Entry.disqualified_at.is_(None),
    )


def assigned_pairs(session: Session, round_id: int, stage: str) -> Pairs:
    """(entry, judge) -> the state of the sheet, for one stage."""
    rows = session.execute(
        sa.select(ScoreSheet.entry_id, ScoreSheet.judge_id, ScoreSheet.state).where(
            ScoreSheet.round_id == round_id, ScoreSheet.stage == stage
        )
    )
    return {(entry_id, judge_id): state for entry_id, judge_id, state in rows}


def declarable(session: Session, round_: Round) -> Declarable:
    """The alphabetical list that a judge ticks; it gives away no entry."""
    of_round = sa.and_(
        Entry.round_id == round_.id, Entry.state.not_in([EntryState.WITHDRAWN, EntryState.REJECTED])
    )
    joined = (
        sa.select(Project.company_id).join(Result).join(Entry, Entry.result_id == Result.id).where(of_round)
    )
    members = (
        sa.select(Project.circle_id).join(Result).join(Entry, Entry.result_id == Result.id).where(of_round)
    )
    partners = sa.select(CirclePartner.company_id).where(
        CirclePartner.circle_id.in_(members), CirclePartner.state.in_(AGREED)
    )
    companies = session.scalars(
        sa.select(Company)
        .where(sa.or_(Company.id.in_(joined), Company.id.in_(partners)))
        .order_by(Company.name, Company.id)
    ).all()
    circles = session.scalars(
        sa.select(Circle)
        .options(joinedload(Circle.company))
        .where(Circle.id.in_(members))
        .order_by(Circle.name, Circle.id)
    ).all()
    return Declarable(companies, circles)


def conflicts_of(session: Session, round_id: int) -> Sequence[Conflict]:
    """All declared conflicts of a round."""
    return session.scalars(
        sa.select(Conflict).where(Conflict.round_id == round_id).order_by(Conflict.id)
    ).all()


def loads_of(session: Session, round_id: int) -> dict[int, Load]:
    """How far each judge is: one statement."""
    rows = session.execute(
        sa.select(ScoreSheet.judge_id, ScoreSheet.state, sa.func.count(ScoreSheet.id))
        .where(ScoreSheet.round_id == round_id)
        .group_by(ScoreSheet.judge_id, ScoreSheet.state)
    )
    counts: dict[int, dict[SheetState, int]] = {}
    for judge_id, state, count in rows:
        counts.setdefault(judge_id, {})[state] = count
    return {
        judge_id: Load(
            assigned=sum(by_state.values()),
            submitted=by_state.get(SheetState.SUBMITTED, 0),
            aside=by_state.get(SheetState.ABSTAINED, 0) + by_state.get(SheetState.RECUSED, 0),
        )
        for judge_id, by_state in counts.items()
    }


def sheets_of_round(session: Session, round_id: int) -> Sequence[ScoreSheet]:
    """Every sheet of a round with entry and judge."""
    return session.scalars(
        sa.select(ScoreSheet)
        .options(joinedload(ScoreSheet.entry), joinedload(ScoreSheet.judge))
        .where(ScoreSheet.round_id == round_id)
        .order_by(ScoreSheet.stage, ScoreSheet.entry_id, ScoreSheet.judge_id)
    ).all()


def sheets_of_entries(session: Session, round_id: int, entry_ids: Sequence[int]) -> Sequence[ScoreSheet]:
    """The sheets of some entries of a round with entry and judge: one statement."""
    return session.scalars(
        sa.select(ScoreSheet)
        .options(joinedload(ScoreSheet.entry), joinedload(ScoreSheet.judge))
        .where(ScoreSheet.round_id == round_id, ScoreSheet.entry_id.in_(list(entry_ids)))
        .order_by(ScoreSheet.stage, ScoreSheet.entry_id, ScoreSheet.judge_id)
    ).all()


def people_to_invite(session: Session, round_: Round, text: str, limit: int = 20) -> Sequence[Person]:
    """Active people whose name, mail or mobile holds the text and who are not on the panel."""
    if not text.strip():
        return []
    on_panel = sa.select(RoundJudge.person_id).where(
        RoundJudge.round_id == round_.id, RoundJudge.declined_at.is_(None)
    )
    wanted = text.strip()
    return session.scalars(
        sa.select(Person)
        .where(
            Person.active,
            Person.id.not_in(on_panel),
            sa.or_(
                Person.name.contains(wanted, autoescape=True),
                Person.email == wanted.lower(),
                Person.mobile == wanted,
            ),
        )
        .order_by(Person.name, Person.id)
        .limit(limit)
    ).all()


def sheet_counts(session: Session, round_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """round -> (handed in, all that are to be handed in): one statement."""
    done = sa.func.sum(sa.case((ScoreSheet.state == SheetState.OPEN, 0), else_=1))
    rows = session.execute(
        sa.select(ScoreSheet.round_id, done, sa.func.count(ScoreSheet.id))
        .where(ScoreSheet.round_id.in_(list(round_ids)))
        .group_by(ScoreSheet.round_id)
    )
    return {round_id: (int(handed_in), total) for round_id, handed_in, total in rows}


def sheet_by_id(session: Session, sheet_id: int) -> ScoreSheet:
    """The sheet with entry and judge; NotFound if there is none."""
    found = session.scalar(
        sa.select(ScoreSheet)
        .options(
            joinedload(ScoreSheet.judge),
            joinedload(ScoreSheet.entry).joinedload(Entry.round_).options(*rounds.EAGER),
            joinedload(ScoreSheet.entry).joinedload(Entry.result),
        )
        .where(ScoreSheet.id == sheet_id)
    )
    if found is None:
        raise NotFound
    return found


def own_sheets(session: Session, *, person_id: int, round_id: int) -> Sequence[ScoreSheet]:
    """A judge's sheets of one round in the order of work: stage, then number."""
    return session.scalars(
        sa.select(ScoreSheet)
        .join(ScoreSheet.entry)
        .options(joinedload(ScoreSheet.entry))
        .where(ScoreSheet.round_id == round_id, ScoreSheet.judge_id == person_id)
        .order_by(ScoreSheet.stage, Entry.blind_number, Entry.number, ScoreSheet.id)
    ).all()


def terms_of(session: Session, round_id: int) -> PanelTerms | None:
    """A round's own terms of assignment, where they were set."""
    return session.scalar(sa.select(PanelTerms).where(PanelTerms.round_id == round_id))
