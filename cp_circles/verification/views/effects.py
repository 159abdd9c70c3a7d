"""Effects without a value in money: stated by the circle, signed by the department."""

from typing import TypeVar

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.errors import Invalid, NotFound
from cp_circles.projects.models import Evidence, Project
from cp_circles.savings import queries as savings
from cp_circles.tools.models import ToolSheet
from cp_circles.verification import queries, rules, services
from cp_circles.verification.forms import EffectForm
from cp_circles.verification.models import WAYS, EffectWay, IntangibleEffect
from cp_circles.verification.views.blueprint import bp
from cp_circles.web.access import current_actor, require_recent_password, signed_in
from cp_circles.web.forms import ConfirmForm, ReasonForm
from cp_circles.web.i18n import register_labels
from cp_circles.web.session import db_session, now

register_labels(dict(WAYS))

Row = TypeVar("Row", Evidence, ToolSheet)

PAGE = "/projects/<int:project_id>/effects"


def _project(project_id: int) -> Project:
    project = db_session().get(Project, project_id)
    if project is None or not rules.can_see_effects(current_actor(), project):
        raise NotFound
    return project


@bp.get(PAGE)
def list_effects(project_id: int) -> ResponseReturnValue:
    """What a project made better without money."""
    project = _project(project_id)
    return _page(project, _form(project))


def _form(project: Project) -> EffectForm:
    form = EffectForm()
    form.offer(*queries.records_for_effects(db_session(), project.id))
    return form


def _page(project: Project, form: EffectForm) -> str:
    session, actor = db_session(), current_actor()
    people = savings.people_of_circle(session, project.circle_id)
    return render_template(
        "verification/effects.html",
        project=project,
        effects=queries.effects_of(session, project.id),
        form=form,
        may_state=rules.can_state_effect(actor, project),
        may_decide=rules.can_decide_effect(actor, project, people),
        confirm_form=ConfirmForm(None),
        reason_form=ReasonForm(None),
    )


@bp.post(PAGE)
def state_effect(project_id: int) -> ResponseReturnValue:
    """State an effect."""
    project = _project(project_id)
    form = _form(project)

    def act() -> ResponseReturnValue:
        services.state_effect(
            db_session(),
            actor=current_actor(),
            project=project,
            way=EffectWay(form.way.data),
            evidence=_chosen(Evidence, form.evidence_id.data),
            sheet=_chosen(ToolSheet, form.sheet_id.data),
            now=now(),
            **form.chosen("text", "shown_by"),
        )
        return _done(project.id, _("The effect is stated; the department is asked to sign it."))

    return form.answer(act, lambda: _page(project, form))


def _chosen(kind: type[Row], chosen: str | None) -> Row | None:
    """The row that was chosen among those offered."""
    return db_session().get(kind, int(chosen)) if chosen else None


@bp.post("/effects/<int:effect_id>/confirm")
def confirm_effect(effect_id: int) -> ResponseReturnValue:
    """Sign an effect as the department."""
    return _decide(effect_id, confirmed=True)


@bp.post("/effects/<int:effect_id>/decline")
def decline_effect(effect_id: int) -> ResponseReturnValue:
    """Decline an effect with a reason."""
    return _decide(effect_id, confirmed=False)


def _decide(effect_id: int, *, confirmed: bool) -> ResponseReturnValue:
    effect = db_session().get(IntangibleEffect, effect_id)
    if effect is None:
        raise NotFound
    project = _project(effect.project_id)
    reason = ""
    if not confirmed:
        form = ReasonForm()
        if not form.validate():
            raise Invalid(str(form.reason.errors[0]) if form.reason.errors else "", field="reason")
        reason = str(form.reason.data)
    ask = require_recent_password(url_for("verification.list_effects", project_id=project.id))
    if ask is not None:
        return ask
    services.decide_effect(
        db_session(),
        actor=current_actor(),
        effect=effect,
        confirmed=confirmed,
        reason=reason,
        password_confirmed_at=signed_in().password_confirmed_at,
        now=now(),
    )
    return _done(project.id, _("The effect is signed.") if confirmed else _("The effect is declined."))


def _done(project_id: int, text: str) -> ResponseReturnValue:
    flash(text, "success")
    return redirect(url_for("verification.list_effects", project_id=project_id), 303)
