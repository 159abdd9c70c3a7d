"""Giving the awards of a finished round, and revoking one."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy.orm import Session

from cp_circles.awards import queries
from cp_circles.awards.models import Award
from cp_circles.awards.services.schemes import AwardsGiven, blank_award, holder_of, may_win, scheme_of
from cp_circles.awards.services.special import give_special
from cp_circles.calc.awarding import AwardScheme as Scheme
from cp_circles.calc.awarding import Label, Placed, awards
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, msg
from cp_circles.judging import guards, rules
from cp_circles.judging.chain import put_head_in_platform_chain, record_round_event
from cp_circles.judging.models import Round, StandingRow
from cp_circles.notices.services import send_mail
from cp_circles.people.models import Person
from cp_circles.people.rules import Actor
from cp_circles.rulesets.schema import AwardScheme, AwardTier


class RoundNotFinished(DomainError):
    """Nothing is awarded before the publicity period has ended and the round is finished."""

    msgid = msg("Awards are given when the publicity period has ended and the round is finished.")


@dataclass(frozen=True)
class ProposedAward:
    """What one entry would receive, and why."""

    row: StandingRow
    tier: AwardTier | None
    why: Any


def propose_awards(session: Session, round_: Round) -> list[ProposedAward]:
    """The awards that the round's scheme gives on its standing, track by track."""
    scheme = scheme_of(session, round_)
    tiers = {tier.key: tier for tier in scheme.awards}
    found = []
    for _, group in groupby(queries.standing_rows_of(session, round_), key=lambda row: row.track_key):
        rows = [row for row in group if may_win(row)]
        given = awards([Placed(row.entry_id, row.place, row.score) for row in rows], _calc_scheme(scheme))
        for row in rows:
            award = given[row.entry_id]
            found.append(ProposedAward(row, tiers.get(award.label or ""), award.why))
    return found


def _calc_scheme(scheme: AwardScheme) -> Scheme:
    """The pack as the calculation takes it."""
    return Scheme(
        labels=tuple(
            Label(
                tier.key,
                count=int(tier.amount.value) if tier.quota == "count" else None,
                percent=tier.amount.value if tier.quota == "percent" else None,
                min_score=tier.min_score.value,
            )
            for tier in scheme.awards
        ),
        rounding="half_up" if scheme.percent_rounding == "half_up" else "down",
    )


def give_awards(session: Session, *, actor: Actor, round_: Round, now: datetime) -> list[Award]:
    """Give every award of a finished round, each with its number, ready for the certificate."""
    guards.require_organiser(actor, round_)
    guards.lock_round(session, round_)
    if round_.finished_at is None:
        raise RoundNotFinished
    if queries.awards_of_round(session, round_.id):
        raise AwardsGiven
    proposed = [item for item in propose_awards(session, round_) if item.tier is not None]
    proposed.sort(key=lambda item: (item.tier.rank if item.tier else 0, item.row.track_key, item.row.place))
    given = [_award(round_, item, number, actor, now) for number, item in enumerate(proposed, start=1)]
    session.add_all(given)
    session.flush()
    for award, item in zip(given, proposed, strict=True):
        record_round_event(
            session,
            round_=round_,
            actor=actor,
            verb="awards.give_award",
            subject=award,
            at=now,
            company_id=item.row.entry.result.project.company_id,
            after={"number": award.number, "sha256": award.sha256},
        )
        _tell_leader(session, award, item.row, now)
    chosen = give_special(session, actor=actor, round_=round_, first=len(given) + 1, now=now)
    put_head_in_platform_chain(session, actor=actor, round_=round_, now=now)
    return [*given, *chosen]


def _award(round_: Round, item: ProposedAward, number: int, actor: Actor, now: datetime) -> Award:
    """One award with its holder as printed and the hash of what is printed."""
    assert item.tier is not None
    holder = holder_of(item.row.entry.result, round_)
    award = blank_award(round_, item.tier, number, holder, actor, now)
    award.entry_id = item.row.entry_id
    return award


def _tell_leader(session: Session, award: Award, row: StandingRow, now: datetime) -> None:
    """Write to the circle's leader, if they have one with an account."""
    circle = row.entry.result.project.circle
    leader = circle.leader if circle else None
    if leader is None:
        return
    send_mail(
        session,
        to_person=session.get_one(Person, leader.person_id),
        subject=msg("Your circle has won: %(label)s"),
        body=msg("%(title)s received %(label)s in %(round)s. The certificate has the number %(number)s."),
        values={
            "label": award.label,
            "title": award.holder["title"],
            "round": award.holder["round"],
            "number": award.number,
        },
        now=now,
    )


def revoke_award(session: Session, *, actor: Actor, award: Award, reason: str, now: datetime) -> None:
    """Revoke an award with its reason; the check page says so from then on."""
    if not rules.can_organise(actor, award.round_):
        if not rules.can_see_round(actor, award.round_):
            raise NotFound
        raise NotAllowed(msg("Only those who hold this round may do this."))
    guards.lock_round(session, award.round_)
    session.refresh(award)
    if award.revoked_at is not None:
        raise DomainError(msg("This award has been revoked already."))
    if not reason.strip():
        raise Invalid(msg("Say why the award is revoked; it is published."), field="reason")
    end_award(session, actor=actor, award=award, reason=reason, now=now)


def end_award(session: Session, *, actor: Actor, award: Award, reason: str, now: datetime) -> None:
    """Write an award's end down; whoever calls has asked who may and whether it stands."""
    award.revoked_at, award.revoked_by_id, award.revoke_reason = now, actor.person_id, reason
    session.flush()
    round_ = award.round_
    record_round_event(
        session,
        round_=round_,
        actor=actor,
        verb="awards.revoke_award",
        subject=award,
        at=now,
        reason=reason,
        after={"number": award.number},
    )
    put_head_in_platform_chain(session, actor=actor, round_=round_, now=now)
