"""Entries of a round, of a circle and of a result, as they are asked for."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, defer, joinedload

from cp_circles.circles.models import Circle
from cp_circles.db.paging import PAGE_SIZE, Page, page_of
from cp_circles.editions.models import Edition
from cp_circles.errors import NotFound
from cp_circles.judging import rules
from cp_circles.judging.models import (
    Entry,
    EntryState,
    Round,
    StandingRow,
)
from cp_circles.judging.queries import rounds
from cp_circles.organisations.models import Company
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import Actor
from cp_circles.projects.models import Project, ProjectState
from cp_circles.results.models import BlindPage, Result, ResultState

RESULT = joinedload(Entry.result)
PROJECT = RESULT.joinedload(Result.project)
EAGER = (
    RESULT.options(defer(Result.package), defer(Result.blind_package)),
    PROJECT.joinedload(Project.company).joinedload(Company.region),
    PROJECT.joinedload(Project.circle),
)


def entries_of(
    session: Session, round_id: int, *, state: EntryState | None = None, track: str = ""
) -> Sequence[Entry]:
    """The entries of a round with circle and company, by number: one statement."""
    return session.scalars(_entries_of(round_id, state, track)).all()


def entries_listed(
    session: Session,
    round_id: int,
    *,
    state: EntryState | None = None,
    struck: bool = False,
    track: str = "",
    number: int = 1,
    size: int = PAGE_SIZE,
) -> Page[Entry]:
    """A page of a round's entries, of a state those not struck, or all that were struck: two statements."""
    wanted = _entries_of(round_id, state, track)
    if struck or state is not None:
        wanted = wanted.where(
            Entry.disqualified_at.is_not(None) if struck else Entry.disqualified_at.is_(None)
        )
    return page_of(session, wanted, number=number, size=size)


def counts_listed(session: Session, round_id: int) -> tuple[dict[EntryState, int], int]:
    """How many entries of a round stand in each state, and how many were struck: one statement."""
    is_struck = Entry.disqualified_at.is_not(None)
    rows = session.execute(
        sa.select(Entry.state, is_struck, sa.func.count(Entry.id))
        .where(Entry.round_id == round_id)
        .group_by(Entry.state, is_struck)
    ).all()
    standing = {state: count for state, struck, count in rows if not struck}
    return standing, sum(count for _state, struck, count in rows if struck)


def _entries_of(round_id: int, state: EntryState | None, track: str) -> sa.Select[Entry]:
    wanted = sa.select(Entry).options(*EAGER).where(Entry.round_id == round_id)
    if state is not None:
        wanted = wanted.where(Entry.state == state)
    if track:
        wanted = wanted.where(Entry.track_key == track)
    return wanted.order_by(Entry.number)


def entries_by_id(session: Session, ids: Sequence[int]) -> dict[int, Entry]:
    """Entries with circle and company by id: one statement."""
    found = session.scalars(sa.select(Entry).options(*EAGER).where(Entry.id.in_(list(ids))))
    return {row.id: row for row in found}


def entries_waiting(session: Session, round_: Round, *states: EntryState) -> int:
    """How many entries of a round wait in these states; one that was disqualified waits for nothing."""
    counted = sa.select(sa.func.count(Entry.id)).where(
        Entry.round_id == round_.id, Entry.state.in_(states), Entry.disqualified_at.is_(None)
    )
    return session.scalar(counted) or 0


def waits_for_number(session: Session, round_id: int) -> bool:
    """True while an accepted entry has no blind number."""
    wanted = sa.select(Entry.id).where(
        Entry.round_id == round_id, Entry.state == EntryState.ACCEPTED, Entry.blind_number.is_(None)
    )
    return session.scalar(wanted.limit(1)) is not None


def entry_by_id(session: Session, entry_id: int) -> Entry:
    """The entry with all that names it; NotFound if there is none."""
    found = session.scalar(
        sa.select(Entry)
        .options(*EAGER, joinedload(Entry.round_).options(*rounds.EAGER))
        .where(Entry.id == entry_id)
    )
    if found is None:
        raise NotFound
    return found


def entry_for(session: Session, *, actor: Actor, entry_id: int) -> Entry:
    """The entry, for its organiser, its department and its circle; NotFound otherwise."""
    entry = entry_by_id(session, entry_id)
    circles = rounds.own_circle_ids(session, actor)
    if not rules.can_see_entry(actor, entry, rounds.own_company_ids(session, actor), circles):
        raise NotFound
    return entry


def entries_of_results(session: Session, result_ids: Sequence[int]) -> Sequence[Entry]:
    """Where results stand, lowest round first: one statement."""
    return session.scalars(
        sa.select(Entry)
        .options(joinedload(Entry.round_).options(*rounds.EAGER), *EAGER)
        .where(Entry.result_id.in_(list(result_ids)))
        .order_by(Entry.submitted_at, Entry.id)
    ).all()


def enterable_results(session: Session, *, actor: Actor, round_: Round) -> Sequence[Result]:
    """The frozen results that the actor may enter here: of the circles they lead, or of their company."""
    methods = {key for track in round_.tracks for key in track.methods}
    entered = sa.select(Entry.result_id).where(Entry.round_id == round_.id)
    led = actor.scopes(Role.LEADER, ScopeKind.CIRCLE)
    headed = actor.scopes(Role.DEPARTMENT, ScopeKind.COMPANY)
    wanted = (
        sa.select(Result)
        .join(Result.project)
        .join(Edition, Edition.id == Project.method_edition_id)
        .options(
            joinedload(Result.project).joinedload(Project.circle).joinedload(Circle.company),
            defer(Result.package),
            defer(Result.blind_package),
        )
        .where(
            Result.state == ResultState.FROZEN,
            Project.state.in_([ProjectState.COMPLETED, ProjectState.ARCHIVED]),
            Result.id.not_in(entered),
            Edition.key.in_(methods),
        )
        .order_by(Result.frozen_at, Result.id)
    )
    if round_.company_id is not None:
        wanted = wanted.where(
            Project.company_id == round_.company_id,
            sa.or_(Project.circle_id.in_(led), Project.company_id.in_(headed)),
        )
    else:
        wanted = wanted.where(Project.company_id.in_(headed))
    return session.scalars(wanted).all()


def unconfirmed_pages(session: Session, result_ids: Sequence[int]) -> dict[int, int]:
    """How many blind pages of each result nobody has confirmed: one statement."""
    rows = session.execute(
        sa.select(BlindPage.result_id, sa.func.count(BlindPage.id))
        .where(BlindPage.result_id.in_(list(result_ids)), BlindPage.confirmed_at.is_(None))
        .group_by(BlindPage.result_id)
    )
    return {result_id: count for result_id, count in rows}


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
