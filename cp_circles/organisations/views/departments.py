"""A company's departments."""

from flask.typing import ResponseReturnValue

from cp_circles.errors import Invalid
from cp_circles.organisations import queries, services
from cp_circles.organisations.forms import (
    DepartmentForm,
)
from cp_circles.organisations.views.blueprint import bp, company_of, saved
from cp_circles.web.access import current_actor
from cp_circles.web.forms import ReasonForm
from cp_circles.web.session import db_session, now


@bp.post("/companies/<int:company_id>/departments")
def add_department(company_id: int) -> ResponseReturnValue:
    """Add a department."""
    company, form = company_of(company_id), DepartmentForm()
    if not form.validate():
        raise Invalid(str(form.name.errors[0]), field="name")
    services.add_department(
        db_session(), actor=current_actor(), company=company, name=form.name.data, now=now()
    )
    return saved(company)


@bp.post("/companies/<int:company_id>/departments/<int:department_id>/rename")
def rename_department(company_id: int, department_id: int) -> ResponseReturnValue:
    """Give a department another name."""
    company, form = company_of(company_id), DepartmentForm()
    department = queries.department_of(db_session(), company, department_id)
    if not form.validate():
        raise Invalid(str(form.name.errors[0]), field="name")
    services.rename_department(
        db_session(), actor=current_actor(), department=department, name=form.name.data, now=now()
    )
    return saved(company)


@bp.post("/companies/<int:company_id>/departments/<int:department_id>/close")
def close_department(company_id: int, department_id: int) -> ResponseReturnValue:
    """Close a department with a reason."""
    company, form = company_of(company_id), ReasonForm()
    department = queries.department_of(db_session(), company, department_id)
    services.close_department(
        db_session(), actor=current_actor(), department=department, reason=form.reason.data or "", now=now()
    )
    return saved(company)
