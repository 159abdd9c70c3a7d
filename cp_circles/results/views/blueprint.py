"""The room's blueprint, and what every page of it begins with."""

from flask import Blueprint

from cp_circles.errors import NotFound
from cp_circles.files.storage import LocalStorage
from cp_circles.organisations.models import Company
from cp_circles.organisations.queries import company_for
from cp_circles.results import queries, rules
from cp_circles.results.models import Result
from cp_circles.web.access import current_actor
from cp_circles.web.session import db_session, in_turn, settings

bp = Blueprint("results", __name__, url_prefix="/results")


def result_of(result_id: int) -> Result:
    """The result, if the reader may see it; acts on one result follow one another."""
    in_turn("result", result_id)
    return queries.result_for(db_session(), actor=current_actor(), result_id=result_id)


def company_of(company_id: int) -> Company:
    """The company, for its department and the administrator; NotFound for everybody else."""
    in_turn("templates", company_id)
    if not rules.can_see_documents_of(current_actor(), company_id):
        raise NotFound
    return company_for(db_session(), actor=current_actor(), company_id=company_id)


def storage() -> LocalStorage:
    """Where contents are kept."""
    return LocalStorage(settings().evidence_folder)
