"""Why a judge may not judge an entry: declared by the judge, or found from the records."""

import enum
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.circles.models import CirclePartner
from cp_circles.circles.queries.partners import AGREED
from cp_circles.db.values import values_of
from cp_circles.editions import queries as editions
from cp_circles.errors import msg
from cp_circles.judges.queries import profiles_of
from cp_circles.judging.models import Entry, Round
from cp_circles.organisations.models import Company
from cp_circles.panels.queries.grounds import (
    BRANCHES,
    NAMED_WITH,
    OF_ONE_COMPANY,
    ORGANISER,
    OTHER_CITY,
    OWN_INTEREST,
    Tie,
    ties_in_round,
    ties_of_people,
)
from cp_circles.panels.queries.places import seats_of
from cp_circles.people.models import Employment
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


ENTRY_FACTS = (
    sa.select(Entry.id, Project.company_id, Project.circle_id, CirclePartner.company_id)
    .join(Result, Entry.result_id == Result.id)
    .join(Project, Result.project_id == Project.id)
    .outerjoin(
        CirclePartner,
        sa.and_(CirclePartner.circle_id == Project.circle_id, CirclePartner.state.in_(AGREED)),
    )
    .where(Entry.id.in_(sa.bindparam("entries", expanding=True)))
    .order_by(Entry.id)
)


def entry_facts(session: Session, entry_ids: Iterable[int]) -> list[EntryFacts]:
    """The companies and circle of each entry, former partners included: one statement."""
    companies: dict[int, set[int]] = {}
    circles: dict[int, int | None] = {}
    rows = values_of(session, ENTRY_FACTS, {"entries": list(entry_ids)})
    for entry_id, company_id, circle_id, partner_id in rows:
        companies.setdefault(entry_id, {company_id})
        circles[entry_id] = circle_id
        if partner_id is not None:
            companies[entry_id].add(partner_id)
    return [EntryFacts(one, frozenset(found), circles[one]) for one, found in companies.items()]


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
    ties = ties_in_round(
        session,
        judge_ids,
        _grounds_of(rule, is_company_round=round_.company_id is not None),
        round_id=round_.id,
        is_blind=round_.is_blind,
        region_id=round_.region_id,
        opened_at=round_.created_at,
    )
    for tie in ties:
        if tie.ground == ORGANISER:
            for fact in facts:
                found.setdefault((tie.person_id, fact.entry_id), ORGANISER)
        elif tie.ground != OTHER_CITY:
            _note(found, index, tie)
    if any(tie.ground == OTHER_CITY for tie in ties):
        for person_id, companies in _of_the_city(session, judge_ids, facts).items():
            for company_id in companies:
                _note(found, index, Tie(Ground.SAME_CITY.value, person_id, company_id))
    return found


def _grounds_of(rule: RoundRule, *, is_company_round: bool) -> list[str]:
    """The grounds of the records that keep judges apart in a round of this rule."""
    named = {ground.key for ground in rule.recusal_grounds} | ALWAYS
    left_out = OF_ONE_COMPANY if is_company_round else frozenset()
    return [key for key in BRANCHES if NAMED_WITH.get(key, key) in named and key not in left_out]


def _of_the_city(session: Session, people: Sequence[int], facts: Sequence[EntryFacts]) -> dict[int, set[int]]:
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


def _note(found: dict[tuple[int, int], str], index: Index, tie: Tie) -> None:
    """Name the ground of a tie for every entry that it leads to and that has none yet."""
    entries = index.of_company.get(tie.company_id or 0, ()), index.of_circle.get(tie.circle_id or 0, ())
    for entry_id in (*entries[0], *entries[1]):
        found.setdefault((tie.person_id, entry_id), tie.ground)


def has_own_interest(session: Session, person_id: int, entry: Entry, *, circle_only: bool = False) -> bool:
    """True if a person works or worked in the entry's company, coached it, or belongs to its circle.

    With `circle_only` the company alone is no interest, as inside the company's own round.
    """
    index, found = Index.of(entry_facts(session, [entry.id])), dict[tuple[int, int], str]()
    for tie in ties_of_people(session, [person_id], OWN_INTEREST):
        _note(found, index, tie._replace(company_id=None) if circle_only else tie)
    return bool(found)
