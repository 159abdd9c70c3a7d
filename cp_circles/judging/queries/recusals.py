"""Why a judge may not judge an entry: declared by the judge, or found from the records."""

import enum
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.circles.queries import companies_of_circles
from cp_circles.editions import queries as editions
from cp_circles.errors import msg
from cp_circles.judges.queries import profiles_of
from cp_circles.judging.models import Conflict, Entry, Round
from cp_circles.judging.panel_models import PanelTerms
from cp_circles.judging.queries.grounds import (
    DETECTORS,
    NAMED_WITH,
    OF_ONE_COMPANY,
    OWN_INTEREST,
    Found,
)
from cp_circles.judging.queries.places import seats_of
from cp_circles.organisations.models import Company
from cp_circles.people.models import Employment, Grant, Role, ScopeKind
from cp_circles.projects.models import Project
from cp_circles.results.models import Result
from cp_circles.rulesets.schema import RoundRule

DECLARED = "declared"


class Ground(enum.Enum):
    """The grounds that the platform can tell apart, so that a message can name them."""

    SAME_COMPANY = "same_company"
    PAST_EMPLOYER = "past_employer"
    SAME_GROUP = "same_group"
    COACH = "coach"
    MENTOR_FIRM = "mentor_firm"
    MEMBER = "member"
    CO_MEMBER = "co_member"
    SAME_CITY = "same_city"
    DECLARED = "declared"
    ORGANISER = "organiser"

    @classmethod
    def of(cls, key: str) -> "Ground | str":
        """The ground with a name in the catalogue, or the key of a pack's own ground."""
        return cls(key) if key in {ground.value for ground in cls} else key


GROUND_WORDS = {
    Ground.SAME_COMPANY: msg("works in the same company"),
    Ground.PAST_EMPLOYER: msg("worked in the company before"),
    Ground.SAME_GROUP: msg("works in a company of the same group"),
    Ground.COACH: msg("coached the circle or the company"),
    Ground.MENTOR_FIRM: msg("belongs to a firm that mentored the circle or the company"),
    Ground.MEMBER: msg("belongs to the circle"),
    Ground.CO_MEMBER: msg("was in a circle together with one of its members"),
    Ground.SAME_CITY: msg("is of the same city; this round asks for judges of another one"),
    Ground.DECLARED: msg("declared a conflict of interest"),
    Ground.ORGANISER: msg("holds this round and reads every entry and score"),
}


@dataclass(frozen=True)
class EntryFacts:
    """What recusal is about: the circle behind an entry and its company; of a joint circle all companies."""

    entry_id: int
    company_ids: frozenset[int]
    circle_id: int | None


@dataclass(frozen=True)
class Index:
    """Entries by company and by circle."""

    of_company: Mapping[int, list[int]]
    of_circle: Mapping[int, list[int]]

    @classmethod
    def of(cls, facts: Iterable[EntryFacts]) -> "Index":
        """The index of some entries."""
        companies: dict[int, list[int]] = defaultdict(list)
        circles: dict[int, list[int]] = defaultdict(list)
        for fact in facts:
            for company_id in fact.company_ids:
                companies[company_id].append(fact.entry_id)
            if fact.circle_id is not None:
                circles[fact.circle_id].append(fact.entry_id)
        return cls(companies, circles)


def entry_facts(session: Session, entry_ids: Iterable[int]) -> list[EntryFacts]:
    """The companies and circle of each entry, former partners included: two statements."""
    rows = session.execute(
        sa.select(Entry.id, Project.company_id, Project.circle_id)
        .join(Result, Entry.result_id == Result.id)
        .join(Project, Result.project_id == Project.id)
        .where(Entry.id.in_(list(entry_ids)))
        .order_by(Entry.id)
    ).all()
    partners = companies_of_circles(session, {circle_id for _, _, circle_id in rows if circle_id})
    return [
        EntryFacts(entry_id, frozenset({company_id}) | partners.get(circle_id or 0, frozenset()), circle_id)
        for entry_id, company_id, circle_id in rows
    ]


ALWAYS = frozenset({"member"})


