"""The indicators that a company adds to the catalogue."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.editions import queries as editions
from cp_circles.errors import NotFound
from cp_circles.metering.queries import companies_metered_by, own_indicators
from cp_circles.organisations.models import Company
from cp_circles.rulesets.schema.figures import Factors
from cp_circles.savings import queries, services
from cp_circles.savings.forms import OwnIndicatorForm
from cp_circles.savings.views.blueprint import bp
from cp_circles.web.access import current_actor
from cp_circles.web.i18n import locale_name
from cp_circles.web.session import db_session, now


def _company(company_id: int) -> Company:
    """The company, if the reader may read its meters."""
    company, actor = db_session().get(Company, company_id), current_actor()
    seen = companies_metered_by(db_session(), actor)
    if company is None or not (company_id in seen or actor.is_administrator):
        raise NotFound
    return company


def _offer(form: OwnIndicatorForm) -> OwnIndicatorForm:
    """Offer the factor rows that lead to standard coal and to CO2."""
    rows = editions.newest_pack(db_session(), Factors).factors
    for field, units in ((form.kgce_key, {"kgce", "tce"}), (form.kgco2_key, {"kgCO2", "tCO2", "kgCO2e"})):
        field.choices = [("", _("None: never converted"))] + [
            (row.key, f"{row.names.in_(locale_name())} ({row.to_unit}/{row.from_unit})")
            for row in rows
            if row.to_unit in units
        ]
    return form


def _page(company: Company, form: OwnIndicatorForm) -> str:
    return render_template(
        "savings/own_indicators.html",
        company=company,
        form=form,
        own=own_indicators(db_session(), company.id),
        catalogue=queries.catalogue(db_session()).indicators,
        locale=locale_name(),
        may_add=current_actor().heads_department_of(company.id),
    )


@bp.get("/indicators/company/<int:company_id>")
def list_indicators(company_id: int) -> ResponseReturnValue:
    """The catalogue, and what the company added to it."""
    return _page(_company(company_id), _offer(OwnIndicatorForm(None)))


@bp.post("/indicators/company/<int:company_id>")
def add_indicator(company_id: int) -> ResponseReturnValue:
    """Add an indicator of the company's own."""
    company, form = _company(company_id), _offer(OwnIndicatorForm())

    def act() -> ResponseReturnValue:
        services.add_indicator(
            db_session(),
            actor=current_actor(),
            company=company,
            higher_is_better=form.direction.data == "higher",
            now=now(),
            **form.chosen("name", "unit", "kgce_key", "kgco2_key", "yuan_per_unit", "source"),
        )
        flash(_("The indicator is added; it is the company's own and provisional."))
        return redirect(url_for("savings.list_indicators", company_id=company.id))

    return form.answer(act, lambda: _page(company, form))
