"""What may count twice: list, evidence, agreed shares, sources of media, decisions, and the ceiling."""

from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.errors import Invalid, NotFound
from cp_circles.metering.models import Meter
from cp_circles.metering.queries import meters_of
from cp_circles.organisations.models import Company
from cp_circles.projects.models import Project
from cp_circles.savings import guarding, rules
from cp_circles.savings.ceilings import ceilings
from cp_circles.savings.models import MediaSource, Split, SplitShare
from cp_circles.savings.presenting.guard import kind_name, label_for, warning_lines
from cp_circles.savings.services import guard
from cp_circles.savings.views.blueprint import bp
from cp_circles.savings.views.guard_forms import SourceForm, SplitForm
from cp_circles.web.access import current_actor
from cp_circles.web.forms import ConfirmForm, ReasonForm
from cp_circles.web.paging import page_of
from cp_circles.web.session import db_session, now

COMPANY = "/guard/company/<int:company_id>"
WARNINGS_ON_A_PAGE = 50


def company_in_view(company_id: int) -> Company:
    """The company, if the reader has a role in it."""
    company, actor = db_session().get(Company, company_id), current_actor()
    if company is None or not (company_id in actor.company_ids or actor.is_administrator):
        raise NotFound
    return company


@bp.get(COMPANY)
def list_overlaps(company_id: int) -> ResponseReturnValue:
    """Everything that may count twice in a company."""
    return _list_page(company_in_view(company_id), SourceForm(None))


def _list_page(company: Company, form: SourceForm) -> str:
    session, actor = db_session(), current_actor()
    found = guarding.warnings_of(session, company.id, label_for(actor))
    page = page_of(found, per_page=WARNINGS_ON_A_PAGE)
    splits = session.scalars(sa.select(Split).where(Split.company_id == company.id).order_by(Split.id.desc()))
    sources = session.scalars(sa.select(MediaSource).where(MediaSource.company_id == company.id))
    _offer(form.meter, company.id)
    _offer(form.source, company.id)
    return render_template(
        "savings/guard.html",
        company=company,
        page=page,
        warnings=warning_lines(page.items, company.id, linked=True),
        splits=splits.all(),
        sources=sources.all(),
        source_form=form,
        may_settle=actor.heads_department_of(company.id),
        reason_form=ReasonForm(None),
    )


def _offer(field: Any, company_id: int) -> None:
    meters = meters_of(db_session(), company_id)
    field.choices = [
        (str(row.id), f"{row.name} ({row.unit})")
        for row in meters
        if not (row.is_production or row.is_driver)
    ]


@bp.get(f"{COMPANY}/overlap/<key>")
def show_overlap(company_id: int, key: str) -> ResponseReturnValue:
    """The evidence of one warning, and the ways to settle it."""
    return _overlap_page(company_in_view(company_id), key, ReasonForm(None))


def _overlap_page(company: Company, key: str, form: ReasonForm) -> str:
    actor = current_actor()
    found = guarding.warnings_of(db_session(), company.id, label_for(actor))
    warning = next((row for row in found if row.key == key), None)
    if warning is None:
        raise NotFound
    return render_template(
        "savings/overlap.html",
        company=company,
        warning=warning,
        line=warning_lines((warning,), company.id, linked=False)[0],
        kind=kind_name(warning.kind),
        may_settle=actor.heads_department_of(company.id),
        reason_form=form,
    )


@bp.post(f"{COMPANY}/overlap/<key>")
def decide_overlap(company_id: int, key: str) -> ResponseReturnValue:
    """Settle an overlap by a reasoned decision."""
    company, form = company_in_view(company_id), ReasonForm()

    def act() -> ResponseReturnValue:
        guard.decide_overlap(
            db_session(),
            actor=current_actor(),
            company_id=company_id,
            key=key,
            reason=str(form.reason.data),
            now=now(),
        )
        flash(_("The decision is recorded; verifiers and auditors see it."), "success")
        return redirect(url_for("savings.show_overlap", company_id=company_id, key=key), 303)

    return form.answer(act, lambda: _overlap_page(company, key, form))


@bp.get(f"{COMPANY}/split")
def new_split(company_id: int) -> ResponseReturnValue:
    """The form of a split, filled from an overlap where one is named."""
    company = company_in_view(company_id)
    found = guarding.warnings_of(db_session(), company.id, guarding.neutral_label)
    warning = next((row for row in found if row.key == request.args.get("key", "")), None)
    return _split_page(company, SplitForm(None, data=_first_values(warning)))


def _first_values(warning: guarding.Warning | None) -> dict[str, Any]:
    """What the form begins with: the meter, the time and the projects of an overlap."""
    if warning is None:
        return {}
    rows = warning.savings
    values: dict[str, Any] = {
        "meter": str(rows[0].meter_id),
        "starts_on": min(row.reporting_from for row in rows if row.reporting_from),
        "ends_on": max(row.reporting_to for row in rows if row.reporting_to),
    }
    for name, row in zip(("first", "second", "third"), rows, strict=False):
        values |= {f"{name}_project": str(row.project_id), f"{name}_share": row.share}
    return values


def _split_page(company: Company, form: SplitForm) -> str:
    _offer_split(form, company)
    return render_template("savings/new_split.html", company=company, form=form)


def _offer_split(form: SplitForm, company: Company) -> None:
    rows = db_session().scalars(
        sa.select(Project)
        .where(Project.company_id == company.id, Project.number.is_not(None))
        .order_by(Project.id.desc())
        .limit(200)
    )
    projects = [(str(row.id), row.title) for row in rows]
    _offer(form.meter, company.id)
    form.first_project.choices = form.second_project.choices = projects
    form.third_project.choices = [("", _("None")), *projects]


