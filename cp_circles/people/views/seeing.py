"""Reading as somebody else, for the administrator: who holds which role, beginning and ending it."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.errors import Invalid
from cp_circles.people import queries, services
from cp_circles.people.forms import SeeingForm
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.views.administration import scope_id_of
from cp_circles.people.views.blueprint import bp
from cp_circles.web.access import current_actor, signed_in
from cp_circles.web.forms import ReasonForm
from cp_circles.web.session import db_session, now


@bp.get("/see-as")
def choose_seeing() -> ResponseReturnValue:
    """Ask for a role and a scope, and list who holds it."""
    form, people, fault = SeeingForm(), [], None
    form.offer()
    if form.role.data and form.scope_kind.data and form.validate():
        kind = ScopeKind(form.scope_kind.data)
        try:
            scope_id = scope_id_of(kind, (form.scope_id.data or "").strip())
            role = Role(form.role.data)
            people = list(
                queries.holders(db_session(), role=role, scope_kind=kind, scope_id=scope_id, now=now())
            )
        except Invalid as invalid:
            fault = _(invalid.msgid)
    asked = bool(form.role.data)
    return render_template(
        "people/choose_seeing.html",
        form=form,
        people=people,
        asked=asked,
        fault=fault,
        reason=ReasonForm(None),
    )


@bp.post("/people/<int:person_id>/see-as")
def begin_seeing(person_id: int) -> ResponseReturnValue:
    """Read as this person from now on."""
    form = ReasonForm()
    if not form.validate():
        raise Invalid(str(form.reason.errors[0]), field="reason")
    services.begin_seeing(
        db_session(),
        actor=current_actor(),
        sign_in_id=signed_in().sign_in_id,
        person_id=person_id,
        reason=form.reason.data or "",
        now=now(),
    )
    return redirect("/", 303)


@bp.post("/see-as/end")
def end_seeing() -> ResponseReturnValue:
    """Read as oneself again."""
    me = signed_in()
    seen = services.end_seeing(db_session(), actor=me.own_actor, sign_in_id=me.sign_in_id, now=now())
    if seen is None:
        return redirect("/", 303)
    flash(_("You read as yourself again."), "success")
    return redirect(url_for("people.show_person", person_id=seen), 303)
