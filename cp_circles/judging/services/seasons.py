"""Opening and closing seasons, and where county rounds are held."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.db.events import record_event
from cp_circles.editions.models import Edition
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, msg
from cp_circles.judging import rules
from cp_circles.judging.models import CountyRounds, Level, Round, Season
from cp_circles.organisations import queries as organisations
from cp_circles.organisations.models import Region, RegionLevel
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import Actor


def open_season(
    session: Session,
    *,
    actor: Actor,
    year: int,
    name: str,
    starts_on: date,
    ends_on: date,
    ladder_edition_id: int,
    pack: str = "china",
    now: datetime,
) -> Season:
    """Open a judging year with the edition of its ladder."""
    if not rules.can_open_season(actor, organisations.nation(session, pack).id):
        raise NotAllowed(msg("A season is opened by the official of the nation or an administrator."))
    if ends_on <= starts_on:
        raise Invalid(msg("The season must end after it starts."), field="ends_on")
    edition = session.get(Edition, ladder_edition_id)
    if edition is None or edition.kind != "ladder":
        raise Invalid(msg("Choose an edition of a ladder."), field="ladder_edition_id")
    if session.scalar(sa.select(Season.id).where(Season.pack == pack, Season.year == year)) is not None:
        raise DomainError(msg("The season of %(year)s is open already."), year=year)
    season = Season(
        pack=pack,
        year=year,
        name=name.strip() or str(year),
        starts_on=starts_on,
        ends_on=ends_on,
        ladder_edition_id=ladder_edition_id,
    )
    session.add(season)
    session.flush()
    record_event(
        session, actor=actor, verb="judging.open_season", subject=season, at=now, after={"year": year}
    )
    return season


def close_season(session: Session, *, actor: Actor, season: Season, now: datetime) -> Season:
    """Close a season once all of its rounds are finished."""
    if not rules.can_open_season(actor, organisations.nation(session, season.pack).id):
        raise NotAllowed(msg("A season is closed by the official of the nation or an administrator."))
    if season.closed_at is not None:
        raise DomainError(msg("This season is closed already."))
    running = session.scalar(
        sa.select(sa.func.count(Round.id)).where(Round.season_id == season.id, Round.finished_at.is_(None))
    )
    if running:
        raise DomainError(msg("Rounds of this season not finished yet: %(count)s."), count=running)
    season.closed_at = now
    session.flush()
    record_event(session, actor=actor, verb="judging.close_season", subject=season, at=now)
    return season


def hold_county_rounds(
    session: Session, *, actor: Actor, season: Season, city: Region, held: bool, now: datetime
) -> bool:
    """Say whether the counties of a city (or municipality) hold rounds: all of them, or none."""
    if not (actor.is_administrator or actor.holds(Role.OFFICIAL, ScopeKind.REGION, city.id)):
        if not actor.oversees(city.path):
            raise NotFound
        raise NotAllowed(msg("Only the city itself decides whether its counties hold rounds."))
    if city.level is not RegionLevel.CITY and not city.is_municipality:
        raise Invalid(msg("Only a city or a municipality has county rounds."), field="city_id")
    _require_no_county_round(session, season, city)
    row = session.scalar(
        sa.select(CountyRounds).where(CountyRounds.season_id == season.id, CountyRounds.city_id == city.id)
    )
    if held and row is None:
        session.add(CountyRounds(season_id=season.id, city_id=city.id))
    elif not held and row is not None:
        session.delete(row)
    session.flush()
    record_event(
        session,
        actor=actor,
        verb="judging.hold_county_rounds",
        subject=season,
        at=now,
        after={"city": city.id, "held": held},
    )
    return held


def _require_no_county_round(session: Session, season: Season, city: Region) -> None:
    begun = session.scalar(
        sa.select(Round.id)
        .join(Region, Round.region_id == Region.id)
        .where(Round.season_id == season.id, Round.level == Level.COUNTY, Region.path.startswith(city.path))
        .limit(1)
    )
    if begun is not None:
        raise DomainError(
            msg("A county of this city has opened its round already; this cannot change any more.")
        )