@bp.post(f"{COMPANY}/split")
def propose_split(company_id: int) -> ResponseReturnValue:
    """Ask the circles to agree on shares."""
    company, form = company_in_view(company_id), SplitForm()
    _offer_split(form, company)

    def act() -> ResponseReturnValue:
        session = db_session()
        split = guard.propose_split(
            session,
            actor=current_actor(),
            meter=session.get_one(Meter, int(form.meter.data)),
            shares=_shares(form),
            now=now(),
            **form.chosen("starts_on", "ends_on", "reason"),
        )
        flash(_("Both circles are asked; the split holds once all have agreed."), "success")
        return redirect(url_for("savings.show_split", split_id=split.id), 303)

    return form.answer(act, lambda: _split_page(company, form))


def _shares(form: SplitForm) -> dict[Project, Any]:
    shares: dict[Project, Any] = {}
    for name in ("first", "second", "third"):
        chosen, share = form[f"{name}_project"].data, form[f"{name}_share"].data
        if chosen and share is not None:
            project = db_session().get_one(Project, int(chosen))
            if project in shares:
                raise Invalid(_("Choose each project once."), field=f"{name}_project")
            shares[project] = share
    return shares


def _split(split_id: int) -> Split:
    """The split, if the reader is of its company or of one of its circles."""
    split, actor = db_session().get(Split, split_id), current_actor()
    if split is None:
        raise NotFound
    of_company = split.company_id in actor.company_ids or actor.is_administrator
    if not (of_company or any(rules.is_of_circle(actor, row.project) for row in split.shares)):
        raise NotFound
    return split


@bp.get("/split/<int:split_id>")
def show_split(split_id: int) -> ResponseReturnValue:
    """A split and what each circle answered."""
    split, actor = _split(split_id), current_actor()
    own = next(
        (row for row in split.shares if row.agreed is None and rules.is_of_circle(actor, row.project)), None
    )
    return render_template(
        "savings/split.html",
        split=split,
        company=db_session().get_one(Company, split.company_id),
        sees_company=split.company_id in actor.company_ids or actor.is_administrator,
        visible={row.id for row in split.shares if rules.can_see_savings(actor, row.project)},
        own=own if split.state.value == "proposed" else None,
        may_settle=actor.heads_department_of(split.company_id),
        confirm_form=ConfirmForm(None),
        reason_form=ReasonForm(None),
    )


@bp.post("/split/share/<int:share_id>/agree")
def agree_split(share_id: int) -> ResponseReturnValue:
    """Agree to one's share."""
    return _answer(share_id, agreed=True, note="")


@bp.post("/split/share/<int:share_id>/decline")
def decline_split(share_id: int) -> ResponseReturnValue:
    """Decline one's share with a reason."""
    return _answer(share_id, agreed=False, note=ReasonForm().reason.data or "")


def _answer(share_id: int, *, agreed: bool, note: str) -> ResponseReturnValue:
    share = db_session().get(SplitShare, share_id)
    if share is None:
        raise NotFound
    _split(share.split_id)
    guard.answer_split(db_session(), actor=current_actor(), share=share, agreed=agreed, note=note, now=now())
    flash(_("You agreed to the share.") if agreed else _("You declined; the department is told why."))
    return redirect(url_for("savings.show_split", split_id=share.split_id), 303)


@bp.post("/split/<int:split_id>/end")
def end_split(split_id: int) -> ResponseReturnValue:
    """End a split."""
    split = _split(split_id)
    reason = ReasonForm().reason.data or ""
    guard.end_split(db_session(), actor=current_actor(), split=split, reason=reason, now=now())
    flash(_("The split is ended."), "success")
    return redirect(url_for("savings.show_split", split_id=split.id), 303)


@bp.post(f"{COMPANY}/sources")
def name_source(company_id: int) -> ResponseReturnValue:
    """Say what a medium is made from."""
    company, form = company_in_view(company_id), SourceForm()
    _offer(form.meter, company.id)
    _offer(form.source, company.id)

    def act() -> ResponseReturnValue:
        meter, source = (db_session().get_one(Meter, int(field.data)) for field in (form.meter, form.source))
        guard.name_source(db_session(), actor=current_actor(), meter=meter, source=source, now=now())
        flash(_("The source is named; overlaps are judged with it from now on."), "success")
        return redirect(url_for("savings.list_overlaps", company_id=company.id), 303)

    return form.answer(act, lambda: _list_page(company, form))


@bp.post("/guard/sources/<int:source_id>/remove")
def remove_source(source_id: int) -> ResponseReturnValue:
    """Take a source back."""
    row = db_session().get(MediaSource, source_id)
    if row is None:
        raise NotFound
    company = company_in_view(row.company_id)
    reason = ReasonForm().reason.data or ""
    guard.remove_source(db_session(), actor=current_actor(), row=row, reason=reason, now=now())
    flash(_("The source is removed."), "success")
    return redirect(url_for("savings.list_overlaps", company_id=company.id), 303)


@bp.get(f"{COMPANY}/ceiling")
def show_ceiling(company_id: int) -> ResponseReturnValue:
    """What projects claim below each main meter, beside what the main meter saved."""
    company = company_in_view(company_id)
    return render_template("savings/ceiling.html", company=company, rows=ceilings(db_session(), company.id))
