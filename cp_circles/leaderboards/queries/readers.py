"""What the boards know of themselves and of their reader: words, seasons, freezes, own rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.awards.models import Award
from cp_circles.circles.models import Circle
from cp_circles.editions.models import Edition
from cp_circles.editions.queries import newest_pack
from cp_circles.errors import NotFound
from cp_circles.leaderboards.asking import PUBLIC
from cp_circles.leaderboards.queries.narrowing import METHOD
from cp_circles.ledger.models import Basis, BoardFreeze, BoardKey, LedgerRow, LivingRow, LivingTotal, Rollup
from cp_circles.ledger.totals import is_unkept
from cp_circles.organisations.models import Company, Region
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import Actor
from cp_circles.projects.models import Project
from cp_circles.rulesets.schema.figures import Vocabulary


def vocabulary(session: Session) -> Vocabulary | None:
    """The newest vocabulary, or None before any is loaded."""
    try:
        return newest_pack(session, Vocabulary)
    except NotFound:
        return None


def companies_of_actor(session: Session, actor: Actor) -> frozenset[int]:
    """The companies that the actor belongs to, by a role in them or in one of their circles."""
    circles = actor.scopes(Role.MEMBER, ScopeKind.CIRCLE) | actor.scopes(Role.LEADER, ScopeKind.CIRCLE)
    circles |= actor.scopes(Role.FACILITATOR, ScopeKind.CIRCLE)
    if not circles:
        return actor.company_ids
    found = session.scalars(sa.select(Circle.company_id).where(Circle.id.in_(circles)))
    return actor.company_ids | frozenset(found)


def seasons_known(session: Session, basis: Basis = Basis.VERIFIED, *, living: bool = False) -> list[int]:
    """The seasons in which anything counts on a basis, or lives on, oldest first."""
    statement: Any = sa.select(BoardKey.season).where(BoardKey.basis == basis)
    if is_unkept(session):
        statement = sa.select(Rollup.season).where(Rollup.basis == basis, Rollup.scope_kind == "region")
    if living:
        nation = sa.select(Region.id).where(Region.parent_id.is_(None))
        whole = [LivingTotal.scope_kind == "region", LivingTotal.scope_id.in_(nation)]
        later = sa.select(LivingTotal.season).where(*whole)
        return sorted(session.scalars(sa.union(statement, later)))
    return sorted(session.scalars(statement.distinct()))


def currencies_known(session: Session, metric: str, basis: Basis) -> list[str]:
    """The currencies in which a money metric counts anything on a basis."""
    kept: Any = Rollup if is_unkept(session) else BoardKey
    statement = sa.select(kept.currency).where(kept.metric == metric, kept.basis == basis)
    return sorted(session.scalars(statement.distinct()))


def method_keys(session: Session) -> set[str]:
    """The keys of all methods."""
    return set(session.scalars(sa.select(Edition.key).where(Edition.kind == METHOD).distinct()))


def award_keys(session: Session) -> set[str]:
    """The keys of all awards that were given."""
    return set(session.scalars(sa.select(Award.award_key).distinct()))


def freezes_over(session: Session, region: Region, seasons: Sequence[int]) -> list[BoardFreeze]:
    """The freezes that hold a region's public boards still: of itself or of a region above or below it."""
    statement = sa.select(BoardFreeze).where(
        BoardFreeze.lifted_at.is_(None),
        sa.or_(
            BoardFreeze.region_path.startswith(region.path, autoescape=True),
            BoardFreeze.region_id.in_(region.path_ids),
        ),
    )
    if seasons:
        statement = statement.where(BoardFreeze.season.in_(seasons))
    return list(session.scalars(statement.order_by(BoardFreeze.id)))


@dataclass(frozen=True)
class Own:
    """The rows of a board that are the reader's own, by what is ranked."""

    region: frozenset[int] = field(default=frozenset())
    company: frozenset[int] = field(default=frozenset())
    circle: frozenset[int] = field(default=frozenset())
    project: frozenset[int] = field(default=frozenset())
    park: frozenset[int] = field(default=frozenset())
    facilitator: frozenset[int] = field(default=frozenset())

    def of(self, by: str) -> frozenset[int]:
        """The reader's own ids among competitors of a kind."""
        return getattr(self, by, frozenset())


def own_rows(session: Session, actor: Actor, own_companies: Iterable[int]) -> Own:
    """The reader's regions with all above them, companies, their parks, circles and the circles' projects."""
    companies = frozenset(own_companies)
    circles = frozenset(grant.scope_id for grant in actor.grants if grant.scope_kind is ScopeKind.CIRCLE)
    seats = session.execute(
        sa.select(Region.path, Company.park_id)
        .join(Company, Company.region_id == Region.id)
        .where(Company.id.in_(companies))
    ).all()
    paths, parks = [path for path, _ in seats], frozenset(park_id for _, park_id in seats if park_id)
    official = [
        grant.region_path for grant in actor.grants if grant.role is Role.OFFICIAL and grant.region_path
    ]
    regions = {int(part) for path in [*paths, *official] for part in path.strip("/").split("/")}
    projects = session.scalars(sa.select(Project.id).where(Project.circle_id.in_(circles)))
    person = frozenset({actor.person_id} if actor.person_id else ())
    return Own(frozenset(regions), companies, circles, frozenset(projects), parks, person)


def newest_count(session: Session) -> datetime | None:
    """When a verified saving last came to count in public."""
    return session.scalar(
        sa.select(sa.func.max(LedgerRow.counted_at)).where(
            LedgerRow.basis == Basis.VERIFIED, LedgerRow.public_amount != 0
        )
    )


def project_amounts(session: Session, project_id: int, variant: str) -> list[tuple[int, str, str, Decimal]]:
    """A project's verified amounts by season, metric and currency."""
    return _of_project(session, LedgerRow, project_id, variant, LedgerRow.basis == Basis.VERIFIED)


def is_published_case(session: Session, project: Project) -> bool:
    """True for a project with a verified amount on the public boards, of a company that publishes."""
    return project.company.shows_work and bool(project_amounts(session, project.id, PUBLIC))


def project_living(session: Session, project_id: int, variant: str) -> list[tuple[int, str, str, Decimal]]:
    """What still works of a project's savings in later seasons, by season, metric and currency."""
    return _of_project(session, LivingRow, project_id, variant)


def _of_project(
    session: Session, rows: Any, project_id: int, variant: str, *where: Any
) -> list[tuple[int, str, str, Decimal]]:
    """The sums of a project's rows; in public without the share of a company that does not publish."""
    total = sa.func.sum(rows.public_amount if variant == PUBLIC else rows.amount)
    statement = sa.select(rows.season, rows.metric, rows.currency, total).where(
        rows.project_id == project_id, *where
    )
    if variant == PUBLIC:
        statement = statement.where(rows.company_id.in_(sa.select(Company.id).where(Company.shows_work)))
    found = session.execute(
        statement.group_by(rows.season, rows.metric, rows.currency).order_by(rows.season.desc(), rows.metric)
    )
    return [(season, metric, currency, amount) for season, metric, currency, amount in found if amount]
