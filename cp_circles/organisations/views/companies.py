"""The list of companies, one company, registering and editing."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.errors import NotAllowed, NotFound, Stale
from cp_circles.organisations import queries, rules, services
from cp_circles.organisations.forms import (
    CompanyFacts,
    CompanyFilter,
    DepartmentForm,
    MemberLimitsForm,
    NewCompanyForm,
    ThresholdsForm,
    facts_of,
    industry_choices,
)
from cp_circles.organisations.models import Company, Industry, Region, RegionLevel
from cp_circles.organisations.views.blueprint import SEATS, asked_region, bp, company_of, saved
from cp_circles.web.access import current_actor
from cp_circles.web.forms import BaseForm, ReasonForm
from cp_circles.web.history import history_of
from cp_circles.web.paging import listed, requested_page
from cp_circles.web.session import db_session, now
from cp_circles.web.versions import show_stale


@bp.get("/companies")
def list_companies() -> ResponseReturnValue:
    """The companies that the reader answers for."""
    form, region = CompanyFilter(), asked_region()
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
    company = company_of(company_id)
    may_edit = rules.can_edit_company(current_actor(), company)
    return render_template(
        "organisations/show_company.html",
        company=company,
        region_line=queries.ancestors_of(db_session(), company.region),
        departments=queries.departments_of(db_session(), company.id),
        may_edit=may_edit,
        may_close=company.active and rules.can_register_company(current_actor(), company.region),
        aliases=queries.merged_companies(db_session(), company.id),
        former_names=queries.former_names(db_session(), company),
        may_keep=rules.can_keep_departments(current_actor(), company),
        department_form=DepartmentForm(None),
        reason=ReasonForm(None),
        history=history_of(db_session(), company) if may_edit else [],
    )


@bp.get("/companies/new")
def new_company() -> ResponseReturnValue:
    """The form of a new company in the chosen region; without one, an official starts from their own."""
    region, own = asked_region(), queries.own_region(db_session(), current_actor())
    if region is None and own is not None and own.level is RegionLevel.COUNTY:
        region = own
    if region is None or region.level not in SEATS:
        flash(_("Choose the city, county or district where the company sits."), "info")
        start = region or own
        if start is None:
            return redirect(url_for("organisations.browse_regions"))
        return redirect(url_for("organisations.show_region", region_id=start.id))
    if not rules.can_register_company(current_actor(), region):
        raise NotAllowed
    return _new_page(region, NewCompanyForm())


@bp.post("/companies")
def register_company() -> ResponseReturnValue:
    """Register the company."""
    region, form = asked_region(), NewCompanyForm()
    if region is None:
        raise NotFound
    form.industry_id.choices = industry_choices(queries.industries(db_session()), _("Not stated"))

    def act() -> ResponseReturnValue:
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

    return form.answer(act, lambda: _new_page(region, form))


@bp.get("/companies/<int:company_id>/edit")
def edit_company(company_id: int) -> ResponseReturnValue:
    """The form of a company's facts and rules."""
    return _edit_page(company_of(company_id))


@bp.post("/companies/<int:company_id>/edit")
def save_company(company_id: int) -> ResponseReturnValue:
    """Save a company's facts."""
    company, form = company_of(company_id), CompanyFacts()
    form.industry_id.choices = industry_choices(queries.industries(db_session()), _("Not stated"))

    def act() -> ResponseReturnValue:
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
        return saved(company)

    return form.answer(
        act,
        lambda: _edit_page(company, facts=form),
        lambda stale: _stale(company, form, stale),
    )


@bp.post("/companies/<int:company_id>/thresholds")
def save_thresholds(company_id: int) -> ResponseReturnValue:
    """Save the limits of the cost classes."""
    company, form = company_of(company_id), ThresholdsForm()
    return _save_numbers(company, form, services.set_cost_thresholds, thresholds=form)


@bp.post("/companies/<int:company_id>/member-limits")
def save_member_limits(company_id: int) -> ResponseReturnValue:
    """Save how many members a circle has."""
    company, form = company_of(company_id), MemberLimitsForm()
    return _save_numbers(company, form, services.set_member_limits, limits=form)


def _industry(industry_id: int | None) -> Industry | None:
    return db_session().get(Industry, industry_id) if industry_id else None


def _chosen(form: CompanyFacts, *more: str) -> dict[str, Any]:
    facts: dict[str, Any] = form.chosen("name", "headcount", "output_yuan", *more)
    words = {name: form[name].data or "" for name in ("name_en", "group_name", "park_name")}
    return facts | words | {"disclosure": form.level}


def _save_numbers(company: Company, form: Any, service: Any, **shown: BaseForm) -> ResponseReturnValue:
    names = [name for name in form.data if name not in {"version", "csrf_token"}]

    def act() -> ResponseReturnValue:
        service(
            db_session(),
            actor=current_actor(),
            company=company,
            version=form.base_version,
            now=now(),
            **form.chosen(*names),
        )
        return saved(company)

    answered: ResponseReturnValue = form.answer(
        act, lambda: _edit_page(company, **shown), lambda stale: _stale(company, form, stale)
    )
    return answered


def _stale(company: Company, form: BaseForm, stale: Stale) -> ResponseReturnValue:
    if "aliases" in stale.current:
        stale.current["aliases"] = "\n".join(stale.current["aliases"])
        stale.current["disclosure"] = company.disclosure.value
        stale.current["park_name"] = company.park.name if company.park else ""
    back = url_for("organisations.show_company", company_id=company.id)
    return show_stale(form, stale, back_url=back)


def _new_page(region: Region, form: NewCompanyForm) -> str:
    form.industry_id.choices = industry_choices(queries.industries(db_session()), _("Not stated"))
    line = queries.ancestors_of(db_session(), region)
    parks = queries.parks_of(db_session(), queries.park_home(region).id)
    return render_template("organisations/new_company.html", form=form, region=region, line=line, parks=parks)


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
        parks=queries.parks_of(db_session(), queries.park_home(company.region).id),
        facts=facts,
        thresholds=forms.get("thresholds") or ThresholdsForm(None, obj=company),
        limits=forms.get("limits") or MemberLimitsForm(None, obj=company),
    )
