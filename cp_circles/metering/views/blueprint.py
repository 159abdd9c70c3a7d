"""The room's blueprint, and what its pages share: the company, meter and reading of an address."""

from flask import Blueprint
from flask_babel import gettext as _

from cp_circles.editions.queries import newest_pack
from cp_circles.errors import NotFound
from cp_circles.files.services import store_blob
from cp_circles.files.storage import LocalStorage
from cp_circles.metering import queries
from cp_circles.metering.models import Meter, Reading
from cp_circles.organisations.models import Company
from cp_circles.rulesets.schema import Indicators
from cp_circles.web.access import current_actor
from cp_circles.web.forms import FilesField
from cp_circles.web.i18n import locale_name
from cp_circles.web.session import db_session, now, settings
from cp_circles.web.uploads import read_upload

bp = Blueprint("metering", __name__, url_prefix="/meters")


def storage() -> LocalStorage:
    """Where photos of meters lie."""
    return LocalStorage(settings().evidence_folder)


def kept_photo(field: FilesField) -> str | None:
    """The hash of an uploaded photo, which is kept; None where there is none."""
    if field.first is None:
        return None
    upload = read_upload(field.first, field=field.name)
    return store_blob(db_session(), storage(), upload.content, upload.name, now()).sha256


def company_of(company_id: int) -> Company:
    """The company, if the actor may read its meters."""
    company = db_session().get(Company, company_id)
    seen = queries.companies_metered_by(db_session(), current_actor())
    if company is None or (company.id not in seen and not current_actor().is_administrator):
        raise NotFound
    return company


def meter_of(meter_id: int) -> Meter:
    """The meter, if the actor may read it."""
    meter = db_session().get(Meter, meter_id)
    if meter is None:
        raise NotFound
    company_of(meter.company_id)
    return meter


def reading_of(reading_id: int) -> Reading:
    """The reading, if the actor may read its meter."""
    reading = db_session().get(Reading, reading_id)
    if reading is None:
        raise NotFound
    company_of(reading.meter.company_id)
    return reading


def indicator_names(company: Company | None = None) -> dict[str, str]:
    """What a meter can count, by code: production, other drivers, the catalogue, and the company's own."""
    pack = newest_pack(db_session(), Indicators)
    names = {row.code: row.names.in_(locale_name()) for row in pack.indicators}
    own = queries.own_indicators(db_session(), company.id) if company is not None else []
    return {
        "PRODUCTION": _("Production"),
        "DRIVER": _("Other driver of use (degree days, hours run)"),
        **names,
        **{row.code: row.name for row in own},
    }
