"""Awards of a round, of a company, and the one behind a certificate."""

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from cp_circles.awards.models import Award
from cp_circles.db.paging import Page, page_of
from cp_circles.judging.models import Entry, Round, Standing, StandingRow
from cp_circles.projects.models import Project
from cp_circles.results.models import Result


def _with_round(statement: sa.Select[Award]) -> sa.Select[Award]:
    """Load round and season with the awards."""
    return statement.options(
        joinedload(Award.round_).joinedload(Round.season),
        joinedload(Award.round_).joinedload(Round.region),
        joinedload(Award.round_).joinedload(Round.company),
    )


def awards_of_round(session: Session, round_id: int) -> list[Award]:
    """The awards that a round gave, highest first."""
    return list(
        session.scalars(_with_round(sa.select(Award)).where(Award.round_id == round_id).order_by(Award.id))
    )


def awards_of_project(session: Session, project_id: int) -> list[Award]:
    """Every award of a project's results, oldest first."""
    statement = (
        sa.select(Award)
        .join(Entry, Award.entry_id == Entry.id)
        .join(Result, Entry.result_id == Result.id)
        .where(Result.project_id == project_id)
        .order_by(Award.id)
    )
    return list(session.scalars(_with_round(statement)))


def award_by_key(session: Session, public_key: str) -> Award | None:
    """The award behind a certificate's address."""
    return session.scalar(_with_round(sa.select(Award)).where(Award.public_key == public_key))


def award_by_number(session: Session, number: str) -> Award | None:
    """The award with the number printed on its certificate."""
    return session.scalar(_with_round(sa.select(Award)).where(Award.number == number.strip().upper()))


def latest_awards(session: Session, *, limit: int, season_id: int | None = None) -> list[Award]:
    """Awards that stand, newest first, for the visitor."""
    statement = _with_round(sa.select(Award)).where(Award.revoked_at.is_(None))
    if season_id is not None:
        statement = statement.join(Round, Award.round_id == Round.id).where(Round.season_id == season_id)
    return list(session.scalars(statement.order_by(Award.given_at.desc(), Award.id).limit(limit)))


def awards_found(session: Session, *, text: str, page: int, size: int) -> Page[Award]:
    """A page of the awards that stand whose title, holder or number has the text, newest first."""
    held = [Award.holder[name].as_string() for name in ("title", "company", "circle")]
    statement = (
        _with_round(sa.select(Award))
        .where(
            Award.revoked_at.is_(None),
            sa.or_(*(column.icontains(text, autoescape=True) for column in (*held, Award.number))),
        )
        .order_by(Award.given_at.desc(), Award.id)
    )
    return page_of(session, statement, number=page, size=size)


def standing_rows_of(session: Session, round_: Round) -> list[StandingRow]:
    """The rows of the round's standing with what a certificate prints."""
    if round_.standing_id is None:
        return []
    return list(
        session.scalars(
            sa.select(StandingRow)
            .join(Standing, StandingRow.standing_id == Standing.id)
            .where(Standing.id == round_.standing_id)
            .order_by(StandingRow.track_key, StandingRow.place, StandingRow.entry_id)
            .options(
                joinedload(StandingRow.entry)
                .joinedload(Entry.result)
                .joinedload(Result.project)
                .joinedload(Project.circle)
            )
        )
    )
