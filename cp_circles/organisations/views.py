"""Pages of companies, their departments, and the region tree."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.errors import Invalid, NotAllowed, NotFound, Stale
from cp_circles.organisations import queries, rules, services
from cp_circles.organisations.forms import (
    CompanyFacts,
    CompanyFilter,
    DepartmentForm,
    MemberLimitsForm,
    NewCompanyForm,
    ThresholdsForm,
    facts_of,
    id_or_none,
    industry_choices,
)
from cp_circles.organisations.models import Company, Industry, Region, RegionLevel
from cp_circles.web.access import current_actor
from cp_circles.web.forms import BaseForm, ReasonForm
from cp_circles.web.history import history_of
from cp_circles.web.i18n import label
from cp_circles.web.paging import listed, requested_page
from cp_circles.web.session import db_session, now
from cp_circles.web.versions import show_stale

bp = Blueprint("organisations", __name__)
SEATS = {RegionLevel.CITY, RegionLevel.COUNTY}


def _company(company_id: int) -> Company:
    """The company, if the actor may see it."""
    return queries.company_for(db_session(), actor=current_actor(), company_id=company_id)


def _asked_region() -> Region | None:
    """The region named in the address, if there is such a one."""
    region_id = id_or_none(request.values.get("region"))
    return db_session().get(Region, region_id) if region_id else None


def _industry(industry_id: int | None) -> Industry | None:
    return db_session().get(Industry, industry_id) if industry_id else None


def _refused(form: BaseForm, refusal: Invalid) -> None:
    db_session().rollback()
    form.fill_from(refusal)


@bp.get("/companies")
def list_companies() -> ResponseReturnValue:
    """The companies that the reader answers for."""
    form, region = CompanyFilter(), _asked_region()
    form.industry.choices = industry_choices(queries.industries(db_session()), _("All industries"))
    found = queries.companies_listed(
        db_session(),
        actor=current_actor(),
        region=region,
        industry_id=form.industry.data,
        text=form.q.data or "",
        sort=request.args.get("sort", "name"),
        page=requested_page(),
    )
    return render_template(
        "organisations/list_companies.html",
        page=listed(found),
        form=form,
        region=region,
        may_register=current_actor().is_administrator or bool(current_actor().overseen_paths),
    )


@bp.get("/companies/<int:company_id>")
def show_company(company_id: int) -> ResponseReturnValue:
    """One company: where it stands, its rules, its departments, its history."""
    company = _company(company_id)
    may_edit = rules.can_edit_company(current_actor(), company)
    return render_template(
        "organisations/show_company.html",
        company=company,
        region_line=queries.ancestors_of(db_session(), company.region),
        departments=queries.departments_of(db_session(), company.id),
        may_edit=may_edit,
        may_keep=rules.can_keep_departments(current_actor(), company),
        department_form=DepartmentForm(None),
        reason=ReasonForm(None),
        history=history_of(db_session(), company) if may_edit else [],
    )


@bp.get("/companies/new")
def new_company() -> ResponseReturnValue:
    """The form of a new company in the chosen region."""
    region = _asked_region()
    if region is None or region.level not in SEATS:
        flash(_("Choose the city, county or district where the company sits."), "info")
        return redirect(url_for("organisations.browse_regions"))
    if not rules.can_register_company(current_actor(), region):
        raise NotAllowed
    return _new_page(region, NewCompanyForm())


@bp.post("/companies")
def register_company() -> ResponseReturnValue:
    """Register the company."""
    region, form = _asked_region(), NewCompanyForm()
    if region is None:
        raise NotFound
    form.industry_id.choices = industry_choices(queries.industries(db_session()), _("Not stated"))
    try:
        if form.validate():
            company = services.register_company(
                db_session(),
                actor=current_actor(),
                region=region,
                industry=_industry(form.industry_id.data),
                aliases=form.alias_list,
                now=now(),
                **_chosen(form, "code", "short_code"),
            )
            flash(_("The company is registered."), "success")
            return redirect(url_for("organisations.show_company", company_id=company.id), 303)
    except Invalid as refusal:
        _refused(form, refusal)
    return _new_page(region, form), 422


@bp.get("/companies/<int:company_id>/edit")
def edit_company(company_id: int) -> ResponseReturnValue:
    """The form of a company's facts and rules."""
    return _edit_page(_company(company_id))


@bp.post("/companies/<int:company_id>/edit")
def save_company(company_id: int) -> ResponseReturnValue:
    """Save a company's facts."""
    company, form = _company(company_id), CompanyFacts()
    form.industry_id.choices = industry_choices(queries.industries(db_session()), _("Not stated"))
    try:
        if form.validate():
            services.edit_company(
                db_session(),
                actor=current_actor(),
                company=company,
                version=form.base_version,
                industry=_industry(form.industry_id.data),
                aliases=form.alias_list,
                now=now(),
                **_chosen(form),
            )
            return _saved(company)
    except Invalid as refusal:
        _refused(form, refusal)
    except Stale as stale:
        return _stale(company, form, stale)
    return _edit_page(company, facts=form), 422


@bp.post("/companies/<int:company_id>/thresholds")
def save_thresholds(company_id: int) -> ResponseReturnValue:
    """Save the limits of the cost classes."""
    company, form = _company(company_id), ThresholdsForm()
    return _save_numbers(company, form, services.set_cost_thresholds, thresholds=form)


