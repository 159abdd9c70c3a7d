"""Pages of imports: choose and upload, see what would happen, store by a job, find the report again."""

import csv
import io
import secrets
from typing import Any

from flask import Blueprint, Response, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer
from wtforms.fields.choices import SelectChoice

from cp_circles.calc.cells import harmless
from cp_circles.db.models import Job, JobState
from cp_circles.editions.models import Edition
from cp_circles.errors import DomainError, Invalid, NotFound
from cp_circles.files.services import store_blob
from cp_circles.files.storage import LocalStorage
from cp_circles.imports import previewing, running
from cp_circles.imports.findings import Finding
from cp_circles.imports.forms import StoreForm, UploadForm
from cp_circles.imports.mappings import can_use, mapping_of, mappings_for, require_home
from cp_circles.imports.reading import tables_of, unpacked
from cp_circles.imports.running import Order
from cp_circles.rulesets.schema import Mapping
from cp_circles.web.access import current_actor
from cp_circles.web.i18n import locale_name, translate
from cp_circles.web.paging import page_of
from cp_circles.web.session import db_session, now, settings
from cp_circles.web.uploads import read_upload

bp = Blueprint("imports", __name__, url_prefix="/imports")


@bp.get("")
def list_imports() -> ResponseReturnValue:
    """The form that takes a file, and the imports so far."""
    return _list_page(UploadForm())


@bp.post("")
def take_file() -> ResponseReturnValue:
    """Keep an uploaded file and show what it would do."""
    form = UploadForm()
    offered = _offer(form)
    if form.validate():
        edition = next(row for row, mapping in offered if mapping.key == form.mapping.data)
        try:
            return redirect(url_for("imports.preview", token=_kept(form, edition)), 303)
        except Invalid as refusal:
            form.fill_from(refusal)
        except DomainError as refusal:
            form.form_errors.append(translate(refusal.msgid, refusal.values))
    return _list_page(form), 422


@bp.get("/preview/<token>")
def preview(token: str) -> ResponseReturnValue:
    """What the file would do: its first rows as they were understood, and everything that is wrong."""
    order, mapping, content = _held(token)
    form = StoreForm()
    form.send_key.data = form.send_key.data or secrets.token_hex(16)
    return _preview_page(token, order, mapping, content, form)


@bp.post("/preview/<token>")
def start_import(token: str) -> ResponseReturnValue:
    """Order the import; the worker does it."""
    order, mapping, content = _held(token)
    form = StoreForm()
    if not form.validate():
        return _preview_page(token, order, mapping, content, form), 422
    order = Order(
        order.name, order.sha256, order.edition_id, form.changed.data, bool(form.good_rows_only.data)
    )
    key = f"{order.sha256[:16]}:{form.send_key.data[:40]}"
    job = running.start_import(db_session(), actor=current_actor(), order=order, send_key=key, now=now())
    return redirect(url_for("imports.show_import", job_id=job.id), 303)


@bp.get("/<int:job_id>")
def show_import(job_id: int) -> ResponseReturnValue:
    """How far an import has come, or its report."""
    job = running.import_seen_by(db_session(), current_actor(), job_id)
    report = job.report if job.report and "counts" in job.report else None
    return render_template(
        "imports/show_import.html",
        job=job,
        report=report,
        waits=job.state in (JobState.WAITING, JobState.RUNNING) and report is None,
        page=page_of(_findings(job), per_page=100),
        reason=_reason,
    )


@bp.get("/<int:job_id>/findings.csv")
def download_findings(job_id: int) -> ResponseReturnValue:
    """Everything that an import found, as a file."""
    job = running.import_seen_by(db_session(), current_actor(), job_id)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([_("Kind"), _("Sheet"), _("Row"), _("Column"), _("Reason")])
    for kind, finding in _findings(job):
        cells = [kind, finding.sheet, str(finding.row), finding.column, _reason(finding)]
        writer.writerow([harmless(cell) for cell in cells])
    headers = {"Content-Disposition": f'attachment; filename="import-{job.id}.csv"'}
    return Response("\ufeff" + out.getvalue(), mimetype="text/csv", headers=headers)


