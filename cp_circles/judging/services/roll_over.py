"""The new season opened from the old one: its ladder, county rounds, drafts of its rounds, and who is asked.

A season may begin while lists of the old one are still in publicity: circles register from January to March
while the year before is judged until autumn (qc-circles 4.2), and a result counts for two years. An objection
may show that a round's rule is wrong, so such a round is not copied before its publicity is over.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, tzinfo

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from cp_circles.circles import queries as circles
from cp_circles.circles.dates import SHANGHAI, local_date
from cp_circles.circles.services.telling import RENEW_ALL
from cp_circles.editions import queries as editions
from cp_circles.editions.models import Edition
from cp_circles.errors import DomainError, Invalid, NotAllowed, msg
from cp_circles.judging import guards, rules
from cp_circles.judging.chain import record_round_event
from cp_circles.judging.models import CountyRounds, PanelTerms, Round, Season
from cp_circles.judging.queries.panels import terms_of
from cp_circles.judging.services.round_settings import PhaseTimes, RoundSettings, default_phases
from cp_circles.judging.services.rounds import begin_round
from cp_circles.judging.services.seasons import open_season
from cp_circles.judging.tasks import CHECK_ROUND
from cp_circles.notices.services import assign_task
from cp_circles.organisations import queries as organisations
from cp_circles.organisations.models import Company
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import SYSTEM, Actor
from cp_circles.projects.queries import carried_projects
from cp_circles.projects.services.carrying import EXPLAIN
from cp_circles.projects.services.registration import tell_leader
from cp_circles.rulesets.schema import RoundRule

NOT_YOURS = msg("A season is opened by the official of the nation or an administrator.")


def roll_over(
    session: Session, *, actor: Actor, old: Season, zone: tzinfo = SHANGHAI, now: datetime
) -> Season:
    """Open the season after `old`; its rounds become drafts, departments and leaders get their tasks."""
    _require_opener(session, actor, old)
    newest = session.scalar(sa.select(sa.func.max(Season.year)).where(Season.pack == old.pack))
    if newest != old.year:
        raise DomainError(msg("Only the newest season is carried on; %(year)s is open already."), year=newest)
    if old.year > local_date(now, zone).year:
        raise DomainError(msg("The season of %(year)s has not begun yet."), year=old.year)
    season = open_season(
        session,
        actor=actor,
        year=old.year + 1,
        name=_renamed(old.name, old.year),
        starts_on=_later(old.starts_on),
        ends_on=_later(old.ends_on),
        ladder_edition_id=_newest_of(session, old.ladder_edition_id),
        pack=old.pack,
        now=now,
    )
    for row in session.scalars(sa.select(CountyRounds).where(CountyRounds.season_id == old.id)):
        session.add(CountyRounds(season_id=season.id, city_id=row.city_id))
    session.flush()
    copy_rounds(session, actor=actor, old=old, season=season, zone=zone, now=now)
    _ask_for_renewals(session, season, now)
    _ask_for_explanations(session, season, zone, now)
    return season


def copy_rounds(
    session: Session, *, actor: Actor, old: Season, season: Season, zone: tzinfo = SHANGHAI, now: datetime
) -> Sequence[Round]:
    """Make drafts of the old rounds whose organisers have none yet, but not of those in publicity.

    Invalid settings (a phase plan that the newest rule no longer knows) fall back to what the rule proposes.
    """
    _require_opener(session, actor, old)
    if season.closed_at is not None:
        raise DomainError(msg("This season is closed."))
    if season.pack != old.pack or season.year <= old.year:
        raise Invalid(msg("Rounds are carried into a later season only."), field="season")
    made = []
    for row in rounds_to_copy(session, old, season):
        if is_in_publicity(row):
            continue
        settings = settings_from(session, row, season.year - old.year, zone)
        made.append(
            begin_round(
                session,
                actor=actor,
                season=season,
                level=row.level,
                settings=settings,
                company_id=row.company_id,
                region_id=row.region_id,
                now=now,
            )
        )
        _copy_terms(session, row, made[-1], now)
        guards.ask_organiser(session, round_=made[-1], kind=CHECK_ROUND, now=now)
    return made


def _copy_terms(session: Session, old: Round, new: Round, now: datetime) -> None:
    """Carry the rule about other cities and the number of anchors; which entries they are is chosen anew."""
    terms = terms_of(session, old.id)
    if terms is None or not (terms.other_city or terms.anchors or terms.wanted_anchors):
        return
    wanted = len(terms.anchors) or terms.wanted_anchors
    copied = PanelTerms(
        round_id=new.id, anchors=[], wanted_anchors=wanted, other_city=terms.other_city, saved_at=now
    )
    session.add(copied)
    session.flush()
    record_round_event(
        session,
        round_=new,
        actor=SYSTEM,
        verb="judging.set_panel_terms",
        subject=new,
        at=now,
        after={"anchors": [], "wanted": wanted, "other_city": terms.other_city},
    )


def rounds_to_copy(session: Session, old: Season, season: Season | None) -> Sequence[Round]:
    """The old season's rounds whose organisers have none in the new one, those in publicity included."""
    statement = (
        sa.select(Round)
        .options(selectinload(Round.phases), selectinload(Round.tracks))
        .where(Round.season_id == old.id)
        .order_by(Round.id)
    )
    rows = session.scalars(statement).all()
    if season is None:
        return rows
    taken = {
        (level, company_id, region_id)
        for level, company_id, region_id in session.execute(
            sa.select(Round.level, Round.company_id, Round.region_id).where(Round.season_id == season.id)
        )
    }
    return [row for row in rows if (row.level, row.company_id, row.region_id) not in taken]


