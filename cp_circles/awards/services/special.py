"""Special awards: chosen with a reason, written into the round's chain, given with the others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from cp_circles.awards import queries
from cp_circles.awards.models import Award, AwardChoice
from cp_circles.awards.services.schemes import AwardsGiven, blank_award, holder_of, may_win, scheme_of
from cp_circles.errors import DomainError, Invalid, NotFound, msg
from cp_circles.judging import guards
from cp_circles.judging.chain import record_round_event
from cp_circles.judging.models import Round, StandingRow
from cp_circles.notices.services import send_mail
from cp_circles.people import queries as people
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import Actor
from cp_circles.results.models import ResultState
from cp_circles.rulesets.schema import SpecialAward


@dataclass(frozen=True)
class Candidate:
    """Who could have a special award: the id, the name, and what speaks for them in numbers.

    `mean` is the mean of the award's stage; `entries` how many entries of a company stand.
    """

    id: int
    name: str
    note: str = ""
    mean: Decimal | None = None
    entries: int = 0


def candidates(
    session: Session, round_: Round, special: SpecialAward, *, now: datetime
) -> Sequence[Candidate]:
    """Who may have a special award, best first where numbers say so: a fixed number of statements."""
    rows = [row for row in queries.standing_rows_of(session, round_) if may_win(row)]
    if special.holder == "entry":
        found = [
            Candidate(row.entry_id, row.entry.result.title, mean=_stage_mean(row, special.stage))
            for row in rows
        ]
        return sorted(found, key=lambda one: (-(one.mean or Decimal(0)), one.id))
    counts: dict[int, int] = {}
    names: dict[int, str] = {}
    for row in rows:
        project = row.entry.result.project
        counts[project.company_id] = counts.get(project.company_id, 0) + 1
        names[project.company_id] = project.company.name
    if special.holder == "company":
        companies = [Candidate(id_, names[id_], entries=count) for id_, count in counts.items()]
        return sorted(companies, key=lambda one: (-one.entries, one.id))
    return _facilitators(session, rows, names, now)


def _facilitators(
    session: Session, rows: Sequence[StandingRow], names: Mapping[int, str], now: datetime
) -> list[Candidate]:
    scopes = [(ScopeKind.COMPANY, id_) for id_ in names]
    scopes += [
        (ScopeKind.CIRCLE, row.entry.result.project.circle_id)
        for row in rows
        if row.entry.result.project.circle_id is not None
    ]
    if not scopes:
        return []
    found = people.holders_of_roles(session, roles=[Role.FACILITATOR], scopes=scopes, now=now)
    homes = queries.companies_of_people(session, [row.id for row in found])
    return [Candidate(row.id, row.name, homes.get(row.id, "")) for row in found]


def _stage_mean(row: StandingRow, stage: str | None) -> Decimal | None:
    parts = row.working.get("stages", []) if stage else []
    return next((Decimal(part["mean"]) for part in parts if part["stage"] == stage and part["mean"]), None)


def choose_special(
    session: Session,
    *,
    actor: Actor,
    round_: Round,
    award_key: str,
    holder_id: int,
    reason: str,
    now: datetime,
) -> AwardChoice:
    """Choose who is to have a special award, with the reason; it is given with the round's other awards."""
    guards.require_organiser(actor, round_)
    guards.lock_round(session, round_)
    special = _open_special(session, round_, award_key)
    chosen = [row for row in queries.choices_of(session, round_.id) if row.award_key == award_key]
    if len(chosen) >= int(special.most.value):
        raise Invalid(
            msg("This award goes to %(most)s at the most; take one back first."),
            field="holder",
            most=special.most.value,
        )
    if holder_id in {row.entry_id or row.company_id or row.person_id for row in chosen}:
        raise Invalid(msg("Chosen for this award already."), field="holder")
    if holder_id not in {one.id for one in candidates(session, round_, special, now=now)}:
        raise NotFound
    choice = AwardChoice(
        round_id=round_.id,
        award_key=award_key,
        reason=guards.require_reason(reason),
        chosen_by_id=actor.person_id,
        chosen_at=now,
        **{f"{special.holder}_id": holder_id},
    )
    session.add(choice)
    session.flush()
    _record(session, round_, actor, "awards.choose_special", choice, choice.reason, now)
    return choice


