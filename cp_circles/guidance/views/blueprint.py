"""The room's blueprint, the way every page finds its company, and the tabs of the desk."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cp_circles.errors import NotFound
from cp_circles.files.storage import LocalStorage
from cp_circles.guidance import rules
from cp_circles.guidance.presenting.tables import TABLES
from cp_circles.organisations.models import Company
from cp_circles.web.access import current_actor
from cp_circles.web.session import clock, db_session, now, settings

bp = Blueprint("guidance", __name__, url_prefix="/guidance")


def company_of(company_id: int) -> Company:
    """The company, if the actor sees its desk."""
    company = db_session().get(Company, company_id)
    if company is None or not rules.can_see_desk(current_actor(), company_id):
        raise NotFound
    return company


def acting() -> dict[str, Any]:
    """What every service is told: who acts, and when."""
    return {"actor": current_actor(), "now": now()}


def dated() -> dict[str, Any]:
    """The same for services that write local dates."""
    return acting() | {"zone": clock().zone}


def storage() -> LocalStorage:
    """Where files are kept."""
    return LocalStorage(settings().evidence_folder)


def done(message: str, endpoint: str, **values: Any) -> Response:
    """Say what has happened and show the page of it."""
    flash(message, "success")
    return redirect(url_for(f"guidance.{endpoint}", **values), 303)


def desk_page(template: str, company: Company, tab: str, **values: Any) -> str:
    """A page of the desk with its tabs."""
    return render_template(
        f"guidance/{template}.html",
        company=company,
        tabs=tabs_of(company.id, tab),
        may_write=rules.can_write(current_actor(), company.id),
        may_decide=rules.can_decide(current_actor(), company.id),
        **values,
    )


def tabs_of(company_id: int, tab: str) -> list[tuple[str, str, bool, None, None]]:
    """The pages of the desk, those that the reader may open."""
    actor = current_actor()
    items = [
        ("board", _("Board of circles"), url_for("guidance.show_board", company_id=company_id)),
        ("rates", _("Rates"), url_for("guidance.show_rates", company_id=company_id)),
    ]
    if rules.can_decide(actor, company_id):
        url = url_for("guidance.show_approvals", company_id=company_id)
        items.append(("approvals", _("Approvals"), url))
    items.append(("new_year", _("New year"), url_for("guidance.show_new_year", company_id=company_id)))
    for key, table in TABLES.items():
        url = url_for("guidance.list_records", company_id=company_id, kind=key)
        items.append((key, _(table.title), url))
    items.append(("guard", _("Counted once"), url_for("savings.list_overlaps", company_id=company_id)))
    followed = url_for("savings.list_follow_ups", company_id=company_id)
    items.append(("followed", _("Follow-up of savings"), followed))
    if rules.can_see_signals(actor, company_id):
        items.append(("signals", _("Signals"), url_for("guidance.show_signals", company_id=company_id)))
    return [(label, url, key == tab, None, None) for key, label, url in items]
