"""Joint circles: companies and workshops that are asked, join by their department's word, and leave."""

from collections.abc import Iterable
from datetime import date, datetime, tzinfo
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.circles import rules
from cp_circles.circles.dates import SHANGHAI, local_date, working_day_after
from cp_circles.circles.models import Circle, CirclePartner, CircleState, PartnerState
from cp_circles.circles.services import telling
from cp_circles.circles.services.guards import keep_grants_in_step, note, reason_given, require
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, msg
from cp_circles.notices.services import assign_task, finish_tasks
from cp_circles.organisations.models import Company, Department
from cp_circles.people.models import Employment, Role, ScopeKind
from cp_circles.people.rules import Actor

OPEN = rules.EDITABLE | rules.LIVE | {CircleState.SUBMITTED}
JOIN = msg("Decide about taking part in the joint circle %(name)s of %(company)s")
NOT_HOME = msg("Only the home company's cleaner-production department asks partners.")
NOT_THEIRS = msg("Only the department of this partner answers.")


def ask_partner(
    session: Session,
    *,
    actor: Actor,
    circle: Circle,
    company: Company,
    department: Department | None = None,
    share: Decimal = Decimal(0),
    reason: str,
    zone: tzinfo = SHANGHAI,
    now: datetime,
) -> CirclePartner:
    """Ask a company to take part with its share of the savings (0 to 1), or to agree to another share.

    Another workshop of the home company joins at once, without a share.
    """
    require(session, circle, actor, rules.can_ask_partners, NOT_HOME, OPEN)
    reason = reason_given(reason)
    _check_place(circle, company, department)
    _check_share(circle, company, share)
    partner = CirclePartner(
        circle=circle,
        company=company,
        department=department,
        share=share,
        reason=reason,
        asked_by_id=actor.person_id,
        asked_at=now,
    )
    session.add(partner)
    session.flush()
    if company.id == circle.company_id:
        partner.state, partner.since_on = PartnerState.JOINED, local_date(now, zone)
    else:
        _task(session, partner, local_date(now, zone), now)
    _noted(session, actor, partner, "ask_partner", now, reason)
    return partner


def answer_partner(
    session: Session,
    *,
    actor: Actor,
    partner: CirclePartner,
    joins: bool,
    text: str = "",
    zone: tzinfo = SHANGHAI,
    now: datetime,
) -> CirclePartner:
    """Join with the asked share, as the partner's department, or decline with a reason.

    From today on the agreement holds in place of an earlier one of the same company.
    """
    circle = _locked(session, actor, partner)
    if partner.state is not PartnerState.ASKED:
        raise DomainError(msg("This question is answered already."))
    if not joins:
        text = reason_given(text)
    today = local_date(now, zone)
    partner.answer = text.strip()
    partner.answered_by_id, partner.answered_at = actor.person_id, now
    if joins:
        for row in circle.present_partners:
            if row.company_id == partner.company_id:
                row.state, row.until_on = PartnerState.ENDED, today
        partner.state, partner.since_on = PartnerState.JOINED, today
    else:
        partner.state = PartnerState.DECLINED
    finish_tasks(session, subject=partner, now=now)
    _noted(session, actor, partner, "answer_partner", now, text)
    _tell(session, partner, now)
    return partner


def leave_circle(
    session: Session,
    *,
    actor: Actor,
    partner: CirclePartner,
    reason: str,
    zone: tzinfo = SHANGHAI,
    now: datetime,
) -> CirclePartner:
    """End a partner's part in the circle, as its department; of a workshop or a question, as the home's.

    Members who work only there leave with it. What was verified stays counted by the shares that held.
    """
    circle = partner.circle
    asks_back = partner.state is PartnerState.ASKED and rules.can_ask_partners(actor, circle)
    own = partner.company_id == circle.company_id and rules.can_ask_partners(actor, circle)
    _locked(session, actor, partner, may=asks_back or own)
    if partner.state not in {PartnerState.ASKED, PartnerState.JOINED}:
        raise DomainError(msg("This partner has left already."))
    reason = reason_given(reason)
    today = local_date(now, zone)
    if partner.state is PartnerState.JOINED and partner.company_id != circle.company_id:
        _let_members_go(session, actor, circle, partner, today, now)
    end_partner(session, partner, reason, today, now)
    _noted(session, actor, partner, "leave_circle", now, reason)
    _tell(session, partner, now)
    return partner


def end_partner(session: Session, partner: CirclePartner, reason: str, today: date, now: datetime) -> None:
    """Let an agreement end, or a question go unanswered, with its tasks."""
    partner.until_on = today if partner.state is PartnerState.JOINED else None
    partner.state = PartnerState.ENDED if partner.state is PartnerState.JOINED else PartnerState.DECLINED
    partner.answer = reason
    finish_tasks(session, subject=partner, now=now)
    session.flush()


