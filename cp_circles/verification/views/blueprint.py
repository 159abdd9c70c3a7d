"""The room's blueprint, and what its pages begin with."""

from datetime import date, datetime, time

from flask import Blueprint

from cp_circles.errors import NotFound
from cp_circles.files.storage import LocalStorage
from cp_circles.metering.queries import own_indicators
from cp_circles.organisations.models import Company
from cp_circles.savings import queries as savings
from cp_circles.web.i18n import locale_name
from cp_circles.web.session import clock, db_session, settings

bp = Blueprint("verification", __name__, url_prefix="/verification")


def company_of(company_id: int, allowed: bool) -> Company:
    """The company, if the reader may see this side of it."""
    company = db_session().get(Company, company_id)
    if company is None or not allowed:
        raise NotFound
    return company


def indicator_names(company_id: int) -> dict[str, str]:
    """The catalogue's indicators by code, then the company's own."""
    session = db_session()
    names = {row.code: row.names.in_(locale_name()) for row in savings.catalogue(session).indicators}
    return names | {row.code: row.name for row in own_indicators(session, company_id)}


def storage() -> LocalStorage:
    """Where contents are kept."""
    return LocalStorage(settings().evidence_folder)


def end_of_day(day: date | None) -> datetime | None:
    """The last second of a local day as a moment."""
    return None if day is None else datetime.combine(day, time(23, 59, 59), clock().zone)


def start_of_day(day: date) -> datetime:
    """The first moment of a local day."""
    return datetime.combine(day, time(), clock().zone)
