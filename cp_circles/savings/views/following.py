"""Follow-ups: what waits, what is overdue, and the answer with new readings."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.errors import NotFound
from cp_circles.ledger.living import living_by_season
from cp_circles.organisations.models import Company
from cp_circles.savings import following, queries, rules
from cp_circles.savings.models import FollowUp, FollowUpAnswer
from cp_circles.savings.presenting import said
from cp_circles.savings.presenting.guard import answer_name
from cp_circles.savings.services import follow_ups
from cp_circles.savings.views.blueprint import bp, indicator_names
from cp_circles.savings.views.guard_forms import FollowUpForm
from cp_circles.savings.views.guarding import company_in_view
from cp_circles.web.access import current_actor
from cp_circles.web.forms import ReasonForm
from cp_circles.web.i18n import locale_name
from cp_circles.web.session import db_session, now, today


@bp.get("/follow-ups/company/<int:company_id>")
def list_follow_ups(company_id: int) -> ResponseReturnValue:
    """A company's follow-ups: overdue, waiting, answered; and what lives on in later years."""
    company, session = company_in_view(company_id), db_session()
    metrics = {row.key: row for row in queries.vocabulary(session).metrics}
    living = [
        (season, metrics[key].names.in_(locale_name()), amount, metrics[key].base_unit)
        for season, key, _currency, amount in living_by_season(session, company_id=company.id)
        if key in metrics
    ]
    return render_template(
        "savings/follow_ups.html",
        company=company,
        rows=following.follow_ups_of_company(session, company.id),
        names=indicator_names(company.id),
        answer_name=answer_name,
        today=today(),
        living=living,
    )


def _follow_up(follow_up_id: int) -> FollowUp:
    """The follow-up, if the reader may see its saving."""
    row = db_session().get(FollowUp, follow_up_id)
    if row is None or not rules.can_see_savings(current_actor(), row.saving.project):
        raise NotFound
    return row


@bp.get("/follow-ups/<int:follow_up_id>")
def show_follow_up(follow_up_id: int) -> ResponseReturnValue:
    """One follow-up with its answer and how the new readings were computed."""
    return _page(_follow_up(follow_up_id), FollowUpForm(None))


def _page(row: FollowUp, form: FollowUpForm) -> str:
    session, actor, saving = db_session(), current_actor(), row.saving
    may_answer = row.answered_at is None and actor.heads_department_of(row.company_id)
    days = following.later_days(session, saving, today()) if may_answer else None
    if days is not None and not request.form:
        form.period_from.data, form.period_to.data = days
    return render_template(
        "savings/follow_up.html",
        row=row,
        saving=saving,
        project=saving.project,
        company=session.get_one(Company, row.company_id),
        verified=queries.verified_amounts(row.claim),
        names=indicator_names(row.company_id),
        answer_name=answer_name,
        form=form,
        may_answer=may_answer,
        days=days,
        later=following.measured_again(session, row, *days) if days and row.claim.voided_at is None else None,
        say=said,
        may_take_back=row.answered_at is not None and actor.heads_department_of(row.company_id),
        reason_form=ReasonForm(None),
        today=today(),
    )


@bp.post("/follow-ups/<int:follow_up_id>")
def answer_follow_up(follow_up_id: int) -> ResponseReturnValue:
    """Answer whether the saving still works."""
    row, form = _follow_up(follow_up_id), FollowUpForm()
    follow_ups.require_answerer(current_actor(), row)

    def act() -> ResponseReturnValue:
        follow_ups.answer_follow_up(
            db_session(),
            actor=current_actor(),
            follow_up=row,
            answer=FollowUpAnswer(form.outcome.data),
            note=form.note.data or "",
            now=now(),
            **form.chosen("share", "period_from", "period_to"),
        )
        flash(_("The answer is recorded."), "success")
        return redirect(url_for("savings.show_follow_up", follow_up_id=row.id), 303)

    return form.answer(act, lambda: _page(row, form))


@bp.post("/follow-ups/<int:follow_up_id>/take-back")
def take_back_answer(follow_up_id: int) -> ResponseReturnValue:
    """Take an answer back with a reason; the question is open again."""
    row, form = _follow_up(follow_up_id), ReasonForm()
    follow_ups.require_answerer(current_actor(), row)

    def act() -> ResponseReturnValue:
        follow_ups.take_back_answer(
            db_session(), actor=current_actor(), follow_up=row, reason=form.reason.data or "", now=now()
        )
        flash(_("The answer is taken back; the question is open again."), "success")
        return redirect(url_for("savings.show_follow_up", follow_up_id=row.id), 303)

    return form.answer(act, lambda: _page(row, FollowUpForm(None)))
