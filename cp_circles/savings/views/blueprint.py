"""The blueprint of savings, and what every page of them begins with."""

from flask import Blueprint

from cp_circles.errors import NotFound
from cp_circles.metering.queries import own_indicators
from cp_circles.projects.models import Project
from cp_circles.savings import queries, rules
from cp_circles.savings.models import Saving
from cp_circles.web.access import current_actor
from cp_circles.web.i18n import locale_name
from cp_circles.web.session import db_session

bp = Blueprint("savings", __name__, url_prefix="/savings")


def project_of(project_id: int) -> Project:
    """The project, if the actor may see its savings."""
    project = db_session().get(Project, project_id)
    if project is None or not rules.can_see_savings(current_actor(), project):
        raise NotFound
    return project


def saving_of(saving_id: int) -> Saving:
    """The saving, if the actor may see it."""
    saving = db_session().get(Saving, saving_id)
    if saving is None or not rules.can_see_saving(current_actor(), saving):
        raise NotFound
    return saving


def indicator_names(company_id: int | None = None) -> dict[str, str]:
    """The catalogue's indicators by code, then the company's own."""
    session = db_session()
    names = {row.code: row.names.in_(locale_name()) for row in queries.catalogue(session).indicators}
    own = own_indicators(session, company_id) if company_id is not None else []
    return names | {row.code: row.name for row in own}
