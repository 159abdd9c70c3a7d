"""The page of one step, and the acts that move it."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.projects import presenting as shown
from cp_circles.projects import queries, rules, services
from cp_circles.projects.forms import (
    EvidenceForm,
    SetAsideForm,
    VersionOfEvidenceForm,
    offered,
    record_form,
)
from cp_circles.projects.models import Project, ProjectStep, StepState
from cp_circles.projects.services.steps import LOOP_GATE
from cp_circles.projects.views.blueprint import bp, project_of
from cp_circles.projects.views.computed import shown_panels
from cp_circles.projects.views.talking import open_talk, talk_of
from cp_circles.rulesets.schema import Method, Step
from cp_circles.web.access import current_actor
from cp_circles.web.forms import ConfirmForm, ReasonForm
from cp_circles.web.i18n import locale_name
from cp_circles.web.session import db_session, now, today

STEP = "/<int:project_id>/steps/<key>"


@bp.get(STEP)
def show_step(project_id: int, key: str) -> ResponseReturnValue:
    """What a step is for, what it lacks, its records, evidence and remarks."""
    project = project_of(project_id)
    return step_page(project, queries.step_of(project, key))


def step_page(project: Project, row: ProjectStep, **more: Any) -> str:
    """The page of a step; `more` replaces forms by refused ones."""
    session, locale = db_session(), locale_name()
    method, facts = queries.method_of(session, project), queries.project_facts(session, project)
    step = _spec(method, row)
    running = rules.is_running(project)
    is_open = running and row.state is StepState.OPEN
    missing = queries.lacking(method, row.key, facts) if is_open else ()
    pieces = queries.evidence_of(session, project.id, row.key)
    standing = [piece.title for piece in pieces if piece.withdrawn_at is None]
    people = [member.person.name for member in project.circle.present_members] if project.circle else []
    offered_texts = shown.suggestions(step, method, facts, people)
    evidence = EvidenceForm(formdata=None)
    evidence.effective_on.data = today()
    context = {
        "project": project,
        "row": row,
        "step": step,
        "name": step.names.in_(locale),
        "purpose": step.purpose.in_(locale),
        "example": step.example.in_(locale),
        "output": step.output.in_(locale) if step.output else None,
        "phases": shown.rail(project, method, step, open_talk(project)),
        "records": shown.shown_records(step, queries.records_of(session, project.id, row.key)),
        "record_forms": {
            kind.kind: record_form(
                kind,
                locale,
                files=standing,
                content=shown.next_in_line(kind, offered_texts, facts.rows(kind.kind, row.key)),
                sent=None,
            )
            for kind in step.records
        },
        "suggestions": offered_texts,
        "panels": shown_panels(method, step, facts),
        "activities": [one for one in queries.activities_of(session, project.id) if one.step_key == row.key],
        "gates": shown.gate_items(project, step, missing, facts) if is_open else [],
        "missing": missing,
        "missed_target": step.loop_to is not None
        and any(one.gate == LOOP_GATE for one in missing)
        and all(indicator.actual is not None for indicator in project.indicators),
        "evidence": pieces,
        "evidence_form": evidence,
        "version_form": VersionOfEvidenceForm(formdata=None, data={"effective_on": today()}),
        **talk_of(project, row.key),
        "confirm": ConfirmForm(formdata=None),
        "reason": ReasonForm(formdata=None),
        "aside": _aside_form(project, method, None),
        "may": _permissions(project, row, step),
        "open_record": None,
        "open_piece": None,
    }
    if "record_forms" in more:
        more["record_forms"] = context["record_forms"] | more["record_forms"]
    return render_template("projects/show_step.html", **(context | more))


def _permissions(project: Project, row: ProjectStep, step: Step) -> dict[str, bool]:
    actor, running = current_actor(), rules.is_running(project)
    member = rules.can_work_on(actor, project)
    finished = row.state in (StepState.COMPLETED, StepState.SIGNED_OFF, StepState.NOT_APPLICABLE)
    signed = row.state is StepState.SIGNED_OFF
    signs = rules.can_sign_off(actor, project)
    return {
        "work": running and member and row.state is StepState.OPEN,
        "sign_off": running and signs and step.signoff and row.state is StepState.COMPLETED,
        "set_aside": running
        and member
        and not step.required
        and row.state in (StepState.OPEN, StepState.LOCKED),
        "reopen": running and finished and (signs if signed else rules.can_reopen_step(actor, project)),
        "comment": rules.can_comment(actor, project),
    }


@bp.post(f"{STEP}/complete")
def complete_step(project_id: int, key: str) -> ResponseReturnValue:
    """Declare the step complete; what is missing is shown instead."""
    project = project_of(project_id)
    row = queries.step_of(project, key)
    try:
        services.complete_step(db_session(), actor=current_actor(), project=project, step=row, now=now())
    except services.StepIncomplete as refusal:
        flash(
            _("The step is not complete yet: %(count)s things are missing.", count=len(refusal.missing)),
            "bad",
        )
        return step_page(project, row), 409
    flash(_("The step is complete."))
    return _onward(project)


@bp.post(f"{STEP}/sign-off")
def sign_off_step(project_id: int, key: str) -> ResponseReturnValue:
    """Sign a completed step off."""
    project = project_of(project_id)
    row = queries.step_of(project, key)
    services.sign_off_step(db_session(), actor=current_actor(), project=project, step=row, now=now())
    flash(_("The step is signed off."))
    return _to_step(project, key)


@bp.post(f"{STEP}/set-aside")
def set_steps_aside(project_id: int, key: str) -> ResponseReturnValue:
    """Mark optional steps as not applicable, this one and others that were ticked."""
    project = project_of(project_id)
    row = queries.step_of(project, key)
    form = _aside_form(project, queries.method_of(db_session(), project), request.form)

    def act() -> ResponseReturnValue:
        chosen = dict.fromkeys([key, *(form.steps.data or [])])
        rows = [queries.step_of(project, one) for one in chosen]
        services.mark_not_applicable(
            db_session(),
            actor=current_actor(),
            project=project,
            steps=rows,
            reason=str(form.reason.data),
            now=now(),
        )
        flash(_("%(count)s steps are marked as not applicable.", count=len(rows)))
        return _onward(project)

    return form.answer(act, lambda: step_page(project, row, aside=form))


@bp.post(f"{STEP}/reopen")
def reopen_step(project_id: int, key: str) -> ResponseReturnValue:
    """Open a finished step again."""
    project, form = project_of(project_id), ReasonForm()
    row = queries.step_of(project, key)

    def act() -> ResponseReturnValue:
        services.reopen_step(
            db_session(),
            actor=current_actor(),
            project=project,
            step=row,
            reason=str(form.reason.data),
            now=now(),
        )
        flash(_("The step is open again."))
        return _to_step(project, key)

    return form.answer(act, lambda: step_page(project, row, reason=form))


@bp.post(f"{STEP}/return-to-plan")
def return_to_plan(project_id: int, key: str) -> ResponseReturnValue:
    """Go back to the plan after a missed target."""
    project, form = project_of(project_id), ReasonForm()
    row = queries.step_of(project, key)

    def act() -> ResponseReturnValue:
        services.return_to_plan(
            db_session(),
            actor=current_actor(),
            project=project,
            step=row,
            reason=str(form.reason.data),
            now=now(),
        )
        flash(_("The project is back at its plan; everything written so far is kept."))
        return _onward(project)

    return form.answer(act, lambda: step_page(project, row, reason=form))


def _aside_form(project: Project, method: Method, sent: Any) -> SetAsideForm:
    form = SetAsideForm(formdata=sent)
    left = queries.optional_left(project, method)
    form.steps.choices = offered(
        [(step.key, f"{step.number} {step.names.in_(locale_name())}") for step in left]
    )
    return form


def _spec(method: Method, row: ProjectStep) -> Step:
    spec = method.step(row.key)
    if spec is None:
        raise LookupError(f"the bound edition has no step {row.key}")
    return spec


def _to_step(project: Project, key: str) -> ResponseReturnValue:
    return redirect(url_for("projects.show_step", project_id=project.id, key=key), 303)


def _onward(project: Project) -> ResponseReturnValue:
    step = queries.current_step(project, queries.method_of(db_session(), project))
    if step is None:
        return redirect(url_for("projects.show_project", project_id=project.id), 303)
    return _to_step(project, step.key)
