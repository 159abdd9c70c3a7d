"""Everybody, for the administrator: roles in any scope, closed accounts."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.errors import Invalid, msg
from cp_circles.organisations.models import Company, Region
from cp_circles.organisations.queries import company_by_short_code, region_by_code
from cp_circles.people import queries, services
from cp_circles.people.forms import AnyGrantForm
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.naming_queries import merged_into
from cp_circles.people.views.blueprint import bp
from cp_circles.people.views.shown import shown_grants
from cp_circles.people.views.staff import end_of
from cp_circles.web.access import current_actor
from cp_circles.web.forms import ReasonForm
from cp_circles.web.paging import listed, requested_page
from cp_circles.web.session import db_session, now


@bp.get("/people")
def list_everybody() -> ResponseReturnValue:
    """List all people."""
    text = request.args.get("q", "").strip()
    found = queries.everybody(db_session(), text=text, number=requested_page())
    return render_template("people/list_everybody.html", page=listed(found), text=text)


@bp.get("/people/<int:person_id>")
def show_person(person_id: int) -> ResponseReturnValue:
    """Show one person with all their roles."""
    return _person_page(person_id, _grant_form())


@bp.post("/people/<int:person_id>/grants")
def grant_any_role(person_id: int) -> ResponseReturnValue:
    """Give a role in any scope."""
    form = _grant_form()

    def grant() -> ResponseReturnValue:
        kind = ScopeKind(form.scope_kind.data)
        services.grant_role(
            db_session(),
            actor=current_actor(),
            person_id=person_id,
            role=Role(form.role.data),
            scope_kind=kind,
            scope_id=scope_id_of(kind, (form.scope_id.data or "").strip()),
            until=end_of(form.until.data),
            reason=form.reason.data or "",
            now=now(),
        )
        flash(_("The role is given."), "success")
        return redirect(url_for("people.show_person", person_id=person_id), 303)

    return form.answer(grant, lambda: _person_page(person_id, form))


@bp.post("/people/<int:person_id>/deactivate")
def deactivate(person_id: int) -> ResponseReturnValue:
    """Close an account, with a reason."""
    form = ReasonForm()
    if not form.validate():
        raise Invalid(str(form.reason.errors[0]), field="reason")
    services.deactivate_person(
        db_session(), actor=current_actor(), person_id=person_id, reason=form.reason.data, now=now()
    )
    flash(_("The account is closed."), "success")
    return redirect(url_for("people.show_person", person_id=person_id), 303)


def _grant_form() -> AnyGrantForm:
    form = AnyGrantForm()
    form.offer()
    return form


def _person_page(person_id: int, form: AnyGrantForm) -> str:
    person = queries.person_by_id(db_session(), person_id)
    return render_template(
        "people/show_person.html",
        person=person,
        kept=None if person.active else merged_into(db_session(), person_id),
        grants=shown_grants(db_session(), queries.grants_of(db_session(), person_id, now())),
        companies=[row.company for row in person.employments if row.ended_on is None],
        form=form,
        reason=ReasonForm(None),
    )


def scope_id_of(kind: ScopeKind, text: str) -> int:
    """The id behind what the administrator typed; raises Invalid if there is none."""
    if kind is ScopeKind.PLATFORM:
        return 0
    if kind is ScopeKind.REGION:
        found: Region | Company | None = region_by_code(db_session(), text)
    elif kind is ScopeKind.COMPANY:
        found = company_by_short_code(db_session(), text)
    else:
        return int(text) if text.isdecimal() and len(text) < 10 else _no_scope()
    return found.id if found is not None else _no_scope()


def _no_scope() -> int:
    raise Invalid(msg("Nothing has this number or code."), field="scope_id")
