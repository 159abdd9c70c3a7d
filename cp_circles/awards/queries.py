"""Awards of a round, of a company, and the one behind a certificate."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from cp_circles.awards.models import Award, AwardChoice, CompanyRewardRule, RewardGrant
from cp_circles.circles.models import Circle
from cp_circles.db.paging import Page, page_of
from cp_circles.db.triples import narrowed
from cp_circles.judging.models import CircleBan, Entry, Round, Standing, StandingRow
from cp_circles.organisations.models import Company, Region
from cp_circles.people.models import Employment, Role, ScopeKind
from cp_circles.people.rules import Actor
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


def awards_known(session: Session) -> list[tuple[str, str, str]]:
    """(key, label, English label) of every award that stands with some holder, by key."""
    rows = session.execute(
        sa.select(Award.award_key, sa.func.max(Award.label), sa.func.max(Award.label_en))
        .where(Award.revoked_at.is_(None), Award.entry_id.is_not(None))
        .group_by(Award.award_key)
        .order_by(sa.func.min(Award.id))
    )
    return [(key, label, label_en) for key, label, label_en in rows]


def latest_awards(
    session: Session, *, limit: int, season_id: int | None = None, within: Region | None = None
) -> list[Award]:
    """Awards of companies that publish, newest first, for the visitor; `within` a region and below it."""
    statement = _with_round(sa.select(Award)).where(Award.revoked_at.is_(None), *_of_publishers())
    if season_id is not None:
        statement = statement.join(Round, Award.round_id == Round.id).where(Round.season_id == season_id)
    if within is not None:
        statement = statement.where(Award.round_id.in_(_rounds_within(within)))
    return list(session.scalars(statement.order_by(Award.given_at.desc(), Award.id).limit(limit)))


def _of_publishers() -> list[sa.ColumnElement[bool]]:
    """Leave out what names a company that may not be named on public pages."""
    private = sa.select(Company.id).where(sa.not_(Company.is_named))
    silent = sa.select(Company.id).where(sa.not_(Company.shows_work))
    theirs = (
        sa.select(Entry.id)
        .join(Result, Entry.result_id == Result.id)
        .join(Project, Result.project_id == Project.id)
        .where(Project.company_id.in_(silent))
    )
    staff = sa.select(Employment.person_id).where(
        Employment.company_id.in_(private), Employment.ended_on.is_(None)
    )
    return [
        sa.or_(Award.person_id.is_(None), Award.person_id.not_in(staff)),
        sa.or_(Award.company_id.is_(None), Award.company_id.not_in(private)),
        sa.or_(Award.entry_id.is_(None), Award.entry_id.not_in(theirs)),
    ]


def _rounds_within(region: Region) -> sa.Select[int]:
    """The ids of the rounds that a region, or one below it, holds."""
    return (
        sa.select(Round.id)
        .join(Region, Round.region_id == Region.id)
        .where(Region.path.startswith(region.path, autoescape=True))
    )


def awards_found(
    session: Session, *, actor: Actor, text: str, page: int, size: int, most: int | None = None
) -> Page[Award]:
    """A page of the awards that stand whose title, holder or number has the text, newest first.

    A visitor finds those of companies that publish.
    """
    held = [Award.holder[name].as_string() for name in ("title", "company", "circle")]
    named = sa.or_(*(column.icontains(text, autoescape=True) for column in (*held, Award.number)))
    statement = (
        _with_round(sa.select(Award))
        .where(
            Award.revoked_at.is_(None),
            *(_of_publishers() if actor.person_id is None else ()),
            narrowed(session, text, (Award.id, Award, named)),
        )
        .order_by(Award.given_at.desc(), Award.id)
    )
    return page_of(session, statement, number=page, size=size, most=most)


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
                .options(joinedload(Project.circle), joinedload(Project.company))
            )
        )
    )


def choices_of(session: Session, round_id: int) -> Sequence[AwardChoice]:
    """Who was chosen for the special awards of a round, in the order of choosing: one statement."""
    statement = (
        sa.select(AwardChoice)
        .options(
            joinedload(AwardChoice.entry).joinedload(Entry.result).joinedload(Result.project),
            joinedload(AwardChoice.company),
            joinedload(AwardChoice.person),
        )
        .where(AwardChoice.round_id == round_id)
        .order_by(AwardChoice.award_key, AwardChoice.id)
    )
    return session.scalars(statement).all()


def companies_of_people(session: Session, person_ids: Collection[int]) -> dict[int, str]:
    """The name of the company where each of some people works now: one statement."""
    rows = session.execute(
        sa.select(Employment.person_id, Company.name)
        .join(Company, Employment.company_id == Company.id)
        .where(Employment.person_id.in_(person_ids), Employment.ended_on.is_(None))
        .order_by(Employment.id)
    )
    return {person_id: name for person_id, name in rows}


def bans_seen(session: Session, *, actor: Actor, page: int, size: int) -> Page[CircleBan]:
    """A page of the bans that concern the reader's regions or companies, newest first: two statements."""
    statement = (
        sa.select(CircleBan)
        .join(CircleBan.circle)
        .join(Company, Circle.company_id == Company.id)
        .join(Region, Company.region_id == Region.id)
        .options(
            joinedload(CircleBan.circle).joinedload(Circle.company),
            joinedload(CircleBan.result),
        )
        .order_by(CircleBan.set_at.desc(), CircleBan.id.desc())
    )
    if not actor.is_administrator:
        companies = sorted(actor.scopes(Role.DEPARTMENT, ScopeKind.COMPANY))
        within = [Region.path.startswith(path) for path in actor.overseen_paths]
        statement = statement.where(sa.or_(Company.id.in_(companies), *within))
    return page_of(session, statement, number=page, size=size)


def awards_of_company(session: Session, *, company_id: int, page: int, size: int) -> Page[Award]:
    """A page of the awards of a company's results, newest first: two statements."""
    statement = (
        _with_round(sa.select(Award))
        .join(Entry, Award.entry_id == Entry.id)
        .join(Result, Entry.result_id == Result.id)
        .join(Project, Result.project_id == Project.id)
        .options(joinedload(Award.entry).joinedload(Entry.result).joinedload(Result.project))
        .where(Project.company_id == company_id)
        .order_by(Award.given_at.desc(), Award.id.desc())
    )
    return page_of(session, statement, number=page, size=size)


def reward_rule_of(session: Session, company_id: int) -> CompanyRewardRule | None:
    """The reward rule that holds in a company now."""
    return session.scalar(
        sa.select(CompanyRewardRule)
        .where(CompanyRewardRule.company_id == company_id)
        .order_by(CompanyRewardRule.id.desc())
        .limit(1)
    )


def grants_of_results(session: Session, result_ids: Collection[int]) -> dict[int, list[RewardGrant]]:
    """What was granted for awards of some results that stand, by result, oldest first: one statement."""
    rows = session.execute(
        sa.select(Entry.result_id, RewardGrant)
        .join(Award, RewardGrant.award_id == Award.id)
        .join(Entry, Award.entry_id == Entry.id)
        .where(Entry.result_id.in_(result_ids))
        .order_by(RewardGrant.id)
    )
    found: dict[int, list[RewardGrant]] = {}
    for result_id, grant in rows:
        found.setdefault(result_id, []).append(grant)
    return found
