"""The room's blueprint, and the company of an address."""

from typing import Any

from flask import Blueprint

from cp_circles.errors import NotFound
from cp_circles.organisations import rules as organisations
from cp_circles.organisations.models import Company
from cp_circles.web.access import current_actor
from cp_circles.web.session import db_session, now
from cp_circles.workforce import rules

bp = Blueprint("workforce", __name__, url_prefix="/workforce")


def company_of(company_id: int) -> Company:
    """The company, if the actor keeps the list of its people."""
    company = db_session().get(Company, company_id)
    if company is None or not rules.can_keep_staff(current_actor(), company_id):
        raise NotFound
    return company


def registered_company(company_id: int) -> Company:
    """The company, if the actor registers companies in its region."""
    company = db_session().get(Company, company_id)
    if company is None or not organisations.can_register_company(current_actor(), company.region):
        raise NotFound
    return company


def acting() -> dict[str, Any]:
    """What every service is told: who acts, and when."""
    return {"actor": current_actor(), "now": now()}
