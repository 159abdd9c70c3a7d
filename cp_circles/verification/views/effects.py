"""Effects without a value in money: stated by the circle, signed by the department."""

from typing import Any, TypeVar

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.errors import Invalid, NotFound
from cp_circles.projects.models import Evidence, Project
from cp_circles.savings import queries as savings
from cp_circles.tools.models import ToolSheet
from cp_circles.verification import queries, rules, services
from cp_circles.verification.forms import CorrectEffectForm, EffectForm
from cp_circles.verification.models import WAYS, EffectWay, IntangibleEffect
from cp_circles.verification.views.blueprint import bp
from cp_circles.web.access import current_actor, require_recent_password, signed_in
from cp_circles.web.forms import ConfirmForm, ReasonForm
from cp_circles.web.i18n import register_labels
from cp_circles.web.session import db_session, now

register_labels(dict(WAYS))

Row = TypeVar("Row", Evidence, ToolSheet)
Form = TypeVar("Form", bound=EffectForm)

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
    return _offered(EffectForm(), project)


def _offered(form: Form, project: Project) -> Form:
    form.offer(*queries.records_for_effects(db_session(), project.id))
    return form


def _page(
    project: Project,
    form: EffectForm,
    asked: IntangibleEffect | None = None,
    reason_form: ReasonForm | None = None,
) -> str:
    """The page; where a reason was missing, its form stands open at the effect asked about."""
    session, actor = db_session(), current_actor()
    people = savings.people_of_circle(session, project.circle_id)
    effects = queries.effects_of(session, project.id)
    return render_template(
        "verification/effects.html",
        project=project,
        effects=[row for row in effects if row.withdrawn_at is None],
        withdrawn=[row for row in effects if row.withdrawn_at is not None],
        form=form,
        may_state=rules.can_state_effect(actor, project),
        may_decide=rules.can_decide_effect(actor, project, people),
        confirm_form=ConfirmForm(None),
        reason_form=ReasonForm(None),
        asked=asked,
        asked_form=reason_form,
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
            now=now(),
            **_typed(form),
        )
        return _done(project.id, _("The effect is stated; the department is asked to sign it."))

    return form.answer(act, lambda: _page(project, form))


def _typed(form: EffectForm) -> dict[str, Any]:
    """What was typed, as the services take it."""
    return {
        "way": EffectWay(form.way.data),
        "evidence": _chosen(Evidence, form.evidence_id.data),
        "sheet": _chosen(ToolSheet, form.sheet_id.data),
        **form.chosen("text", "shown_by"),
    }


def _chosen(kind: type[Row], chosen: str | None) -> Row | None:
    """The row that was chosen among those offered."""
    return db_session().get(kind, int(chosen)) if chosen else None


@bp.get("/effects/<int:effect_id>/correct")
def edit_effect(effect_id: int) -> ResponseReturnValue:
    """The form in which the circle states an effect anew."""
    effect, project = _effect(effect_id)
    services.require_own(db_session(), current_actor(), effect)
    form = _offered(CorrectEffectForm(obj=effect), project)
    if not form.text.raw_data:
        form.way.data, form.reason.data = effect.way.value, ""
        form.evidence_id.data, form.sheet_id.data = str(effect.evidence_id or ""), str(effect.sheet_id or "")
    return _correction_page(effect, project, form)


def _correction_page(effect: IntangibleEffect, project: Project, form: CorrectEffectForm) -> str:
    return render_template("verification/edit_effect.html", project=project, effect=effect, form=form)


@bp.post("/effects/<int:effect_id>/correct")
def correct_effect(effect_id: int) -> ResponseReturnValue:
    """State an effect anew; the one before is withdrawn with its signature."""
    effect, project = _effect(effect_id)
    form = _offered(CorrectEffectForm(), project)

    def act() -> ResponseReturnValue:
        services.correct_effect(
            db_session(),
            actor=current_actor(),
            effect=effect,
            now=now(),
            **_typed(form),
            **form.chosen("reason"),
        )
        return _done(project.id, _("The effect is corrected; the department is asked to sign it."))

    return form.answer(act, lambda: _correction_page(effect, project, form))


@bp.post("/effects/<int:effect_id>/withdraw")
def withdraw_effect(effect_id: int) -> ResponseReturnValue:
    """Take an effect back with a reason."""
    effect, project = _effect(effect_id)
    form = ReasonForm()

    def act() -> ResponseReturnValue:
        services.withdraw_effect(
            db_session(), actor=current_actor(), effect=effect, now=now(), **form.chosen("reason")
        )
        return _done(project.id, _("The effect is withdrawn."))

    return form.answer(act, lambda: _page(project, _form(project), effect, form))


def _effect(effect_id: int) -> tuple[IntangibleEffect, Project]:
    effect = db_session().get(IntangibleEffect, effect_id)
    if effect is None:
        raise NotFound
    return effect, _project(effect.project_id)


@bp.post("/effects/<int:effect_id>/confirm")
def confirm_effect(effect_id: int) -> ResponseReturnValue:
    """Sign an effect as the department."""
    return _decide(effect_id, confirmed=True)


@bp.post("/effects/<int:effect_id>/decline")
def decline_effect(effect_id: int) -> ResponseReturnValue:
    """Decline an effect with a reason."""
    return _decide(effect_id, confirmed=False)


def _decide(effect_id: int, *, confirmed: bool) -> ResponseReturnValue:
    effect, project = _effect(effect_id)
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
