"""Acts on a step's records and evidence, and the files themselves."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cp_circles.errors import NotFound, Stale
from cp_circles.files.naming import may_be_shown, safe_name
from cp_circles.files.queries import blob_by_hash, open_blob
from cp_circles.files.services import store_blob
from cp_circles.projects import presenting as shown
from cp_circles.projects import queries, services
from cp_circles.projects.forms import (
    FIELD_PREFIX,
    EvidenceForm,
    VersionOfEvidenceForm,
    record_form,
    typed_content,
)
from cp_circles.projects.models import Project, StepRecord
from cp_circles.projects.views.blueprint import bp, project_of, storage
from cp_circles.projects.views.steps import STEP, step_page
from cp_circles.rulesets.schema import RecordKind
from cp_circles.web.access import current_actor
from cp_circles.web.downloads import send_content
from cp_circles.web.forms import BaseForm, ReasonForm
from cp_circles.web.i18n import locale_name
from cp_circles.web.session import db_session, now, today
from cp_circles.web.uploads import read_upload


@bp.post(f"{STEP}/records/<kind>")
def add_record(project_id: int, key: str, kind: str) -> ResponseReturnValue:
    """Add a row to a record."""
    project = project_of(project_id)
    row = queries.step_of(project, key)
    form = record_form(_kind(project, key, kind), locale_name(), files=_files(project, key))

    def act() -> ResponseReturnValue:
        services.add_record(
            db_session(),
            actor=current_actor(),
            project=project,
            step=row,
            kind=kind,
            content=typed_content(form),
            now=now(),
        )
        flash(_("The row is saved."))
        return _to_record(project, key, kind)

    return form.answer(act, lambda: step_page(project, row, record_forms={kind: form}, open_record=kind))


@bp.get("/<int:project_id>/records/<int:record_id>")
def edit_record(project_id: int, record_id: int) -> ResponseReturnValue:
    """The form of one row."""
    project = project_of(project_id)
    record = queries.record_of(db_session(), project, record_id)
    kind = _kind(project, record.step_key, record.kind)
    form = record_form(
        kind, locale_name(), files=_files(project, record.step_key), content=dict(record.content)
    )
    return _record_page(project, record, kind, form)


@bp.post("/<int:project_id>/records/<int:record_id>")
def save_record(project_id: int, record_id: int) -> ResponseReturnValue:
    """Save a new version of a row; a stale save shows both texts."""
    project = project_of(project_id)
    record = queries.record_of(db_session(), project, record_id)
    kind = _kind(project, record.step_key, record.kind)
    form = record_form(kind, locale_name(), files=_files(project, record.step_key))

    def act() -> ResponseReturnValue:
        services.change_record(
            db_session(),
            actor=current_actor(),
            project=project,
            record=record,
            content=typed_content(form),
            now=now(),
        )
        flash(_("The row is saved."))
        return _to_record(project, record.step_key, record.kind)

    def both_texts(stale: Stale) -> ResponseReturnValue:
        return _record_page(project, _standing(project, record), kind, form, stale.current), 409

    return form.answer(act, lambda: _record_page(project, record, kind, form), both_texts)


@bp.post("/<int:project_id>/records/<int:record_id>/remove")
def remove_record(project_id: int, record_id: int) -> ResponseReturnValue:
    """Take a row away."""
    project = project_of(project_id)
    record = queries.record_of(db_session(), project, record_id)
    services.remove_record(db_session(), actor=current_actor(), project=project, record=record, now=now())
    flash(_("The row is taken away; the history keeps it."))
    return _to_record(project, record.step_key, record.kind)


def _standing(project: Project, record: StepRecord) -> StepRecord:
    rows = queries.records_of(db_session(), project.id, record.step_key)
    same = [row for row in rows if row.kind == record.kind and row.position == record.position]
    return same[0] if same else record


def _record_page(
    project: Project,
    record: StepRecord,
    kind: RecordKind,
    form: BaseForm,
    current: dict[str, Any] | None = None,
) -> str:
    locale = locale_name()
    stored = {field.key: shown.cell_text(field, current) for field in kind.fields} if current else {}
    method = queries.method_of(db_session(), project)
    step = method.step(record.step_key)
    people = [member.person.name for member in project.circle.present_members] if project.circle else []
    facts = queries.project_facts(db_session(), project)
    return render_template(
        "projects/edit_record.html",
        project=project,
        record=record,
        name=kind.names.in_(locale),
        step_name=step.names.in_(locale) if step else "",
        form=form,
        fields=[form[FIELD_PREFIX + field.key] for field in kind.fields],
        stored=stored,
        typed={key: value for key, value in typed_content(form).items()},
        labels={field.key: field.names.in_(locale) for field in kind.fields},
        kind=kind.kind,
        suggestions=shown.suggestions(step, method, facts, people) if step else {},
    )


@bp.post(f"{STEP}/evidence")
def add_evidence(project_id: int, key: str) -> ResponseReturnValue:
    """Attach a file to the step."""
    project, form = project_of(project_id), EvidenceForm()
    row = queries.step_of(project, key)
    services.require_workable(current_actor(), project, row)

    def act() -> ResponseReturnValue:
        upload = read_upload(form.file.first)
        services.add_evidence(
            db_session(),
            actor=current_actor(),
            project=project,
            step=row,
            blob=store_blob(db_session(), storage(), upload.content, upload.name, now()),
            title=form.title.data or "",
            filename=upload.name,
            effective_on=form.effective_on.data or today(),
            now=now(),
        )
        flash(_("The evidence is attached."))
        return _to_evidence(project, key)

    return form.answer(act, lambda: step_page(project, row, evidence_form=form))


@bp.post("/<int:project_id>/evidence/<int:evidence_id>/version")
def add_evidence_version(project_id: int, evidence_id: int) -> ResponseReturnValue:
    """Put a newer content in the place of the last one."""
    project, form = project_of(project_id), VersionOfEvidenceForm()
    piece = queries.evidence_piece(db_session(), project, evidence_id)
    row = queries.step_of(project, piece.step_key)
    services.require_workable(current_actor(), project, row)

    def act() -> ResponseReturnValue:
        upload = read_upload(form.file.first)
        services.add_evidence_version(
            db_session(),
            actor=current_actor(),
            project=project,
            evidence=piece,
            blob=store_blob(db_session(), storage(), upload.content, upload.name, now()),
            filename=upload.name,
            effective_on=form.effective_on.data or today(),
            now=now(),
        )
        flash(_("The newer file is kept beside the older one."))
        return _to_evidence(project, piece.step_key)

    return form.answer(act, lambda: step_page(project, row, version_form=form, open_piece=piece.id))


@bp.post("/<int:project_id>/evidence/<int:evidence_id>/withdraw")
def withdraw_evidence(project_id: int, evidence_id: int) -> ResponseReturnValue:
    """Take a piece of evidence back."""
    project, form = project_of(project_id), ReasonForm()
    piece = queries.evidence_piece(db_session(), project, evidence_id)
    row = queries.step_of(project, piece.step_key)

    def act() -> ResponseReturnValue:
        services.withdraw_evidence(
            db_session(),
            actor=current_actor(),
            project=project,
            evidence=piece,
            reason=str(form.reason.data),
            now=now(),
        )
        flash(_("The evidence is withdrawn."))
        return _to_evidence(project, piece.step_key)

    return form.answer(act, lambda: step_page(project, row, reason=form))


@bp.get("/<int:project_id>/evidence/<int:version_id>/file")
def evidence_file(project_id: int, version_id: int) -> Response:
    """Hand out one version of a piece of evidence; pictures are shown in the page."""
    version = queries.evidence_version(db_session(), project_of(project_id), version_id)
    blob = blob_by_hash(db_session(), version.sha256)
    return send_content(
        open_blob(storage(), blob),
        sha256=blob.sha256,
        media_type=blob.media_type,
        name=safe_name(version.filename, blob.media_type),
        shown=may_be_shown(blob.media_type),
    )


def _kind(project: Project, key: str, kind: str) -> RecordKind:
    step = queries.method_of(db_session(), project).step(key)
    found = step.record(kind) if step else None
    if found is None:
        raise NotFound
    return found


def _files(project: Project, key: str) -> list[str]:
    pieces = queries.evidence_of(db_session(), project.id, key)
    return [piece.title for piece in pieces if piece.withdrawn_at is None]


def _step_url(project: Project, key: str) -> str:
    return url_for("projects.show_step", project_id=project.id, key=key)


def _to_record(project: Project, key: str, kind: str) -> ResponseReturnValue:
    return redirect(f"{_step_url(project, key)}#record-{kind}", 303)


def _to_evidence(project: Project, key: str) -> ResponseReturnValue:
    return redirect(f"{_step_url(project, key)}#evidence", 303)
