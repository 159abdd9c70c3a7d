"""Pages of what a company pays for awards: its rule, what is due with the computation, and granting it."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.awards import presenting, queries, rules, services
from cp_circles.awards.forms import GrantForm, RewardRuleForm, offered
from cp_circles.awards.models import Award
from cp_circles.awards.services.rewards import result_of, verified_saving
from cp_circles.awards.views.blueprint import award_behind, bp
from cp_circles.editions import queries as editions
from cp_circles.errors import NotFound, Stale
from cp_circles.organisations import queries as organisations
from cp_circles.organisations.models import Company
from cp_circles.rulesets.schema import RewardRule
from cp_circles.web.access import current_actor
from cp_circles.web.i18n import locale_name, translate
from cp_circles.web.paging import PER_PAGE, listed, requested_page
from cp_circles.web.session import db_session, now


def _company(company_id: int) -> Company:
    """The company, if the reader sees its rewards."""
    company = organisations.company_by_id(db_session(), company_id)
    if not rules.can_see_rewards(current_actor(), company.id):
        raise NotFound
    return company


@bp.get("/awards/rewards/<int:company_id>")
def list_rewards(company_id: int) -> ResponseReturnValue:
    """The awards of a company's results, with what the organiser gives and what the company owes."""
    return _list_page(_company(company_id), _offer(RewardRuleForm()))


def _offer(form: RewardRuleForm) -> RewardRuleForm:
    known = editions.latest_of_each(db_session(), "reward_rule")
    form.edition_id.choices = offered(
        (row.id, f"{editions.pack_of(row).names.in_(locale_name())} ({row.edition})") for row in known
    )
    return form


def _list_page(company: Company, form: RewardRuleForm) -> str:
    """The page of a company's rewards."""
    session = db_session()
    page = queries.awards_of_company(session, company_id=company.id, page=requested_page(), size=PER_PAGE)
    held = queries.reward_rule_of(session, company.id)
    return render_template(
        "awards/list_rewards.html",
        company=company,
        page=listed(page),
        payments={row.award.id: row for row in services.payments_of(session, company.id, list(page.rows))},
        rule=editions.pack(session, held.edition_id, RewardRule) if held else None,
        held=held,
        form=form,
        may_grant=rules.can_grant_reward(current_actor(), company.id),
        presenting=presenting,
    )


@bp.post("/awards/rewards/<int:company_id>")
def adopt_reward_rule(company_id: int) -> ResponseReturnValue:
    """Take up a reward rule."""
    company, form = _company(company_id), _offer(RewardRuleForm())

    def act() -> ResponseReturnValue:
        services.adopt_reward_rule(
            db_session(),
            actor=current_actor(),
            company=company,
            edition_id=form.edition_id.data or 0,
            now=now(),
        )
        flash(_("The rule holds from now on; what was granted before stays."))
        return redirect(url_for("awards.list_rewards", company_id=company.id))

    return form.answer(act, lambda: _list_page(company, form))


def _own_award(public_key: str) -> Award:
    """The award of a result, for those who see what is paid for it."""
    award = award_behind(public_key)
    company_id = result_of(award).project.company_id
    if not rules.can_see_reward(current_actor(), award, company_id):
        raise NotFound
    return award


@bp.get("/awards/rewards/award/<public_key>")
def show_reward(public_key: str) -> ResponseReturnValue:
    """How the reward of one award is computed, step by step, and whether it was granted."""
    return _reward_page(_own_award(public_key), GrantForm(None))


def _reward_page(award: Award, form: GrantForm) -> str:
    """The page of one reward."""
    session, result = db_session(), result_of(award)
    [payment] = services.payments_of(session, result.project.company_id, [award])
    form.seen.data, form.seen.raw_data = str(payment.due), None
    return render_template(
        "awards/show_reward.html",
        award=award,
        payment=payment,
        company=result.project.company,
        verified=verified_saving(result),
        form=form,
        sees_all=rules.can_see_rewards(current_actor(), result.project.company_id),
        may_grant=rules.can_grant_reward(current_actor(), result.project.company_id),
        presenting=presenting,
    )


@bp.post("/awards/rewards/award/<public_key>")
def grant_reward(public_key: str) -> ResponseReturnValue:
    """Grant what is due."""
    award, form = _own_award(public_key), GrantForm()

    def act() -> ResponseReturnValue:
        services.grant_reward(
            db_session(), actor=current_actor(), award=award, seen=form.seen.data or "", now=now()
        )
        flash(_("The reward is granted; the leader of the circle has been told."))
        return redirect(url_for("awards.show_reward", public_key=public_key))

    def again(stale: Stale) -> ResponseReturnValue:
        form.form_errors.append(translate(stale.msgid))
        return _reward_page(award, form), 409

    return form.answer(act, lambda: _reward_page(award, form), again)