def is_in_publicity(round_: Round) -> bool:
    """True while the list of a round is published and the round is not finished."""
    return round_.published_at is not None and round_.finished_at is None


def _require_opener(session: Session, actor: Actor, season: Season) -> None:
    if not rules.can_open_season(actor, organisations.nation(session, season.pack).id):
        raise NotAllowed(NOT_YOURS)


def settings_from(session: Session, row: Round, years: int, zone: tzinfo = SHANGHAI) -> RoundSettings:
    """The settings of an earlier round so many years later, with the newest editions of rule and awards."""
    edition_id = _newest_of(session, row.rule_edition_id)
    rule = editions.pack(session, edition_id, RoundRule)
    plan = [
        PhaseTimes(phase.key, _moved(phase.starts_at, years, zone), _moved(phase.ends_at, years, zone))
        for phase in row.phases
    ]
    known = [phase.key for phase in rule.phases]
    if [one.key for one in plan] != [key for key in known if key in {one.key for one in plan}]:
        plan = default_phases(rule, plan[0].starts_at) if plan else []
    return RoundSettings(
        name=_renamed(row.name, row.season.year, years),
        rule_edition_id=edition_id,
        phases=plan,
        award_edition_id=_newest_of(session, row.award_edition_id) if row.award_edition_id else None,
        pass_mark=min(row.pass_mark, rule.total.value),
        reserve_places=row.reserve_places,
        publicity_days=row.publicity_days,
        panel_size=row.panel_size,
        accepts_late=row.accepts_late,
    )


def _newest_of(session: Session, edition_id: int) -> int:
    bound = session.get_one(Edition, edition_id)
    newest = editions.latest(session, bound.kind, bound.key)
    return newest.id if newest is not None else edition_id


def _renamed(name: str, year: int, years: int = 1) -> str:
    """The name for the later year; a name without its year gets it at the end, up to 80 letters."""
    if str(year) in name:
        return name.replace(str(year), str(year + years))
    return f"{name[:75]} {year + years}"


def _later(day: date, years: int = 1) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _moved(at: datetime, years: int, zone: tzinfo) -> datetime:
    """The same local date and hour so many years later."""
    local = at.astimezone(zone)
    moved = datetime.combine(_later(local.date(), years), time(0), tzinfo=zone)
    return moved.replace(hour=local.hour, minute=local.minute, second=local.second).astimezone(at.tzinfo)


def _ask_for_renewals(session: Session, season: Season, now: datetime) -> None:
    counts = circles.unrenewed_by_company(session, year=season.year)
    for company in session.scalars(sa.select(Company).where(Company.id.in_(counts)).order_by(Company.id)):
        assign_task(
            session,
            kind=RENEW_ALL,
            subject=company,
            url=f"/guidance/companies/{company.id}/new-year",
            to_role=Role.DEPARTMENT,
            scope_kind=ScopeKind.COMPANY,
            scope_id=company.id,
            values={"year": season.year},
            now=now,
        )


def _ask_for_explanations(session: Session, season: Season, zone: tzinfo, now: datetime) -> None:
    for one in carried_projects(session, year=season.year, zone=zone):
        if one.why is None:
            values = {"year": str(season.year)}
            tell_leader(session, project=one.project, kind=EXPLAIN, now=now, values=values)