@bp.post("/companies/<int:company_id>/member-limits")
def save_member_limits(company_id: int) -> ResponseReturnValue:
    """Save how many members a circle has."""
    company, form = _company(company_id), MemberLimitsForm()
    return _save_numbers(company, form, services.set_member_limits, limits=form)


@bp.post("/companies/<int:company_id>/departments")
def add_department(company_id: int) -> ResponseReturnValue:
    """Add a department."""
    company, form = _company(company_id), DepartmentForm()
    if not form.validate():
        raise Invalid(str(form.name.errors[0]), field="name")
    services.add_department(
        db_session(), actor=current_actor(), company=company, name=form.name.data, now=now()
    )
    return _saved(company)


@bp.post("/companies/<int:company_id>/departments/<int:department_id>/rename")
def rename_department(company_id: int, department_id: int) -> ResponseReturnValue:
    """Give a department another name."""
    company, form = _company(company_id), DepartmentForm()
    department = queries.department_of(db_session(), company, department_id)
    if not form.validate():
        raise Invalid(str(form.name.errors[0]), field="name")
    services.rename_department(
        db_session(), actor=current_actor(), department=department, name=form.name.data, now=now()
    )
    return _saved(company)


@bp.post("/companies/<int:company_id>/departments/<int:department_id>/close")
def close_department(company_id: int, department_id: int) -> ResponseReturnValue:
    """Close a department with a reason."""
    company, form = _company(company_id), ReasonForm()
    department = queries.department_of(db_session(), company, department_id)
    services.close_department(
        db_session(), actor=current_actor(), department=department, reason=form.reason.data or "", now=now()
    )
    return _saved(company)


@bp.get("/regions")
def browse_regions() -> ResponseReturnValue:
    """The tops of the region trees, or the only one."""
    tops = queries.nations(db_session())
    if len(tops) == 1:
        return redirect(url_for("organisations.show_region", region_id=tops[0].id))
    return render_template("organisations/browse_regions.html", tops=tops)


@bp.get("/regions/<int:region_id>")
def show_region(region_id: int) -> ResponseReturnValue:
    """One region: the line above it, what lies below it, and how many companies sit there."""
    region = queries.region_by_id(db_session(), region_id)
    text = request.args.get("q", "").strip()
    below = (
        queries.regions_matching(db_session(), text=text, pack=region.pack)
        if text
        else queries.children_of(db_session(), region.id)
    )
    actor = current_actor()
    counted = actor.is_administrator or bool(actor.overseen_paths)
    return render_template(
        "organisations/show_region.html",
        region=region,
        trail=_trail(region),
        below=below,
        counts=queries.company_counts_below(db_session(), below) if counted else None,
        text=text,
        may_register=region.level in SEATS and rules.can_register_company(actor, region),
    )


def _trail(region: Region) -> list[tuple[str, str]]:
    line = queries.ancestors_of(db_session(), region)
    return [(label(row), url_for("organisations.show_region", region_id=row.id)) for row in line]


def _chosen(form: CompanyFacts, *more: str) -> dict[str, Any]:
    facts: dict[str, Any] = form.chosen("name", "headcount", "output_yuan", "is_public", *more)
    return facts | {"name_en": form.name_en.data or ""}


def _saved(company: Company) -> ResponseReturnValue:
    flash(_("Saved."), "success")
    return redirect(url_for("organisations.show_company", company_id=company.id), 303)


def _save_numbers(company: Company, form: Any, act: Any, **shown: BaseForm) -> ResponseReturnValue:
    names = [name for name in form.data if name not in {"version", "csrf_token"}]
    try:
        if form.validate():
            act(
                db_session(),
                actor=current_actor(),
                company=company,
                version=form.base_version,
                now=now(),
                **form.chosen(*names),
            )
            return _saved(company)
    except Invalid as refusal:
        _refused(form, refusal)
    except Stale as stale:
        return _stale(company, form, stale)
    return _edit_page(company, **shown), 422


def _stale(company: Company, form: BaseForm, stale: Stale) -> ResponseReturnValue:
    if "aliases" in stale.current:
        stale.current["aliases"] = "\n".join(stale.current["aliases"])
    back = url_for("organisations.show_company", company_id=company.id)
    return show_stale(form, stale, back_url=back)


def _new_page(region: Region, form: NewCompanyForm) -> str:
    form.industry_id.choices = industry_choices(queries.industries(db_session()), _("Not stated"))
    line = queries.ancestors_of(db_session(), region)
    return render_template("organisations/new_company.html", form=form, region=region, line=line)


def _edit_page(company: Company, facts: CompanyFacts | None = None, **forms: Any) -> str:
    if not rules.can_edit_company(current_actor(), company):
        raise NotAllowed
    stored = facts_of(company)
    facts = facts or (
        CompanyFacts(data=stored) if request.method == "GET" else CompanyFacts(None, data=stored)
    )
    facts.industry_id.choices = industry_choices(queries.industries(db_session()), _("Not stated"))
    return render_template(
        "organisations/edit_company.html",
        company=company,
        facts=facts,
        thresholds=forms.get("thresholds") or ThresholdsForm(None, obj=company),
        limits=forms.get("limits") or MemberLimitsForm(None, obj=company),
    )