def _check_place(circle: Circle, company: Company, department: Department | None) -> None:
    if not company.active:
        raise Invalid(msg("This company is closed."), field="company")
    if department is not None and (department.company_id != company.id or not department.active):
        raise Invalid(msg("Choose an open department of this company."), field="department")
    if company.id == circle.company_id and department is None:
        raise Invalid(msg("Name the workshop: the home company takes part already."), field="department")
    if department is not None and department.id == circle.department_id:
        raise Invalid(msg("The circle belongs to this department already."), field="department")
    same = [row for row in circle.partners if row.company_id == company.id]
    if any(row.state is PartnerState.ASKED for row in same):
        text = msg("%(name)s has been asked already and has not answered yet.")
        raise DomainError(text, name=company.name)
    joined = [row for row in same if row.state is PartnerState.JOINED]
    if company.id == circle.company_id and department in [row.department for row in joined]:
        raise Invalid(msg("This department takes part already."), field="department")


def _check_share(circle: Circle, company: Company, share: Decimal) -> None:
    if company.id == circle.company_id:
        if share:
            raise Invalid(msg("A workshop of the home company has no share of its own."), field="share")
        return
    states = (PartnerState.ASKED, PartnerState.JOINED)
    others = sum(
        (row.share for row in circle.partners if row.state in states and row.company_id != company.id),
        Decimal(0),
    )
    if not 0 <= share < 1 or others + share >= 1:
        free = (1 - others) * 100
        raise Invalid(
            msg("The shares of all companies are 100 %% together; less than %(free)s %% is free here."),
            field="share",
            free=f"{free.normalize():f}",
        )


def _locked(session: Session, actor: Actor, partner: CirclePartner, *, may: bool = False) -> Circle:
    """Lock the circle; then: may they see it, are they of the partner, is the circle still there?"""
    circle = partner.circle
    session.refresh(circle, ["state", "version"], with_for_update=True)
    session.refresh(partner)
    if not rules.can_see(actor, circle):
        raise NotFound
    if not may and not rules.answers_for(actor, partner):
        raise NotAllowed(NOT_THEIRS)
    if circle.state is CircleState.DEREGISTERED:
        raise DomainError(msg("This circle has been struck off."))
    return circle


def _let_members_go(
    session: Session, actor: Actor, circle: Circle, partner: CirclePartner, today: date, now: datetime
) -> None:
    """Members who work at the partner and at none of the other companies leave; a leader hands over first."""
    others = {circle.company_id} | {row.company_id for row in circle.present_partners if row is not partner}
    theirs = _working_at(session, {partner.company_id}) - _working_at(session, others)
    leaving = [row for row in circle.present_members if row.person_id in theirs]
    if any(row.is_leader for row in leaving):
        raise DomainError(msg("Hand the lead over first; then the partner can leave."))
    for row in leaving:
        row.left_on = max(today, row.joined_on)
    if leaving:
        circle.version += 1
        keep_grants_in_step(session, actor=actor, circle=circle, now=now)


def _working_at(session: Session, company_ids: Iterable[int]) -> set[int]:
    at_work = sa.select(Employment.person_id).where(
        Employment.company_id.in_(list(company_ids)), Employment.ended_on.is_(None)
    )
    return set(session.scalars(at_work))


def _task(session: Session, partner: CirclePartner, today: date, now: datetime) -> None:
    circle = partner.circle
    assign_task(
        session,
        kind=JOIN,
        subject=partner,
        url=f"/circles/{circle.id}/partners",
        to_role=Role.DEPARTMENT,
        scope_kind=ScopeKind.COMPANY,
        scope_id=partner.company_id,
        due_on=working_day_after(today, telling.DAYS_TO_DECIDE),
        values={"name": circle.name, "company": circle.company.name},
        now=now,
    )


def _tell(session: Session, partner: CirclePartner, now: datetime) -> None:
    """Leader and home department learn what the partner decided."""
    subjects = {
        PartnerState.JOINED: msg("%(company)s takes part in your circle %(name)s"),
        PartnerState.DECLINED: msg("%(company)s does not take part in your circle %(name)s"),
        PartnerState.ENDED: msg("%(company)s has left your circle %(name)s"),
    }
    subject = subjects.get(partner.state)
    if subject is None:
        return
    body = msg("The circle %(name)s: what %(company)s answered.\n\n%(answer)s")
    if partner.is_taken_back:
        subject = msg("%(company)s is no longer asked to take part in your circle %(name)s")
        body = msg("The circle %(name)s: why the question to %(company)s was taken back.\n\n%(answer)s")
    values = {"company": partner.company.name, "answer": partner.answer or "–"}
    telling.mail_leader(session, partner.circle, subject=subject, body=body, now=now, **values)


def _noted(
    session: Session, actor: Actor, partner: CirclePartner, verb: str, now: datetime, reason: str
) -> None:
    after = {
        "partner_id": partner.id,
        "company_id": partner.company_id,
        "department_id": partner.department_id,
        "agreed_share": str(partner.share),
        "partner_state": partner.state.value,
    }
    session.flush()
    session.expire(partner.circle, ["partners"])
    note(session, actor, partner.circle, verb, now, reason=reason.strip(), after=after)
