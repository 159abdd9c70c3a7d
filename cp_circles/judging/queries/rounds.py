"""Seasons and rounds, as they are asked for."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from cp_circles.circles.models import Circle, CircleMember
from cp_circles.db.paging import PAGE_SIZE, Page, page_of
from cp_circles.editions import queries as editions
from cp_circles.editions.models import Edition
from cp_circles.errors import DomainError, NotFound, msg
from cp_circles.judging import rules
from cp_circles.judging.models import Level, Round, RoundJudge, Season
from cp_circles.organisations.models import Company, Region
from cp_circles.people.models import Employment, Role, ScopeKind
from cp_circles.people.rules import Actor
from cp_circles.rulesets.schema import RoundRule, Rubric

LEVELS = tuple(Level)
EAGER = (
    joinedload(Round.season),
    joinedload(Round.company).joinedload(Company.region),
    joinedload(Round.region),
    selectinload(Round.phases),
    selectinload(Round.tracks),
)


def seasons(session: Session) -> Sequence[Season]:
    """All seasons, newest first."""
    return session.scalars(sa.select(Season).order_by(Season.year.desc(), Season.id.desc())).all()


def season_by_id(session: Session, season_id: int) -> Season:
    """The season of that id; NotFound if there is none."""
    found = session.get(Season, season_id)
    if found is None:
        raise NotFound
    return found


def follows(season: Season, old: Season) -> bool:
    """True if the season is the one after `old`."""
    return (season.pack, season.year) == (old.pack, old.year + 1)


def season_after(session: Session, old: Season) -> Season:
    """The season of the year after; DomainError while none is open."""
    found = next((row for row in seasons(session) if follows(row, old)), None)
    if found is None:
        raise DomainError(msg("The next season is not open yet."))
    return found


def unannounced(session: Session, season_id: int) -> Sequence[Round]:
    """The drafts of a season with their organisers, by level: six statements at most."""
    return session.scalars(
        sa.select(Round)
        .options(*EAGER)
        .where(Round.season_id == season_id, Round.announced_at.is_(None))
        .order_by(Round.level, Round.id)
    ).all()


def draft_of_company(session: Session, company_id: int) -> Round | None:
    """The newest round of a company that is not announced yet."""
    return session.scalar(
        sa.select(Round)
        .where(Round.company_id == company_id, Round.announced_at.is_(None), Round.finished_at.is_(None))
        .order_by(Round.id.desc())
        .limit(1)
    )


def round_by_id(session: Session, round_id: int) -> Round:
    """The round with organiser, season, phases and tracks; NotFound if there is none."""
    found = session.scalar(sa.select(Round).options(*EAGER).where(Round.id == round_id))
    if found is None:
        raise NotFound
    return found


def round_by_public_key(session: Session, key: str) -> Round:
    """The published or announced round behind a public address; NotFound otherwise."""
    found = session.scalar(
        sa.select(Round).options(*EAGER).where(Round.public_key == key, Round.announced_at.is_not(None))
    )
    if found is None:
        raise NotFound
    return found


def round_for(session: Session, *, actor: Actor, round_id: int) -> Round:
    """The round, if the actor may see it; NotFound otherwise."""
    round_ = round_by_id(session, round_id)
    companies = own_company_ids(session, actor) if round_.company_id is not None else frozenset()
    if not rules.can_see_round(actor, round_, companies):
        raise NotFound
    return round_


def organised_round(session: Session, *, actor: Actor, round_id: int) -> Round:
    """The round, if the actor holds it; NotFound otherwise."""
    round_ = round_by_id(session, round_id)
    if not rules.can_organise(actor, round_):
        raise NotFound
    return round_


def rounds_seen(
    session: Session,
    *,
    actor: Actor,
    season_id: int,
    level: Level | None = None,
    text: str = "",
    number: int = 1,
    size: int = PAGE_SIZE,
) -> Page[Round]:
    """A page of the rounds that concern the actor, highest level first: a fixed number of statements."""
    wanted = sa.select(Round).options(*EAGER).where(Round.season_id == season_id)
    if not actor.is_administrator:
        wanted = wanted.where(sa.or_(*_concerning(session, actor)))
    if level is not None:
        wanted = wanted.where(Round.level == level)
    if text.strip():
        wanted = wanted.where(Round.name.contains(text.strip(), autoescape=True))
    rank = sa.case(*((Round.level == one, -place) for place, one in enumerate(LEVELS)))
    return page_of(session, wanted.order_by(rank, Round.id), number=number, size=size)


def _concerning(session: Session, actor: Actor) -> list[sa.ColumnElement[bool]]:
    companies = own_company_ids(session, actor)
    seats = sa.select(Company.id).join(Region, Company.region_id == Region.id)
    above = sa.select(Region.id)
    judged = actor.scopes(Role.JUDGE, ScopeKind.ROUND)
    clauses: list[sa.ColumnElement[bool]] = [
        sa.and_(Round.company_id.in_(companies), Round.announced_at.is_not(None)),
        Round.company_id.in_(actor.scopes(Role.DEPARTMENT, ScopeKind.COMPANY)),
        Round.id.in_(judged),
    ]
    for path in actor.overseen_paths:
        clauses.append(Round.region_id.in_(above.where(Region.path.startswith(path))))
        clauses.append(Round.company_id.in_(seats.where(Region.path.startswith(path))))
    paths = [*_paths_of(session, companies), *actor.overseen_paths]
    higher = {int(part) for path in paths for part in path.strip("/").split("/")}
    clauses.append(sa.and_(Round.region_id.in_(higher), Round.announced_at.is_not(None)))
    return clauses


def _paths_of(session: Session, company_ids: frozenset[int]) -> Sequence[str]:
    return session.scalars(
        sa.select(Region.path)
        .join(Company, Company.region_id == Region.id)
        .where(Company.id.in_(company_ids))
    ).all()


def own_company_ids(session: Session, actor: Actor) -> frozenset[int]:
    """The companies a person belongs to: by a role, by employment, or by a circle."""
    if actor.person_id is None:
        return frozenset()
    employed = sa.select(Employment.company_id).where(
        Employment.person_id == actor.person_id, Employment.ended_on.is_(None)
    )
    member = (
        sa.select(Circle.company_id)
        .join(CircleMember, CircleMember.circle_id == Circle.id)
        .where(CircleMember.person_id == actor.person_id, CircleMember.left_on.is_(None))
    )
    return actor.company_ids | frozenset(session.scalars(employed.union(member)))


def own_circle_ids(session: Session, actor: Actor) -> frozenset[int]:
    """The circles a person belongs to now."""
    return frozenset(
        session.scalars(
            sa.select(CircleMember.circle_id).where(
                CircleMember.person_id == actor.person_id, CircleMember.left_on.is_(None)
            )
        )
    )


def rule_of(session: Session, round_: Round) -> RoundRule:
    """The published rule of a round."""
    return editions.pack(session, round_.rule_edition_id, RoundRule)


def earlier_round(
    session: Session, season: Season, level: Level, *, company_id: int | None, region_id: int | None
) -> Round | None:
    """The newest round of an organiser at a level in the seasons before this one, with phases and tracks."""
    statement = (
        sa.select(Round)
        .join(Season, Round.season_id == Season.id)
        .options(joinedload(Round.season), selectinload(Round.phases), selectinload(Round.tracks))
        .where(
            Season.pack == season.pack,
            Season.year < season.year,
            Round.level == level,
            Round.company_id == company_id if company_id is not None else Round.region_id == region_id,
        )
        .order_by(Season.year.desc())
        .limit(1)
    )
    return session.scalar(statement)


def rules_by_id(session: Session, rounds: Sequence[Round]) -> dict[int, RoundRule]:
    """The rules of several rounds by edition id: one statement."""
    return editions.packs(session, {row.rule_edition_id for row in rounds}, RoundRule)


def rule_editions_for(session: Session, level: Level) -> list[Edition]:
    """The newest edition of every rule made for a level."""
    newest = editions.latest_of_each(session, "round_rule")
    return [row for row in newest if level.value in editions.pack_of(row, RoundRule).levels]


def judging_rounds_of(session: Session, person_id: int) -> Sequence[RoundJudge]:
    """A person's places on panels, newest invitation first."""
    return session.scalars(
        sa.select(RoundJudge)
        .options(joinedload(RoundJudge.round_).options(*EAGER))
        .where(RoundJudge.person_id == person_id)
        .order_by(RoundJudge.invited_at.desc(), RoundJudge.id.desc())
    ).all()


def rubrics_of(session: Session, round_: Round) -> dict[str, dict[str, Rubric]]:
    """track -> stage -> rubric of a round: one statement."""
    ids = {edition_id for track in round_.tracks for edition_id in track.rubrics.values()}
    packs = editions.packs(session, ids, Rubric)
    return {
        track.key: {stage: packs[edition_id] for stage, edition_id in track.rubrics.items()}
        for track in round_.tracks
    }
