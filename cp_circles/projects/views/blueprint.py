"""The room's blueprint, and what every page of it begins with."""

from flask import Blueprint

from cp_circles.files.storage import LocalStorage
from cp_circles.projects import queries
from cp_circles.projects.models import Project
from cp_circles.web.access import current_actor
from cp_circles.web.session import db_session, in_turn, settings

bp = Blueprint("projects", __name__, url_prefix="/projects")


def project_of(project_id: int) -> Project:
    """The project, if the reader may see it; acts on one project follow one another."""
    in_turn("project", project_id)
    return queries.project_for(db_session(), actor=current_actor(), project_id=project_id)


def storage() -> LocalStorage:
    """Where contents are kept."""
    return LocalStorage(settings().evidence_folder)