def drop_special(
    session: Session, *, actor: Actor, round_: Round, choice_id: int, reason: str, now: datetime
) -> None:
    """Take a choice back before the awards are given, with the reason."""
    guards.require_organiser(actor, round_)
    guards.lock_round(session, round_)
    choice = next((row for row in queries.choices_of(session, round_.id) if row.id == choice_id), None)
    if choice is None:
        raise NotFound
    _require_open(session, round_)
    reason = guards.require_reason(reason)
    _record(session, round_, actor, "awards.drop_special", choice, reason, now)
    session.delete(choice)
    session.flush()


def _open_special(session: Session, round_: Round, award_key: str) -> SpecialAward:
    special = scheme_of(session, round_).special_award(award_key)
    if special is None:
        raise NotFound
    _require_open(session, round_)
    return special


def _require_open(session: Session, round_: Round) -> None:
    if round_.standing_id is None:
        raise DomainError(msg("Special awards are chosen once the standing is computed."))
    if queries.awards_of_round(session, round_.id):
        raise AwardsGiven


def _record(
    session: Session, round_: Round, actor: Actor, verb: str, choice: AwardChoice, reason: str, now: datetime
) -> None:
    after = {"award": choice.award_key, "entry": choice.entry_id, "company": choice.company_id}
    record_round_event(
        session,
        round_=round_,
        actor=actor,
        verb=verb,
        subject=choice,
        at=now,
        reason=reason,
        after=after | {"person": choice.person_id},
    )


def give_special(session: Session, *, actor: Actor, round_: Round, first: int, now: datetime) -> list[Award]:
    """Give what was chosen for the special awards, numbered from `first`; struck entries get none."""
    scheme = scheme_of(session, round_)
    given: list[Award] = []
    homes = queries.companies_of_people(
        session, [row.person_id for row in queries.choices_of(session, round_.id) if row.person_id]
    )
    for choice in queries.choices_of(session, round_.id):
        special = scheme.special_award(choice.award_key)
        if special is None or not _may_have(choice):
            continue
        holder = _special_holder(choice, round_, homes)
        award = blank_award(round_, special, first + len(given), holder, actor, now)
        award.entry_id, award.company_id, award.person_id = (
            choice.entry_id,
            choice.company_id,
            choice.person_id,
        )
        award.reason = choice.reason
        session.add(award)
        session.flush()
        record_round_event(
            session,
            round_=round_,
            actor=actor,
            verb="awards.give_award",
            subject=award,
            at=now,
            reason=choice.reason,
            after={"number": award.number, "sha256": award.sha256},
        )
        _tell_chosen(session, award, choice, now)
        given.append(award)
    return given


def _may_have(choice: AwardChoice) -> bool:
    """False for an entry that was struck since it was chosen."""
    entry = choice.entry
    return entry is None or (entry.disqualified_at is None and entry.result.state is ResultState.FROZEN)


def _special_holder(choice: AwardChoice, round_: Round, homes: dict[int, str]) -> dict[str, Any]:
    if choice.entry is not None:
        return holder_of(choice.entry.result, round_)
    company = choice.company.name if choice.company else homes.get(choice.person_id or 0, "")
    name = choice.person.name if choice.person else company
    return {
        "title": name,
        "circle": "",
        "company": company,
        "members": [],
        "round": round_.name,
        "year": round_.season.year,
        "result_sha256": None,
    }


def _tell_chosen(session: Session, award: Award, choice: AwardChoice, now: datetime) -> None:
    """Write to whom a special award honours: the leader, the person, or the company's department."""
    if choice.entry is not None:
        circle = choice.entry.result.project.circle
        leader = circle.leader if circle else None
        receivers = [leader.person_id] if leader else []
    elif choice.person_id is not None:
        receivers = [choice.person_id]
    else:
        held = people.holders(
            session,
            role=Role.DEPARTMENT,
            scope_kind=ScopeKind.COMPANY,
            scope_id=choice.company_id or 0,
            now=now,
        )
        receivers = [row.id for row in held]
    for person_id in receivers:
        send_mail(
            session,
            to_person=person_id,
            subject=msg("A special award: %(label)s"),
            body=msg(
                "%(title)s received %(label)s in %(round)s, with the reason: %(reason)s."
                " The certificate has the number %(number)s."
            ),
            values={
                "label": award.label,
                "title": award.holder["title"],
                "round": award.holder["round"],
                "reason": award.reason,
                "number": award.number,
            },
            now=now,
        )