def recusals(
    session: Session, round_: Round, judge_ids: Sequence[int], entry_ids: Iterable[int]
) -> dict[tuple[int, int], str]:
    """(judge, entry) -> the key of the ground that keeps them apart; a fixed number of statements.

    Read from the records as they stand at the call, so that a grant given after the invitation counts. Who
    holds a blind round, or held it since it was opened, is kept apart from all of it. In a company's own
    round its judges are of the same company by nature, so that this ground and what comes with it are left
    out; belonging to the circle keeps apart whatever the rule says. A round may ask for other cities.
    """
    facts = entry_facts(session, entry_ids)
    index, found = Index.of(facts), dict[tuple[int, int], str]()
    rule = editions.pack(session, round_.rule_edition_id, RoundRule)
    named = {ground.key for ground in rule.recusal_grounds} | ALWAYS
    for key, detect in DETECTORS.items():
        left_out = round_.company_id is not None and key in OF_ONE_COMPANY
        if not left_out and NAMED_WITH.get(key, key) in named:
            companies, circles = detect(session, judge_ids)
            _note(found, key, judge_ids, index, companies, circles)
    for judge_id in _holders(session, round_, judge_ids):
        for fact in facts:
            found.setdefault((judge_id, fact.entry_id), Ground.ORGANISER.value)
    declared = session.scalars(
        sa.select(Conflict).where(Conflict.round_id == round_.id).order_by(Conflict.id)
    )
    for conflict in declared:
        companies = {conflict.person_id: {conflict.company_id} if conflict.company_id else set()}
        circles = {conflict.person_id: {conflict.circle_id} if conflict.circle_id else set()}
        _note(found, conflict.ground, [conflict.person_id], index, companies, circles)
    if asks_for_other_city(session, round_):
        _note(found, Ground.SAME_CITY.value, judge_ids, index, _of_the_city(session, judge_ids, facts), {})
    return found


def asks_for_other_city(session: Session, round_: Round) -> bool:
    """True if the round's own terms keep judges from entries of their city."""
    asked = sa.select(PanelTerms.other_city).where(PanelTerms.round_id == round_.id)
    return bool(session.scalar(asked))


def _of_the_city(session: Session, people: Sequence[int], facts: Sequence[EntryFacts]) -> Found:
    """The companies of the entries that lie in a judge's home city, or where the judge works now."""
    companies = sorted({one for fact in facts for one in fact.company_ids})
    seats: dict[int, int | None] = {
        company_id: region_id
        for company_id, region_id in session.execute(
            sa.select(Company.id, Company.region_id).where(Company.id.in_(companies))
        )
    }
    homes: dict[int, set[int]] = defaultdict(set)
    for person_id, profile in profiles_of(session, people).items():
        if profile.home_region_id is not None:
            homes[person_id].add(profile.home_region_id)
    worked = session.execute(
        sa.select(Employment.person_id, Company.region_id)
        .join(Company, Company.id == Employment.company_id)
        .where(Employment.person_id.in_(people), Employment.ended_on.is_(None))
    )
    for person_id, region_id in worked:
        homes[person_id].add(region_id)
    known = seats_of(session, [*seats.values(), *(one for ids in homes.values() for one in ids)])
    of_city: dict[int, set[int]] = defaultdict(set)
    for company_id, region in seats.items():
        if region in known and known[region].city:
            of_city[known[region].city].add(company_id)
    return {
        person_id: {one for home in ids if home in known for one in of_city.get(known[home].city, ())}
        for person_id, ids in homes.items()
    }


def ground_between(session: Session, round_: Round, judge_id: int, entry_id: int) -> str | None:
    """The key of the ground that keeps a judge from an entry now; None where nothing does."""
    return recusals(session, round_, [judge_id], [entry_id]).get((judge_id, entry_id))


def _holders(session: Session, round_: Round, people: Sequence[int]) -> Sequence[int]:
    if not round_.is_blind:
        return []
    holds = sa.or_(
        Grant.role == Role.ADMINISTRATOR,
        sa.and_(
            Grant.role == Role.OFFICIAL,
            Grant.scope_kind == ScopeKind.REGION,
            Grant.scope_id == round_.region_id,
        ),
    )
    lasted = sa.or_(Grant.until.is_(None), Grant.until > round_.created_at)
    return session.scalars(
        sa.select(Grant.person_id).where(Grant.person_id.in_(people), holds, lasted).distinct()
    ).all()


def _note(
    found: dict[tuple[int, int], str],
    ground: str,
    judge_ids: Sequence[int],
    index: Index,
    companies: Found,
    circles: Found,
) -> None:
    for judge_id in judge_ids:
        for company_id in companies.get(judge_id, ()):
            for entry_id in index.of_company.get(company_id, ()):
                found.setdefault((judge_id, entry_id), ground)
        for circle_id in circles.get(judge_id, ()):
            for entry_id in index.of_circle.get(circle_id, ()):
                found.setdefault((judge_id, entry_id), ground)


def has_own_interest(session: Session, person_id: int, entry: Entry, *, circle_only: bool = False) -> bool:
    """True if a person works or worked in the entry's company, coached it, or belongs to its circle.

    With `circle_only` the company alone is no interest, as inside the company's own round.
    """
    index, found = Index.of(entry_facts(session, [entry.id])), dict[tuple[int, int], str]()
    for key in OWN_INTEREST:
        companies, circles = DETECTORS[key](session, [person_id])
        _note(found, key, [person_id], index, {} if circle_only else companies, circles)
    return bool(found)
