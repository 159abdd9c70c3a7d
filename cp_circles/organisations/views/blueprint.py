"""The room's blueprint, and the ways its pages find their records."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cp_circles.organisations import queries
from cp_circles.organisations.models import Company, Region, RegionLevel
from cp_circles.organisations.rules import can_see_company
from cp_circles.web.access import current_actor
from cp_circles.web.forms import whole_number
from cp_circles.web.paging import kept_arguments
from cp_circles.web.session import db_session

bp = Blueprint("organisations", __name__)
SEATS = {RegionLevel.CITY, RegionLevel.COUNTY}


def company_of(company_id: int) -> Company:
    """The company, if the actor may see it."""
    return queries.company_for(db_session(), actor=current_actor(), company_id=company_id)


@bp.before_app_request
def follow_merged() -> Response | None:
    """An old address of a company that was merged leads to the one that it became part of.

    Only for those who may see that one; everybody else is answered as before.
    """
    company_id = (request.view_args or {}).get("company_id")
    if request.method != "GET" or request.endpoint is None or not isinstance(company_id, int):
        return None
    session = db_session()
    company = session.get(Company, company_id)
    kept = queries.merged_into(session, company) if company is not None else None
    if kept is None or not can_see_company(current_actor(), kept):
        return None
    values = {**kept_arguments(), **(request.view_args or {}), "company_id": kept.id}
    return redirect(url_for(request.endpoint, **values), 303)


def asked_region() -> Region | None:
    """The region named in the address, if there is such a one."""
    region_id = whole_number(request.values.get("region"))
    return db_session().get(Region, region_id) if region_id else None


def saved(company: Company) -> ResponseReturnValue:
    """Say so and show the company."""
    flash(_("Saved."), "success")
    return redirect(url_for("organisations.show_company", company_id=company.id), 303)
