"""The page of main meters with their sub-meters, and the act that moves a meter under another."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.db.clock import YEARS
from cp_circles.metering import queries, rules, services
from cp_circles.metering.forms.findings import MoveForm
from cp_circles.metering.presenting.tree import tree_of
from cp_circles.metering.views.blueprint import bp, company_of
from cp_circles.organisations.models import Company
from cp_circles.web.access import current_actor
from cp_circles.web.paging import page_of
from cp_circles.web.session import db_session, now, today

BALANCES_A_PAGE = 10
METERS_A_PAGE = 50


@bp.get("/company/<int:company_id>/tree")
def show_tree(company_id: int) -> ResponseReturnValue:
    """Main meters with their sub-meters, and what no sub-meter counted in a year."""
    company = company_of(company_id)
    form = MoveForm()
    form.offer(queries.meters_of(db_session(), company.id))
    return _page(company, form)


def _page(company: Company, form: MoveForm) -> str:
    """The page of one year; the year stands in the address."""
    asked = request.args.get("year", type=int)
    year = asked if asked is not None and asked in YEARS else today().year
    tree = tree_of(db_session(), company.id, year)
    return render_template(
        "metering/show_tree.html",
        company=company,
        branches=page_of(tree.branches, per_page=METERS_A_PAGE, argument="meters"),
        page=page_of(tree.balances, per_page=BALANCES_A_PAGE),
        year=year,
        form=form,
        may_keep=rules.can_keep_meters(current_actor(), company.id),
    )


@bp.post("/company/<int:company_id>/tree")
def move_meter(company_id: int) -> ResponseReturnValue:
    """Put a meter under another one, or under none."""
    company, form = company_of(company_id), MoveForm()
    meters = {str(meter.id): meter for meter in queries.meters_of(db_session(), company.id)}
    form.offer(list(meters.values()))

    def act() -> ResponseReturnValue:
        meter = services.move_meter(
            db_session(),
            actor=current_actor(),
            meter=meters[form.meter.data],
            parent=meters.get(form.parent.data),
            now=now(),
            **form.chosen("reason"),
        )
        flash(_("The meter %(name)s is moved; its readings stay.", name=meter.name))
        return redirect(url_for("metering.show_tree", company_id=company.id))

    services.require_keeper(current_actor(), company.id)
    return form.answer(act, lambda: _page(company, form))
