"""What a company pays its circles for awards: its rule, what is due by it, and what was granted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from cp_circles.awards import queries, rules
from cp_circles.awards.models import Award, CompanyRewardRule, RewardGrant
from cp_circles.calc import rewarding
from cp_circles.calc.reasons import Reason
from cp_circles.db.engine import take_turns
from cp_circles.db.events import record_event
from cp_circles.editions import queries as editions
from cp_circles.editions.models import Edition
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, Stale, msg
from cp_circles.notices.services import send_mail
from cp_circles.organisations.models import Company
from cp_circles.people.rules import Actor
from cp_circles.results.models import Result
from cp_circles.rulesets.schema import AwardScheme, RewardRule


class NoRewardRule(DomainError):
    """A company grants by the rule that it took up."""

    msgid = msg("The company has taken up no reward rule yet.")


@dataclass(frozen=True)
class Payment:
    """One award and what the company pays for it: granted already, or due by the rule, with the steps.

    `rule` is None where the company has no rule; `rank` is the award's place in its scheme, None for a
    special award.
    """

    award: Award
    rank: int | None
    rule: RewardRule | None
    edition_id: int | None
    due: Decimal | None
    steps: Sequence[Reason]
    granted: RewardGrant | None


def payments_of(session: Session, company_id: int, awards: Sequence[Award]) -> list[Payment]:
    """What a company pays for some awards of its results: a fixed number of statements."""
    held = queries.reward_rule_of(session, company_id)
    rule = editions.pack(session, held.edition_id, RewardRule) if held is not None else None
    grants = queries.grants_of_results(session, {result_of(award).id for award in awards})
    found = []
    for award in awards:
        known = grants.get(result_of(award).id, [])
        granted = next((row for row in known if row.award_id == award.id), None)
        rank, due, steps = rank_of(session, award), None, _kept_steps(granted)
        if granted is None and rule is not None and award.revoked_at is None:
            paid = [row.amount for row in known]
            reward = rewarding.reward(
                _plain(rule, award, rank), verified=verified_saving(result_of(award)), paid=paid
            )
            due, steps = reward.due, reward.steps
        found.append(Payment(award, rank, rule, held.edition_id if held else None, due, steps, granted))
    return found


def result_of(award: Award) -> Result:
    """The result that an award honours; NotFound for awards of companies and people."""
    if award.entry is None:
        raise NotFound
    return award.entry.result


def rank_of(session: Session, award: Award) -> int | None:
    """The rank of an award in the scheme of its round; None for a special one."""
    edition_id = award.round_.award_edition_id
    if edition_id is None:
        return None
    scheme = editions.pack(session, edition_id, AwardScheme)
    return next((tier.rank for tier in scheme.awards if tier.key == award.award_key), None)


def verified_saving(result: Result) -> Decimal:
    """The verified direct saving in yuan as the result's package froze it; 0 for none or another currency."""
    totals = (result.package or {}).get("totals", {})
    if totals.get("currency", "CNY") != "CNY":
        return Decimal(0)
    return Decimal(str(totals.get("direct_yuan") or 0))


def _plain(rule: RewardRule, award: Award, rank: int | None) -> rewarding.Rule:
    fixed = rule.fixed_for(award.round_.level.value, rank) if rank is not None else None
    return rewarding.Rule(
        fixed=fixed.value if fixed is not None else Decimal(0),
        percent=rule.percent.value if rule.percent is not None else None,
        floor=rule.floor.value if rule.floor is not None else None,
        cap=rule.cap.value if rule.cap is not None else None,
        topup_only=rule.topup_only,
    )


def _kept_steps(granted: RewardGrant | None) -> tuple[Reason, ...]:
    if granted is None:
        return ()
    return tuple(Reason(row["msgid"], row["values"]) for row in granted.working["steps"])


def adopt_reward_rule(
    session: Session, *, actor: Actor, company: Company, edition_id: int, now: datetime
) -> CompanyRewardRule:
    """Take up a reward rule for a company; what was granted before stays as it was computed."""
    _require_grantor(actor, company.id)
    edition = session.get(Edition, edition_id)
    if edition is None or edition.kind != "reward_rule":
        raise Invalid(msg("Choose a reward rule."), field="edition_id")
    before = queries.reward_rule_of(session, company.id)
    if before is not None and before.edition_id == edition_id:
        raise Invalid(msg("This rule holds already."), field="edition_id")
    row = CompanyRewardRule(
        company_id=company.id, edition_id=edition_id, set_by_id=actor.person_id, set_at=now
    )
    session.add(row)
    session.flush()
    record_event(
        session,
        actor=actor,
        verb="awards.adopt_reward_rule",
        subject=company,
        at=now,
        company_id=company.id,
        before={"rule": before.edition_id} if before else None,
        after={"rule": edition_id},
    )
    return row


def grant_reward(session: Session, *, actor: Actor, award: Award, seen: str, now: datetime) -> RewardGrant:
    """Grant what is due for an award by the company's rule, once; Stale unless `seen` is what is due."""
    result = result_of(award)
    company_id = result.project.company_id
    _require_grantor(actor, company_id)
    take_turns(session, f"reward:{result.id}")
    session.refresh(award)
    if award.revoked_at is not None:
        raise DomainError(msg("This award has been revoked; nothing is paid for it."))
    [payment] = payments_of(session, company_id, [award])
    if payment.granted is not None:
        raise DomainError(msg("The reward for this award has been granted already."))
    if payment.due is None or payment.edition_id is None:
        raise NoRewardRule
    if str(payment.due) != seen:
        raise Stale(msg("Something changed since this was shown. Look at it again, then apply it."))
    grant = RewardGrant(
        award_id=award.id,
        company_id=company_id,
        edition_id=payment.edition_id,
        amount=payment.due,
        working={"steps": [_kept(step) for step in payment.steps]},
        granted_by_id=actor.person_id,
        granted_at=now,
    )
    session.add(grant)
    session.flush()
    record_event(
        session,
        actor=actor,
        verb="awards.grant_reward",
        subject=award,
        at=now,
        company_id=company_id,
        after={"amount": str(grant.amount), "rule": grant.edition_id},
    )
    _tell_leader(session, award, result, grant, now)
    return grant


def _kept(step: Reason) -> dict[str, Any]:
    return {"msgid": step.msgid, "values": {key: str(value) for key, value in step.values.items()}}


def _require_grantor(actor: Actor, company_id: int) -> None:
    if rules.can_grant_reward(actor, company_id):
        return
    if rules.can_see_rewards(actor, company_id):
        raise NotAllowed(msg("Rewards are granted by the company's department."))
    raise NotFound


def _tell_leader(session: Session, award: Award, result: Result, grant: RewardGrant, now: datetime) -> None:
    circle = result.project.circle
    leader = circle.leader if circle else None
    if leader is None:
        return
    values = {
        "title": award.holder["title"],
        "label": award.label,
        "amount": str(grant.amount),
        "url": f"/awards/rewards/award/{award.public_key}",
    }
    send_mail(
        session,
        to_person=leader.person_id,
        subject=msg("A reward for your circle: %(amount)s yuan"),
        body=msg("For %(label)s of “%(title)s” the company grants %(amount)s yuan."),
        values=values,
        now=now,
    )