def _findings(job: Job) -> list[tuple[str, Finding]]:
    """Refusals, changed rows and remarks of a report, in this order."""
    report = job.report or {}
    words = (("problems", _("Refused")), ("changed", _("Changed")), ("remarks", _("Row remark")))
    return [
        (word, Finding.from_json(stored))
        for part, word in words
        if part in report
        for stored in report[part]["rows"]
    ]


def _reason(finding: Finding) -> str:
    """Why, in the reader's language."""
    if finding.names:
        return finding.names["en" if locale_name() == "en" else "zh"]
    return translate(finding.msgid, finding.values)


def _offer(form: UploadForm) -> list[tuple[Edition, Mapping]]:
    """Put the mappings that the reader may use into the form."""
    offered = mappings_for(db_session(), current_actor())
    form.mapping.choices = [
        SelectChoice(mapping.key, mapping.names.in_(locale_name())) for _row, mapping in offered
    ]
    return offered


def _list_page(form: UploadForm) -> str:
    offered = _offer(form)
    return render_template(
        "imports/list_imports.html",
        form=form,
        mappings=[mapping for _row, mapping in offered],
        page=page_of(running.imports_seen_by(db_session(), current_actor())),
        locale=locale_name(),
    )


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="imports")


def _storage() -> LocalStorage:
    return LocalStorage(settings().evidence_folder)


def _kept(form: UploadForm, edition: Edition) -> str:
    """Keep the file and give the token of its preview; refuse what cannot be read at all."""
    mapping = mapping_of(edition)
    require_home(db_session(), mapping)
    upload = read_upload(form.file.first)
    content = unpacked(upload.content)
    tables_of(mapping, upload.name, content)
    name = upload.name.removesuffix(".gz")
    blob = store_blob(db_session(), _storage(), content, name, now())
    facts: dict[str, Any] = {"person": current_actor().person_id, "sha256": blob.sha256, "name": name}
    token = str(_signer().dumps(facts | {"edition": edition.id, "at": now().isoformat()}))
    if previewing.is_large(content):
        order = Order(name, blob.sha256, edition.id)
        previewing.order_preview(db_session(), actor=current_actor(), order=order, token=token, now=now())
    return token


def _held(token: str) -> tuple[Order, Mapping, bytes]:
    """The file behind a token; NotFound for another person's, a forged one or a mapping out of reach."""
    try:
        facts: dict[str, Any] = _signer().loads(token)
    except BadSignature as error:
        raise NotFound from error
    edition = db_session().get(Edition, facts["edition"])
    if facts["person"] != current_actor().person_id or edition is None:
        raise NotFound
    mapping = mapping_of(edition)
    if not can_use(current_actor(), mapping):
        raise NotFound
    with _storage().open(facts["sha256"]) as stream:
        return Order(facts["name"], facts["sha256"], edition.id), mapping, stream.read()


def _preview_page(token: str, order: Order, mapping: Mapping, content: bytes, form: StoreForm) -> str:
    """What the file would do, or how far the job has come that checks a large one."""
    job = previewing.preview_job(db_session(), actor=current_actor(), token=token)
    if job is None:
        found = previewing.preview_of(
            db_session(), actor=current_actor(), mapping=mapping, name=order.name, content=content
        )
    elif job.report is not None and "preview" in job.report:
        found = previewing.Preview.from_json(job.report["preview"])
    else:
        return _checking_page(token, order, job)
    return render_template(
        "imports/preview.html",
        token=token,
        name=order.name,
        mapping=mapping,
        locale=locale_name(),
        found=found,
        remarks=[(Finding.from_json(row[:-1]), row[-1]) for row in found.remarks["reasons"]],
        refused=[Finding.from_json(row) for row in found.problems["rows"]],
        reason=_reason,
        form=form,
    )


def _checking_page(token: str, order: Order, job: Job) -> str:
    """How far the check of a large file has come, or why it could not be checked."""
    report = job.report or {}
    refused = translate(*report["refused"]) if "refused" in report else report.get("fault", "–")
    waits = job.state in (JobState.WAITING, JobState.RUNNING)
    return render_template(
        "imports/check_large.html", token=token, name=order.name, job=job, refused=refused, waits=waits
    )
