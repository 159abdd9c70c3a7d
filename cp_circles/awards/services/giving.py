"""Giving the awards of a finished round, and revoking one."""

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy.orm import Session

from cp_circles.awards import queries
from cp_circles.awards.models import Award
from cp_circles.calc.awarding import AwardScheme as Scheme
from cp_circles.calc.awarding import Label, Placed, awards
from cp_circles.db.events import record_event
from cp_circles.editions import queries as editions
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, msg
from cp_circles.judging import guards, rules
from cp_circles.judging.models import Round, StandingRow
from cp_circles.notices.services import finish_tasks, send_mail
from cp_circles.people.models import Person
from cp_circles.people.rules import Actor
from cp_circles.results.models import ResultState
from cp_circles.rulesets.schema import AwardScheme, AwardTier

LETTER = {"company": "E", "county": "D", "city": "C", "province": "P", "nation": "N"}


class RoundNotFinished(DomainError):
    """Nothing is awarded before the publicity period has ended and the round is finished."""

    msgid = msg("Awards are given when the publicity period has ended and the round is finished.")


class AwardsGiven(DomainError):
    """The awards of a round are given once."""

    msgid = msg("The awards of this round have been given already.")


class NoScheme(DomainError):
    """The round was opened without an award scheme."""

    msgid = msg("This round has no award scheme.")


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
        rows = [row for row in group if _may_win(row)]
        given = awards([Placed(row.entry_id, row.place, row.score) for row in rows], _calc_scheme(scheme))
        for row in rows:
            award = given[row.entry_id]
            found.append(ProposedAward(row, tiers.get(award.label or ""), award.why))
    return found


def _may_win(row: StandingRow) -> bool:
    """False for an entry that was disqualified, or whose result was revoked since."""
    return row.entry.disqualified_at is None and row.entry.result.state is ResultState.FROZEN


def scheme_of(session: Session, round_: Round) -> AwardScheme:
    """The award scheme that the round published."""
    if round_.award_edition_id is None:
        raise NoScheme
    return editions.pack(session, round_.award_edition_id, AwardScheme)


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
        record_event(
            session,
            actor=actor,
            verb="awards.give_award",
            subject=award,
            at=now,
            company_id=item.row.entry.result.project.company_id,
            after={"number": award.number, "sha256": award.sha256},
        )
        _tell_leader(session, award, item.row, now)
    finish_tasks(session, subject=round_, now=now)
    return given


def _award(round_: Round, item: ProposedAward, number: int, actor: Actor, now: datetime) -> Award:
    """One award with its holder as printed and the hash of what is printed."""
    assert item.tier is not None
    package = item.row.entry.result.package or {}
    holder = {
        "title": package.get("title", item.row.entry.result.title),
        "circle": package.get("circle", {}).get("name", ""),
        "company": package.get("company", {}).get("name", ""),
        "members": package.get("circle", {}).get("members", [])[:10],
        "round": round_.name,
        "year": round_.season.year,
        "result_sha256": item.row.entry.result.sha256,
    }
    award = Award(
        round_id=round_.id,
        entry_id=item.row.entry_id,
        award_key=item.tier.key,
        label=item.tier.names.zh,
        label_en=item.tier.names.en,
        number=f"CP-{round_.season.year}-{LETTER[round_.level.value]}{round_.id}-{number:04d}",
        public_key=secrets.token_hex(16),
        holder=holder,
        honorary=item.tier.honorary.zh,
        reward_yuan=item.tier.material.value or None,
        sha256="",
        given_at=now,
        given_by_id=actor.person_id,
    )
    award.sha256 = printed_hash(award)
    return award


def printed_hash(award: Award) -> str:
    """SHA-256 of what the certificate prints: number, label and holder."""
    facts = {"number": award.number, "label": award.label, "holder": award.holder}
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


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
    if award.revoked_at is not None:
        raise DomainError(msg("This award has been revoked already."))
    if not reason.strip():
        raise Invalid(msg("Say why the award is revoked; it is published."), field="reason")
    end_award(session, actor=actor, award=award, reason=reason, now=now)


def end_award(session: Session, *, actor: Actor, award: Award, reason: str, now: datetime) -> None:
    """Write an award's end down; whoever calls has asked who may and whether it stands."""
    award.revoked_at, award.revoked_by_id, award.revoke_reason = now, actor.person_id, reason
    session.flush()
    record_event(session, actor=actor, verb="awards.revoke_award", subject=award, at=now, reason=reason)
