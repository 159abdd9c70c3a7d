"""Why a judge may not judge an entry: declared by the judge, or found from the records."""

import enum
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.circles.models import Circle, CircleMember
from cp_circles.circles.queries import companies_of_circles
from cp_circles.editions import queries as editions
from cp_circles.errors import msg
from cp_circles.judging.models import Conflict, Entry, Round
from cp_circles.people.models import Employment, Grant, Role, ScopeKind
from cp_circles.projects.models import Project
from cp_circles.results.models import Result
from cp_circles.rulesets.schema import RoundRule

DECLARED = "declared"


class Ground(enum.Enum):
    """The grounds that the platform can tell apart, so that a message can name them."""

    SAME_COMPANY = "same_company"
    COACH = "coach"
    MEMBER = "member"
    DECLARED = "declared"
    ORGANISER = "organiser"

    @classmethod
    def of(cls, key: str) -> "Ground | str":
        """The ground with a name in the catalogue, or the key of a pack's own ground."""
        return cls(key) if key in {ground.value for ground in cls} else key


GROUND_WORDS = {
    Ground.SAME_COMPANY: msg("works or has worked in the same company"),
    Ground.COACH: msg("coached the circle or the company"),
    Ground.MEMBER: msg("belongs to the circle"),
    Ground.DECLARED: msg("declared a conflict of interest"),
    Ground.ORGANISER: msg("holds this round and reads every entry and score"),
}


@dataclass(frozen=True)
class EntryFacts:
    """What recusal is about: the circle behind an entry and its company; of a joint circle all companies."""

    entry_id: int
    company_ids: frozenset[int]
    circle_id: int | None


Found = dict[int, set[int]]
Detector = Callable[[Session, Sequence[int]], tuple[Found, Found]]


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


def _employed(session: Session, people: Sequence[int]) -> tuple[Found, Found]:
    companies: Found = defaultdict(set)
    worked = sa.select(Employment.person_id, Employment.company_id).where(Employment.person_id.in_(people))
    belonged = (
        sa.select(CircleMember.person_id, Circle.company_id)
        .join(Circle, CircleMember.circle_id == Circle.id)
        .where(CircleMember.person_id.in_(people))
    )
    granted = sa.select(Grant.person_id, Grant.scope_id).where(
        Grant.person_id.in_(people), Grant.scope_kind == ScopeKind.COMPANY, Grant.role != Role.FACILITATOR
    )
    for statement in (worked, belonged, granted):
        for person_id, company_id in session.execute(statement):
            companies[person_id].add(company_id)
    return companies, {}


def _coached(session: Session, people: Sequence[int]) -> tuple[Found, Found]:
    companies: Found = defaultdict(set)
    circles: Found = defaultdict(set)
    wanted = sa.select(Grant.person_id, Grant.scope_kind, Grant.scope_id).where(
        Grant.person_id.in_(people),
        Grant.role == Role.FACILITATOR,
        Grant.scope_kind.in_([ScopeKind.COMPANY, ScopeKind.CIRCLE]),
    )
    for person_id, kind, scope_id in session.execute(wanted):
        (companies if kind is ScopeKind.COMPANY else circles)[person_id].add(scope_id)
    return companies, circles


def _belongs(session: Session, people: Sequence[int]) -> tuple[Found, Found]:
    circles: Found = defaultdict(set)
    wanted = sa.select(CircleMember.person_id, CircleMember.circle_id).where(
        CircleMember.person_id.in_(people)
    )
    for person_id, circle_id in session.execute(wanted):
        circles[person_id].add(circle_id)
    return {}, circles


DETECTORS: dict[str, Detector] = {
    "same_company": _employed,
    "coach": _coached,
    "member": _belongs,
}
ALWAYS = frozenset({"member"})


def recusals(
    session: Session, round_: Round, judge_ids: Sequence[int], entry_ids: Iterable[int]
) -> dict[tuple[int, int], str]:
    """(judge, entry) -> the key of the ground that keeps them apart; a fixed number of statements.

    Read from the records as they stand at the call, so that a grant given after the invitation counts. Who
    holds a blind round, or held it since it was opened, is kept apart from all of it. In a company's own
    round its judges are of the same company by nature, so that this ground is left out; belonging to the
    circle keeps apart whatever the rule says.
    """
    facts = entry_facts(session, entry_ids)
    found: dict[tuple[int, int], str] = {}
    rule = editions.pack(session, round_.rule_edition_id, RoundRule)
    named = {ground.key for ground in rule.recusal_grounds} | ALWAYS
    detectors = {key: detect for key, detect in DETECTORS.items() if key in named}
    if round_.company_id is not None:
        detectors = {key: detect for key, detect in detectors.items() if key != "same_company"}
    for key, detect in detectors.items():
        companies, circles = detect(session, judge_ids)
        _note(found, key, judge_ids, facts, companies, circles)
    for judge_id in _holders(session, round_, judge_ids):
        for fact in facts:
            found.setdefault((judge_id, fact.entry_id), Ground.ORGANISER.value)
    declared = session.scalars(
        sa.select(Conflict).where(Conflict.round_id == round_.id).order_by(Conflict.id)
    )
    for conflict in declared:
        companies = {conflict.person_id: {conflict.company_id} if conflict.company_id else set()}
        circles = {conflict.person_id: {conflict.circle_id} if conflict.circle_id else set()}
        _note(found, conflict.ground, [conflict.person_id], facts, companies, circles)
    return found


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
    facts: Sequence[EntryFacts],
    companies: Found,
    circles: Found,
) -> None:
    for judge_id in judge_ids:
        for fact in facts:
            tied = not fact.company_ids.isdisjoint(companies.get(judge_id, ()))
            if tied or fact.circle_id in circles.get(judge_id, ()):
                found.setdefault((judge_id, fact.entry_id), ground)


def has_own_interest(session: Session, person_id: int, entry: Entry, *, circle_only: bool = False) -> bool:
    """True if a person works or worked in the entry's company, coached it, or belongs to its circle.

    With `circle_only` the company alone is no interest, as inside the company's own round.
    """
    facts = entry_facts(session, [entry.id])
    found: dict[tuple[int, int], str] = {}
    for key, detect in DETECTORS.items():
        companies, circles = detect(session, [person_id])
        _note(found, key, [person_id], facts, {} if circle_only else companies, circles)
    return bool(found)
